"""Frames shared out to a stand-in for a cluster: every frame is made, whoever is lost on the way."""

from __future__ import annotations

from collections import deque
from typing import Any

import pytest

from recast_nodes.errors import RecastError
from recast_nodes.graph.render import Outcome
from recast_nodes.hosts.cli import exits
from recast_nodes.hosts.farm.shares import LONGEST, TRIES, Sharing

FRAMES = list(range(1001, 1041))


class Console:
    """Remembers what is told."""

    as_json = True

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.bars: list[tuple[str, int, int]] = []

    def emit(self, event: str, text: str = "", **facts: Any) -> None:
        self.told.append((event, facts))

    def progress(self, what: str, done: int, total: int) -> None:
        self.bars.append((what, done, total))


class Member:
    def __init__(self, name: str):
        self.name = name
        self.waiting: deque[dict[str, Any] | None] = deque()


class Crew:
    """Members that answer by a rule: (frame, times begun) -> 'written', 'lost', 'full', 'bad'."""

    def __init__(self, rule: Any = lambda frame, times: "written", size: int = 3):
        self.rule = rule
        self.members = [Member(f"node{number}") for number in range(size)]
        self.shares: list[list[int]] = []
        self.times: dict[int, int] = {}

    def free(self) -> list[Member]:
        return [member for member in self.members if not member.waiting]

    def size(self) -> int:
        return len(self.members)

    def begin(self, member: Member, frames: list[int], options: dict[str, Any]) -> None:
        self.shares.append(list(frames))
        failed = False
        for at, frame in enumerate(frames):
            self.times[frame] = self.times.get(frame, 0) + 1
            how = self.rule(frame, self.times[frame])
            if how == "lost":
                member.waiting.append(None)
                return
            if how == "full":
                left = list(frames[at + 1 :])
                member.waiting.append({"event": "failed", "frame": frame, "text": f"Frame {frame} failed: disk full."})
                member.waiting.append({"event": "stopped", "text": "Error: ...", "reason": "disk full."})
                member.waiting.append({"event": "done", "left": left})
                member.waiting.append({"event": "end", "code": exits.TRY_AGAIN})
                return
            failed = failed or how == "bad"
            if how == "bad":
                member.waiting.append({"event": "failed", "frame": frame, "text": f"Frame {frame} failed: no face."})
            elif how == "written":
                member.waiting.append({"event": "frame", "frame": frame, "file": f"{frame}.exr"})
        member.waiting.append({"event": "done", "left": [], "seconds": {"Warp": 1.0}})
        member.waiting.append({"event": "end", "code": exits.SOME_FAILED if failed else exits.DONE})

    def events(self, seconds: float) -> Any:
        for member in self.members:
            if member.waiting:
                yield member, member.waiting.popleft()


def go(crew: Crew, making: bool = True, **options: Any) -> tuple[Outcome, Console]:
    outcome, console = Outcome(), Console()
    Sharing(crew, console, outcome, options, making).run(FRAMES)
    return outcome, console


def test_every_frame_is_made_once_and_told_in_one_bar():
    crew = Crew()
    outcome, console = go(crew)
    assert sorted(outcome.written) == FRAMES and sorted(sum(crew.shares, [])) == FRAMES
    assert console.bars[-1] == ("render", 40, 40) and [done for _, done, _ in console.bars] == sorted(
        done for _, done, _ in console.bars
    )
    assert {facts["node"] for event, facts in console.told if event == "frame"} == {"node0", "node1", "node2"}
    assert exits.of_outcome(outcome) == exits.DONE and outcome.seconds["Warp"] == len(crew.shares)
    assert len(crew.shares[0]) > len(crew.shares[-1]) and max(map(len, crew.shares)) <= LONGEST


def test_what_a_lost_one_held_is_made_by_others():
    outcome, _ = go(Crew(lambda frame, times: "lost" if frame % 7 == 0 and times == 1 else "written"))
    assert sorted(outcome.written) == FRAMES and not outcome.failed


def test_a_frame_that_ends_its_renderer_is_alone_in_the_end_and_named():
    crew = Crew(lambda frame, times: "lost" if frame == 1010 else "written")
    outcome, _ = go(crew)
    assert sorted(outcome.written) == [frame for frame in FRAMES if frame != 1010]
    assert f"ended {TRIES} times" in outcome.failed[1010] and crew.shares[-1] == [1010]
    assert exits.of_outcome(outcome) == exits.NO_MEMORY


def test_what_another_try_may_mend_is_tried_elsewhere():
    outcome, _ = go(Crew(lambda frame, times: "full" if frame == 1003 and times == 1 else "written"))
    assert sorted(outcome.written) == FRAMES and not outcome.stopped


def test_a_disk_that_stays_full_stops_the_render():
    outcome, _ = go(Crew(lambda frame, times: "full" if frame > 1010 else "written"))
    assert str(outcome.stopped) == "disk full." and exits.of_outcome(outcome) == exits.TRY_AGAIN
    assert not [frame for frame in outcome.written if frame > 1010]


def test_frames_that_would_fail_again_are_named_and_the_rest_is_made():
    outcome, console = go(Crew(lambda frame, times: "bad" if frame == 1002 else "written"))
    assert outcome.failed == {1002: "no face."} and len(outcome.written) == len(FRAMES) - 1
    assert [facts["frame"] for event, facts in console.told if event == "failed"] == [1002]
    assert exits.of_outcome(outcome) == exits.SOME_FAILED


def test_fail_fast_begins_nothing_more():
    outcome, _ = go(Crew(lambda frame, times: "bad" if frame == 1002 else "written"), fail_fast=True)
    assert outcome.stopped and len(outcome.written) < len(FRAMES) - 1


def test_frames_that_others_made_meanwhile_are_kept():
    outcome, _ = go(Crew(lambda frame, times: "kept" if frame < 1005 else "written"))
    assert sorted(outcome.existing) == [1001, 1002, 1003, 1004]


def test_looking_at_a_shot_that_ends_every_renderer_comes_to_an_end():
    with pytest.raises(RecastError, match=f"ended {TRIES} times"):
        go(Crew(lambda frame, times: "lost"), making=False)
