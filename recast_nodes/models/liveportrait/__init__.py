"""LivePortrait: 21 keypoints, the expression added after the head has turned.

model     the model on its published networks (eq. 1), with those that keep shoulders in place and open eyes and lips
networks  which network each of its parts is
"""

from ...face import published
from ...model_registry import ModelTraits, Published, PublishedFile
from ..neural import INSIGHTFACE, NEURAL, NEURAL_EDIT


def _hub(path: str) -> str:
    return f"https://huggingface.co/KlingTeam/LivePortrait/resolve/main/liveportrait/{path}"


PUBLISHED = Published(
    title="LivePortrait (people)",
    files=(
        PublishedFile(
            "appearance_feature_extractor.pth",
            ("F",),
            "what the performer looks like",
            _hub("base_models/appearance_feature_extractor.pth"),
        ),
        PublishedFile(
            "motion_extractor.pth",
            ("M",),
            "face at rest, expression and head pose",
            _hub("base_models/motion_extractor.pth"),
        ),
        PublishedFile("warping_module.pth", ("W",), "moves the features", _hub("base_models/warping_module.pth")),
        PublishedFile("spade_generator.pth", ("G",), "draws the new face", _hub("base_models/spade_generator.pth")),
        PublishedFile(
            "stitching_retargeting_module.pth",
            ("S_stitching", "S_lip", "S_eye"),
            "keeps shoulders still, opens and shuts eyes and lips",
            _hub("retargeting_models/stitching_retargeting_module.pth"),
        ),
    ),
    licence="MIT, as its authors publish it",
    terms=INSIGHTFACE,
    page="https://huggingface.co/KlingTeam/LivePortrait",
)

LIVEPORTRAIT = ModelTraits(
    name="liveportrait",
    summary="LivePortrait's neural networks, which paint a new face in a square of 512 pixels; you download their "
    "weights (see docs/neural.md).",
    implementation="recast_nodes.models.liveportrait.model:LivePortrait.from_installed",
    keypoints=published.LIVEPORTRAIT,
    sliders=("jaw_open", "blink"),
    shapes=("jawOpen",),
    follows_numbers="how far lids and lips are open",
    edit_knobs={
        **NEURAL_EDIT,
        "FaceTrack": {"crop_scale": 2.3},
        "DrivingTrack": {"crop_scale": 2.2},
        "ExpressionMix": {"retarget": 0.0},
    },
    published=PUBLISHED,
    networks="recast_nodes.models.liveportrait.networks:NETWORKS",
    **NEURAL,
)
