"""The picture in docs/neural.md: a soft painted face in a 4K plate, without and with the plate's own detail.

    python -m tools.show_detail docs/pictures/neural_detail.jpg

The published weights are not at hand, so the network is the tests' stand-in, which paints what it saw, blurred by 1.5
pixels of its patch, and moves nothing. The plate is the demo's portrait at 3840 x 2160, with pores and grain added.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np
import torch

from recast_nodes.media.colour.colour import scene_linear
from recast_nodes.media.pixels import from_network, network_rgb
from recast_nodes.models.interface import DecodeKnobs, Scene, TrackedFrame
from recast_nodes.models.tracker.landmarker import observe_faces
from recast_nodes.stages.track.crop import crop_matrix, mesh_square
from recast_nodes.stages.track.hull import boundary_hull
from recast_nodes.wires import Computing, Image, Part, Track, Window
from tests.models.stand_in import Softness, stand_in

ROOT = Path(__file__).resolve().parent.parent
SIZE, SHOWN = (3840, 2160), 400  # pixels


def main(path: str) -> None:
    plate = plate_of(ROOT / "demo" / "portrait.jpg")
    track = track_of(plate)
    model = stand_in("performrecast", Softness(1.5))
    (motion,) = model.extract_batch([TrackedFrame(0, track, plate)], None)
    (field,) = model.warp_batch([Scene(plate, track, motion._replace(edited=True))], Computing())
    soft, detailed = (
        model.decode_batch([field], [None], [DecodeKnobs(detail, 0.0, 0.0, 1.0, 0)])[0].pixels for detail in (0.0, 1.0)
    )
    height, width = field.plate.shape[1:]
    middle = (slice(None), slice(height // 4, -height // 4), slice(width // 4, -width // 4))
    for name, face in (("detail 0", soft), ("detail 1", detailed)):
        print(name, "rms off the plate", float((face - field.plate)[middle].square().mean().sqrt()))
    eye = (track.landmarks[133, :2] - torch.tensor([field.window.x, field.window.y])).int().tolist()
    rows, columns = (slice(max(0, at - SHOWN // 2), max(0, at - SHOWN // 2) + SHOWN) for at in reversed(eye))
    panes = [network_rgb(face[:, rows, columns], plate.colorspace) for face in (field.plate, soft, detailed)]
    strip = torch.cat(panes, 2).clamp(0, 1).permute(1, 2, 0).numpy()
    cv2.imwrite(path, np.rint(strip[..., ::-1] * 255).astype(np.uint8))


def plate_of(portrait: Path) -> Image:
    """The portrait as a 4K plate, with the pores and the grain that its 512 pixels never had."""
    picture = cv2.resize(cv2.imread(str(portrait)), (SIZE[1], SIZE[1]), interpolation=cv2.INTER_CUBIC)[..., ::-1]
    noise = np.random.default_rng(0)
    pores = cv2.GaussianBlur(noise.normal(0, 1, picture.shape[:2]).astype(np.float32), (0, 0), 1.5)[..., None]
    shown = picture / 255.0 * (0.85 + 0.12 * pores) + noise.normal(0, 0.008, picture.shape)
    frame = np.zeros((SIZE[1], SIZE[0], 3), np.float32)
    left = (SIZE[0] - SIZE[1]) // 2
    frame[:, left : left + SIZE[1]] = shown.clip(0, 0.9)
    light = from_network(torch.from_numpy(frame.transpose(2, 0, 1).copy()), scene_linear()).numpy()
    window = Window(0, 0, *SIZE)
    return Image((Part("", dict(zip("RGB", light)), window, window),), ("R", "G", "B"), scene_linear())


def track_of(plate: Image) -> Track:
    """The one face of the plate."""
    faces = observe_faces(plate)
    landmarks = faces.landmarks[0]
    crop = crop_matrix(mesh_square(landmarks, 1.5, 0.0, -0.125, True))
    hull = boundary_hull(landmarks, 0.25)
    return Track(landmarks, faces.coefficients[0], crop, hull, 1.0, "tracked")


if __name__ == "__main__":
    main(sys.argv[1])
