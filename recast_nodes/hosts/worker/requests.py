"""What may be asked of the worker. A request with an unknown name, an unknown field or a wrong type is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ...errors import RecastError

MOST_FRAMES_DIGITS = 9
LONGEST_PATH = 4096  # characters
LARGEST_SHOT = 16_000_000  # characters, as the shot document itself has it


class RequestRefused(RecastError):
    """A request that is not taken; nothing was done."""


@dataclass(frozen=True)
class Field:
    """One field of a request: whether a value fits, and what it is in words."""

    fits: Callable[[Any], bool]
    words: str
    needed: bool = False


def _text(longest: int, needed: bool = False) -> Field:
    def fits(value: Any) -> bool:
        return isinstance(value, str) and len(value) <= longest and "\0" not in value

    return Field(fits, f"text of at most {longest} characters", needed)


def _whole(low: int, high: int, needed: bool = False) -> Field:
    def fits(value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high

    return Field(fits, f"a whole number from {low} to {high}", needed)


def _texts(longest: int, most: int) -> Field:
    one = _text(longest)

    def fits(value: Any) -> bool:
        return isinstance(value, list) and len(value) <= most and all(map(one.fits, value))

    return Field(fits, f"a list of at most {most} texts")


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _fits_values(value: Any) -> bool:
    """Plain values by name, or lists of numbers: one for each frame."""
    return isinstance(value, dict) and all(
        isinstance(each, (str, bool, int, float)) or (isinstance(each, list) and all(map(_number, each)))
        for each in value.values()
    )


def _fits_clips(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(about, dict) and {"first", "last"} <= about.keys() for about in value.values()
    )


SWITCH = Field(lambda value: isinstance(value, bool), "true or false")
SECONDS = Field(lambda value: _number(value) and 0 < value < 1e9, "seconds, more than 0")
FRAME = _whole(-(10**MOST_FRAMES_DIGITS), 10**MOST_FRAMES_DIGITS, needed=True)
SHOT = {  # either the path of a document, and where it may write; or its text, and the folder that its paths start at
    "path": _text(LONGEST_PATH),
    "allow": _texts(LONGEST_PATH, 100),
    "shot": _text(LARGEST_SHOT),
    "folder": _text(LONGEST_PATH),
    "sets": _texts(LONGEST_PATH, 1000),
}
REQUESTS: dict[str, dict[str, Field]] = {
    "describe": {},
    "check": SHOT | {"frames": _text(100_000)},
    "track": SHOT | {"node": _text(200)},
    "render": SHOT
    | {"frames": _text(100_000), "workers": _whole(1, 256), "cache": _text(LONGEST_PATH)}
    | {"overwrite": SWITCH, "verify": SWITCH, "analysis": SWITCH}
    | {"fail_fast": SWITCH, "continue_on_error": SWITCH, "timeout": SECONDS},
    "view": SHOT
    | {"node": _text(200, needed=True), "frame": FRAME, "size": _whole(0, 65536), "layer": _text(200)}
    | {"provisional": SWITCH},
    "look": SHOT | {"node": _text(200, needed=True), "frame": replace(FRAME, needed=False)},
    "warm_up": {},
    "effect": {name: _text(200, needed=True) for name in ("effect", "session", "declared")}
    | {"values": Field(_fits_values, "values by name", needed=True), "clips": Field(_fits_clips, "clips by name", True)}
    | {"frame": FRAME, "first": FRAME, "last": FRAME}
    | {"real": SWITCH, "plan": SWITCH, "analyse": SWITCH},
}


@dataclass(frozen=True)
class Request:
    """A request that was found to be right."""

    name: str
    fields: Mapping[str, Any] = field(default_factory=dict)

    def get(self, name: str, default: Any = None) -> Any:
        return self.fields.get(name, default)


def check_request(message: Mapping[str, Any]) -> Request:
    """The request in a message. Raises RequestRefused, saying what is wrong with it."""
    name = message.get("request")
    if not isinstance(name, str) or name not in REQUESTS:
        raise RequestRefused(f"The worker takes {', '.join(REQUESTS)}, not {str(name)[:40]!r}.")
    given = {key: value for key, value in message.items() if key != "request"}
    fields = REQUESTS[name]
    for key, value in given.items():
        if key not in fields:
            raise RequestRefused(f"{name} has no field {key[:40]!r}; it has {', '.join(fields) or 'none'}.")
        if not fields[key].fits(value):
            raise RequestRefused(f"{name}: {key} takes {fields[key].words}.")
    for key, about in fields.items():
        if about.needed and key not in given:
            raise RequestRefused(f"{name}: {key} is needed.")
    if fields.keys() >= SHOT.keys() and ("path" in given) == ("shot" in given):
        raise RequestRefused(f"{name}: either path (a shot document) or shot (its text) is needed.")
    return Request(name, given)
