"""The knobs of the stand-in for Nuke: kinds by their number in addUserKnob, values, flags, animation."""

from __future__ import annotations

from typing import Any

CONSTANT, LINEAR, SMOOTH, CUBIC = 1, 258, 0, 4
NO_ANIMATION, SLIDER = 0x100, 0x2
CHANNELS = ("red", "green", "blue", "alpha")
TYPES = {
    1: str,
    2: str,
    4: str,
    3: (int, float),
    6: bool,
    7: (int, float),
    10: str,
    15: (list, tuple),
    26: str,
    0: list,
}
STANDARD = {
    "name",
    "label",
    "help",
    "tile_color",
    "icon",
    "xpos",
    "ypos",
    "selected",
    "note_font",
    "note_font_color",
    "hide_input",
    "cached",
    "disable",
}


class Key:
    """One key of an animation, with Nuke's own fields."""

    def __init__(self, x, y, interpolation=SMOOTH, lslope=0.0, rslope=0.0, la=1.0, ra=1.0):
        self.x, self.y, self.interpolation = x, y, interpolation
        self.lslope, self.rslope, self.la, self.ra = lslope, rslope, la, ra


class Animation:
    """A curve. Where the test gives no shape of its own: steps, if the keys are constant."""

    def __init__(self, keys, evaluate=None):
        self._keys, self.evaluate = keys, evaluate or self._stepped

    def keys(self):
        return list(self._keys)

    def changeInterpolation(self, keys, kind):
        for key in keys:
            key.interpolation = kind

    def _stepped(self, frame):
        assert all(key.interpolation == CONSTANT for key in self._keys), "the stand-in knows steps only"
        return [key.y for key in self._keys if key.x <= frame][-1] if frame >= self._keys[0].x else self._keys[0].y


class Knob:
    """A knob of one of Nuke's kinds, by its number in addUserKnob."""

    def __init__(self, code: int, name: str, options=(), value: Any = None):
        self.code, self._name, self.options = code, name, options
        self._value, self._animation, self.expression = value, None, False
        self.flags, self.slider = 0, None
        if value is None and code in (1, 2, 26):
            self._value = ""
        elif value is None and code in (3, 6, 7):
            self._value = False if code == 6 else 0

    def name(self):
        return self._name

    def value(self):
        return self._value

    def setValue(self, value):
        wanted = TYPES[self.code]
        if not isinstance(value, wanted) or isinstance(value, bool) and self.code != 6:
            raise TypeError(f"{self._name} does not take {value!r}")
        if self.code == 4 and value not in self.options:
            raise TypeError(f"{self._name} has no item {value!r}")
        self._value = value
        return True

    def animate(self, keys, evaluate):
        self._animation = Animation(keys, evaluate)

    def setAnimated(self):
        self._animation = Animation([])
        return True

    def clearAnimated(self):
        self._animation = None
        return True

    def setValueAt(self, value, frame):
        assert self._animation is not None, f"{self._name} is not animated"
        self._animation._keys.append(Key(frame, value))
        self._animation._keys.sort(key=lambda key: key.x)
        return True

    def isAnimated(self):
        return self._animation is not None

    def hasExpression(self):
        return self.expression

    def animation(self, index):
        assert index == 0
        return self._animation

    def getValueAt(self, frame):
        return self._animation.evaluate(frame) if self._animation else self._value

    def setFlag(self, flag):
        self.flags |= flag

    def clearFlag(self, flag):
        self.flags &= ~flag
        if flag & SLIDER:
            assert self.code in (3, 7), "the flag means something else for other knobs"
            self.slider = None

    def setTooltip(self, text):
        self.tip = text

    def execute(self):
        assert self.code == 22
        self.executed = getattr(self, "executed", 0) + 1


def shuffle_knobs(kind):
    """Those of a Shuffle, of the old kind or the new."""
    if kind == "Shuffle2":
        four = [(0, "rgba." + channel, "rgba." + channel) for channel in CHANNELS]
        return {"in1": Knob(10, "in1", value="rgba"), "mappings": Knob(0, "mappings", value=four)}
    knobs = {name: Knob(10, name, value="rgba") for name in ("in", "out")}
    knobs.update({channel: Knob(4, channel, (*CHANNELS, "white", "black"), channel) for channel in CHANNELS})
    return knobs


def file_knobs(kind):
    """Those of a Read or Write of Nuke's own that the plugin touches."""
    knobs = {
        "file": Knob(2, "file", value=""),
        "raw": Knob(6, "raw", value=False),
        "colorspace": Knob(4, "colorspace", ("default (linear)", "ACEScg"), "default (linear)"),
    }
    if kind == "Write":
        knobs["file_type"] = Knob(4, "file_type", ("exr", "png"), "exr")
        knobs["channels"] = Knob(4, "channels", ("rgb", "all"), "rgb")
        return knobs
    for name in ("first", "last", "origfirst", "origlast"):
        knobs[name] = Knob(3, name, value=1)
    for name in ("before", "after"):
        knobs[name] = Knob(4, name, ("hold", "loop", "bounce", "black"), "hold")
    knobs["frame_mode"] = Knob(4, "frame_mode", ("expression", "start at", "offset"), "expression")
    knobs["frame"], knobs["reload"] = Knob(1, "frame", value=""), Knob(22, "reload")
    return knobs


def typed(code: int, text: str) -> Any:
    """A knob's value from a script's word."""
    if code == 6:
        assert text in ("true", "false"), text
        return text == "true"
    if code in (3, 7):
        return float(text) if code == 7 else int(text)
    return [float(word) for word in text.split()] if code == 15 else text


def read_list(text: str) -> list[str]:
    """The words of a Tcl list of plain quoted words."""
    return [word for word in text.replace('" "', '"|"').strip('"').split('"|"') if word]
