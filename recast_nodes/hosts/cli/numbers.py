"""Performances in numbers for `recast track`: of a plate that was tracked, or of a recording in another form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .console import Console
from .exports import check_exports
from .job import DONE

if TYPE_CHECKING:
    from ...wires import Track


def is_performance(target: str) -> bool:
    """Whether a name is one that a performance is written to: arkit.csv, sh010.arkit.csv."""
    from ...media.performances.formats import form_of

    return bool(form_of(target)[0])


def write_tracked(tracks: Mapping[int, Track], plate: Any, target: str) -> None:
    """Write what the tracked face of `plate`, a Read, does. Raises MediaError."""
    from ...media.performances.formats import write_performance
    from ...models import get
    from ...models.by_numbers import performance_of
    from ...models.interface import TrackedFrame
    from ...models.mesh import MESH

    model = get(MESH.name)
    analysis = model.analyse(tracks, None)
    sights = [TrackedFrame(frame, track, None) for frame, track in tracks.items()]
    motions = dict(zip(tracks, model.extract_batch(sights, analysis), strict=True))
    numbered = plate.source().kind == "sequence"
    write_performance(performance_of(motions, plate.rate(), numbered=numbered), target)


def convert(source: str, exports: Sequence[str], as_json: bool) -> int:
    """Write a recording in other forms; returns the exit code."""
    console = Console(as_json)
    with console.open():
        return _convert(str(Path(source).absolute()), exports, console)


def _convert(source: str, exports: Sequence[str], console: Console) -> int:
    from ...errors import DocumentError
    from ...media.performances.formats import WRITTEN, files_of, write_performance
    from ...models.by_numbers import performance_of
    from ...models.recording import open_recording

    wrong = [target for target in exports if not is_performance(target)]
    if wrong:
        raise DocumentError(
            [
                f"--export {target}: a recording is written to names that end in {', '.join(WRITTEN)}."
                for target in wrong
            ]
        )
    recording = open_recording(source)
    check_exports(exports, recording.frames, files_of(source))
    motions = {frame: recording.motion(frame) for frame in recording.frames}
    performance = performance_of(motions, recording.rate, recording.timecodes, recording.numbered)
    for target in exports:
        write_performance(performance._replace(times=recording.times), target)
        console.emit("exported", f"{target} written.", file=target)
    console.emit("done", f"{len(motions)} frames.", frames=len(motions))
    return DONE
