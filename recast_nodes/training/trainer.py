"""One run's networks, and one step of teaching them."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from .data.pairs import Pairs, Sampler
from .distributed import ALONE, Place, average, mean_of
from .losses.adversarial import discriminator_loss
from .objectives import SCALES, Named, Objectives, make_judges, views
from .reenactor import FoundMotion, Made, Reenactor, noisy
from .settings import RunSettings

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
RATES = {"F": "appearance", "M": "motion", "W": "warping", "G": "decoder"}  # in RateSettings
JUDGE_RATES = {"whole": "discriminator", "face": "face_discriminator", "lips": "lip_discriminator"}
NOISE = 1  # which stream of a step's numbers the keypoints' noise is


class Trainer:
    """The networks, their averages, their judges and the optimisers: all that a checkpoint holds."""

    def __init__(
        self,
        settings: RunSettings,
        device: torch.device,
        place: Place = ALONE,
        teacher: Mapping[str, Tensor] | None = None,
    ):
        self.settings, self.device, self.place = settings, device, place
        torch.manual_seed(settings.train.seed)
        self.model = Reenactor(settings.networks, settings.equation)
        self.teacher = _frozen(self.model, teacher).to(device) if teacher else None
        if teacher and settings.start == "teacher":
            self.model.load_state_dict(teacher)
        self.average = _frozen(self.model, self.model.state_dict()).to(device)
        self.judges = make_judges(settings).to(device)
        self.objectives = Objectives(settings).to(device)
        self.model.to(device)
        betas = settings.rates.betas
        self.optimiser = torch.optim.Adam(self._groups(), betas=betas)
        self.judging = torch.optim.Adam(self._judge_groups(), betas=betas) if self.judges else None
        self.scaler = torch.amp.GradScaler(device.type, enabled=settings.train.precision == "float16")
        self.step = 0

    def _groups(self) -> list[dict[str, Any]]:
        return [
            {"params": list(self.model.get_submodule(part).parameters()), "rate": getattr(self.settings.rates, name)}
            for part, name in RATES.items()
        ]

    def _judge_groups(self) -> list[dict[str, Any]]:
        return [
            {"params": list(judge.parameters()), "rate": getattr(self.settings.rates, JUDGE_RATES[name])}
            for name, judge in self.judges.items()
        ]

    # One step

    def teach(self, sampler: Sampler) -> dict[str, float]:
        """Teach one step; the losses, weighted as they are added, and their total."""
        self._set_rates()
        parts, judged = self.settings.train.accumulate, self.step >= self.settings.losses.adversarial_from
        self.model.train()
        self.optimiser.zero_grad(set_to_none=True)
        numbers: dict[str, float] = {}
        shown: list[tuple[Tensor, Pairs]] = []
        for part in range(parts):
            pairs = sampler.batch(self.step, part, self.place.rank).to(self.device)
            losses, made = self._losses(pairs, part, judged)
            total = torch.stack(list(losses.values())).sum()
            self.scaler.scale(total / parts).backward()
            _add(numbers, losses | {"total": total}, parts)
            shown.append((made.detach(), pairs))
        average(self.model, self.place)
        self.scaler.step(self.optimiser)
        if judged and self.judging:
            _add(numbers, self._teach_judges(shown), 1)
        self.scaler.update()
        self._follow()
        self.step += 1
        return mean_of(numbers, self.place)

    def _losses(self, pairs: Pairs, part: int, judged: bool) -> tuple[Named, Tensor]:
        """The losses of a batch, and the driving frames as they were made."""
        with self._autocast():
            source, driving = (self.model.motion(side.pictures) for side in pairs)
            volume = self.model.appearance(pairs.source.pictures)
            made = self._paint(volume, source, driving, part)
            losses = self.objectives.flame(self.model, (source, driving), pairs)
            losses |= self.objectives.picture(made.picture, pairs.driving)
            if judged:
                self.judges.requires_grad_(False)
                losses |= self.objectives.judged(self._judges(), made.picture, pairs.driving)
            if self.teacher:
                edited = self._paint(volume, source, source.with_expression_of(driving), part).picture
                losses |= self.objectives.boundary(edited, edit(self.teacher, pairs).picture, pairs.source)
        return losses, made.picture

    def _paint(self, volume: Tensor, source: FoundMotion, driving: FoundMotion, part: int) -> Made:
        numbers = [self.settings.train.seed, self.step, part, self.place.rank, NOISE]
        generator = torch.Generator().manual_seed(_mixed(numbers))
        spread = self.settings.train.keypoint_noise
        x_s, x_d = (noisy(self.model.keypoints(motion), spread, generator) for motion in (source, driving))
        return self.model.paint(volume, x_s, x_d)

    def _teach_judges(self, shown: list[tuple[Tensor, Pairs]]) -> Named:
        assert self.judging
        self.judges.train().requires_grad_(True)
        self.judging.zero_grad(set_to_none=True)
        losses: Named = {}
        for made, pairs in shown:
            with self._autocast():
                each = {}
                for number, name in enumerate(SCALES):
                    if name in self.judges:
                        real = self.judges[name](views(pairs.driving.pictures, pairs.driving)[number])
                        false = self.judges[name](views(made, pairs.driving)[number])
                        each[f"judge {name}"] = discriminator_loss(real, false) / len(shown)
            self.scaler.scale(torch.stack(list(each.values())).sum()).backward()
            losses = {name: losses.get(name, 0) + value.detach() for name, value in each.items()}
        average(self.judges, self.place)
        self.scaler.step(self.judging)
        return losses

    def _judges(self) -> dict[str, nn.Module]:
        return dict(self.judges.items())

    def _autocast(self) -> torch.autocast:
        dtype = DTYPES[self.settings.train.precision]
        return torch.autocast(self.device.type, dtype=dtype, enabled=dtype != torch.float32)

    def _set_rates(self) -> None:
        """A function of the step alone, so that there is nothing of it to be kept."""
        rates = self.settings.rates
        passed = sum(self.step >= share * self.settings.train.steps for share in rates.drops)
        share = 0.1**passed * (min(1.0, (self.step + 1) / rates.warm_up) if rates.warm_up else 1.0)
        for optimiser in filter(None, (self.optimiser, self.judging)):
            for group in optimiser.param_groups:
                group["lr"] = group["rate"] * share

    @torch.no_grad()
    def _follow(self) -> None:
        """Let the average follow the weights: faster at first, so that the beginning is forgotten."""
        keep = min(self.settings.train.ema, (1 + self.step) / (10 + self.step))
        torch._foreach_lerp_(list(self.average.parameters()), list(self.model.parameters()), 1 - keep)
        for mean, own in zip(self.average.buffers(), self.model.buffers(), strict=True):
            mean.copy_(own)

    # What a checkpoint holds

    def state(self) -> dict[str, Any]:
        """Everything that the next step depends on."""
        judging = self.judging.state_dict() if self.judging else {}
        return {
            "step": self.step,
            "model": self.model.state_dict(),
            "average": self.average.state_dict(),
            "judges": self.judges.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "judging": judging,
            "scaler": self.scaler.state_dict(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state` gave."""
        self.step = int(state["step"])
        for name in ("model", "average", "judges", "optimiser"):
            getattr(self, name).load_state_dict(state[name])
        if self.judging:
            self.judging.load_state_dict(state["judging"])
        if self.scaler.is_enabled():
            self.scaler.load_state_dict(state["scaler"])


@torch.no_grad()
def edit(model: Reenactor, pairs: Pairs) -> Made:
    """Eq. 6: the source with the driver's expression, by a model that is not being taught."""
    source, driving = (model.motion(side.pictures) for side in pairs)
    x_s, x_d = model.keypoints(source), model.keypoints(source.with_expression_of(driving))
    return model.paint(model.appearance(pairs.source.pictures), x_s, x_d)


@torch.no_grad()
def reenact(model: Reenactor, pairs: Pairs) -> Made:
    """Eq. 3: the driving frame made from the source."""
    x_s, x_d = (model.keypoints(model.motion(side.pictures)) for side in pairs)
    return model.paint(model.appearance(pairs.source.pictures), x_s, x_d)


def _frozen(like: Reenactor, state: Mapping[str, Tensor]) -> Reenactor:
    made = copy.deepcopy(like)
    made.load_state_dict(state)
    return made.eval().requires_grad_(False)


def _add(numbers: dict[str, float], losses: Mapping[str, Tensor], parts: int) -> None:
    values = torch.stack([value.detach().float() for value in losses.values()]).tolist()  # one wait for a graphics card
    for name, value in zip(losses, values, strict=True):
        numbers[name] = numbers.get(name, 0.0) + value / parts


def _mixed(numbers: list[int]) -> int:
    """One seed of several numbers."""
    import numpy as np

    return int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0] >> np.uint64(1))
