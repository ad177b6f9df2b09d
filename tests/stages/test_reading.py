"""What was acted is more than what is read, by factors that depend on the place and on nothing else."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.models.canonical import canonical_face
from recast_nodes.stages.anatomy import LEFT_BROW
from recast_nodes.stages.reading import READ, READ_OF_FROWN, acted
from recast_nodes.stages.regions import region_weights

MEMBERSHIP = region_weights(canonical_face().vertices)


def test_rest_stays_rest():
    assert float(acted(torch.zeros(478, 3), MEMBERSHIP).abs().max()) == 0


@given(amount=st.floats(0.01, 3))
def test_it_grows_with_what_is_read(amount):
    read = torch.randn(478, 3, generator=torch.Generator().manual_seed(3))
    torch.testing.assert_close(acted(amount * read, MEMBERSHIP), amount * acted(read, MEMBERSHIP), rtol=1e-4, atol=1e-5)


def test_movements_keep_their_direction_and_are_no_smaller():
    read = torch.randn(478, 3, generator=torch.Generator().manual_seed(4))
    assert bool((acted(read, MEMBERSHIP) / read >= min(1.0, 1 / max(READ.values())) - 1e-5).all())


def test_sinking_brows_are_read_worst():
    brows = list(LEFT_BROW)
    down = torch.zeros(478, 3)
    down[brows, 1] = 1.0
    rise, sink = -acted(-down, MEMBERSHIP)[brows, 1], acted(down, MEMBERSHIP)[brows, 1]
    assert bool((sink > rise).all())
    assert float(sink.max()) <= 1 / READ_OF_FROWN + 1e-4  # never more than was measured
