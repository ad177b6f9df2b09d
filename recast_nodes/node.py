"""Node: gathers the knobs and inputs that a class declares, and settles their values.

A class declares, an instance is one moment: its knobs hold plain values at one frame (`frame`). Curves live in the
graph. `process` is a doorway: it imports the stage that does the work and calls it.
"""

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from .errors import KnobError
from .knobs import Knob, Still
from .unknown_names import nearest, unknown

Self = TypeVar("Self", bound="Node")


AS_THEY_COME = 0  # frames: `Node.batch_size` of a node that splits what it is given by itself


@dataclass(frozen=True)
class Finding:
    """What `Node.check` found: a severe one stops a render before it starts, others are reported. `entry` is a knob."""

    text: str
    entry: str = ""
    severe: bool = True


class Input:
    """A place that a wire goes into. `many` inputs arrive as {frame: value}, for the frames of `Node.frames`."""

    def __init__(self, kind: type | Sequence[type], tip: str, *, optional: bool = False, many: bool = False):
        self.kinds = (kind,) if isinstance(kind, type) else tuple(kind)
        self.tip, self.optional, self.many = tip, optional, many
        self.name = ""

    @property
    def takes(self) -> str:
        """The kinds of wire that fit, in words: 'Image', 'Track or Motion'."""
        return " or ".join(kind.__name__ for kind in self.kinds)

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def describe(self) -> dict[str, Any]:
        return {"name": self.name, "kind": self.takes, "tip": self.tip, "optional": self.optional}


class Node:
    """One step of a shot."""

    knobs: Mapping[str, Knob] = {}
    inputs: Mapping[str, Input] = {}
    gives: type | None = None  # the kind of wire that comes out

    checks_frames = False  # whether `check` depends on the frame number itself, and not on knob values alone
    observes: Sequence[str] = ()  # the only knobs that `observe` sees
    over_shot: Sequence[str] = ()  # knobs that `analyse` knows in every frame, where they are keyed: `over_time`
    over_time: Mapping[str, Mapping[int, Any]] = {}  # knob: {frame: value} of those of them that are keyed
    analyses: Sequence[str] = ()  # inputs that `observe` is given, over the whole shot, before any frame is processed
    performance = ""  # the input by which the plate's own performance comes in; its takes are looked at as well
    folded: Sequence[str] = ()  # groups of knobs that hosts show folded, or on a page of their own
    inputs_by: Sequence[str] = ()  # knobs that decide which optional inputs are needed (`missing_inputs`)
    footage: Mapping[str, str] = {}  # inputs that `observe` is given of a take, and what of it: "image" or "track"

    _without_effect: frozenset[str] = frozenset()  # names of knobs that do not decide the result

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.knobs = {**cls.knobs, **{name: made for name, made in vars(cls).items() if isinstance(made, Knob)}}
        cls._without_effect = frozenset(name for name, knob in cls.knobs.items() if not knob.affects_result)
        cls.inputs = {**cls.inputs, **{name: made for name, made in vars(cls).items() if isinstance(made, Input)}}

    def __init__(self, frame: int = 0, **values: Any):
        self.frame = frame
        for name in values:
            if name not in self.knobs:
                raise KnobError(unknown_knob(type(self), name))
        self.values = {
            name: knob.settle(values[name]) if name in values else knob.default for name, knob in self.knobs.items()
        }

    @classmethod
    def summary(cls) -> str:
        """The first sentence of the class's documentation."""
        return inspect.cleandoc(cls.__doc__ or "").split("\n\n")[0].replace("\n", " ")

    @classmethod
    def describe(cls) -> dict[str, Any]:
        """The declaration as plain data."""
        return {
            "name": cls.__name__,
            "summary": cls.summary(),
            "documentation": inspect.cleandoc(cls.__doc__ or ""),
            "inputs": [entry.describe() for entry in cls.inputs.values()],
            "gives": cls.gives.__name__ if cls.gives else None,
            "folded": list(cls.folded),
            "knobs": [knob.describe() for knob in cls.knobs.values()],
        }

    def at_frame(self: Self, frame: int) -> Self:
        """The same knob values at another frame."""
        other = object.__new__(type(self))
        other.frame, other.values = frame, self.values
        return other

    def with_only(self: Self, names: Iterable[str]) -> Self:
        """The same node with every knob at its default but those in `names`."""
        return type(self)(self.frame, **{name: self.values[name] for name in names})

    @classmethod
    def gives_with(cls, constants: Mapping[str, Any]) -> type | None:
        """The kind of wire that comes out with these knob values, where a knob decides it."""
        return cls.gives

    def affecting_values(self) -> dict[str, Any]:
        """The knob values that decide the result: what a fingerprint is made of."""
        return {name: value for name, value in self.values.items() if name not in self._without_effect}

    def values_beside_stamp(self) -> dict[str, Any]:
        """Those of them of which the stamp does not say all that matters."""
        return self.affecting_values()

    def stamp(self) -> str:
        """What else decides the result at this moment: the state of a file that is read, the hash of weights."""
        return ""

    def span(self) -> range | None:
        """The frames that this node brings of its own, in shot time; None where its inputs decide."""
        return None

    @classmethod
    def idle_knobs(cls, values: Mapping[str, Any]) -> Collection[str]:
        """The knobs that say nothing with these knob values; hosts show them so."""
        return ()

    @classmethod
    def check(cls, moments: Sequence[Node]) -> Iterable[Finding]:
        """What can be known about rendering these moments without doing it: files, models, permissions."""
        return ()

    @classmethod
    def check_after(cls, moments: Sequence[Node], upstream: Sequence[Node]) -> Iterable[Finding]:
        """What can be known of these moments from the nodes whose results they are given, at one frame."""
        return ()

    def used_inputs(self) -> tuple[str, ...]:
        """The inputs that `process` uses with these knob values; the others arrive as None and are not evaluated."""
        return tuple(self.inputs)

    def missing_inputs(self, wired: Collection[str]) -> Mapping[str, str]:
        """Optional inputs that these knob values cannot do without, of those that are not `wired`: why, by name."""
        return {}

    def frames(self, frame: int, name: str, analysis: Any = None) -> Iterable[int]:
        """The frames of input `name` that the result at `frame` needs. Asked for `many` inputs only; nodes with
        `analyses` are given their result too.
        """
        return (frame,)

    def looks_at(self, frame: int, span: Sequence[int], keyed: Collection[str]) -> Sequence[str]:
        """Which of the inputs in `analyses` are observed at a frame of the shot's `span`: all, unless fewer show as
        much. This is the node at the shot's first frame; the knobs in `keyed` have other values at others.
        """
        return self.analyses

    def named_frames(self, span: Sequence[int]) -> Iterable[int]:
        """The frames of the shot's `span` that knob values name, such as one in which a face rests: whatever frame is
        made depends on them.
        """
        for name, knob in self.knobs.items():
            if isinstance(knob, Still):
                value = self.values[name]
                yield from (each for each in (span[0] if value == "first" else value,) if each in span)

    def observe(self, *args: Any, **inputs: Any) -> Any:
        """One frame's small record for `analyse`. The default keeps the single analysed input itself."""
        return inputs[self.analyses[0]]

    def analyse(self, records: Mapping[int, Any]) -> Any:
        """What is learned from the whole shot, by the records of all its frames. Small: a few kilobytes a frame."""
        raise NotImplementedError

    def analyse_takes(self, records: Mapping[int, Any], takes: Mapping[str, Mapping[int, Any]]) -> Any:
        """`analyse` with the records of further footage of the actor, by its name, and by its own frames. For nodes
        with `footage`.
        """
        return self.analyse(records)

    def frames_of_takes(self, frame: int, analysis: Any) -> Iterable[tuple[str, int]]:
        """The pictures of takes that the result at `frame` needs, by the take's name and its own frame number. They
        arrive as `takes=` {(name, frame): Image}. For nodes with `footage`.
        """
        return ()

    def remarks(self, analysis: Any) -> Iterable[str]:
        """What a user should know about the shot although nothing failed; reported once per render, with the node."""
        return ()

    def remarks_beside(self, analysis: Any, others: Mapping[str, Any]) -> Iterable[str]:
        """What a user should know of this analysis beside those of `others`: nodes of its kind with its inputs."""
        return ()

    def process(self, *args: Any, **inputs: Any) -> Any:
        """The result at `self.frame`, from inputs by name. Nodes with `analyses` are given `analysis=` too.

        (`*args` only tells type checkers that subclasses name their own inputs.)
        """
        raise NotImplementedError

    @classmethod
    def process_batch(cls, moments: Sequence[Node], inputs: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Several frames at once, for stages that gain by it; the results equal those of one frame after another."""
        return [moment.process(**given) for moment, given in zip(moments, inputs)]

    def batch_size(self) -> int:
        """How many frames `process_batch` likes to be given together; AS_THEY_COME takes what others have begun."""
        return 1


def unknown_knob(kind: type[Node], name: str) -> str:
    """As `unknown`, of a knob. Where what is meant is in a group, that group's names are listed: nodes have many."""
    near = nearest(name, kind.knobs)
    group = kind.knobs[near].group if near else ""
    owner = f"the group {group!r} of {kind.__name__} has" if group else f"{kind.__name__} has"
    names = [each for each, knob in kind.knobs.items() if not group or knob.group == group]
    return unknown("knob", name, names, owner, near)
