"""Where nodes are drawn when nobody has said so: left to right, each after what it needs, chains in lanes of their own.

A node's column is right of all that it needs, and near to what needs it. It goes on in the lane of an input beside it
where that is free, and in a new lane otherwise: chains, such as those of two faces or of the driver, lie side by side.
Long rows are wrapped like lines of text. Columns are as wide and lanes as high as their largest node, so no two
nodes overlap.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from statistics import median
from typing import NamedTuple

from ....graph.changes import Place, place_nodes
from ....graph.graph import Graph, Placed

GAP_X, GAP_Y = 60.0, 30.0  # pixels between nodes, for wires to be seen
COLUMNS = 24  # in a row before it is wrapped; two faces, one after the other, need 17
STAGGER = (0.0, 15.0, 7.0)  # pixels down, column by column: a wire past a node is not one into it (inputs: 22 apart)
NARROWEST, LOWEST = 160.0, 60.0  # NodeGraphQt's smallest node
LETTER, SIDES = 9.0, 70.0  # a title's width: pixels of a wide letter, and of icon and margins beside it
INPUT, TITLE = 25.0, 36.0  # a node's height: pixels of an input, and of its title
CELL = 400.0  # pixels of a square in which near nodes are looked up; no smaller than any common node


Lengths = dict[tuple[int, int], float]


class Rect(NamedTuple):
    """Where a node is drawn, y down."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Rect) -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def moved(self, x: float, y: float) -> Rect:
        return Rect(self.left + x, self.top + y, self.right + x, self.bottom + y)


def size_of(placed: Placed) -> tuple[float, float]:
    """Width and height that a node needs at most, in pixels: there is no font here to measure with."""
    inputs = placed.kind.inputs
    title = LETTER * len(placed.name) + SIDES
    entries = LETTER * max(map(len, inputs), default=0) + SIDES
    return max(title, entries, NARROWEST), max(TITLE + INPUT * len(inputs), LOWEST + TITLE)


def rect_of(placed: Placed, place: Place) -> Rect:
    """What a node covers at a place."""
    (left, top), (width, height) = place, size_of(placed)
    return Rect(left, top, left + width, top + height)


def laid_out(graph: Graph) -> Graph:
    """The shot with a place for every node: all anew if none has one, else the ones without, clear of the others."""
    missing = [name for name, placed in graph.nodes.items() if placed.place is None]
    if not missing:
        return graph
    places = places_of(graph)
    if len(missing) < len(graph.nodes):
        places = _clear_of_others(graph, missing, places)
    return place_nodes(graph, {name: places[name] for name in missing})


def places_of(graph: Graph) -> dict[str, Place]:
    """A place for every node, whatever place it has."""
    cells = {name: (*divmod(column, COLUMNS), lane) for name, (column, lane) in _cells(graph).items()}
    widths: Lengths = defaultdict(float)  # by row and column
    heights: Lengths = defaultdict(float)  # by row and lane
    for name, (row, column, lane) in cells.items():
        width, height = size_of(graph.nodes[name])
        widths[row, column] = max(widths[row, column], width)
        heights[row, lane] = max(heights[row, lane], height + max(STAGGER))
    lefts, tops = _starts(widths, GAP_X), _starts(heights, GAP_Y)
    deep: dict[int, float] = defaultdict(float)  # of each row
    for (row, lane), top in tops.items():
        deep[row] = max(deep[row], top + heights[row, lane] + 2 * GAP_Y)
    above = dict(zip(sorted(deep), itertools.accumulate((deep[row] for row in sorted(deep)), initial=0.0)))
    return {
        name: (lefts[row, column], above[row] + tops[row, lane] + STAGGER[column % len(STAGGER)])
        for name, (row, column, lane) in cells.items()
    }


def _starts(lengths: Lengths, gap: float) -> dict[tuple[int, int], float]:
    """Where each column or lane of a row begins, one after the other from 0."""
    starts: dict[tuple[int, int], float] = {}
    ends: dict[int, float] = defaultdict(float)
    for row, index in sorted(lengths):
        starts[row, index] = ends[row]
        ends[row] += lengths[row, index] + gap
    return starts


def _cells(graph: Graph) -> dict[str, tuple[int, int]]:
    """Column and lane of each node."""
    order = list(upstream_first(graph))
    columns = _columns(graph, order)
    lanes: dict[str, int] = {}
    taken: set[tuple[int, int]] = set()
    free: dict[int, int] = defaultdict(int)  # the first lane of a column that may be free
    for name in order:
        column = columns[name]
        before = (end for end in graph.nodes[name].wires.values() if columns.get(end) == column - 1 and end in lanes)
        lane = next((lanes[end] for end in before if (column, lanes[end]) not in taken), None)
        if lane is None:
            while (column, free[column]) in taken:
                free[column] += 1
            lane = free[column]
        taken.add((column, lane))
        lanes[name] = lane
    return {name: (columns[name], lanes[name]) for name in order}


def _columns(graph: Graph, order: list[str]) -> dict[str, int]:
    """The column of each node: right of all that it needs, and as near as can be to what needs it."""
    columns: dict[str, int] = {}
    for name in order:
        inputs = [columns[end] for end in graph.nodes[name].wires.values() if end in columns]
        columns[name] = max(inputs, default=-1) + 1
    last: dict[str, int] = {}  # the column before the first node that needs it
    for name in reversed(order):
        columns[name] = max(columns[name], last.get(name, 0))
        for end in graph.nodes[name].wires.values():
            last[end] = min(last.get(end, columns[name] - 1), columns[name] - 1)
    return columns


def upstream_first(graph: Graph) -> Iterator[str]:
    """All nodes, each after what it needs. Those of a circle come too, in some order."""
    entered: set[str] = set()
    for first in graph.nodes:
        stack = [] if first in entered else [(first, iter(graph.nodes[first].wires.values()))]
        entered.add(first)
        while stack:
            name, ends = stack[-1]
            end = next((each for each in ends if each in graph.nodes and each not in entered), None)
            if end is None:
                stack.pop()
                yield name
            else:
                entered.add(end)
                stack.append((end, iter(graph.nodes[end].wires.values())))


def _clear_of_others(graph: Graph, missing: Iterable[str], places: Mapping[str, Place]) -> dict[str, Place]:
    """Places for the nodes that have none: as far from their neighbours as laid out, and beneath what is there."""
    known = {name: placed.place for name, placed in graph.nodes.items() if placed.place}
    right = median(known[name][0] - places[name][0] for name in known)
    down = median(known[name][1] - places[name][1] for name in known)
    drawn = Drawn()
    for name, place in known.items():
        drawn.add(rect_of(graph.nodes[name], place))
    found: dict[str, Place] = {}
    for name in missing:
        left, top = places[name][0] + right, places[name][1] + down
        place = drawn.clear(graph.nodes[name], (left, top))
        drawn.add(rect_of(graph.nodes[name], place))
        found[name] = place
    return found


class Drawn:
    """What is covered by nodes already; near ones are found without looking at all."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[Rect]] = defaultdict(list)

    def add(self, rect: Rect) -> None:
        for cell in _squares(rect):
            self._cells[cell].append(rect)

    def beneath(self, rect: Rect) -> Rect | None:
        """One of the nodes that `rect` would cover."""
        near = (other for cell in _squares(rect) for other in self._cells.get(cell, ()))
        return next((other for other in near if rect.overlaps(other)), None)

    def clear(self, placed: Placed, place: Place) -> Place:
        """`place`, or the first one beneath it where the node covers no other."""
        while other := self.beneath(rect_of(placed, place)):
            place = place[0], other.bottom + GAP_Y
        return place


def _squares(rect: Rect) -> Iterator[tuple[int, int]]:
    columns = range(int(rect.left // CELL), int(rect.right // CELL) + 1)
    rows = range(int(rect.top // CELL), int(rect.bottom // CELL) + 1)
    return itertools.product(columns, rows)
