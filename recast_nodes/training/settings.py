"""The settings of a training run: what they are, which values they take, and why they are what they are.

Defaults are the published ones (the paper's appendix G; weights and noise of the published configuration). A run is one
YAML file, which `settings_file` reads.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Literal

from ..errors import KnobError
from ..models.trained.card import Equation
from ..models.trained.sizes import NetworkSizes


def limited(default: Any, least: float, most: float | None = None) -> Any:
    """A number with its limits; of a tuple, of each of its numbers."""
    return field(default=default, metadata={"least": least, "most": most})


@dataclass(frozen=True)
class DataSettings:
    """What is trained on."""

    kind: Literal["humans", "benchmark", "clips"] = "humans"
    folder: str = ""  # of a benchmark or of tracked clips; of humans, where rendered ones are stored ("" in the run's)
    people: int = limited(2000, 1)
    frames: int = limited(24, 2)  # pictures of each person
    held_out: int = limited(8, 0)  # clips, the last, that pictures and figures are of and nothing is trained on
    first_person: int = limited(1_000_000, 0)  # benchmarks have the numbers below
    turn: float = limited(40.0, 0, 60)  # degrees of yaw that 19 of 20 heads stay within; pitch and roll have less
    scripts: float = limited(0.5, 0, 1)  # share of frames that act a moment of an authored performance
    device: str = "cpu"  # that casts the rays
    ahead: bool = True  # all clips are made before the first step; false: each when it is first drawn
    processes: int = limited(0, 0)  # that make clips ahead; 0: one a core
    margin: float = limited(1.2, 1.0, 2.0)  # of the stored square over the crop
    jitter: float = limited(0.04, 0, 0.2)  # of the crop's place and size


@dataclass(frozen=True)
class RateSettings:
    """Learning rates of Adam by module (appendix G)."""

    appearance: float = limited(5e-5, 0, 1)
    motion: float = limited(1.2e-4, 0, 1)
    warping: float = limited(1.2e-4, 0, 1)
    decoder: float = limited(1.2e-4, 0, 1)
    discriminator: float = limited(1e-4, 0, 1)
    face_discriminator: float = limited(2.5e-5, 0, 1)
    lip_discriminator: float = limited(1.5e-5, 0, 1)
    betas: tuple[float, float] = limited((0.5, 0.999), 0, 1)
    drops: tuple[float, ...] = limited((0.5, 0.8), 0, 1)  # shares of the steps after which all rates are a tenth
    warm_up: int = limited(0, 0)  # steps over which rates rise from 0


@dataclass(frozen=True)
class LossSettings:
    """Weights of the losses (eqs. 4, 5, 7, 8); 0 leaves one out. Order of three: whole picture, face, lips."""

    flame: float = limited(1.0, 0)
    flame_canonical: float = limited(50.0, 0)
    flame_expression: float = limited(50.0, 0)
    flame_posed: float = limited(50.0, 0)
    perceptual: tuple[float, float, float] = limited((10.0, 20.0, 40.0), 0)
    perceptual_network: Literal["vgg16", "alexnet", "none"] = "vgg16"
    l1: tuple[float, float, float] = limited((10.0, 20.0, 50.0), 0)
    adversarial: tuple[float, float, float] = limited((1.0, 1.0, 1.0), 0)
    feature_matching: tuple[float, float, float] = limited((10.0, 20.0, 20.0), 0)
    adversarial_from: int = limited(0, 0)  # steps before which pictures are not judged
    identity: float = limited(50.0, 0)
    identity_network: str = "sface"  # or the path of an ONNX file of your own, or none
    facial: tuple[float, float] = limited((20.0, 20.0), 0)  # eq. 7 of a student: perceptual, L1
    non_facial: tuple[float, float] = limited((20.0, 20.0), 0)  # eq. 8
    hull_expand: float = limited(0.1, 0, 1)  # of the face's size, appendix D

    def left_out(self) -> list[str]:
        """The losses of eq. 5 that these settings leave out, in words."""
        names = {"flame": "FLAME", "perceptual": "perceptual", "l1": "L1", "adversarial": "GAN", "identity": "identity"}
        values = {name: getattr(self, name) for name in names}
        return [
            names[name] for name, value in values.items() if not (any(value) if isinstance(value, tuple) else value)
        ]


@dataclass(frozen=True)
class LoopSettings:
    """How long, on what and in which precision."""

    steps: int = limited(400_000, 1)
    batch: int = limited(8, 1)  # pairs at once on each device
    accumulate: int = limited(1, 1)  # batches before a step
    seed: int = limited(0, 0)
    device: str = "auto"
    precision: Literal["float32", "bfloat16", "float16"] = "float16"
    keypoint_noise: tuple[float, float, float] = limited((0.001, 0.001, 0.01), 0)  # x, y, z, of -1..1
    ema: float = limited(0.999, 0, 1)  # of the weights that are exported


@dataclass(frozen=True)
class LogSettings:
    """How often, in steps."""

    every: int = limited(50, 1)
    pictures: int = limited(1000, 1)
    checkpoint: int = limited(1000, 1)
    keep: int = limited(3, 1)  # checkpoints


@dataclass(frozen=True)
class RunSettings:
    """A run."""

    name: str = "full"
    stage: Literal["teacher", "student"] = "teacher"
    teacher: str = ""  # a student's: the folder of the teacher's run, or of a model that was exported
    start: Literal["random", "teacher"] = "teacher"  # a student's first weights
    equation: Equation = 3  # of the paper; 1 is LivePortrait's, for comparison
    data: DataSettings = field(default_factory=DataSettings)
    networks: NetworkSizes = field(default_factory=NetworkSizes)
    losses: LossSettings = field(default_factory=LossSettings)
    rates: RateSettings = field(default_factory=RateSettings)
    train: LoopSettings = field(default_factory=LoopSettings)
    log: LogSettings = field(default_factory=LogSettings)

    def check(self) -> None:
        """Raises KnobError where settings do not fit together."""
        self.networks.check()
        if (self.stage == "student") != bool(self.teacher):
            raise KnobError("teacher names a run for stage: student, and only there.")
        if self.data.kind != "humans" and not self.data.folder:
            raise KnobError(f"data.folder is needed for data.kind {self.data.kind}.")
        if any(self.losses.perceptual) and self.losses.perceptual_network == "none":
            raise KnobError(
                "losses.perceptual_network none leaves the loss out only where losses.perceptual is 0, 0, 0."
            )
        if self.losses.identity and self.losses.identity_network == "none":
            raise KnobError("losses.identity_network none leaves the loss out only where losses.identity is 0.")


def decides_numbers(settings: RunSettings) -> dict[str, Any]:
    """The settings, flat and by name, that a run's numbers depend on: a run resumes with none of them changed."""
    free = {"name", "log", "train.device", "data.device", "data.ahead", "data.processes", "data.folder", "teacher"}
    return {
        name: value for name, value in flat(settings).items() if name not in free and name.split(".")[0] not in free
    }


def flat(settings: Any, prefix: str = "") -> dict[str, Any]:
    """Every setting by its name with dots."""
    found: dict[str, Any] = {}
    for each in fields(settings):
        value = getattr(settings, each.name)
        name = prefix + each.name
        found |= flat(value, name + ".") if hasattr(value, "__dataclass_fields__") else {name: value}
    return found
