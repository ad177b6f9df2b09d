"""How much of a movement a landmarker reads: move the pixels of real faces by known amounts, and track the result.

    python tools/reading_gauge.py CLIP.mov PLATE.####.exr ...

Prints, for each movement and region, the share that is read, person by person, and the mean: the figures of
`stages/expression/landmark_gain.py`. Frames are moved by the expression basis; a keypoint's true movement is where the
field took the pixel under it, its reading the difference of two trackings.
"""

from __future__ import annotations

import sys

import torch

from recast_nodes.face import anatomy
from recast_nodes.face.blendshapes import recipe
from recast_nodes.media.sequences import open_source
from recast_nodes.models.canonical import expression_basis
from recast_nodes.models.tracker.landmarker import observe_faces
from recast_nodes.nodes.decode import Decode
from recast_nodes.nodes.face_track import FaceTrack
from recast_nodes.nodes.mask_composite import MaskComposite
from recast_nodes.nodes.motion_extract import MotionExtract
from recast_nodes.nodes.warp import Warp
from recast_nodes.stages.field.triangles import sample_at
from recast_nodes.wires import WarpField

SAMPLES = 4  # frames of each clip
LIDS = anatomy.LEFT_UPPER_LID + anatomy.RIGHT_UPPER_LID
IRISES = (anatomy.LEFT_IRIS[0], anatomy.RIGHT_IRIS[0])
BROWS = anatomy.LEFT_BROW + anatomy.RIGHT_BROW
MOVEMENTS = {  # what is moved: coefficients of the basis, and which keypoints are looked at
    "brows rise": (recipe(browInnerUp=1.0, browOuterUpLeft=0.8, browOuterUpRight=0.8), BROWS),
    "brows sink": (recipe(browDownLeft=1.0, browDownRight=1.0), BROWS),
    "lids close": (recipe(eyeBlinkLeft=0.5, eyeBlinkRight=0.5), LIDS),
    "lids look down": (recipe(eyeLookDownLeft=0.7, eyeLookDownRight=0.7), LIDS),
    "eyes left": (recipe(eyeLookInRight=0.7, eyeLookOutLeft=0.7), IRISES),
    "eyes right": (recipe(eyeLookInLeft=0.7, eyeLookOutRight=0.7), IRISES),
    "eyes up": (recipe(eyeLookUpLeft=0.7, eyeLookUpRight=0.7), IRISES),
    "smile": (recipe(mouthSmileLeft=0.6, mouthSmileRight=0.6), anatomy.OUTER_LIPS),
    "pucker": (recipe(mouthPucker=0.7), anatomy.OUTER_LIPS),
    "frown": (recipe(mouthFrownLeft=0.8, mouthFrownRight=0.8), anatomy.OUTER_LIPS),
    "jaw, lips": (recipe(jawOpen=0.4), anatomy.OUTER_LIPS),
    "jaw, chin": (recipe(jawOpen=0.4), anatomy.CHIN[:5]),
    "smile, cheeks": (recipe(mouthSmileLeft=0.6, mouthSmileRight=0.6), anatomy.CHEEKS),
}


def true_movement(field: WarpField) -> torch.Tensor:
    """(K, 2) where the pixels under the source keypoints went: the fixed point of place = source - flow(place)."""
    source = field.source[:, :2] - torch.tensor([field.window.x, field.window.y])
    place = source
    for _ in range(8):
        place = source - sample_at(field.flow, place)
    return place - source


def read_shares(path: str) -> dict[str, float]:
    """The share read of each movement on one clip."""
    source = open_source(path)
    frames = source.frames[:: max(1, len(source.frames) // SAMPLES)][:SAMPLES]
    images = {frame: source.read(frame) for frame in frames}
    faces = {frame: observe_faces(image) for frame, image in images.items()}
    followed = FaceTrack(0, steady=0.0).analyse(faces)
    tracks = {frame: FaceTrack(frame).process(followed) for frame in frames}
    shot = MotionExtract(0).analyse(tracks)
    sums = {name: [0.0, 1e-9] for name in MOVEMENTS}
    for frame, image in images.items():
        motion, track = MotionExtract(frame).process(None, tracks[frame], shot), tracks[frame]
        for name, (amounts, keypoints) in MOVEMENTS.items():
            moved = sum(amount * expression_basis()[number] for number, amount in amounts.items())
            field = Warp(frame).process(
                image, track, motion._replace(expression=motion.expression + moved, edited=True)
            )
            face = Decode(frame, inner_mouth="plate").process(field)
            after = observe_faces(MaskComposite(frame).process(image, track, face))
            if not len(after.landmarks):
                continue
            rows, true = list(keypoints), true_movement(field)
            read = (after.landmarks[0] - faces[frame].landmarks[0])[:, :2]
            sums[name][0] += float((true[rows] * read[rows]).sum())
            sums[name][1] += float(true[rows].square().sum())
    return {name: both / square for name, (both, square) in sums.items()}


if __name__ == "__main__":
    people = {path: read_shares(path) for path in sys.argv[1:]}
    for movement in MOVEMENTS:
        shares = [shown[movement] for shown in people.values()]
        each = " ".join(f"{share:5.2f}" for share in shares)
        print(f"{movement:15} {each}   mean {sum(shares) / len(shares):.2f}")
