"""What was acted is more than what is read, by factors that depend on the place and on nothing else."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.face.anatomy import LEFT_BROW
from recast_nodes.face.regions import REGIONS
from recast_nodes.models.canonical import canonical_face, expression_basis
from recast_nodes.stages.expression.landmark_gain import coefficient_correction, undo_gain
from recast_nodes.stages.membership import region_weights

MEMBERSHIP = region_weights(canonical_face().vertices)


def test_rest_stays_rest():
    assert float(undo_gain(torch.zeros(478, 3), MEMBERSHIP).abs().max()) == 0


@given(amount=st.floats(0.01, 3))
def test_it_grows_with_what_is_read(amount):
    read = torch.randn(478, 3, generator=torch.Generator().manual_seed(3))
    torch.testing.assert_close(
        undo_gain(amount * read, MEMBERSHIP), amount * undo_gain(read, MEMBERSHIP), rtol=1e-4, atol=1e-5
    )


def test_movements_keep_their_direction_and_are_no_smaller():
    read = torch.randn(478, 3, generator=torch.Generator().manual_seed(4))
    assert bool((undo_gain(read, MEMBERSHIP) / read >= 1 - 1e-5).all())


def test_sinking_brows_are_read_worst():
    brows = list(LEFT_BROW)
    down = torch.zeros(478, 3)
    down[brows, 1] = 1.0
    rise, sink = -undo_gain(-down, MEMBERSHIP)[brows, 1], undo_gain(down, MEMBERSHIP)[brows, 1]
    assert bool((sink > rise).all())
    assert float(sink.max()) <= 1 / 0.53 + 1e-4  # never more than was measured


def test_brows_that_trials_aim_are_given_back_less_beforehand():
    """Of what is missed when 0.83 of a rise and 0.53 of a frown are read: a power of 0.5, or of 0.2 in such a shot."""
    brows = torch.tensor([[float(name == "brows")] for name in REGIONS])
    for power, calibrated in ((0.5, 0.0), (0.35, 0.5), (0.2, 1.0)):
        rise, frown = (undo_gain(torch.tensor([[0.0, y, 0.0]]), brows, calibrated)[0, 1].abs() for y in (-1.0, 1.0))
        torch.testing.assert_close(torch.stack([rise, frown]), torch.tensor([0.83, 0.53]) ** -power)


def test_coefficients_and_landmarks_that_agree_add_nothing():
    coefficients = torch.rand(52, generator=torch.Generator().manual_seed(5))
    read = torch.einsum("c,ckd->kd", coefficients, expression_basis())
    torch.testing.assert_close(
        coefficient_correction(read, coefficients, expression_basis(), MEMBERSHIP), torch.zeros(478, 3)
    )


def test_what_only_coefficients_tell_counts_by_its_regions_share():
    coefficients = torch.zeros(52)
    coefficients[[14, 15]] = 1.0  # the eyes look aside
    told = torch.einsum("c,ckd->kd", coefficients, expression_basis())
    added = coefficient_correction(torch.zeros(478, 3), coefficients, expression_basis(), MEMBERSHIP)
    torch.testing.assert_close(added[468:], 0.6 * told[468:])
    most = max(region.by_coefficients for region in REGIONS.values())
    assert bool((added.abs() <= most * told.abs() + 1e-6).all())


def test_unknown_coefficients_say_nothing():
    added = coefficient_correction(torch.ones(478, 3), torch.full((52,), torch.nan), expression_basis(), MEMBERSHIP)
    assert float(added.abs().max()) == 0
