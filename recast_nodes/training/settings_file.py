"""Settings as YAML: read on top of a preset, checked, every fault with its key and line; and written."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

import yaml

from ..errors import DocumentError, KnobError, MediaError
from ..media.files.atomic import whole_file
from .settings import RunSettings, flat

PRESETS = Path(__file__).with_name("presets")
LARGEST = 1 << 20  # characters
TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class Entry(NamedTuple):
    """One value as it stands in a file or on a command line."""

    name: str  # with dots
    node: yaml.Node
    where: str  # for messages


def preset_names() -> list[str]:
    return sorted(path.stem for path in PRESETS.glob("*.yaml"))


def preset_path(name: str) -> Path:
    """The file of a preset. Raises DocumentError for a name that is none."""
    if name not in preset_names():
        raise DocumentError([f"There is no preset {name!r}; there are {', '.join(preset_names())}."])
    return PRESETS / f"{name}.yaml"


def preset(name: str) -> RunSettings:
    """The settings of a preset. Raises as `preset_path`."""
    return read_settings(preset_path(name))


def read_settings(path: Path, sets: Sequence[str] = ()) -> RunSettings:
    """The settings of a file, on top of the `preset` that it names (or of the published ones), then of `sets`, each
    `name=value`. Raises DocumentError with every fault, MediaError where the file cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MediaError(f"{path} cannot be read: {error}.") from error
    problems: list[str] = []
    entries = list(_entries(_compose(path, text), "", path.name, problems))
    base = next((each for each in entries if each.name == "preset"), None)
    settings = preset(str(base.node.value)) if base else RunSettings()
    entries = [each for each in entries if each is not base] + [_of_option(option) for option in sets]
    settings = _apply(settings, entries, problems)
    if not problems:
        try:
            settings.check()
        except KnobError as error:
            problems.append(f"{path.name}: {error}")
    if problems:
        raise DocumentError(problems)
    return settings


def write_settings(settings: RunSettings, path: Path) -> None:
    """Every setting as YAML; reading it gives the same settings."""
    plain: dict[str, Any] = {}
    for name, value in flat(settings).items():
        *sections, last = name.split(".")
        place = plain
        for section in sections:
            place = place.setdefault(section, {})
        place[last] = list(value) if isinstance(value, tuple) else value
    with whole_file(path) as part:
        part.write_text(yaml.safe_dump(plain, sort_keys=False, default_flow_style=None), encoding="utf-8")


def _compose(path: Path, text: str) -> yaml.Node:
    if len(text) > LARGEST:
        raise DocumentError([f"{path.name} is too long for settings."])
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise DocumentError([f"{path.name}{line}: this is not YAML: {getattr(error, 'problem', error)}."]) from None
    if not isinstance(root, yaml.MappingNode):
        raise DocumentError([f"{path.name}: settings are a mapping of names to values."])
    return root


def _entries(node: yaml.Node, prefix: str, file: str, problems: list[str]) -> Iterator[Entry]:
    seen: set[str] = set()
    for key, value in node.value:
        name = prefix + str(key.value)
        where = f"{file}, line {key.start_mark.line + 1}"
        if name in seen:
            problems.append(f"{where}: {name} stands twice.")
        seen.add(name)
        if isinstance(value, yaml.MappingNode) and prefix.count(".") < 2:
            yield from _entries(value, name + ".", file, problems)
        else:
            yield Entry(name, value, where)


def _of_option(option: str) -> Entry:
    name, sign, text = option.partition("=")
    if not sign:
        raise DocumentError([f"--set takes NAME=VALUE, not {option!r}."])
    try:
        node = yaml.compose(text or "''", Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        node = None
    if node is None:
        raise DocumentError([f"--set {option}: the value is not YAML."])
    return Entry(name, node, f"--set {option}")


def _apply(settings: RunSettings, entries: Sequence[Entry], problems: list[str]) -> RunSettings:
    known = flat(settings)
    for entry in entries:
        if entry.name not in known:
            near = difflib.get_close_matches(entry.name, known, 1)
            hint = f" Do you mean {near[0]}?" if near else ""
            problems.append(f"{entry.where}: there is no setting {entry.name}.{hint}")
            continue
        try:
            settings = _with(settings, entry.name.split("."), entry.node)
        except ValueError as error:
            problems.append(f"{entry.where}: {entry.name} {error}.")
    return settings


def _with(section: Any, names: Sequence[str], node: yaml.Node) -> Any:
    first, *others = names
    if others:
        return replace(section, **{first: _with(getattr(section, first), others, node)})
    about = next(each for each in fields(section) if each.name == first)
    value = _value(get_type_hints(type(section))[first], node)
    for number in value if isinstance(value, tuple) else (value,):
        _check_limits(number, about.metadata.get("least"), about.metadata.get("most"))
    return replace(section, **{first: value})


def _check_limits(number: Any, least: float | None, most: float | None) -> None:
    if (least is not None and not number >= least) or (most is not None and not number <= most):
        upper = "" if most is None else f" to {most:g}"
        raise ValueError(f"takes numbers from {least:g}{upper}, not {number:g}")


def _value(kind: Any, node: yaml.Node) -> Any:
    """A value of an annotated type. Raises ValueError, which says what is taken."""
    if get_origin(kind) is tuple:
        if not isinstance(node, yaml.SequenceNode):
            raise ValueError("takes a list")
        inside = get_args(kind)
        wanted = len(node.value) if inside[-1] is Ellipsis else len(inside)
        if len(node.value) != wanted:
            raise ValueError(f"takes {wanted} numbers, not {len(node.value)}")
        return tuple(_value(inside[0], item) for item in node.value)
    if not isinstance(node, yaml.ScalarNode):
        raise ValueError("takes one value")
    if get_origin(kind) is Literal:
        words = {str(option): option for option in get_args(kind)}
        if node.value not in words:
            raise ValueError(f"takes {', '.join(words)}, not {node.value!r}")
        return words[node.value]
    return _scalar(kind, node.value)


def _scalar(kind: Any, text: str) -> Any:
    if kind is bool:
        if text.lower() not in TRUTH:
            raise ValueError(f"takes true or false, not {text!r}")
        return TRUTH[text.lower()]
    if kind is str:
        return text
    pattern = r"[+-]?\d[\d_]*" if kind is int else r"[+-]?(\d[\d_]*\.?\d*|\.\d+)([eE][+-]?\d+)?"
    if not re.fullmatch(pattern, text):
        raise ValueError(f"takes a {'whole ' if kind is int else ''}number, not {text!r}")
    return kind(text)
