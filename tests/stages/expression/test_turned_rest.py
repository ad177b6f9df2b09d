"""What a resting face is read as while the head turns: learned from the shot, told from acting, and from gaze."""

from __future__ import annotations

import torch

from recast_nodes.face.blendshapes import BLENDSHAPES
from recast_nodes.models.canonical import canonical_face, expression_basis, resting_coefficients
from recast_nodes.stages.expression.turned_rest import FARTHEST_MISREAD, learn_turned_rest, unturned

from ...performer import turn

FACE, MOVEMENTS, RESTING = canonical_face().vertices, expression_basis(), resting_coefficients()
FRAMES = 30
ANGLES = torch.linspace(-0.9, 0.9, FRAMES)
TURNS = torch.stack([turn(float(angle)) for angle in ANGLES])
NOSE = 4


def read(acted: torch.Tensor, misread: float) -> torch.Tensor:
    """Shapes (F, 478, 3) of a face whose nose goes aside by so many centimetres for a whole turn, and that acts."""
    shapes = FACE + torch.einsum("fc,ckd->fkd", acted, MOVEMENTS)
    shapes[:, NOSE, 0] += misread * TURNS[:, 0, 2]
    return shapes


def acting(share: torch.Tensor) -> torch.Tensor:
    """(F, 52) a jaw that opens by `share` (F,)."""
    acted = torch.zeros(FRAMES, 52)
    acted[:, BLENDSHAPES.index("jawOpen")] = share
    return acted


def test_what_goes_with_the_turn_belongs_to_the_rest() -> None:
    acted = acting(0.3 * torch.rand(FRAMES, generator=torch.Generator().manual_seed(2)))
    found = learn_turned_rest(read(acted, 0.4), RESTING + acted, TURNS, MOVEMENTS, RESTING)
    ends = found.at(TURNS[-1]) - found.at(TURNS[0])
    wanted = 0.4 * float(TURNS[-1, 0, 2] - TURNS[0, 0, 2])
    assert abs(float(ends[NOSE, 0]) - wanted) < 0.1 * abs(wanted)
    ends[NOSE] = 0
    assert float(ends.abs().max()) < 0.1 * abs(wanted)


def test_acting_while_the_head_turns_stays_acting() -> None:
    """The coefficients account for it: nothing is left that the turn could explain."""
    acted = acting(torch.linspace(0, 0.8, FRAMES))
    found = learn_turned_rest(read(acted, 0.0), RESTING + acted, TURNS, MOVEMENTS, RESTING)
    jaw = torch.einsum("fc,ckd->fkd", acted, MOVEMENTS)[-1].norm(dim=-1).max()
    assert float((found.at(TURNS[-1]) - found.at(TURNS[0])).norm(dim=-1).max()) < 0.1 * float(jaw)


def test_a_head_that_hardly_turns_tells_nothing() -> None:
    """One frame, and a still head whose landmarks are noisy."""
    generator = torch.Generator().manual_seed(5)
    still = torch.stack([turn(0.01 * float(angle)) for angle in ANGLES])
    shapes = FACE + 0.03 * torch.randn(FRAMES, 478, 3, generator=generator)
    rest = RESTING.expand(FRAMES, 52)
    found = learn_turned_rest(shapes, rest, still, MOVEMENTS, RESTING)
    assert float(found.at(still[-1]).abs().max()) < 0.03 * FARTHEST_MISREAD
    one = learn_turned_rest(shapes[:1], rest[:1], TURNS[:1], MOVEMENTS, RESTING)
    assert not one.at(TURNS[0]).any()


def test_eyes_that_keep_looking_at_something_are_not_misread() -> None:
    shapes = FACE.expand(FRAMES, 478, 3).clone()
    shapes[:, 468:, 0] += 0.5 * TURNS[:, 0, 2, None]
    rest = RESTING.expand(FRAMES, 52)
    found = learn_turned_rest(shapes, rest, TURNS, MOVEMENTS, RESTING)
    assert not found.at(TURNS[-1])[468:].any()


def test_counted_from_a_turn_it_is_nothing_there() -> None:
    acted = acting(torch.zeros(FRAMES))
    found = learn_turned_rest(read(acted, 0.4), RESTING + acted, TURNS, MOVEMENTS, RESTING)
    assert not found.counted_from(TURNS[3]).at(TURNS[3]).any()
    assert found.counted_from(TURNS[3]).at(TURNS[-1]).any()


def test_without_coefficients_nothing_is_concluded() -> None:
    unknown = torch.full((FRAMES, 52), torch.nan)
    found = learn_turned_rest(read(torch.zeros(FRAMES, 52), 0.4), unknown, TURNS, MOVEMENTS, RESTING)
    assert not found.at(TURNS[0]).any() and not unturned(478).at(TURNS[0]).any()


def test_how_far_a_resting_face_may_be_misread_is_half_a_centimetre() -> None:
    """Two frames that are at rest: each outweighs that expectation by its own precision (0.03 cm) only."""
    turns = torch.stack([turn(0.1), turn(-0.1)])
    shapes = FACE.expand(2, 478, 3).clone()
    shapes[0, NOSE, 0] += 0.02
    found = learn_turned_rest(shapes, RESTING.expand(2, 52), turns, MOVEMENTS, RESTING)
    side = float(turns[0, 0, 2])
    evidence, expectation = 2 * side**2 / 0.03**2, 1 / 0.5**2
    wanted = 0.02 * evidence / (evidence + expectation)
    ends = found.at(turns[0]) - found.at(turns[1])
    assert abs(float(ends[NOSE, 0]) - wanted) < 1e-4 and 0.8 < wanted / 0.02 < 0.9
