"""The suites of the strict host, beside that for properties."""

from __future__ import annotations

import ctypes
import threading
from typing import Any

from . import sets
from .host import BAD_HANDLE, FAILED, OK, UNKNOWN, Clip, Effect, Host, Image, Parameter, Picture
from .properties import HANDLE, TEXT, PropertySet

Double, Int = ctypes.c_double, ctypes.c_int
TARGET = ctypes.POINTER(ctypes.c_void_p)
NO, EXISTS = 13, 6


def _of(result: Any, *arguments: Any) -> Any:
    return ctypes.CFUNCTYPE(result, *arguments)


def _handle_of(host: Host, owner: Effect, thing: Any) -> int:
    """The handle of what belongs to an effect, the same each time."""
    if id(thing) not in owner.handles:
        owner.handles[id(thing)] = host.handles.add(thing)
    return owner.handles[id(thing)]


def effect_suite(host: Host) -> tuple[Any, ...]:
    """OfxImageEffectSuiteV1."""
    handles = host.handles

    def get_property_set(handle: int, target: Any) -> int:
        effect = handles.find(handle, Effect)
        if effect is None:
            return BAD_HANDLE
        target[0] = _handle_of(host, effect, effect.properties)
        return OK

    def get_param_set(handle: int, target: Any) -> int:
        if handles.find(handle, Effect) is None:
            return BAD_HANDLE
        target[0] = handle  # an effect is its own set of parameters
        return OK

    def clip_define(handle: int, name: bytes, target: Any) -> int:
        effect = handles.find(handle, Effect)
        made = PropertySet(f"clip {name.decode()} descriptor", sets.CLIP, {}, host.problems)
        effect.clips[name.decode()] = made
        target[0] = _handle_of(host, effect, made)
        return OK

    def clip_get_handle(handle: int, name: bytes, target: Any, properties: Any) -> int:
        effect = handles.find(handle, Effect)
        clip = effect.clips.get(name.decode())
        if not isinstance(clip, Clip):
            host.problems.append(f"there is no clip {name.decode()}")
            return BAD_HANDLE
        clip.properties.owner = effect  # type: ignore[attr-defined]
        target[0] = _handle_of(host, effect, clip)
        if properties:
            properties[0] = _handle_of(host, effect, clip.properties)
        return OK

    def clip_get_property_set(handle: int, target: Any) -> int:
        clip = handles.find(handle, Clip)
        target[0] = handles.add(clip.properties)
        return OK

    def get_image(handle: int, time: float, region: Any, target: Any) -> int:
        clip = handles.find(handle, Clip)
        owner = clip.properties.owner
        owner.asked.append((clip.name, time))
        if clip.name == "Output":
            pixels, bounds = owner.output, owner.clips["Source"].bounds(time)
        else:
            allowed = owner.only is None or int(time) in owner.only.get(clip.name, ())
            if time not in clip.frames or not allowed:
                return FAILED
            pixels, bounds = clip.frames[int(time)], clip.bounds(time)
        target[0] = handles.add(_image(host, owner, clip, pixels, bounds))
        return OK

    def release_image(handle: int) -> int:
        image = handles.find(handle, Image)
        if image is None:
            return BAD_HANDLE
        if not image.picture.whole():
            host.problems.append("pixels were written outside their picture")
        if image.name == "image Output":
            image.owner.output = image.picture.pixels()  # type: ignore[attr-defined]
        handles.drop(handle)
        return OK

    def region_of_definition(handle: int, time: float, target: Any) -> int:
        clip = handles.find(handle, Clip)
        if not clip.frames:
            return FAILED
        owner = clip.properties.owner
        x1, y1, x2, y2 = clip.bounds(time)
        for at, value in enumerate((x1 * owner.aspect, y1, x2 * owner.aspect, y2)):
            target[at] = value / owner.scale  # canonical
        return OK

    def abort(handle: int) -> int:
        return int(handles.find(handle, Effect).aborted())

    unused = _of(Int, HANDLE)(lambda handle: UNKNOWN)
    return (
        _of(Int, HANDLE, TARGET)(get_property_set),
        _of(Int, HANDLE, TARGET)(get_param_set),
        _of(Int, HANDLE, TEXT, TARGET)(clip_define),
        _of(Int, HANDLE, TEXT, TARGET, TARGET)(clip_get_handle),
        _of(Int, HANDLE, TARGET)(clip_get_property_set),
        _of(Int, HANDLE, Double, HANDLE, TARGET)(get_image),
        _of(Int, HANDLE)(release_image),
        _of(Int, HANDLE, Double, ctypes.POINTER(Double))(region_of_definition),
        _of(Int, HANDLE)(abort),
        *(unused,) * 4,
    )


def _image(host: Host, owner: Effect, clip: Clip, pixels: Any, bounds: Any) -> Image:
    picture = Picture(pixels)
    channels = pixels.shape[2]
    values = {
        "OfxImageEffectPropPixelDepth": ["OfxBitDepthFloat"],
        "OfxImageEffectPropComponents": ["OfxImageComponentRGBA" if channels == 4 else "OfxImageComponentAlpha"],
        "OfxImagePropData": [picture.inner.ctypes.data],
        "OfxImagePropBounds": list(bounds),
        "OfxImagePropRegionOfDefinition": list(bounds),
        "OfxImagePropRowBytes": [picture.memory.strides[0]],
        "OfxImagePropPixelAspectRatio": [1.0],
        "OfxImagePropField": ["OfxFieldNone"],
    }
    image = Image(f"image {clip.name}", sets.IMAGE, values, host.problems)
    image.picture, image.owner = picture, owner  # type: ignore[attr-defined]
    return image


def parameter_suite(host: Host) -> tuple[Any, ...]:
    """OfxParameterSuiteV1, as far as a plugin like ours uses it."""
    handles = host.handles

    def define(handle: int, kind: bytes, name: bytes, target: Any) -> int:
        effect, form, word = handles.find(handle, Effect), kind.decode(), name.decode()
        if form not in sets.PARAMETERS:
            host.problems.append(f"{word}: there is no type of parameter {form}")
            return UNKNOWN
        if word in effect.parameters:
            host.problems.append(f"{word} is defined twice")
            return EXISTS
        made = PropertySet(f"{form[12:]} {word}", sets.PARAMETERS[form], {}, host.problems)
        effect.parameters[word] = Parameter(made, form)
        target[0] = _handle_of(host, effect, made)
        return OK

    def get_handle(handle: int, name: bytes, target: Any, properties: Any) -> int:
        effect = handles.find(handle, Effect)
        found = effect.parameters.get(name.decode())
        if found is None:
            host.problems.append(f"there is no parameter {name.decode()}")
            return UNKNOWN
        target[0] = _handle_of(host, effect, found)
        if properties:
            properties[0] = _handle_of(host, effect, found.properties)
        return OK

    def value_at(handle: int, time: float, target: int) -> int:
        found = handles.find(handle, Parameter)
        if found is None:
            return BAD_HANDLE
        value = found.at(time)
        if found.kind == "OfxParamTypeDouble":
            ctypes.cast(target, ctypes.POINTER(Double))[0] = value
        elif found.kind == "OfxParamTypeString":
            address = found.properties.text("value", 0, value or "")
            ctypes.cast(target, TARGET)[0] = address
        elif found.kind in ("OfxParamTypeInteger", "OfxParamTypeBoolean", "OfxParamTypeChoice"):
            ctypes.cast(target, ctypes.POINTER(Int))[0] = int(value)
        else:
            host.problems.append(f"{found.properties.name} has no value")
            return BAD_HANDLE
        return OK

    def key_count(handle: int, target: Any) -> int:
        found = handles.find(handle, Parameter)
        target[0] = len(found.keys)
        return OK

    unused = _of(Int, HANDLE)(lambda handle: UNKNOWN)
    return (
        _of(Int, HANDLE, TEXT, TEXT, TARGET)(define),
        _of(Int, HANDLE, TEXT, TARGET, TARGET)(get_handle),
        unused,
        unused,
        _of(Int, HANDLE, ctypes.c_void_p)(lambda handle, target: value_at(handle, 0.0, target)),
        _of(Int, HANDLE, Double, ctypes.c_void_p)(value_at),
        *(unused,) * 4,
        _of(Int, HANDLE, ctypes.POINTER(ctypes.c_uint))(key_count),
        *(unused,) * 7,
    )


def message_suite(host: Host) -> tuple[Any, ...]:
    """OfxMessageSuiteV2; the first function alone is V1."""

    def message(handle: int, kind: bytes, name: bytes, form: bytes, text: bytes) -> int:
        assert form == b"%s"
        host.handles.find(handle, Effect).messages.append((kind.decode(), text.decode()))
        return OK

    def persist(handle: int, kind: bytes, name: bytes, form: bytes, text: bytes) -> int:
        assert form == b"%s" and kind == b"OfxMessageError"
        host.handles.find(handle, Effect).persistent = text.decode()
        return OK

    def clear(handle: int) -> int:
        host.handles.find(handle, Effect).persistent = ""
        return OK

    speaking = _of(Int, HANDLE, TEXT, TEXT, TEXT, TEXT)
    return speaking(message), speaking(persist), _of(Int, HANDLE)(clear)


def progress_suite(host: Host) -> tuple[Any, ...]:
    """OfxProgressSuiteV1; an effect that aborts is stopped here too."""

    def update(handle: int, done: float) -> int:
        effect = host.handles.find(handle, Effect)
        effect.progress.append(done)
        return NO if effect.aborted() else OK

    plain = _of(Int, HANDLE)(lambda handle: OK)
    return _of(Int, HANDLE, TEXT)(lambda handle, label: OK), _of(Int, HANDLE, Double)(update), plain


def thread_suite(host: Host) -> tuple[Any, ...]:
    """OfxMultiThreadSuiteV1, with threads that are there."""
    work = _of(None, ctypes.c_uint, ctypes.c_uint, ctypes.c_void_p)

    def multi_thread(function: Any, count: int, argument: int) -> int:
        threads = [threading.Thread(target=function, args=(at, count, argument)) for at in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return OK

    def processors(target: Any) -> int:
        target[0] = 2
        return OK

    unused = _of(Int, HANDLE)(lambda handle: UNKNOWN)
    return (
        _of(Int, work, ctypes.c_uint, ctypes.c_void_p)(multi_thread),
        _of(Int, ctypes.POINTER(ctypes.c_uint))(processors),
        *(unused,) * 7,
    )
