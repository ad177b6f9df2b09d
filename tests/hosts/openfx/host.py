"""A small, strict host of OpenFX: it loads a plugin, describes its effects, makes instances and renders frames.

What a plugin does that the standard does not allow is a problem (`Host.problems`): a property that a set does not have,
a type, a handle that is none, an image that is not released, pixels written outside their picture.
"""

from __future__ import annotations

import ctypes
import itertools
import threading
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from . import sets
from .properties import BAD_HANDLE, FAILED, HANDLE, OK, TEXT, UNKNOWN, Handles, Problems, PropertySet, property_suite

DEFAULT = 14
CANARY = np.float32(1234.5)
PAD = 8  # floats beside each row, and rows above and below, that nobody may touch
Double, Int = ctypes.c_double, ctypes.c_int


class HostStruct(ctypes.Structure):
    _fields_ = (("host", HANDLE), ("fetch", ctypes.CFUNCTYPE(HANDLE, HANDLE, TEXT, Int)))


ENTRY = ctypes.CFUNCTYPE(Int, TEXT, HANDLE, HANDLE, HANDLE)


class PluginStruct(ctypes.Structure):
    _fields_ = (
        ("api", TEXT),
        ("version", Int),
        ("identifier", TEXT),
        ("major", ctypes.c_uint),
        ("minor", ctypes.c_uint),
        ("set_host", ctypes.CFUNCTYPE(None, ctypes.POINTER(HostStruct))),
        ("main", ENTRY),
    )


class Parameter:
    """A parameter: its properties, and its value or its keys {time: value}, with straight lines between them."""

    def __init__(self, properties: PropertySet, kind: str):
        self.properties, self.kind = properties, kind
        self.keys: dict[float, float] = {}
        default = properties.values.get("OfxParamPropDefault")
        self.value: Any = default[0] if default else None

    def at(self, time: float) -> Any:
        """The value at a time."""
        if not self.keys:
            return self.value
        times = sorted(self.keys)
        return float(np.interp(time, times, [self.keys[each] for each in times]))


class Clip:
    """A clip of an instance. `frames`: (H, W, C) float32 pictures, rows from the top; none: not connected."""

    def __init__(self, properties: PropertySet, frames: Mapping[int, np.ndarray], origin: tuple[int, int], name: str):
        self.properties, self.frames, self.origin, self.name = properties, frames, origin, name

    def bounds(self, time: float) -> tuple[int, int, int, int]:
        frame = self.frames[min(self.frames, key=lambda each: abs(each - time))]
        x, y = self.origin
        return x, y, x + frame.shape[1], y + frame.shape[0]


class Picture:
    """A picture that the host hands out, with room around it that stays as it is."""

    def __init__(self, pixels: np.ndarray):
        height, width, channels = pixels.shape
        self.memory = np.full((height + 2, width * channels + 2 * PAD), CANARY, np.float32)
        self.inner = self.memory[1:-1, PAD : PAD + width * channels].reshape(height, width, channels)
        self.inner[:] = pixels[::-1]  # rows from the bottom

    def pixels(self) -> np.ndarray:
        return self.inner[::-1].copy()

    def whole(self) -> bool:
        edges = (self.memory[0], self.memory[-1], self.memory[1:-1, :PAD], self.memory[1:-1, -PAD:])
        return all((edge == CANARY).all() for edge in edges)


class Effect:
    """A descriptor or an instance of an effect."""

    def __init__(self, properties: PropertySet, context: str = ""):
        self.properties, self.context = properties, context
        self.clips: dict[str, Any] = {}
        self.parameters: dict[str, Parameter] = {}
        self.handle = 0
        self.handles: dict[int, int] = {}  # of what belongs to it, by id
        self.messages: list[tuple[str, str]] = []
        self.persistent = ""
        self.aborted: Callable[[], bool] = lambda: False
        self.progress: list[float] = []
        self.asked: list[tuple[str, float]] = []  # pictures that were fetched
        self.output = np.zeros((0, 0, 4), np.float32)
        self.only: Mapping[str, set[int]] | None = None  # frames that may be fetched


class Image(PropertySet):
    """A picture's properties."""

    picture: Picture


class Host:
    """The host. `recent`: one of 1.5, which manages colour; `bare`: no message suite 2, no threads, no progress."""

    def __init__(self, path: str, name: str = "org.recast.test", recent: bool = True, bare: bool = False):
        self.problems = Problems()
        self.handles = Handles(self.problems)
        self.name, self.recent, self.bare = name, recent, bare
        self.library = ctypes.CDLL(path)
        self.library.OfxGetPlugin.restype = ctypes.POINTER(PluginStruct)
        self._suites = self._make_suites()
        values = {"OfxPropName": [name], "OfxPropAPIVersion": [1, 5 if recent else 4]}
        values["OfxImageEffectPropSupportsMultipleClipPARs"] = [1]
        kinds = sets.HOST | (sets.COLOUR if recent else {})
        if recent:
            values["OfxImageEffectPropColourManagementStyle"] = ["OfxImageEffectColourManagementFull"]
        properties = PropertySet("host", kinds, values, self.problems)
        fetch = type(HostStruct().fetch)(self._fetch)
        self.struct = HostStruct(self.handles.add(properties), fetch)
        self.plugins = {}
        for at in range(self.library.OfxGetNumberOfPlugins()):
            plugin = self.library.OfxGetPlugin(at).contents
            assert plugin.api == b"OfxImageEffectPluginAPI" and plugin.version == 1
            plugin.set_host(ctypes.pointer(self.struct))
            assert plugin.main(b"OfxActionLoad", None, None, None) in (OK, DEFAULT)
            self.plugins[plugin.identifier.decode()] = plugin

    def _fetch(self, host: int, name: bytes, version: int) -> int | None:
        found = self._suites.get((name.decode(), version))
        return ctypes.addressof(found) if found else None

    def _make_suites(self) -> dict[tuple[str, int], Any]:
        from .suites import effect_suite, message_suite, parameter_suite, progress_suite, thread_suite

        made = {
            ("OfxPropertySuite", 1): property_suite(self.handles),
            ("OfxImageEffectSuite", 1): effect_suite(self),
            ("OfxParameterSuite", 1): parameter_suite(self),
            ("OfxMessageSuite", 1): message_suite(self)[:1],
        }
        if not self.bare:
            made["OfxMessageSuite", 2] = message_suite(self)
            made["OfxProgressSuite", 1] = progress_suite(self)
            made["OfxMultiThreadSuite", 1] = thread_suite(self)
        return {key: _structure(functions) for key, functions in made.items()}

    def call(self, effect: str, action: str, handle: int | None, given: Any = None, wanted: Any = None) -> int:
        """One action; `given` and `wanted` are property sets. Returns its status."""
        arguments = [self.handles.add(each) if each is not None else None for each in (given, wanted)]
        status = self.plugins[effect].main(action.encode(), handle, *arguments)
        for each in filter(None, arguments):
            self.handles.drop(each)
        return int(status)

    def arguments(self, action: str, clips: list[str], **given: list[Any]) -> tuple[PropertySet, PropertySet]:
        """The arguments of an action."""
        into, out = sets.ARGUMENTS.get(action, ({}, {}))
        out = {name.format(clip=clip): kind for name, kind in out.items() for clip in clips}
        values = {"Ofx" + name: value for name, value in given.items()}
        recent = sets.RECENT if self.recent else {}
        return (
            PropertySet(f"in arguments of {action}", into | recent, values, self.problems),
            PropertySet(f"out arguments of {action}", out, {}, self.problems),
        )

    def describe(self, effect: str, context: str = "General") -> Effect:
        """An effect as it describes itself in a context."""
        kinds = sets.EFFECT | (sets.COLOUR if self.recent else {})
        found = Effect(PropertySet(f"{effect} descriptor", kinds, {}, self.problems), context)
        found.handle = self.handles.add(found)
        assert self.call(effect, "OfxActionDescribe", found.handle) == OK
        action = "OfxImageEffectActionDescribeInContext"
        given, _ = self.arguments(action, [], ImageEffectPropContext=[f"OfxImageEffectContext{context}"])
        assert self.call(effect, action, found.handle, given) == OK
        return found

    def unload(self) -> None:
        for name in self.plugins:
            self.call(name, "OfxActionUnload", None)


def _structure(functions: tuple[Any, ...]) -> Any:
    fields = [(f"f{at}", type(function)) for at, function in enumerate(functions)]
    return type("Suite", (ctypes.Structure,), {"_fields_": fields})(*functions)


class Instance(Effect):
    """An instance that a test works with. `frames`: each clip's pictures by frame."""

    def __init__(
        self,
        host: Host,
        name: str,
        frames: Mapping[str, Mapping[int, np.ndarray]],
        context: str = "General",
        origin: tuple[int, int] = (0, 0),
        aspect: float = 1.0,
        scale: float = 1.0,
    ):
        described = host.describe(name, context)
        kinds = sets.INSTANCE
        super().__init__(PropertySet(f"{name} instance", kinds, {}, host.problems), context)
        self.host, self.name, self.described = host, name, described
        self.aspect, self.scale = aspect, scale
        self.handle = host.handles.add(self)
        self._ids = itertools.count()
        for clip, properties in described.clips.items():
            self.clips[clip] = self._clip(clip, properties, frames.get(clip, {}), origin)
        for key, parameter in described.parameters.items():
            self.parameters[key] = Parameter(parameter.properties, parameter.kind)
        assert host.call(name, "OfxActionCreateInstance", self.handle) == OK

    def _clip(self, name: str, described: PropertySet, frames: Mapping[int, np.ndarray], origin: Any) -> Clip:
        values = described.values | {
            "OfxImageClipPropConnected": [int(bool(frames))],
            "OfxImagePropPixelAspectRatio": [self.aspect],
            "OfxImageEffectPropPreMultiplication": ["OfxImageAlphaPremultiplied"],
        }
        if frames:
            values["OfxImageEffectPropFrameRange"] = [float(min(frames)), float(max(frames))]
        kinds = sets.CLIP_INSTANCE | (sets.CLIP_COLOUR if self.host.recent else {})
        if self.host.recent and "Alpha" not in str(described.values.get("OfxImageEffectPropSupportedComponents")):
            values["OfxImageClipPropColourspace"] = ["ofx_scene_linear"]
        return Clip(PropertySet(f"clip {name}", kinds, values, self.host.problems), frames, origin, name)

    def ask(self, action: str, **given: list[Any]) -> tuple[int, PropertySet]:
        """One action, and what it answered."""
        into, out = self.host.arguments(action, list(self.clips), **given)
        return self.host.call(self.name, action, self.handle, into, out), out

    def change(self, name: str, kind: str = "OfxTypeParameter", time: float = 0) -> int:
        """Tell the plugin that a parameter or a clip has changed."""
        facts = {"PropType": [kind], "PropName": [name], "PropChangeReason": ["OfxChangeUserEdited"]}
        scale = {"PropTime": [time], "ImageEffectPropRenderScale": [1.0, 1.0]}
        return self.ask("OfxActionInstanceChanged", **facts, **scale)[0]

    def is_identity(self, time: float) -> bool:
        window = {"ImageEffectPropRenderWindow": [0, 0, 8, 8], "ImageEffectPropFieldToRender": ["OfxFieldNone"]}
        scale = {"ImageEffectPropRenderScale": [1.0, 1.0]}
        status, out = self.ask("OfxImageEffectActionIsIdentity", PropTime=[time], **scale, **window)
        assert status in (OK, DEFAULT)
        return status == OK and out.values["OfxPropName"] == ["Source"]

    def render(self, time: float, window: tuple[int, int, int, int] | None = None, **more: Any) -> np.ndarray | None:
        """The frame, (H, W, 4), rows from the top; None where the plugin fails."""
        x1, y1, x2, y2 = self.clips["Source"].bounds(time)
        self.output = np.full((y2 - y1, x2 - x1, 4), 777, np.float32)
        given = {
            "PropTime": [float(time)],
            "ImageEffectPropRenderScale": [self.scale, self.scale],
            "ImageEffectPropFieldToRender": ["OfxFieldNone"],
            "ImageEffectPropRenderWindow": list(window or (x1, y1, x2, y2)),
        } | more
        status, _ = self.ask("OfxImageEffectActionRender", **given)
        if self.host.handles.count(Image):
            self.host.problems.append("images were not released")
        return self.output if status == OK else None

    def close(self) -> None:
        assert self.host.call(self.name, "OfxActionDestroyInstance", self.handle) == OK
        self.host.handles.drop(self.handle)

    def frames_needed(self, time: float) -> dict[str, list[float]]:
        status, out = self.ask("OfxImageEffectActionGetFramesNeeded", PropTime=[float(time)])
        assert status in (OK, DEFAULT)
        return {name.rpartition("_")[2]: value for name, value in out.values.items()} if status == OK else {}


__all__ = [
    "BAD_HANDLE",
    "FAILED",
    "OK",
    "UNKNOWN",
    "Clip",
    "Effect",
    "Host",
    "Image",
    "Instance",
    "Parameter",
    "Picture",
]
_lock = threading.Lock()
