"""The published pipelines through this project's own way: models, nodes and stages, against the published numbers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
import torch
from torch import Tensor

from recast_nodes import models
from recast_nodes.models.liveportrait.model import LivePortrait
from recast_nodes.models.neural.engine import OUT, Engine
from recast_nodes.models.neural.model import Neural
from recast_nodes.models.performrecast.model import PerformRecast
from recast_nodes.models.tracker.landmarker203 import DOWN, SCALE, landmarks203
from recast_nodes.nodes import ExpressionMix, FaceTrack
from recast_nodes.stages.expression import liveportrait
from recast_nodes.stages.expression.head_pose import Pose
from recast_nodes.stages.finish import patch
from recast_nodes.stages.finish.composite import composite, template_region
from recast_nodes.stages.track import kalman
from recast_nodes.stages.track.crop import crop_matrix as matrix_of
from recast_nodes.stages.track.crop import face_square
from recast_nodes.stages.track.crop203 import square_of
from recast_nodes.wires import Computing, Faces, Motion

from ...performer import track
from .parity import MODELS, SEED, Golden, Parity
from .test_chain import halved, network_input

PR = "performrecast"
HERE = Computing("cpu", "float32")
FRAMES = range(3)


class Chain:
    """One model on the recipe's weights, asked picture by picture."""

    def __init__(self, parity: Parity, family: str):
        kind = PerformRecast if family == "pr" else LivePortrait
        engine = Engine(kind.traits.name, lambda part: parity.network(f"{family}/{part}"))
        self.model: Neural = kind(engine)

    def motion(self, picture: np.ndarray) -> Motion:
        """What the model makes of a picture of 256 pixels, (H, W, 3) uint8."""
        (head,) = self.model.engine.look("M", HERE, network_input(picture), [0])
        return self.model.motion(head, track())

    def painted(self, picture: np.ndarray, x_s: Tensor, x_d: Tensor) -> tuple[Tensor, Tensor]:
        """The source's features and the new picture, both with a batch of one. A source is looked at once."""
        run = self.model.engine.run
        (appearance,) = self.model.engine.look("F", HERE, network_input(picture), [0])
        feature = appearance[OUT][None]
        warped = run("W", HERE, [feature, x_s[None], x_d[None]])
        return feature, run("G", HERE, [warped["out"]])[OUT]


@pytest.fixture(scope="module")
def chains(shared):
    """The models by family, which the nodes get by name too; one of them at a time, for they fill gigabytes."""
    parity, made = Parity(shared / "parity"), {}

    def chain(family: str) -> Chain:
        if family not in made:
            made.clear()
            made[family] = Chain(parity, family)
        return made[family]

    with pytest.MonkeyPatch.context() as patched:
        families = {model: family for family, model in MODELS.items()}
        patched.setattr(models, "_load", lambda traits: chain(families[traits.name]).model)
        yield chain
    made.clear()


def picture(parity: Parity, golden: Golden, name: str, size: int) -> np.ndarray:
    made = parity.fill.image_u8(SEED, name, size, size)
    golden.given(name, made)
    return made


def check_parts(golden: Golden, name: str, motion: Motion) -> None:
    """Rotation is the golden's own turned about where it turns columns."""
    columns = motion.model == PR
    found = {"kp": motion.canonical, "exp": motion.expression, "scale": motion.scale, "t": motion.translation}
    golden.check(f"{name}/R", (motion.rotation.mT if columns else motion.rotation)[None], 1e-5)
    for part, value in found.items():
        level = value * torch.tensor([1.0, 1.0, 0.0]) if part == "t" else value
        wanted = golden.numbers[f"{name}/{part}"] * (np.float32([1, 1, 0]) if part == "t" else 1)
        np.testing.assert_allclose(level.numpy(), wanted.reshape(level.shape), atol=1e-5, rtol=0)
    golden.check(f"{name}/x_s", motion.source[None], 1e-5)


def edits(driving: list[Motion], **knobs: object):
    """ExpressionMix over a performance: (a function of frame and source to the edited motion, its analysis)."""
    first = ExpressionMix(0, **knobs)
    analysis = first.analyse({at: first.observe(one) for at, one in enumerate(driving)})
    return lambda at, source: ExpressionMix(at, **knobs).process(source, None, analysis), analysis


@pytest.fixture(scope="module")
def performance(chains, shared):
    """Sources, drivings and the reference of the PerformRecast chain."""
    parity = Parity(shared / "parity")
    golden, chain = parity.golden("pr_chain_keypoints"), chains("pr")
    with torch.inference_mode():
        sources = [chain.motion(halved(picture(parity, golden, f"chain/source{at}", 512))) for at in FRAMES]
        drivings = [chain.motion(picture(parity, golden, f"chain/driving{at}", 256)) for at in FRAMES]
        reference = chain.motion(picture(parity, golden, "chain/reference", 256))
    return sources, drivings, reference


def test_motions_of_performrecast(parity, performance):
    golden = parity.golden("pr_chain_keypoints")
    sources, drivings, reference = performance
    for at in FRAMES:
        check_parts(golden, f"source{at}", sources[at])
        check_parts(golden, f"driving{at}", drivings[at])
    check_parts(golden, "reference0", reference)


@pytest.mark.parametrize("smooth", ("smooth0", "smooth1", "smooth1_obs1e-4"))
@pytest.mark.parametrize("given", ("ref0", "ref1"))
@pytest.mark.parametrize("mode", ("mode1", "mode2"))
def test_edits_of_performrecast(parity, chains, performance, mode, given, smooth):
    golden, model = parity.golden("pr_chain_keypoints"), chains("pr").model
    name = f"{mode}_{given}_{smooth}"
    if f"{name}/x_d0" not in golden.numbers:
        pytest.skip("not among the golden numbers")
    sources, drivings, reference = performance
    knobs = {"replace": 1.0} if mode == "mode1" else {"enhance": 1.0}
    settled = {"smooth": "off"} if smooth == "smooth0" else {"smooth_variance": 1e-4 if "1e-4" in smooth else 3e-7}
    first = ExpressionMix(0, reference="first", **knobs, **settled)
    analysis = first.analyse({at: first.observe(one) for at, one in enumerate(drivings)})
    if given == "ref1":
        analysis = analysis._replace(reference=reference.expression)
    for at in FRAMES:
        motion = ExpressionMix(at, **knobs, **settled).process(sources[at], None, analysis)
        golden.check(f"{name}/x_d{at}", model.driven(motion)[None], 1e-5)


def test_paper_and_animation_of_performrecast(chains, performance):
    """Equations 6 and 11 to the letter, which the published code does not have."""
    sources, drivings, _ = performance
    model = chains("pr").model
    paper, _ = edits(drivings, replace=1.0, transfer="paper-equations", smooth="off")
    animate, _ = edits(
        drivings, replace=1.0, transfer="expression-and-pose", pose=1.0, pose_from="absolute", smooth="off"
    )
    for at in FRAMES:
        own, theirs = sources[at], drivings[at]
        pose = Pose(own.rotation, own.scale, own.translation)
        wanted = model.compose(own.canonical, theirs.expression, pose)
        torch.testing.assert_close(model.driven(paper(at, own)), wanted, atol=1e-5, rtol=0)
        pose = Pose(theirs.rotation, theirs.scale, theirs.translation)
        wanted = model.compose(own.canonical, theirs.expression, pose)
        torch.testing.assert_close(model.driven(animate(at, own)), wanted, atol=1e-5, rtol=0)


@pytest.mark.slow
@pytest.mark.parametrize("frame", (0, 1))
@pytest.mark.parametrize("mode", ("mode1", "mode2"))
def test_new_pictures_of_performrecast(parity, chains, performance, mode, frame):
    golden, chain = parity.golden(f"pr_chain_{mode}"), chains("pr")
    sources, drivings, reference = performance
    knobs = {"replace": 1.0} if mode == "mode1" else {"enhance": 1.0}
    _, analysis = edits(drivings, smooth="off", **knobs)
    analysis = analysis._replace(reference=reference.expression)
    motion = ExpressionMix(frame, **knobs).process(sources[frame], None, analysis)
    golden.check(f"frame{frame}/x_d", chain.model.driven(motion)[None], 1e-5)
    seen = picture(parity, parity.golden("pr_chain_keypoints"), f"chain/source{frame}", 512)
    feature, image = chain.painted(seen, motion.source, chain.model.driven(motion))
    golden.check(f"frame{frame}/f_s", feature, 1e-4)
    golden.check(f"frame{frame}/image", image, 5e-4)
    check_levels(golden, f"frame{frame}/image_u8", eight_bits(image[0]))


def eight_bits(image: Tensor) -> np.ndarray:
    """(H, W, 3) of (3, H, W) in 0..1, truncated as the published code does."""
    return np.clip(image.numpy().transpose(1, 2, 0) * 255, 0, 255).astype(np.uint8)


def check_levels(golden: Golden, name: str, found: np.ndarray, most: int = 1, share: float = 0.01) -> None:
    """At most `most` levels off, in less than `share` of all values."""
    wanted = golden.numbers[name if name in golden.numbers else f"{name}#sample"]
    if wanted.ndim == 1:
        found = golden.fill.strided(found, len(wanted))
    off = np.abs(found.astype(int) - wanted.astype(int))
    assert off.max() <= most and (off > 0).mean() < share, (name, off.max(), (off > 0).mean())


class Cropped(NamedTuple):
    """The two frames of the whole run: pictures, their crops and the motions."""

    images: list[np.ndarray]
    seen: list[np.ndarray]
    sources: list[Motion]
    drivings: list[Motion]


@pytest.fixture(scope="module")
def cropped(chains, shared):
    parity = Parity(shared / "parity")
    crops, chain = parity.golden("pr_e2e_crops"), chains("pr")
    made = Cropped([parity.fill.image_u8(SEED, f"e2e/source{at}", 480, 640, cells=16) for at in (0, 1)], [], [], [])
    for at in (0, 1):
        marks = torch.from_numpy(crops.numbers[f"source{at}/lmk203"]).double()
        square = patch.from_indices(matrix_of(square_of(marks, 1.5, 0.0, -0.125, True)))
        made.seen.append(levels(patch.cut_patch(planes(made.images[at]), (0, 0), square)))
        marks = torch.from_numpy(crops.numbers[f"driving{at}/lmk203"]).double()
        half = patch.from_indices(matrix_of(square_of(marks, 1.5, 0.0, -0.125, True), size=256))
        driver = parity.fill.image_u8(SEED, f"e2e/driving{at}", 360, 480, cells=16)
        whole = torch.diag(torch.tensor([2.0, 2.0, 1.0]).double()) @ half
        with torch.inference_mode():
            made.sources.append(chain.motion(halved(made.seen[at])))
            made.drivings.append(chain.motion(levels(patch.cut_patch(planes(driver), (0, 0), whole, 256))))
    return made


@pytest.mark.slow
@pytest.mark.parametrize("mode", ("mode1", "mode2"))
def test_end_to_end_of_performrecast(parity, chains, cropped, mode):
    """Crop, motion, edit, F, W, G and paste-back of frame 0 and the motions of both."""
    crops, golden, chain = parity.golden("pr_e2e_crops"), parity.golden(f"pr_e2e_{mode}"), chains("pr")
    knobs = {"replace": 1.0} if mode == "mode1" else {"enhance": 1.0}
    mixed, _ = edits(cropped.drivings, smooth="off", reference="first", **knobs)
    for at in (0, 1):
        motion = mixed(at, cropped.sources[at])
        # a level of the crop, which is rounded to 8 bits, is worth this much in a keypoint
        golden.check(f"frame{at}/x_s", motion.source[None], 1e-4)
        golden.check(f"frame{at}/x_d", chain.model.driven(motion)[None], 1e-4)
        _, image = chain.painted(cropped.seen[at], motion.source, chain.model.driven(motion))
        golden.check(f"frame{at}/image", image, 2e-2)
        check_levels(golden, f"frame{at}/image_u8", eight_bits(image[0]), 4, 0.2)
        index = torch.from_numpy(crops.numbers[f"source{at}/M_c2o"]).double()
        matrix = torch.linalg.inv(patch.from_indices(index))
        face = planes(eight_bits(image[0]))
        laid = patch.lay_patch(face, (0, 0), (640, 480), matrix).round()
        pasted = composite(laid, planes(cropped.images[at]), soft_mask(matrix))
        check_levels(golden, f"frame{at}/pasted_u8", pasted.numpy().transpose(1, 2, 0).astype(np.uint8), 4, 0.2)


# LivePortrait


@pytest.fixture(scope="module")
def portraits(chains, shared):
    parity = Parity(shared / "parity")
    golden, chain = parity.golden("lp_chain"), chains("lp")
    with torch.inference_mode():
        return [
            [chain.motion(picture(parity, golden, f"lpchain/{role}{at}", 256)) for at in FRAMES]
            for role in ("source", "driving")
        ]


def test_motions_of_liveportrait(parity, portraits):
    golden = parity.golden("lp_chain")
    for role, motions in zip(("source", "driving"), portraits, strict=True):
        for at in FRAMES:
            check_parts(golden, f"{role}{at}", motions[at])


@pytest.mark.parametrize("stitched", (False, True))
@pytest.mark.parametrize("formula", ("image_relative_all", "eq1_"))
def test_animation_of_a_still_by_liveportrait(parity, chains, portraits, formula, stitched):
    """Relative to the driver's first frame, and absolute (eq. 1)."""
    golden, model = parity.golden("lp_chain"), chains("lp").model
    sources, drivings = portraits
    knobs = {"transfer": "expression-and-pose", "pose": 1.0, "smooth": "off", "retarget": 0.0}
    relative = {"enhance": 1.0, "reference": "first", "pose_from": "relative"}
    knobs |= relative if formula.startswith("image") else {"replace": 1.0, "pose_from": "absolute"}
    mixed, _ = edits(drivings, protect=1.0 if stitched else 0.0, **knobs)
    for at in FRAMES:
        name = f"{formula}{at}/x_d{'_stitched' if stitched else ''}"
        golden.check(name, model.driven(mixed(at, sources[0]))[None], 1e-5)


def test_absolute_edit_of_a_video_by_liveportrait(parity, chains, portraits):
    """The driver's expression settled as published; the head keeps the source's pose, and stitching the rest."""
    golden, model = parity.golden("lp_chain"), chains("lp").model
    sources, drivings = portraits
    mixed, _ = edits(drivings, replace=1.0, retarget=0.0)
    for at in FRAMES:
        golden.check(f"video_exp_absolute{at}/x_d_stitched", model.driven(mixed(at, sources[at]))[None], 1e-5)


def test_relative_edit_of_a_video_by_liveportrait(parity, chains, portraits):
    """As published, the sum of both performances is settled: the source's too, which ExpressionMix leaves alone."""
    golden, model = parity.golden("lp_chain"), chains("lp").model
    sources, drivings = portraits
    own, theirs = (torch.stack([motion.expression for motion in motions]) for motions in (sources, drivings))
    settled = kalman.smooth(own + theirs - theirs[0], [True] * 3, 3e-7)
    everywhere = torch.ones(21, 1)
    for at in FRAMES:
        source = sources[at]
        expression = liveportrait.mix_expression(source.expression, settled[at], settled[at], 1.0, 0.0, everywhere, 1.0)
        x_d = model.driven(source._replace(expression=expression))[None]
        golden.check(f"video_exp_relative{at}/x_d", x_d, 1e-5)
        given = liveportrait.stitching_input(source.source[None], x_d)
        stitched = liveportrait.stitch(x_d, model.engine.run("S_stitching", HERE, [given])[OUT])
        golden.check(f"video_exp_relative{at}/x_d_stitched", stitched, 1e-5)


def test_retargeting_of_liveportrait(parity, chains, portraits):
    """The golden numbers' openings are not told with them; these are what their networks were given."""
    golden, run = parity.golden("lp_chain"), chains("lp").model.engine.run
    x_s = portraits[0][0].source[None]
    eyes = liveportrait.eye_input(x_s, torch.tensor([[0.3, 0.25]]), torch.tensor([[0.1]]))
    golden.check("retarget_eye", run("S_eye", HERE, [eyes])[OUT].unflatten(1, (-1, 3)), 1e-5)
    lips = liveportrait.lip_input(x_s, torch.tensor([[0.2]]), torch.tensor([[0.05]]))
    golden.check("retarget_lip", run("S_lip", HERE, [lips])[OUT].unflatten(1, (-1, 3)), 1e-5)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "keypoints"),
    (
        ("image_relative_all1/stitched_image", "image_relative_all1/x_d_stitched"),
        ("eq1_2/image", "eq1_2/x_d"),
    ),
)
def test_new_pictures_of_liveportrait(parity, chains, portraits, name, keypoints):
    golden, chain = parity.golden("lp_chain"), chains("lp")
    x_d = torch.from_numpy(golden.numbers[keypoints])[0]
    seen = picture(parity, golden, "lpchain/source0", 256)
    feature, image = chain.painted(seen, portraits[0][0].source, x_d)
    golden.check("f_s", feature, 1e-4)
    golden.check(name, image, 5e-4)
    check_levels(golden, f"{name}_u8", eight_bits(image[0])[None])


# Crops and paste-back

SETTINGS = {"src": (512, 1.5, -0.125), "drv": (256, 1.5, -0.125), "lp": (512, 2.3, -0.125)}


def planes(image: np.ndarray) -> Tensor:
    """(3, H, W) float of (H, W, 3) uint8, levels kept."""
    return torch.from_numpy(image.transpose(2, 0, 1).astype(np.float32))


def levels(image: Tensor) -> np.ndarray:
    return np.rint(image.numpy().transpose(1, 2, 0)).astype(np.uint8)


@pytest.mark.parametrize("case", range(6))
@pytest.mark.parametrize("setting", SETTINGS)
def test_published_crops(parity, case, setting):
    """From 203 landmarks to the pixels of the crop."""
    golden = parity.golden("geom_cv5")
    size, scale, y = SETTINGS[setting]
    square = square_of(torch.from_numpy(golden.numbers[f"case{case}/lmk"]).double(), scale, 0.0, y, True)
    matrix = matrix_of(square, size=size)
    wanted = torch.from_numpy(golden.numbers[f"case{case}/{setting}/M_o2c"]).double()
    torch.testing.assert_close(matrix, wanted, rtol=1e-5, atol=1e-3)
    image = parity.fill.image_u8(SEED, "geom/image", 480, 640, cells=16)
    golden.given("geom/image (480x640, cells=16)", image)
    whole = torch.diag(torch.tensor([512 / size, 512 / size, 1]).double()) @ patch.from_indices(wanted)
    taken = patch.cut_patch(planes(image), (0, 0), whole, size)
    check_levels(golden, f"case{case}/{setting}/img_crop", levels(taken))


@pytest.mark.parametrize("case", (0, 1, 3))
@pytest.mark.parametrize("mask", ("soft", "official"))
def test_published_paste_back(parity, case, mask):
    """With the steps at which the published code rounds to 8 bits, which ours does without."""
    golden = parity.golden("geom_cv5")
    image = parity.fill.image_u8(SEED, "geom/image", 480, 640, cells=16)
    face = parity.fill.image_u8(SEED, "geom/generated", 512, 512)
    golden.given("geom/generated", face)
    matrix = torch.linalg.inv(patch.from_indices(torch.from_numpy(golden.numbers[f"paste{case}/M_c2o"]).double()))
    square = soft_square() if mask == "soft" else template_region(torch.eye(3), (0, 0), (512, 512))
    region = patch.sample((square * 255).floor(), patch.shift_matrix(matrix, (0, 0)), (640, 480)).round() / 255
    prefix = f"paste{case}/official_mask_" if mask == "official" else f"paste{case}/"
    wanted = golden.numbers[f"{prefix}{'ori' if mask == 'official' else 'mask_ori'}#sample"]
    planar = np.repeat(region.numpy().transpose(1, 2, 0), 3, 2)
    assert np.abs(parity.fill.strided(planar, len(wanted)) - wanted).max() < 1.1 / 255
    if mask == "official":
        ours = template_region(matrix, (0, 0), (640, 480)).numpy().transpose(1, 2, 0)
        assert np.abs(ours - planar[..., :1])[ours < 0.99].max() < 0.04  # not in levels; and sharp where it is cut off
    # The published template is cut off at two sides, where the published code mixes in black; ours does not.
    laid = patch.sample(planes(face), patch.shift_matrix(matrix, (0, 0)), (640, 480)).round()
    ours = patch.lay_patch(planes(face), (0, 0), (640, 480), matrix)
    assert torch.equal(ours.round()[:, region[0] > 0.5], laid[:, region[0] > 0.5])
    pasted = composite(laid, planes(image), region).clamp(0, 255).numpy().transpose(1, 2, 0)
    check_levels(golden, f"{prefix}pasted", (pasted + 1e-3).astype(np.uint8), 1, 0.01)


def soft_square() -> Tensor:
    """(1, 512, 512) the golden numbers' own mask."""
    edge = torch.minimum(torch.arange(512), 511 - torch.arange(512))
    ramp = ((edge - 24) * 255).div(48, rounding_mode="floor").clamp(0, 255).float()
    return torch.minimum(ramp[:, None], ramp)[None] / 255


def soft_mask(matrix: Tensor) -> Tensor:
    """The same in the plate, in levels."""
    return patch.sample(soft_square() * 255, patch.shift_matrix(matrix, (0, 0)), (640, 480)).round() / 255


# FaceTrack's crops


@pytest.mark.parametrize("case", range(6))
@pytest.mark.parametrize("setting", ("src", "lp", "norot"))
def test_the_crop_of_facetrack_is_the_published_one(parity, case, setting):
    """From 203 landmarks in a record; the published matrices are of pixel indices, half a pixel away on both sides."""
    golden = parity.golden("geom_cv5")
    marks = torch.from_numpy(golden.numbers[f"case{case}/lmk"]).float() + 0.5
    faces = Faces(torch.rand(1, 478, 3) * 100, torch.zeros(1, 52), torch.ones(1), None, marks[None])
    knobs = {"crop_scale": 2.3 if setting == "lp" else 1.5, "rotate": setting != "norot", "crop_from": "published"}
    node = FaceTrack(0, steady=0, smooth=0, **knobs)
    crop = node.process(node.analyse({0: faces})).crop.double()
    crop[:2, 2] += 0.5
    wanted = patch.from_indices(torch.from_numpy(golden.numbers[f"case{case}/{setting}/M_o2c"]).double())
    torch.testing.assert_close(crop, wanted, rtol=2e-5, atol=2e-3)


@pytest.mark.parametrize("frame", (0, 1))
def test_end_to_end_crops(parity, frame):
    golden = parity.golden("pr_e2e_crops")
    for role, size, (height, width) in (("source", 512, (480, 640)), ("driving", 256, (360, 480))):
        image = parity.fill.image_u8(SEED, f"e2e/{role}{frame}", height, width, cells=16)
        golden.given(f"e2e/{role}{frame} ({height}x{width}, cells=16)", image)
        marks = torch.from_numpy(golden.numbers[f"{role}{frame}/lmk203"]).double()
        matrix = patch.from_indices(matrix_of(square_of(marks, 1.5, 0.0, -0.125, True)))
        if size == 256:
            half = matrix_of(square_of(marks, 1.5, 0.0, -0.125, True), size=256)
            matrix = torch.diag(torch.tensor([2.0, 2.0, 1.0]).double()) @ patch.from_indices(half)
        taken = patch.cut_patch(planes(image), (0, 0), matrix, size)
        check_levels(golden, f"{role}{frame}/crop{size}", levels(taken))
        if size == 512:
            check_levels(golden, f"{role}{frame}/crop256", halved(levels(taken)), 1, 0.02)


def test_openings_of_eyes_and_lips(parity):
    golden = parity.golden("geom_cv5")
    marks = torch.stack([torch.from_numpy(golden.numbers[f"case{case}/lmk"]) for case in range(4)])
    found = liveportrait.openings(marks)
    golden.check("lp/eye_close_ratio", found[:, :2], 1e-5)
    golden.check("lp/lip_close_ratio", found[:, 2:], 1e-5)


def test_the_square_of_203_landmarks_is_that_of_their_eyes_and_mouth(parity):
    marks = torch.from_numpy(parity.golden("geom_cv5").numbers["case0/lmk"])
    eyes = marks[[0, 6, 12, 18]].mean(0) / 2 + marks[[24, 30, 36, 42]].mean(0) / 2
    mouth = marks[[48, 66]].mean(0)
    torch.testing.assert_close(
        square_of(marks, 1.5, 0.0, -0.125, True), face_square(marks, eyes, mouth, 1.5, 0, -0.125, True)
    )


@pytest.mark.parametrize(("start", "case"), (("from203", 1), ("from106", 5)))
def test_the_landmark_networks_crop_and_answer(parity, start, case):
    """Around a network that always says the same."""
    golden = parity.golden("geom_cv5")
    image = parity.fill.image_u8(SEED, "geom/image", 480, 640, cells=16)
    said = np.float32(0.5) + np.float32(0.2) * parity.fill.noise(SEED, "geom/netpoints", (406,))
    marks = torch.from_numpy(golden.numbers[f"case{case}/lmk"])
    seen: list[np.ndarray] = []
    square = square_of(marks.double(), SCALE, 0.0, DOWN, True)
    found = landmarks203(planes(image), square, lambda given: (seen.append(given), said)[1])
    golden.check(f"runner/{start}/out", found, 5e-3)
    wanted = golden.numbers[f"runner/{start}/netinput#sample"]
    off = np.abs(golden.fill.strided(seen[0], len(wanted)) - wanted) * 255
    assert off.max() < 1.5 and (off > 0.5).mean() < 0.01
