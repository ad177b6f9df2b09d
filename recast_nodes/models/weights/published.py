"""The published models: their files as their authors give them out, what each may be used for, and where they are.

Nothing of these files comes with this package, and none is fetched unless somebody asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass

INSIGHTFACE = (
    "The authors' own pipeline finds faces by InsightFace's models, which are for non-commercial research only; Recast "
    "Nodes needs none of those."
)


@dataclass(frozen=True)
class PublishedFile:
    """One file to download. `parts` names the networks that it holds (see `models.build`)."""

    name: str
    parts: tuple[str, ...]
    purpose: str
    url: str


@dataclass(frozen=True)
class Published:
    """A published model: where its authors give it out, and under which terms."""

    name: str
    title: str
    files: tuple[PublishedFile, ...]
    licence: str
    terms: str  # what else its user must know before using it commercially, in plain words
    page: str  # where to download by hand

    @property
    def parts(self) -> tuple[str, ...]:
        """All networks, in the order of the files."""
        return tuple(part for file in self.files for part in file.parts)

    def file_of(self, part: str) -> PublishedFile:
        """The published file that holds a network."""
        return next(file for file in self.files if part in file.parts)


def _drive(key: str) -> str:
    return f"https://drive.usercontent.google.com/download?id={key}&export=download&confirm=t"


def _hub(path: str) -> str:
    return f"https://huggingface.co/KlingTeam/LivePortrait/resolve/main/liveportrait/{path}"


PERFORMRECAST = Published(
    name="performrecast",
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

LIVEPORTRAIT = Published(
    name="liveportrait",
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

PUBLISHED: dict[str, Published] = {model.name: model for model in (PERFORMRECAST, LIVEPORTRAIT)}
