"""A shot document's YAML as a tree with lines, and the small things that stand in it: numbers, lists, keys.

Nothing is constructed, so nothing in a document can run; aliases are refused, since a small document could unfold into
a huge one. A shot may hold a hundred thousand keys, so the tree is built in one pass over the parser's events.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import yaml

from ..curves import Curve, Key
from ..errors import DocumentError, KnobError, MediaError
from ..knobs import Knob
from ..unknown_names import unknown

DEEPEST = 16  # levels; a key with handles is on the seventh
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's is several times as fast, where it is built in


def compose(text: str) -> yaml.Node:
    """YAML's tree with line marks. Raises DocumentError for what is not one plain document."""
    from ..media.files import limits

    try:
        limits.check("the document", limits.DOCUMENT, len(text) / (1 << 20))
        root = _tree(text)
    except MediaError as error:
        raise DocumentError([str(error)]) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f"line {mark.line + 1}: " if mark else ""
        raise DocumentError([f"{line}this is not YAML: {error.problem}."]) from None
    except (yaml.YAMLError, ValueError) as error:  # ValueError: text that is no text, such as half a surrogate pair
        raise DocumentError([f"this is not YAML: {' '.join(str(error).split())}."]) from None
    if root is None:
        raise DocumentError(["the document is empty; a shot starts with 'recast: 1'."])
    return root


def _tree(text: str) -> yaml.Node | None:
    """The tree of the one document in `text`; None where there is none. Tags say nothing here, and are left out."""
    above: list[list[Any]] = [[]]  # what the open collections hold so far, the outermost first
    marks: list[Any] = []
    events: Iterator[Any] = yaml.parse(text, Loader=LOADER)
    for event in events:
        if isinstance(event, yaml.ScalarEvent):
            above[-1].append(_scalar(event))
        elif isinstance(event, yaml.CollectionStartEvent):
            above.append([])
            marks.append(event.start_mark)
            if len(marks) > DEEPEST:
                raise DocumentError([f"line {line_of(event)}: the document is nested too deeply."])
        elif isinstance(event, yaml.CollectionEndEvent):
            inside, mark = above.pop(), marks.pop()
            above[-1].append(_collection(event, inside, mark))
        elif isinstance(event, yaml.AliasEvent):
            raise DocumentError([f"line {line_of(event)}: anchors and aliases (*) are not taken."])
    documents = above[0]
    if len(documents) > 1:
        raise DocumentError([f"line {line_of(documents[1])}: a file holds one shot; here begins another document."])
    return documents[0] if documents else None


def _scalar(event: Any) -> yaml.Node:
    return yaml.ScalarNode("", event.value, event.start_mark, event.end_mark)


def _collection(end: Any, inside: list[Any], mark: Any) -> yaml.Node:
    last: Any = end.end_mark
    if isinstance(end, yaml.MappingEndEvent):
        return yaml.MappingNode("", list(zip(inside[::2], inside[1::2], strict=True)), mark, last)
    return yaml.SequenceNode("", inside, mark, last)


@contextmanager
def pause_collector() -> Iterator[None]:
    """Without Python's search for cycles, of which a tree has none: with many keys it would take most of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def line_of(at: Any) -> int:
    """The line, from 1, on which a YAML node or event starts."""
    return at.start_mark.line + 1


def entries_of(at: yaml.MappingNode) -> dict[str, yaml.Node]:
    """The entries of a small mapping. Raises KnobError for names that are none, or stand twice."""
    entries: dict[str, yaml.Node] = {}
    for key, value in at.value:
        if not isinstance(key, yaml.ScalarNode) or key.value in entries:
            raise KnobError(f"line {line_of(key)}: every name here must be text, and stand once.")
        entries[key.value] = value
    return entries


def value_of(knob: Knob, at: yaml.Node) -> Any:
    """A knob's value. Raises KnobError."""
    if isinstance(at, yaml.ScalarNode):
        return knob.parse(at.value)
    if isinstance(at, yaml.SequenceNode) and all(isinstance(item, yaml.ScalarNode) for item in at.value):
        return knob.settle([item.value for item in at.value])
    raise KnobError("must be one value, a flat list, or keys.")


def numbers(at: yaml.Node, count: int) -> tuple[float, ...]:
    """A list of so many numbers. Raises KnobError."""
    items = at.value if isinstance(at, yaml.SequenceNode) else []
    try:
        found = tuple(float(item.value) for item in items)
    except (TypeError, ValueError):
        found = ()
    if len(found) != count:
        raise KnobError(f"line {line_of(at)}: {count} numbers are needed here.")
    return found


def curve_of(at: yaml.MappingNode) -> Curve:
    """The curve of a keyed knob. Raises KnobError."""
    entries = entries_of(at)
    if list(entries) != ["keys"] or not isinstance(entries["keys"], yaml.SequenceNode):
        raise KnobError("a keyed knob holds 'keys:' and a list of keys.")
    return Curve([_key(item) for item in entries["keys"].value])


_KEY: dict[str, Callable[[yaml.Node], Any]] = {
    "frame": lambda item: float(item.value),
    "value": lambda item: float(item.value),
    "interpolation": lambda item: str(item.value),
    "left": lambda item: numbers(item, 2),
    "right": lambda item: numbers(item, 2),
}


def _key(at: yaml.Node) -> Key:
    """[frame, value], [frame, value, interpolation], or a mapping with handles."""
    line = line_of(at)
    if isinstance(at, yaml.SequenceNode) and len(at.value) in (2, 3):
        entries = dict(zip(_KEY, at.value))
    elif isinstance(at, yaml.MappingNode):
        entries = entries_of(at)
    else:
        raise KnobError(f"line {line}: a key is [frame, value], [frame, value, interpolation] or a mapping of these.")
    for name in entries:
        if name not in _KEY:
            raise KnobError(f"line {line}: " + unknown("entry", name, _KEY, "a key has"))
    if not {"frame", "value"} <= set(entries):
        raise KnobError(f"line {line}: a key needs a frame and a value.")
    try:
        return Key(**{name: _KEY[name](item) for name, item in entries.items()})
    except (TypeError, ValueError) as error:
        if isinstance(error, KnobError):
            raise
        raise KnobError(f"line {line}: a key's frame and value must be numbers.") from None
