"""Nothing recurses by the length of the user's graph: 1,500 nodes in a row are an ordinary comp."""

from __future__ import annotations

import pytest

from recast_nodes.errors import MediaError
from recast_nodes.graph.graph import Graph, Placed
from recast_nodes.graph.keys import MOST_KNOWN, STRETCH, Keys
from recast_nodes.graph.render import Resume, Settings, render
from recast_nodes.graph.steps import run

from .test_resume import Numbers, fresh  # noqa: F401  # a fixture
from .toys import Mean, Scale, Source, chain

LENGTH = 1500


def row(length: int, file: str = "", **source: object) -> Graph:
    """A source, `length` nodes of which every third looks at the whole shot, and an output."""
    kinds = [Mean if number % 3 == 0 else Scale for number in range(length)]
    nodes = [("n0", Source, source, {})]
    nodes += [(f"n{number}", kind, {}, {"number": f"n{number - 1}"}) for number, kind in enumerate(kinds, 1)]
    return chain(*nodes, ("out", Numbers, {"file": file}, {"image": f"n{length}"}))


def test_a_long_row_of_nodes_renders(tmp_path):
    graph = row(LENGTH, str(tmp_path / "n.####.txt"))
    assert graph.problems() == [] and len(graph.upstream("out")) == LENGTH + 2
    outcome = render(graph, "out", [1, 2], [1, 2], Settings(resume=Resume()))
    assert sorted(outcome.written) == [1, 2]
    assert sorted(render(graph, "out", [1, 2], [1, 2], Settings(resume=Resume())).existing) == [1, 2]


def test_an_error_at_the_far_end_of_a_long_row_is_told(tmp_path):
    graph = row(LENGTH, str(tmp_path / "n.####.txt"), offset=13)
    with pytest.raises(MediaError, match="cursed"):
        render(graph, "out", [1], [1], Settings(resume=Resume()))


def test_a_long_circle_is_found():
    nodes = dict(row(LENGTH).nodes)
    nodes["n1"] = Placed("n1", Scale, wires={"number": f"n{LENGTH}"})
    (problem,) = (each for each in Graph(nodes).problems() if "circle" in each.text)
    assert problem.text.count("<-") == LENGTH
    assert len(Graph(nodes).upstream("n1")) == LENGTH, "asking ends, although the graph cannot be rendered"


def test_asking_node_after_node_does_not_walk_the_whole_row_each_time(monkeypatch):
    keys = Keys(row(LENGTH), range(1, 2))
    walked, new = [], Keys._new
    monkeypatch.setattr(Keys, "_new", lambda self, *words: walked.append(words) or new(self, *words))
    for number in range(LENGTH + 1):
        keys.of(f"n{number}", 1)
    assert len(walked) <= 2 * STRETCH * LENGTH and len(keys._remembered) <= MOST_KNOWN


def test_steps_give_results_and_errors_as_calls_do():
    def down(depth):
        if depth == 0:
            raise KeyError("the end")
        try:
            yield down(depth - 1)
        except KeyError:
            if depth == 5000:
                return "caught"
            raise

    assert run(down(5000)) == "caught"
    with pytest.raises(KeyError, match="the end"):
        run(down(4999))
