"""A shot as a job of OpenCue, by OpenCue's own library: layers for analysis, chunks of frames and the report.

The layers call `recast` itself, so the hosts of the farm need no library of OpenCue's beside their RQD. A frame that is
run again makes what is missing and nothing else.
"""

from __future__ import annotations

import importlib.util
import re
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ...errors import DocumentError, RecastError, StorageError
from ...notices import printable
from .parameters import CONTROLS, is_text

NEEDED = "OpenCue's library is not installed here: pip install 'recast-nodes[opencue]'."
TOKEN = re.compile(r"#[A-Z_]+#")  # Cuebot puts other words in place of these, wherever they stand
FIRST, LAST = "#FRAME_START#", "#FRAME_END#"


def job(shot: Path, frames: Sequence[int], words: Sequence[str], chunk: int) -> Any:
    """The launcher of a job that renders frames of a shot document. `words` are further ones of `recast render`.

    Raises RecastError where OpenCue's library is missing, DocumentError where Cuebot would change the words.
    """
    from ...media.names.patterns import format_frames

    try:
        from outline import Outline, cuerun
        from outline.modules.shell import Shell
    except ImportError:
        raise RecastError(NEEDED) from None
    wanted = format_frames(frames)
    if frames[-1] - frames[0] + 1 != len(frames):
        chunk = 1  # a chunk is named by its ends, and would take frames along that nobody asked for
    outline = Outline(_name(shot), frame_range=wanted)
    render = ["render", str(shot), *words]
    outline.add_layer(Shell("Analysis", command=_command(*render, "--analysis"), range=str(frames[0])))
    chunks = f"{_command(*render, '--frames')} {FIRST}-{LAST}"
    outline.add_layer(Shell("Frames", command=chunks, range=wanted, chunk=chunk, require=["Analysis:all"]))
    report = _command("report", str(shot))
    outline.add_layer(Shell("Report", command=report, range=str(frames[0]), require=["Frames:all"]))
    return cuerun.OutlineLauncher(outline)


def need_opencue() -> None:
    """Raises RecastError where OpenCue's library is missing, before anything else is done."""
    if importlib.util.find_spec("outline") is None:
        raise RecastError(NEEDED)


def specification(launcher: Any) -> str:
    """The job as it is described to Cuebot, in XML."""
    return str(launcher.serialize(use_pycuerun=False))


def launch(launcher: Any) -> str:
    """Hand the job to the Cuebot of $CUEBOT_HOSTS or OpenCue's configuration; returns its name. Raises StorageError."""
    import grpc
    import opencue

    try:
        (made,) = launcher.launch(use_pycuerun=False)
    except (grpc.RpcError, opencue.exception.CueException) as error:
        raise StorageError(f"Cuebot does not take the job: {error}") from None
    return str(made.name())


def _name(shot: Path) -> str:
    """A job's name is letters, digits and underscores."""
    return "recast_" + re.sub(r"\W", "_", shot.name.removesuffix(".recast.yaml").removesuffix(".yaml"), flags=re.ASCII)


def refusals(words: Iterable[str]) -> list[str]:
    """What Cuebot would change or not take of the words of a command."""
    problems = []
    for word in words:
        token = TOKEN.search(word)
        if token:
            problems.append(f"{word}: {token[0]} would be replaced by Cuebot.")
        if not is_text(word) or CONTROLS.search(word):
            problems.append(f"{printable(word)}: Cuebot takes no control characters, and no names that are not UTF-8.")
    return problems


def _command(*words: str) -> str:
    """`recast` with these words. The hosts run it by a shell, so names are quoted."""
    problems = refusals(words)
    if problems:
        raise DocumentError(problems)
    return shlex.join(["recast", *words])
