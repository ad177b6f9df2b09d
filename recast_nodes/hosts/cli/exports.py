"""Where `recast track` may write: known before a shot is tracked, and never over what the shot reads."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from ...errors import DocumentError

ENDINGS = (".csv", ".json", ".npz", ".npy", ".nk", ".exr")
OURS = b"Tracker4 {"  # how our Nuke scripts begin


def check_exports(targets: Sequence[str], frames: Sequence[int], read: Sequence[str]) -> None:
    """Raises DocumentError with all that keeps `targets` from being written. `read` are the files of the plate."""
    problems = [problem for target in targets for problem in _problems(target, frames, set(map(_real, read)))]
    if problems:
        raise DocumentError(problems)


def _problems(target: str, frames: Sequence[int], read: set[str]) -> Iterator[str]:
    from ...errors import MediaError
    from ...media.names.patterns import frame_path
    from ...media.performances.formats import meant_form
    from ...media.writers import check_target
    from ...models.head_fit.head_files import ENDINGS as HEAD_ENDINGS
    from ...models.head_fit.head_files import ending_of

    ending = Path(target).suffix.lower()
    if meant := meant_form(target):
        text = f"a performance in that form ends in {meant}, and landmarks of a face are not called so"
        yield f"--export {target}: {text}."
        return
    if ending not in ENDINGS and not ending_of(target):
        heads = f"a fitted head to {', '.join(HEAD_ENDINGS)}"
        yield f"--export {target}: a track is written to {', '.join(ENDINGS)} files, {heads}."
        return
    written = [target]
    if ending == ".exr":
        try:
            check_target(target, frames)
        except MediaError as error:
            yield f"--export {error}"
            return
        written = [frame_path(target, frame) for frame in frames]
    lost = next((path for path in written if _real(path) in read), None)
    if lost:
        yield f"--export {target}: {lost} is the footage being tracked; an export will not overwrite it."
    elif ending == ".nk" and _of_somebody(Path(target)):
        yield f"--export {target}: this Nuke script was not written by Recast; choose another name."
    folder = next(above for above in Path(target).absolute().parents if above.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        yield f"--export {target}: {folder} cannot be written to."


def check_head_exports(targets: Sequence[str], fits_head: bool) -> None:
    """Raises DocumentError where a fitted head is to be written and the tracker fits none, or the library is missing
    that writes it.
    """
    from ...errors import NotInstalled
    from ...models.head_fit.head_files import ending_of, require_library

    asked = [target for target in targets if ending_of(target)]
    if asked and not fits_head:
        text = "the tracker fits no head: add --set FaceTrack.detector=fitted-head"
        raise DocumentError([f"--export {target}: {text}." for target in asked])
    problems = []
    for target in asked:
        try:
            require_library(target)
        except NotInstalled as missing:
            problems.append(f"--export {target}: {missing}")
    if problems:
        raise DocumentError(problems)


def _real(path: str) -> str:
    return os.path.realpath(path)


def _of_somebody(path: Path) -> bool:
    """Whether there is a script that we did not write. A pipe is none of ours either, and would keep us waiting."""
    if path.exists() and not path.is_file():
        return True
    try:
        with open(path, "rb") as file:
            return file.read(len(OURS)) != OURS
    except OSError:
        return False
