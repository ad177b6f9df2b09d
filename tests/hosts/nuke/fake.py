"""A stand-in for the `nuke` module, as strict as the real one: unknown knobs, wrong values and inputs are errors.

Its gizmos are our real ones, read by tclsh. Only what our plugin uses is here; anything else is an AttributeError.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .tcl import read_script

CONSTANT, LINEAR, SMOOTH, CUBIC = 1, 258, 0, 4
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
    "hide_input",
    "cached",
}


class Key:
    """One key of an animation, with Nuke's own fields."""

    def __init__(self, x, y, interpolation=SMOOTH, lslope=0.0, rslope=0.0, la=1.0, ra=1.0):
        self.x, self.y, self.interpolation = x, y, interpolation
        self.lslope, self.rslope, self.la, self.ra = lslope, rslope, la, ra


class Animation:
    def __init__(self, keys, evaluate):
        self._keys, self.evaluate = keys, evaluate

    def keys(self):
        return list(self._keys)


class Knob:
    """A knob of one of Nuke's kinds, by its number in addUserKnob."""

    def __init__(self, code: int, name: str, options=(), value: Any = None):
        self.code, self._name, self.options = code, name, options
        self._value, self._animation, self.expression = value, None, False

    def name(self):
        return self._name

    def value(self):
        return self._value

    def setValue(self, value):
        wanted = {1: str, 2: str, 4: str, 3: (int, float), 6: bool, 7: (int, float), 15: (list, tuple)}[self.code]
        if not isinstance(value, wanted) or isinstance(value, bool) and self.code != 6:
            raise TypeError(f"{self._name} does not take {value!r}")
        if self.code == 4 and value not in self.options:
            raise TypeError(f"{self._name} has no item {value!r}")
        self._value = value
        return True

    def animate(self, keys, evaluate):
        self._animation = Animation(keys, evaluate)

    def isAnimated(self):
        return self._animation is not None

    def hasExpression(self):
        return self.expression

    def animation(self, index):
        assert index == 0
        return self._animation

    def getValueAt(self, frame):
        return self._animation.evaluate(frame) if self._animation else self._value

    def setTooltip(self, text):
        self.tip = text

    def execute(self):
        assert self.code == 22


class Node:
    def __init__(self, fake: Fake, kind: str, name: str, inputs: int, knobs: dict[str, Knob]):
        self.fake, self._kind, self._name, self.knobs = fake, kind, name, knobs
        self.parent = fake.inside[-1]
        self._inputs: list[Any] = [None] * inputs
        self.place = (0, 0)
        fake.all[self.fullName()] = self

    def Class(self):
        return self._kind

    def name(self):
        return self._name

    def fullName(self):
        return f"{self.parent.fullName()}.{self._name}" if self.parent is not None else self._name

    def knob(self, name):
        return self.knobs.get(name)

    def __getitem__(self, name):
        if name not in self.knobs:
            raise NameError(f"knob {name} does not exist")
        return self.knobs[name]

    def input(self, number):
        return self._inputs[number] if number < len(self._inputs) else None

    def setInput(self, number, node):
        assert number < len(self._inputs), f"{self._name} has no input {number}"
        self._inputs[number] = node
        return True

    def addKnob(self, knob):
        assert knob.name() not in self.knobs
        self.knobs[knob.name()] = knob

    def node(self, name):
        return self.fake.all.get(f"{self.fullName()}.{name}")

    def format(self):
        return types.SimpleNamespace(width=lambda: 384, height=lambda: 320)

    def setXYpos(self, x, y):
        assert isinstance(x, int) and isinstance(y, int)
        self.place = (x, y)

    def xpos(self):
        return self.place[0]

    def ypos(self):
        return self.place[1]

    def isSelected(self):
        return False

    def __enter__(self):
        self.fake.inside.append(self if self._kind in ("Group",) else None)

    def __exit__(self, *error):
        self.fake.inside.pop()


class Fake(types.ModuleType):
    """The module. `written` are the Write nodes that were executed, `said` the messages."""

    CONSTANT, LINEAR, SMOOTH, CUBIC = CONSTANT, LINEAR, SMOOTH, CUBIC

    def __init__(self, gizmos: Path, scratch: Path, frames: range, gui: bool = True):
        super().__init__("nuke")
        self.gizmos, self.scratch, self.gui = gizmos, scratch, gui
        self.all: dict[str, Node] = {}
        self.inside: list[Any] = [None]
        self.said: list[str] = []
        self.written: list[Any] = []
        self.paths: list[str] = []
        self.frames = frames
        self.write: Callable[[Node, int], None] = lambda node, frame: None
        self.nodes = _Nodes(self)
        Node(self, "Preferences", "preferences", 0, {})
        self._root = Node(
            self, "Root", "root", 0, {"colorManagement": Knob(4, "colorManagement", ("Nuke", "OCIO"), "Nuke")}
        )
        del self.all["root"]
        self._root.fullName = lambda: ""  # type: ignore[method-assign]
        self._root.firstFrame = lambda: frames[0]  # type: ignore[attr-defined]
        self._root.lastFrame = lambda: frames[-1]  # type: ignore[attr-defined]
        self.commands: list[str] = []
        self.cancelled = False

    # what the plugin calls

    def root(self):
        return self._root

    def frame(self):
        return self.frames[0]

    def toNode(self, name):
        return self.all.get(name)

    def allNodes(self, recurseGroups=False):
        return list(self.all.values())

    def createNode(self, kind, knobs="", inpanel=True):
        assert knobs.split()[:1] in ([], ["name"])
        return self.nodes.make(kind, name=knobs.split()[1] if knobs else kind + "1")

    def delete(self, node):
        del self.all[node.fullName()]

    def execute(self, name, first, last):
        node = self.all[name]
        self.written.append({key: knob.value() for key, knob in node.knobs.items()})
        for frame in range(first, last + 1):
            self.write(node, frame)

    def message(self, text):
        self.said.append(text)

    def executeInMainThread(self, call, args=()):
        call(*args)

    def pluginAddPath(self, path):
        assert Path(path).is_dir(), path
        self.paths.append(path)

    def ProgressTask(self, title):
        return types.SimpleNamespace(
            isCancelled=lambda: self.cancelled, setMessage=lambda text: None, setProgress=lambda part: _percent(part)
        )

    def Tab_Knob(self, name, label):
        return Knob(20, name)

    def File_Knob(self, name, label):
        return Knob(2, name, value="")

    def PyScript_Knob(self, name, label, script):
        compile(script, name, "exec")
        return Knob(22, name)

    def Link_Knob(self, name, label):
        knob = Knob(41, name)
        knob.makeLink = lambda node, target: self._linked(node, target)  # type: ignore[attr-defined]
        return knob

    def menu(self, name):
        assert self.gui, "init.py must create no interface"
        assert name == "Nodes"
        return _Menu(self)

    # how it works

    def _linked(self, node, target):
        assert any(made.name() == node and target in made.knobs for made in self.all.values()), (node, target)


class _Menu:
    def __init__(self, fake):
        self.fake = fake

    def addMenu(self, name, icon=""):
        return self

    def addCommand(self, name, command, icon=""):
        compile(command, name, "exec")
        assert (self.fake.gizmos.parent / "icons" / icon).is_file(), icon
        self.fake.commands.append(name)

    def addSeparator(self):
        pass


class _Nodes:
    def __init__(self, fake):
        self.fake = fake

    def __getattr__(self, kind):
        return lambda **knobs: self.make(kind, **knobs)

    def make(self, kind, name="", label=""):
        makers = {"Input": 0, "Output": 1, "Group": 2, "Dot": 1, "Grade": 1}
        if kind in makers:
            knobs = {"number": Knob(3, "number", value=self._number())} if kind == "Input" else {}
            return Node(self.fake, kind, name, makers[kind], knobs)
        if kind in ("Read", "Write"):
            return Node(self.fake, kind, name, 1 if kind == "Write" else 0, _file_knobs(kind))
        return self._gizmo(kind, name)

    def _number(self):
        group = self.fake.inside[-1]
        return sum(node.Class() == "Input" and node.parent is group for node in self.fake.all.values())

    def _gizmo(self, kind, name):
        path = self.fake.gizmos / f"{kind}.gizmo"
        assert path.is_file(), f"there is no node {kind}"
        script = read_script(path, self.fake.scratch)[0]
        knobs = {}
        for code, knob, *rest in script.user:
            assert knob not in knobs and knob not in STANDARD, f"{kind}: {knob} is there already"
            options = read_list(rest[rest.index("M") + 1]) if "M" in rest else ()
            knobs[knob] = Knob(int(code), knob, options)
        for knob, text in script.values.items():
            if knob in knobs:
                knobs[knob].setValue(_typed(knobs[knob].code, text))
        return Node(self.fake, kind, name, int(script.values["inputs"]), knobs)


def _percent(part):
    assert isinstance(part, int) and 0 <= part <= 100


def _file_knobs(kind):
    knobs = {
        "file": Knob(2, "file", value=""),
        "raw": Knob(6, "raw", value=False),
        "colorspace": Knob(4, "colorspace", ("default (linear)", "ACEScg"), "default (linear)"),
    }
    if kind == "Read":
        knobs |= {name: Knob(3, name, value=1) for name in ("first", "last", "origfirst", "origlast")}
        outside = ("hold", "loop", "bounce", "black")
        knobs |= {name: Knob(4, name, outside, "hold") for name in ("before", "after")}
        knobs |= {"frame_mode": Knob(4, "frame_mode", ("expression", "start at", "offset"), "expression")}
        return knobs | {"frame": Knob(1, "frame", value=""), "reload": Knob(22, "reload")}
    return knobs | {
        "file_type": Knob(4, "file_type", ("exr", "png"), "exr"),
        "channels": Knob(4, "channels", ("rgb", "all"), "rgb"),
    }


def _typed(code: int, text: str) -> Any:
    if code == 6:
        assert text in ("true", "false"), text
        return text == "true"
    if code in (3, 7):
        return float(text) if code == 7 else int(text)
    return [float(word) for word in text.split()] if code == 15 else text


def read_list(text: str) -> list[str]:
    """The words of a Tcl list of plain quoted words."""
    return [word for word in text.replace('" "', '"|"').strip('"').split('"|"') if word]
