"""Earlier names: every one leads to a knob and values of now, and no knob of now goes by an earlier name."""

import pytest

from recast_nodes.nodes import NODES
from recast_nodes.nodes.renames import RENAMES, earlier

every_rename = pytest.mark.parametrize("rename", RENAMES, ids=lambda rename: f"{rename.node}.{rename.old}")


@every_rename
def test_leads_to_what_is_there(rename):
    knobs = NODES[rename.node].knobs
    assert rename.new in knobs and (rename.new == rename.old or rename.old not in knobs)
    for value in rename.values.values():
        assert knobs[rename.new].settle(value) == value


@every_rename
def test_is_told_with_both_names(rename):
    for old, new in rename.values.items():
        told = rename.describe("Mix", old)
        assert f"Mix.{rename.old}" in told and old in told and new in told


def test_no_two_renames_claim_one_name():
    assert len({(each.node, each.old) for each in RENAMES}) == len(RENAMES)
    assert earlier("ExpressionMix", "replace") is None
