"""Performances as CSV: Live Link Face's, and whatever has a header and a column for each of ARKit's shapes.

Columns of time are `Timecode` (14:03:52:28.207, or seconds), `Time` or `Timestamp` (seconds), `Frame` (its number),
`FramesPerSecond`; times rise. Columns may be parted by commas, or by semicolons or tabs (then a number may have a
decimal comma); `#` begins a comment line. A row without values, or with a `BlendShapeCount` of 0, is a frame in which
no face was seen.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...errors import MediaError
from ...face.columns import COLUMNS, LIVE_LINK_FACE, find_column
from ..files.text_encoding import encoding_of
from ..landmarks.one_face import shortest
from ..timing import exact_rate
from .performance import FacePerformance, FrameTimes, gather
from .timecodes import DAY, TIMECODE, parse_timecode, read_seconds, read_timecodes, timecode

TIMECODES, SECONDS, MILLISECONDS = ("timecode",), ("time", "timestamp", "seconds"), ("timestampms", "timems")
FRAMES, RATE, COUNT = ("frame", "framenumber"), ("framespersecond",), ("blendshapecount",)
KNOWN = (*TIMECODES, *SECONDS, *MILLISECONDS, *FRAMES, *RATE, *COUNT)
DELIMITERS = ",;\t"


class _Table(NamedTuple):
    names: list[str]
    rows: list[list[str]]
    lines: list[int]  # of each row
    decimal: str  # what parts a number's fraction


def read_table(path: Path) -> FacePerformance:
    """The performance in a table. Raises MediaError naming line and column."""
    table = _read(path)
    roles = [_role(name) for name in table.names]
    numeric = [at for at, role in enumerate(roles) if not role and find_column(table.names[at])]
    others = [table.names[at] for at, role in enumerate(roles) if not role and at not in numeric]
    names = [table.names[at] for at in numeric] + others
    values = np.full((len(table.rows), len(names)), np.nan)
    count = next((at for at, role in enumerate(roles) if role in COUNT), None)
    for row, cells in enumerate(table.rows):
        if _is_seen(cells, numeric, count):
            for to, at in enumerate(numeric):
                values[row, to] = _number(path, table, row, at)

    def where(row: int, at: int) -> str:
        return f"line {table.lines[row]}, column {names[at]}"

    return gather(path, names, values, _timing(path, table, roles), where)


def _role(name: str) -> str:
    """Which column of time this is, as KNOWN has it; '' for any other."""
    plain = name.lower().replace(" ", "").replace("_", "")
    return plain if plain in KNOWN else ""


def _is_seen(cells: Sequence[str], numeric: Sequence[int], count: int | None) -> bool:
    counted = count is None or count >= len(cells) or cells[count].strip() not in ("0", "0.0")
    return counted and any(at < len(cells) and cells[at].strip() for at in numeric)


def _read(path: Path) -> _Table:
    """Header and rows, all of one width but for rows without a face."""
    with path.open(newline="", encoding=encoding_of(path)) as opened:
        lines = _without_comments(opened)
        try:
            first_line, first = next(lines)
        except StopIteration:
            raise MediaError(f"{path}: is empty.") from None
        delimiter = max(DELIMITERS, key=first.count)
        header = [cell.strip() for cell in next(csv.reader([first], delimiter=delimiter))]
        doubled = next(
            (name for at, name in enumerate(header) if name and name.lower() in map(str.lower, header[:at])), ""
        )
        if doubled:
            raise MediaError(f"{path}, line {first_line}: the column {doubled!r} stands there twice.")
        rows, numbers = [], []
        for number, line in lines:
            cells = next(csv.reader([line], delimiter=delimiter))
            while len(cells) > len(header) and not cells[-1].strip():
                cells.pop()
            if len(cells) != len(header) and any(cell.strip() for cell in cells[2:]):
                raise MediaError(f"{path}, line {number}: has {len(cells)} values, the header {len(header)}.")
            rows.append(cells)
            numbers.append(number)
    return _Table(header, rows, numbers, "." if delimiter == "," else ",")


def _without_comments(lines: Iterator[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line


def _number(path: Path, table: _Table, row: int, at: int) -> float:
    cells = table.rows[row]
    cell = cells[at].strip() if at < len(cells) else ""
    where = f"{path}, line {table.lines[row]}, column {table.names[at]}"
    if not cell:
        raise MediaError(f"{where}: is empty.")
    try:
        value = float(cell.replace(table.decimal, "."))
    except ValueError:
        raise MediaError(f"{where}: {cell[:40]!r} is not a number.") from None
    if not np.isfinite(value):
        raise MediaError(f"{where}: {cell[:40]!r} is not a finite number.")
    return value


def _timing(path: Path, table: _Table, roles: Sequence[str]) -> FrameTimes:
    """What the columns of time say."""
    at = {role: place for place, role in reversed(list(enumerate(roles))) if role}
    frames = [_whole(value) for role in FRAMES if role in at for value in _numbers(path, table, at[role])]
    rates = [value for role in RATE if role in at for value in _numbers(path, table, at[role])]
    codes = [_texts(path, table, at[role]) for role in TIMECODES if role in at]
    if codes and any(":" in text for text in codes[0][:1]):
        _check_timecodes(path, table, at["timecode"], codes[0])
        _check_rises(path, table, at["timecode"], list(map(parse_timecode, codes[0])))
        rate, times = read_timecodes(codes[0])
        found = FrameTimes(rate, times, tuple(codes[0]), tuple(frames))
    else:
        clock = next((role for role in (*TIMECODES, *SECONDS, *MILLISECONDS) if role in at), "")
        unit = 1000 if clock in MILLISECONDS else 1
        seconds = [value / unit for value in _numbers(path, table, at[clock])] if clock else []
        _check_rises(path, table, at.get(clock, 0), [(value, 0.0) for value in seconds])
        rate, times = read_seconds(seconds)
        found = FrameTimes(rate, times, frames=tuple(frames))
    return found._replace(rate=_stated_rate(path, table, rates), times=()) if rates else found


def _texts(path: Path, table: _Table, place: int) -> list[str]:
    """The cells of a column. Raises MediaError where a row ends before it."""
    short = next((row for row, cells in enumerate(table.rows) if place >= len(cells)), None)
    if short is not None:
        raise MediaError(f"{path}, line {table.lines[short]}: has no {table.names[place]}.")
    return [cells[place].strip() for cells in table.rows]


def _numbers(path: Path, table: _Table, place: int) -> list[float]:
    _texts(path, table, place)
    return [_number(path, table, row, place) for row in range(len(table.rows))]


def _check_timecodes(path: Path, table: _Table, place: int, texts: Sequence[str]) -> None:
    wrong = next((row for row, text in enumerate(texts) if not TIMECODE.fullmatch(text)), None)
    if wrong is not None:
        where = f"line {table.lines[wrong]}, column {table.names[place]}"
        raise MediaError(f"{path}, {where}: {texts[wrong][:40]!r} is no timecode such as 14:03:52:28.")


def _check_rises(path: Path, table: _Table, place: int, times: Sequence[tuple[float, float]]) -> None:
    """Raises MediaError where a time (seconds, frames) is earlier than the one before it, and no day ended between."""
    for row, (before, now) in enumerate(zip(times, times[1:]), 1):
        if now < before and now[0] - before[0] > -DAY / 2:
            cells = [table.rows[each][place].strip() for each in (row, row - 1)]
            where = f"line {table.lines[row]}, column {table.names[place]}"
            raise MediaError(f"{path}, {where}: {cells[0]!r} comes after {cells[1]!r}; times must rise.")


def _stated_rate(path: Path, table: _Table, rates: Sequence[float]) -> Fraction:
    wrong = next((row for row, rate in enumerate(rates) if not 1 <= rate <= 1000 or rate != rates[0]), None)
    if wrong is not None:
        raise MediaError(
            f"{path}, line {table.lines[wrong]}: {rates[wrong]:g} frames a second, one rate is from 1 to 1000."
        )
    return exact_rate(rates[0])


def _whole(value: float) -> int:
    return int(np.floor(value + 0.5))


def write_table(performance: FacePerformance, path: Path) -> None:
    """Write Live Link Face's columns, those that are known in some frame. `Frame` and `FramesPerSecond` follow, where
    they are known, and then `more`.
    """
    known = [name for name in LIVE_LINK_FACE if _column(performance, name) is not None]
    stated = {}
    if performance.numbered:
        stated["Frame"] = [str(frame) for frame in performance.frames]
    if performance.rate and not performance.times:
        stated["FramesPerSecond"] = [f"{float(performance.rate):.6g}"] * len(performance.frames)
    more = {
        name: [shortest(value) for value in np.asarray(column, np.float32)] for name, column in performance.more.items()
    }
    codes = performance.timecodes or _timecodes(performance)
    with path.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        names = [name[0].upper() + name[1:] for name in known]
        writer.writerow([*(["Timecode"] if codes else []), "BlendShapeCount", *names, *stated, *more])
        columns = [COLUMNS.index(name) for name in known]
        for row in range(len(performance.frames)):
            numbers = performance.numbers[row, columns]
            seen = bool(np.isfinite(numbers).all())
            cells = [shortest(number) if seen else "" for number in numbers]
            further = [column[row] for column in (*stated.values(), *more.values())]
            writer.writerow([*codes[row : row + 1], len(known) if seen else 0, *cells, *further])


def _column(performance: FacePerformance, name: str) -> NDArray[np.float32] | None:
    """A column that is known in all frames with a face; None for any other."""
    seen = np.isfinite(performance.numbers).any(1)
    column = performance.numbers[:, COLUMNS.index(name)]
    return column if seen.any() and bool(np.isfinite(column[seen]).all()) else None


def _timecodes(performance: FacePerformance) -> tuple[str, ...]:
    """Frames counted from the first, or by their own numbers; () where no rate is known."""
    rate = performance.rate
    if not rate:
        return ()
    if performance.times:
        places = [seconds * float(rate) for seconds in performance.times]
    else:
        start = min(0, performance.frames[0]) if performance.numbered else 1
        places = [float(frame - start) for frame in performance.frames]
    base = max(1, round(float(rate)))
    return tuple(timecode(place / base, Fraction(base)) for place in places)
