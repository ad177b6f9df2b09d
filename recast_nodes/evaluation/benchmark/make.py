"""Clips rendered, frame by frame, where they are not there yet: a render that was stopped goes on."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from ...digital_humans.performance import to_ict
from ...digital_humans.scene import Camera, HeadPose
from ...errors import DocumentError
from ...face.columns import CONTROLS
from ...media.files.atomic import whole_file
from ...natives import NO_BLAS_THREADS
from .frames import PASSES, PICTURE, path_of, write_frame
from .plan import FILE, Clip, Plan, read_plan

PARAMETERS = "parameters.json"
Report = Callable[[int, int], None]


def make(plan: Plan, folder: Path, workers: int = 1, report: Report = lambda done, total: None) -> None:
    """Renders what of the plan is missing in the folder, with so many processes.

    Raises DocumentError where the folder holds another plan, NotInstalled without the renderer's library; what
    `Plan.room` raises, before anything is written.
    """
    from ...digital_humans.upload import load_warp

    load_warp()
    for clip in plan.clips[:1]:
        plan.room(clip)  # a panorama that is none is refused before the folder is its benchmark's
    _keep_plan(plan, folder)
    waiting = [(plan, folder, clip) for clip in plan.clips if not _finished(plan, folder, clip)]
    total = len(plan.clips) * plan.size.frames
    done = total - len(waiting) * plan.size.frames
    report(done, total)
    for frames in _work(waiting, workers):
        done += frames
        report(done, total)


def _keep_plan(plan: Plan, folder: Path) -> None:
    if (folder / FILE).exists():
        if read_plan(folder).record() != json.loads(json.dumps(plan.record())) and read_plan(folder) != plan:
            raise DocumentError([f"{folder} holds another benchmark: name another folder, or remove {FILE} there."])
        return
    folder.mkdir(parents=True, exist_ok=True)
    _write_json(folder / FILE, plan.record())


def _write_json(path: Path, content: object) -> None:
    with whole_file(path) as part:
        part.write_text(json.dumps(content, indent=1), encoding="utf-8")


def _finished(plan: Plan, folder: Path, clip: Clip) -> bool:
    return all(path_of(folder / clip.name, PICTURE, number).exists() for number in range(plan.size.frames))


def _work(waiting: list[tuple[Plan, Path, Clip]], workers: int) -> Iterator[int]:
    """How many frames each finished clip has, as they are finished."""
    if workers < 2 or len(waiting) < 2:
        yield from map(render_clip, waiting)
        return
    os.environ.update(NO_BLAS_THREADS)  # the processes share the cores as it is
    with multiprocessing.get_context("spawn").Pool(min(workers, len(waiting))) as pool:
        yield from pool.imap_unordered(render_clip, waiting)


def render_clip(task: tuple[Plan, Path, Clip]) -> int:
    """Renders a clip's missing frames and writes its parameters; how many frames the clip has."""
    from ...digital_humans.human import DigitalHuman
    from ...digital_humans.ict import small_head
    from ...digital_humans.people import draw_person
    from ...digital_humans.renderer import Stage

    plan, folder, clip = task
    place, count = folder / clip.name, plan.size.frames
    performance, motion = plan.performance(clip), plan.motion(clip)
    _write_parameters(plan, clip, place)
    room = plan.room(clip)
    stage = Stage(DigitalHuman(small_head(), draw_person(clip.person)), room)

    def moment(number: int) -> tuple[dict[str, float], HeadPose, Camera]:
        camera = room.camera_at(number / count, plan.size.pixels)
        return to_ict(performance.expression(number)), motion.pose(number), camera

    for number in range(count):
        there = [path_of(place, pattern, number).exists() for pattern in (PICTURE, PASSES)]
        if there[0] and (there[1] or not clip.passes):
            continue
        before = moment(number - 1) if number else None
        write_frame(place, number, stage.film(*moment(number), before, grain=number), clip.passes)
    return count


def _write_parameters(plan: Plan, clip: Clip, place: Path) -> None:
    """The clip's true parameters by the paper's names."""
    performance, motion = plan.performance(clip), plan.motion(clip)
    frames = []
    for number in range(plan.size.frames):
        weights = {CONTROLS + name: round(weight, 5) for name, weight in performance.expression(number).items()}
        pose = motion.pose(number)
        turned = {"HeadYaw": pose.yaw, "HeadPitch": pose.pitch, "HeadRoll": pose.roll}
        frames.append(weights | {name: round(angle, 4) for name, angle in turned.items()})
    about = {"person": clip.person, "performance": clip.performance, "motion": clip.motion}
    _write_json(place / PARAMETERS, about | {"rate": performance.rate, "frames": frames})
