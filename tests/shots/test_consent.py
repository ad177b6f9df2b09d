"""Consent in finished frames: in the header, and never in the pixels, whenever it was given."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from recast_nodes.graph.consent import BLOCK, Consent
from recast_nodes.graph.render import Resume
from recast_nodes.media.exr.attributes import CONSENT
from recast_nodes.media.exr.header import read_layout

FRAMES = range(1004, 1006)
JANE = Consent("Jane Doe", agreement="rider 7")


def files(shot) -> list[Path]:
    return [Path(shot.result.replace("####", str(frame))) for frame in FRAMES]


def consents(shot) -> list[object]:
    attributes = [read_layout(path).headers[0].attributes for path in files(shot)]
    return [json.loads(each[CONSENT].value) if CONSENT in each else None for each in attributes]


def agreed(graph, *given: Consent):
    return replace(graph, blocks={BLOCK: given})


@pytest.fixture
def graph(shot):
    return shot.graph()


def test_a_changed_consent_changes_headers_and_makes_no_frame_again(shot, graph):
    resume = {"resume": Resume()}
    assert sorted(shot.render(graph, FRAMES, **resume).written) == list(FRAMES) and consents(shot) == [None, None]
    plain = [path.read_bytes() for path in files(shot)]
    outcome = shot.render(agreed(graph, JANE), FRAMES, **resume)
    assert not outcome.written and consents(shot) == [[JANE.facts]] * 2
    restamped = [path.read_bytes() for path in files(shot)]
    again = shot.render(agreed(graph, JANE), FRAMES, resume=Resume(overwrite=True))
    assert sorted(again.written) == list(FRAMES)
    assert [path.read_bytes() for path in files(shot)] == restamped, "as if rendered with it from the start"
    assert not shot.render(agreed(graph, JANE), FRAMES, resume=Resume(verify=True)).written
    assert not shot.render(graph, FRAMES, **resume).written
    assert [path.read_bytes() for path in files(shot)] == plain
