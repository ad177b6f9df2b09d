"""A stand-in for the `nuke` module, as strict as the real one: unknown knobs, wrong values and inputs are errors.

Its gizmos are our real ones, read by tclsh, with the nodes inside. Only what our plugin uses is here; anything else is
an AttributeError. Python 3.7 and the standard library, so that the plugin is tried in the Pythons of every Nuke.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .knobs import (
    CONSTANT,
    CUBIC,
    LINEAR,
    NO_ANIMATION,
    SMOOTH,
    STANDARD,
    Knob,
    file_knobs,
    read_list,
    shuffle_knobs,
    typed,
)
from .tcl import read_script

_SCRIPTS: dict[Path, list[Any]] = {}  # gizmos that tclsh has read, which takes longer than all the rest


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

    def output(self):
        """The Output node of a group; for any other node Nuke has no such method."""
        assert self._kind == "Group" or self._kind.startswith("Recast")
        return next(node for node in self.fake.all.values() if node.parent is self and node.Class() == "Output")

    def format(self):
        return types.SimpleNamespace(width=lambda: 384, height=lambda: 320)

    def setXYpos(self, x, y):
        assert isinstance(x, int) and isinstance(y, int)
        self.place = (x, y)

    def isSelected(self):
        return False

    def __enter__(self):
        self.fake.inside.append(self if self._kind in ("Group",) else None)

    def __exit__(self, *error):
        self.fake.inside.pop()


class Fake(types.ModuleType):
    """The module. `written` are the Write nodes that were executed, `said` the messages."""

    CONSTANT, LINEAR, SMOOTH, CUBIC, NO_ANIMATION = CONSTANT, LINEAR, SMOOTH, CUBIC, NO_ANIMATION

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
        self.panes: dict[str, Any] = {}
        self.on_create: dict[str, list[Any]] = {}
        self.made: Any = None
        self.cancelled = False

    # what the plugin calls

    def root(self):
        return self._root

    def frame(self):
        return self.frames[0]

    def toNode(self, name):
        return self.all.get(name)

    def thisNode(self):
        return self.made

    def addOnCreate(self, call, args=(), kwargs=None, nodeClass="*"):
        self.on_create.setdefault(nodeClass, []).append(call)

    def allNodes(self, recurseGroups=False):
        return list(self.all.values())

    def createNode(self, kind, knobs="", inpanel=True):
        assert knobs.split()[:1] in ([], ["name"])
        name = knobs.split()[1] if knobs else kind
        return self.nodes.make(
            kind, name=next(each for each in (name, *(f"{name}{n}" for n in range(1, 9))) if each not in self.all)
        )

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

    def PyCustom_Knob(self, name, label, command):
        """Nuke evaluates the command when the knob's widget is wanted, in a namespace that knows `nuke` alone."""
        knob = Knob(52, name)
        knob.getObject = lambda: eval(command, {"__name__": "__main__", "nuke": self})  # type: ignore[attr-defined]
        return knob

    def Link_Knob(self, name, label):
        knob = Knob(41, name)
        knob.makeLink = lambda node, target: self._linked(node, target)  # type: ignore[attr-defined]
        return knob

    def menu(self, name):
        assert self.gui, "init.py must create no interface"
        assert name in ("Nodes", "Pane")
        return _Menu(self)

    # how it works

    def _linked(self, node, target):
        assert any(made.name() == node and target in made.knobs for made in self.all.values()), (node, target)

    def seen(self, node, frame):
        """The node whose picture arrives downstream of `node` at a frame."""
        while node is not None:
            kind, disabled = node.Class(), node.knob("disable") is not None and node["disable"].value()
            if kind == "Input":
                number = node.knob("number")
                node = node.parent.input(int(number.value()) if number is not None else 0)
            elif kind == "Switch":
                node = node.input(int(self._evaluated(node, node["which"].value(), frame)))
            elif (kind == "Group" or kind.startswith("Recast")) and not disabled:
                node = node.output()
            elif kind in ("Output", "Dot", "Shuffle") or disabled:
                node = node.input(0)
            else:
                return node
        return None

    def _evaluated(self, node, expression, frame):
        """An expression that multiplies knobs of the group that a node is in."""
        product = 1
        for factor in expression.strip("{}").split("*"):
            where, name = factor.split(".")
            assert where == "parent", expression
            product *= node.parent[name].getValueAt(frame)
        return product


class Scripts(types.ModuleType):
    """A stand-in for `nukescripts`: a widget becomes a panel by a text that Nuke evaluates, as in nukescripts.panels.

    Checked against Foundry's documentation and against copies of the function in published tools.
    """

    def __init__(self, nuke):
        super().__init__("nukescripts")
        self.nuke, self.panels = nuke, self

    class WidgetKnob:
        def __init__(self, widget):
            self.widgetClass = widget

        def makeUI(self):
            self.widget = self.widgetClass()
            return self.widget

    def registerWidgetAsPanel(self, widget, name, id, create=False):
        command = "__import__('nukescripts').panels.WidgetKnob(" + widget + ")"
        self.nuke.menu("Pane").addCommand(name, lambda: self.nuke.PyCustom_Knob(name, "", command))


class _Menu:
    def __init__(self, fake):
        self.fake = fake

    def addMenu(self, name, icon=""):
        return self

    def addCommand(self, name, command, icon=""):
        if callable(command):
            self.fake.panes[name] = command
            return
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
        if kind in ("Shuffle", "Shuffle2"):
            return Node(self.fake, kind, name, 1, shuffle_knobs(kind))
        if kind in ("Read", "Write"):
            return Node(self.fake, kind, name, 1 if kind == "Write" else 0, file_knobs(kind))
        return self._gizmo(kind, name)

    def _number(self):
        group = self.fake.inside[-1]
        return sum(node.Class() == "Input" and node.parent is group for node in self.fake.all.values())

    def _gizmo(self, kind, name):
        path = self.fake.gizmos / f"{kind}.gizmo"
        assert path.is_file(), f"there is no node {kind}"
        if path not in _SCRIPTS:
            _SCRIPTS[path] = read_script(path, self.fake.scratch)
        script, *inside = _SCRIPTS[path]
        knobs = {"disable": Knob(6, "disable", value=False)}
        for code, knob, *rest in script.user:
            assert knob not in knobs and knob not in STANDARD, f"{kind}: {knob} is there already"
            options = read_list(rest[rest.index("M") + 1]) if "M" in rest else ()
            knobs[knob] = Knob(int(code), knob, options)
            if int(code) in (3, 7):
                knobs[knob].slider = int(code) == 7 or None  # as Foundry has it: a Double shows one, an Int does not
        for knob, text in script.values.items():
            if knob in knobs:
                knobs[knob].setValue(typed(knobs[knob].code, text))
        made = Node(self.fake, kind, name, int(script.values["inputs"]), knobs)
        self._inside(made, inside)
        self.fake.made = made
        for call in self.fake.on_create.get(kind, ()):
            call()
        return made

    def _inside(self, gizmo, script):
        """The nodes of a gizmo: each takes its inputs from the stack, the newest for its first, and goes onto it."""
        self.fake.inside.append(gizmo)
        stack = []
        for each in script:
            wanted = int(each.values.get("inputs", 1))
            knobs = {"Read": file_knobs, "Shuffle": shuffle_knobs}.get(each.kind, lambda kind: {})(each.kind)
            if "number" in each.values:
                knobs["number"] = Knob(3, "number", value=int(each.values["number"]))
            if "which" in each.values:
                knobs["which"] = Knob(1, "which", value=each.values["which"])
            node = Node(self.fake, each.kind, each.values["name"], wanted, knobs)
            for number in range(min(wanted, len(stack))):
                node.setInput(number, stack.pop())
            stack.append(node)
        self.fake.inside.pop()


def _percent(part):
    assert isinstance(part, int) and 0 <= part <= 100
