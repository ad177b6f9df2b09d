"""What an effect tells its host, and what it makes of what goes wrong."""

from __future__ import annotations

import locale
import os
import signal
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from recast_nodes.hosts.openfx.effects import EFFECTS
from recast_nodes.hosts.openfx.header import declared_header
from recast_nodes.hosts.openfx.parameters import parameters
from recast_nodes.hosts.worker.protocol import read_contact
from tests.hosts.worker.conftest import alive, write_python

from .conftest import Frames, StandIn, set_environment
from .host import Host, Instance

RECAST = "com.recastnodes.Recast"
SMALL = {frame: np.full((24, 32, 4), frame / 2000, np.float32) for frame in range(1, 11)}
every_host = pytest.mark.parametrize(
    ("recent", "bare", "name"),
    ((True, False, "uk.co.thefoundry.nuke"), (False, True, "fr.inria.Natron"), (False, False, "DaVinciResolve")),
)


def answer(worker: StandIn, request: dict) -> None:
    """As the worker does: it looks at the frame, and gives it back with its red at a half."""
    if request.get("plan"):
        worker.say(event="result", known=True, frames={"Source": [request["frame"]]})
    else:
        given = worker.fetch("Source", request["frame"])
        x, y, width, height = given["window"]
        path = worker.folder / "view-out"
        half = np.float16([0.5]).repeat(3 * width * height)
        path.write_bytes(half.tobytes())
        facts = {"layout": "rgb", "count": 3, "file": str(path), "type": "float16"}
        worker.say(event="result", window=[x, y, width, height], **facts)
    worker.say(event="end", code=0)


def edited(host: Host, frames: Frames = SMALL, name: str = RECAST) -> Instance:
    instance = Instance(host, name, {"Source": frames})
    instance.parameters["smile"].value = 0.5
    return instance


@every_host
@pytest.mark.parametrize("context", ("Filter", "General"))
def test_every_effect_describes_itself_by_the_standard(library, recent, bare, name, context):
    host = Host(library, name, recent, bare)
    assert [*host.plugins] == [effect.identifier for effect in EFFECTS]
    for effect in EFFECTS:
        found = host.describe(effect.identifier, context)
        contexts = found.properties.values["OfxImageEffectPropSupportedContexts"]
        assert "OfxImageEffectContextGeneral" in contexts
        assert found.properties.values["OfxImageEffectPropSupportsTiles"] == [0]
        assert found.properties.values["OfxImageEffectPropSupportedPixelDepths"] == ["OfxBitDepthFloat"]
        assert [*found.clips] == [*(clip.name for clip in effect.clips), "Output"]
    assert not host.problems
    host.unload()


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.name)
def test_parameters_are_what_the_nodes_declare(host, effect):
    found = host.describe(effect.identifier).parameters
    groups = {name for name, each in found.items() if each.kind == "OfxParamTypeGroup"}
    for wanted in parameters(effect):
        values = found[wanted.name].properties.values
        assert values["OfxParamPropHint"] == [wanted.tip]
        assert not wanted.group or values["OfxParamPropParent"][0] in groups
        if wanted.kind in ("double", "integer"):
            assert (values["OfxParamPropMin"], values["OfxParamPropMax"]) == ([wanted.limits[0]], [wanted.limits[1]])
            low, high = values["OfxParamPropDisplayMin"][0], values["OfxParamPropDisplayMax"][0]
            assert wanted.limits[0] <= low <= values["OfxParamPropDefault"][0] <= high <= wanted.limits[1]
        if wanted.kind == "choice":
            assert values["OfxParamPropChoiceOption"] == [*wanted.options]
        if wanted.kind != "button":
            assert values["OfxParamPropAnimates"] == [int(wanted.animates)]
    children = found["Controls"].properties.values["OfxParamPropPageChild"]
    assert children == [each.name for each in parameters(effect)]


def test_a_name_is_kept_for_good():
    """Host projects hold these names: one that changes is lost to them."""
    names = {each.name for each in parameters(EFFECTS[0])}
    assert {"replace", "enhance", "output", "driver_file", "FaceTrack_pick", "MaskComposite_feather"} <= names
    assert all(name.isidentifier() for name in names)
    assert declared_header().isascii()


def test_says_that_nothing_is_edited(host, monkeypatch):
    set_environment(monkeypatch, "RECAST_PYTHON", "/nowhere/python")
    instance = Instance(host, RECAST, {"Source": SMALL})
    assert instance.is_identity(3)
    np.testing.assert_array_equal(instance.render(3), SMALL[3])  # and needs no worker to show it
    for name in ("replace", "enhance", "smile", "gaze_y"):
        instance.parameters[name].keys = {2: 0.0, 3: 0.4}
        assert instance.is_identity(2) and not instance.is_identity(3)
        instance.parameters[name].keys = {}
    instance.parameters["replace"].value = 1.0
    assert not instance.is_identity(3) and instance.is_identity(11)  # beyond the shot
    instance.parameters["replace"].value = 0.0
    instance.parameters["output"].value = 2
    assert not instance.is_identity(3)
    instance.close()


def test_regions_and_times_are_the_clips(host):
    instance = Instance(host, RECAST, {"Source": SMALL, "Driver": SMALL}, origin=(4, -6), aspect=2.0)
    scale = {"PropTime": [3.0], "ImageEffectPropRenderScale": [1.0, 1.0]}
    assert instance.ask("OfxImageEffectActionGetRegionOfDefinition", **scale)[1].values[
        "OfxImageEffectPropRegionOfDefinition"
    ] == [8, -6, 72, 18]
    interest = instance.ask(
        "OfxImageEffectActionGetRegionsOfInterest", **scale, ImageEffectPropRegionOfInterest=[0.0, 0.0, 2.0, 2.0]
    )[1].values
    assert interest["OfxImageClipPropRoI_Source"] == interest["OfxImageClipPropRoI_Driver"] == [8, -6, 72, 18]
    assert instance.ask("OfxImageEffectActionGetTimeDomain")[1].values["OfxImageEffectPropFrameRange"] == [1, 10]
    preferred = instance.ask("OfxImageEffectActionGetClipPreferences")[1].values
    assert preferred["OfxImageClipPropPAR_Output"] == [2.0]
    assert preferred["OfxImageEffectPropPreMultiplication"] == ["OfxImageAlphaPremultiplied"]
    space = "OfxImageEffectActionGetOutputColourspace"
    assert instance.ask(space)[1].values["OfxImageClipPropColourspace"] == ["OfxColourspace_Source"]
    instance.close()


def test_fetches_no_frame_that_it_did_not_announce(host, worker, source):
    instance = edited(host, source)
    for frame in (1003, 1005):
        ranges = instance.frames_needed(frame)
        pairs = {clip: zip(numbers[::2], numbers[1::2], strict=True) for clip, numbers in ranges.items()}
        instance.only = {clip: {t for a, b in each for t in range(int(a), int(b) + 1)} for clip, each in pairs.items()}
        assert instance.only["Source"] == (set(source) if frame == 1003 else {1005})
        assert instance.render(frame) is not None, instance.persistent
    instance.close()


def test_a_host_that_gives_no_other_frames_is_told_so(host, worker, source):
    instance = edited(host, source)
    instance.only = {"Source": {1003}}
    assert instance.render(1003) is None
    assert "the host does not give it" in instance.persistent
    instance.only = None
    assert instance.render(1003) is not None and not instance.persistent
    instance.close()


def test_the_button_looks_at_the_shot(host, worker, source):
    instance = edited(host, source)
    assert instance.change("analyse", time=1003) == 0
    assert instance.progress and instance.progress[-1] == 1.0 and not instance.persistent
    assert instance.frames_needed(1003) == {"Source": [1003, 1003]}
    assert instance.change("clear") == 0
    assert instance.frames_needed(1003) == {"Source": [1001, 1006]}
    instance.close()


def test_another_clip_is_looked_at_anew(host, worker, source):
    instance = edited(host, source)
    instance.change("analyse", time=1003)
    instance.change("Source", "OfxTypeClip")
    assert instance.frames_needed(1003) == {"Source": [1001, 1006]}
    instance.close()


def test_without_a_worker_it_says_what_to_set(host, monkeypatch):
    set_environment(monkeypatch, "RECAST_PYTHON", "/nowhere/python")
    instance = edited(host)
    assert instance.render(3) is None
    assert "/nowhere/python" in instance.persistent and "RECAST_PYTHON" in instance.persistent
    instance.close()


def test_a_host_without_persistent_messages_gets_plain_ones(library, monkeypatch):
    set_environment(monkeypatch, "RECAST_PYTHON", "/nowhere/python")
    host = Host(library, bare=True)
    instance = edited(host)
    assert instance.render(3) is None
    assert instance.messages[0][0] == "OfxMessageError" and "RECAST_PYTHON" in instance.messages[0][1]
    instance.close()
    assert not host.problems


def test_a_worker_that_cannot_start_is_quoted(host, monkeypatch, tmp_path):
    script = tmp_path / "python"
    script.write_text("#!/bin/sh\necho 'no module named recast_nodes' >&2\nexit 1\n")
    script.chmod(0o755)
    set_environment(monkeypatch, "RECAST_PYTHON", str(script))
    instance = edited(host)
    assert instance.render(3) is None and "no module named recast_nodes" in instance.persistent
    instance.close()


def test_a_worker_of_another_version_is_refused(host, stand_in):
    stand_in(answer, version="99.1")
    instance = edited(host)
    assert instance.render(3) is None
    assert "99.1" in instance.persistent and "recast plugins openfx" in instance.persistent
    instance.close()


def test_a_worker_with_other_parameters_is_refused(host, stand_in):
    def refuse(worker, request):
        worker.say(event="error", text="The plugin was built for other parameters.")
        worker.say(event="end", code=2)

    stand_in(refuse)
    instance = edited(host)
    assert instance.render(3) is None and "other parameters" in instance.persistent
    instance.close()


def test_a_hung_worker_is_given_up(host, stand_in, monkeypatch):
    set_environment(monkeypatch, "RECAST_OFX_TIMEOUT", "0.5")
    stand_in(lambda worker, request: None)
    instance = edited(host)
    started = time.monotonic()
    assert instance.render(3) is None and "has not moved" in instance.persistent
    assert time.monotonic() - started < 25, "as it was set; its own patience is of 30 seconds"
    instance.close()


def test_a_worker_that_lives_is_waited_for(host, stand_in, monkeypatch):
    set_environment(monkeypatch, "RECAST_OFX_TIMEOUT", "2")

    def slowly(worker, request):
        for _ in range(12):
            worker.say(event="alive")
            time.sleep(0.2)
        answer(worker, request)

    stand_in(slowly)
    instance = edited(host)
    assert instance.render(3)[0, 0, 0] == 0.5
    instance.close()


def test_nonsense_from_a_worker_is_no_picture(host, stand_in):
    facts = {"layout": "rgb", "count": 3, "type": "float16"}

    def lie(worker, request):
        given = worker.fetch("Source", request["frame"])
        path = worker.folder / "view-short"
        path.write_bytes(b"12345678")
        worker.say(event="result", window=given["window"], file=str(path), **facts)
        worker.say(event="end", code=0)

    stand_in(lie)
    instance = edited(host)
    assert instance.render(3) is None and "cannot be read" in instance.persistent
    instance.close()


def test_a_killed_worker_is_told_and_started_again(host, source, monkeypatch, tmp_path):
    set_environment(monkeypatch, "RECAST_PYTHON", str(write_python(tmp_path / "python")))
    set_environment(monkeypatch, "RECAST_RUNTIME", str(tmp_path / "run"))
    instance = edited(host, source)
    before = instance.render(1003)
    assert before is not None, instance.persistent
    (contact,) = Path(tmp_path / "run").glob("*.json")
    pid = read_contact(contact.stem.removeprefix("worker-"))["pid"]

    def kill() -> bool:  # once it looks at the shot again
        if ("Source", 1001.0) in instance.asked and alive(pid):
            os.kill(pid, signal.SIGKILL)
        return False

    instance.asked.clear()
    instance.aborted = kill
    instance.change("clear")
    assert instance.render(1003) is None and "ended" in instance.persistent
    instance.aborted = lambda: False
    np.testing.assert_array_equal(instance.render(1003), before)
    assert not instance.persistent
    instance.close()
    for contact in Path(tmp_path / "run").glob("*.json"):
        os.kill(read_contact(contact.stem.removeprefix("worker-"))["pid"], signal.SIGTERM)


def test_says_what_it_needs_while_it_renders(host, stand_in):
    """Without waiting for the render, whose answer comes after this one: a host may ask from its own window."""
    asked = {}

    def ask_meanwhile(worker, request):
        asked.update(instance.frames_needed(3))
        answer(worker, request)

    stand_in(ask_meanwhile)
    instance = edited(host)
    assert instance.render(3)[0, 0, 0] == 0.5
    assert asked == {"Source": [1, 10]}
    instance.close()


def test_without_shared_memory_it_makes_do(host, stand_in):
    stand_in(answer, memory="/nowhere")
    instance = edited(host)
    assert instance.render(3)[0, 0, 0] == 0.5
    instance.close()


def test_stops_when_the_host_gives_up(host, stand_in):
    stand_in(lambda worker, request: None)
    instance = edited(host)
    until = time.monotonic() + 0.4
    instance.aborted = lambda: time.monotonic() > until
    np.testing.assert_array_equal(instance.render(3), SMALL[3])  # not half a picture
    assert not instance.persistent, "the worker was not given up: it was not waited for"
    instance.parameters["output"].value = 1
    until = time.monotonic() + 0.1
    assert not instance.render(3).any()
    instance.close()


def test_fields_are_refused(host):
    instance = edited(host)
    assert instance.render(3, ImageEffectPropFieldToRender=["OfxFieldLower"]) is None
    assert "whole frames" in instance.persistent
    instance.close()


def test_resolve_s_thumbnails_and_clips(library, stand_in):
    """Every clip is connected there, and a thumbnail is rendered at full scale."""
    worker = stand_in(answer)
    host = Host(library, "DaVinciResolve", recent=False)
    instance = edited(host)
    assert instance.render(3)[0, 0, 0] == 0.5
    assert worker.requests[-1]["real"] is False
    host.problems.clear()  # it asks for a property of Resolve's own
    instance.close()


def test_a_thumbnail_is_the_plate(host, stand_in):
    worker = stand_in(answer)
    instance = edited(host)
    made = instance.render(3, ImageEffectPropThumbnailRender=["true"])
    np.testing.assert_array_equal(made, SMALL[3])
    assert not worker.requests
    instance.close()


def test_a_thousand_renders_leave_nothing_behind(host, stand_in):
    worker = stand_in(answer)
    instance, me = edited(host), psutil.Process()
    for frame in range(200):
        instance.render(1 + frame % 10)
    kept = worker.requests[:]
    worker.requests = type("Nothing", (list,), {"append": lambda self, message: None})(kept)
    before, files = me.memory_info().rss, me.num_fds()
    for frame in range(1000):
        assert instance.render(1 + frame % 10)[0, 0, 0] == 0.5
    grown = me.memory_info().rss - before
    assert grown < 8 << 20, f"{grown} bytes after 1,000 renders"
    assert me.num_fds() <= files
    instance.close()
    for _ in range(20):
        other = edited(host)
        other.render(2)
        other.close()
    assert me.num_fds() <= files


def test_a_decimal_comma_is_none_of_ours(host, stand_in):
    worker = stand_in(answer)
    known = [name for name in ("de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8") if _has(name)]
    instance = edited(host)
    instance.parameters["smile"].keys = {1: 0.0, 10: 0.9}
    try:
        locale.setlocale(locale.LC_NUMERIC, known[0] if known else "C")
        assert instance.render(3) is not None
    finally:
        locale.setlocale(locale.LC_NUMERIC, "C")
    curve = worker.requests[-1]["values"]["smile"]
    np.testing.assert_allclose(curve, np.linspace(0, 0.9, 10))
    instance.close()


def _has(name: str) -> bool:
    try:
        locale.setlocale(locale.LC_NUMERIC, name)
    except locale.Error:
        return False
    locale.setlocale(locale.LC_NUMERIC, "C")
    return True
