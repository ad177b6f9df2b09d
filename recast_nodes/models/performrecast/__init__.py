"""PerformRecast: 49 keypoints, the expression added before the head turns.

model     the model on its published networks (eq. 3)
networks  which network each of its parts is
"""

from ...face import published
from ...model_registry import ModelTraits, Published, PublishedFile
from ..neural import INSIGHTFACE, NEURAL, NEURAL_EDIT


def _drive(key: str) -> str:
    return f"https://drive.usercontent.google.com/download?id={key}&export=download&confirm=t"


PUBLISHED = Published(
    title="PerformRecast (CVPR 2026)",
    files=(
        PublishedFile(
            "appearance_feature_extractor.pth",
            ("F",),
            "what the performer looks like",
            _drive("1YnmRePhPjtKY3Us8C0Mg-VInGVSVepB5"),
        ),
        PublishedFile(
            "motion_extractor.pth",
            ("M",),
            "face at rest, expression and head pose",
            _drive("1VhcFZrTCpJvSpSuGVSPo3bH4XsGVw5oj"),
        ),
        PublishedFile(
            "warping_module.pth",
            ("W",),
            "moves the features",
            _drive("1Pvh8foijP1jHwQxnP-676UZH86krdyOK"),
        ),
        PublishedFile(
            "spade_generator.pth",
            ("G",),
            "draws the new face",
            _drive("1G6NKloq29ULCQeJAw-4qvH0nA-5oj6-T"),
        ),
    ),
    licence="MIT, as its authors publish it",
    terms="It was trained against FLAME, a head model that is itself for non-commercial research, and begins from "
    f"DINO's weights (Apache-2.0): have somebody read those terms before commercial use. {INSIGHTFACE}",
    page="https://github.com/youku-aigc/PerformRecast",
)

PERFORMRECAST = ModelTraits(
    name="performrecast",
    summary="PerformRecast's neural networks, which paint a new face in a square of 512 pixels; you download their "
    "weights (see docs/neural.md).",
    implementation="recast_nodes.models.performrecast.model:PerformRecast.from_installed",
    keypoints=published.PERFORMRECAST,
    edit_knobs=NEURAL_EDIT,
    published=PUBLISHED,
    networks="recast_nodes.models.performrecast.networks:NETWORKS",
    **NEURAL,
)
