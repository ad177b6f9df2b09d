"""What a render notes of itself in the ledger beside its output (docs/provenance.md): who rendered which edit, with
which model, weights and footage, who had agreed, and what came of it.

Only edits are noted: a plate that is copied, or a track that is written, says nothing about a performance.
"""

from __future__ import annotations

import getpass
import os
import secrets
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..errors import MediaError, RecastError
from ..notices import notice
from . import fingerprint
from .allowed_paths import read_files
from .consent import consents_of
from .graph import Graph
from .policy import Policy

if TYPE_CHECKING:
    from .resume import Progress
    from .settings import Outcome

LONGEST = 1000  # characters of a knob's keys; the shot's fingerprint stands for all of them
MODEL = "model"  # the knob of every node by which an edit comes into a shot


class RenderRecord:
    """One render's lines in the ledger. `frame` is any of its frames."""

    def __init__(self, graph: Graph, output: str, frame: int, policy: Policy):
        self.graph, self.output, self.frame, self.policy = graph, output, frame, policy
        self.name = secrets.token_hex(8)  # of this render, in both its lines

    @contextmanager
    def of_render(self, todo: Sequence[int], outcome: Outcome, progress: Progress | None) -> Iterator[None]:
        """Note the render before its work, and what came of it after. Raises StorageError where that cannot be noted,
        and the studio's policy asks for it.
        """
        self.begin(todo)
        try:
            yield
        finally:
            self.end(outcome, progress)

    def begin(self, todo: Sequence[int]) -> None:
        """Note what is about to be rendered. Raises StorageError as `of_render` does."""
        from ..media.names.patterns import format_frames

        self._append(
            lambda: {"event": "begun", "frames": format_frames(todo), **edit_facts(self.graph, self.output, self.frame)}
        )

    def end(self, outcome: Outcome, progress: Progress | None) -> None:
        """Note what was written, if anything was. Raises StorageError as `of_render` does."""
        self._append(lambda: self._result(outcome, progress))

    def _result(self, outcome: Outcome, progress: Progress | None) -> dict[str, Any]:
        from ..media.provenance.ledger import Ledger

        files = _contents({**outcome.written, **(progress.renewed if progress else {})}, progress)
        known = Ledger(self._target).check().files if outcome.existing else {}
        there = _contents(outcome.existing, progress)
        found = {name: content for name, content in there.items() if known.get(name) != content and name not in files}
        if not (files or found or outcome.failed):
            return {}
        failed = {"failed": sorted(outcome.failed)} if outcome.failed else {}
        headers: dict[str, Any] = {}
        if progress and progress.renewed:
            headers = {"headers": len(progress.renewed), "consent": [each.facts for each in consents_of(self.graph)]}
        return {
            "event": "rendered",
            "files": dict(sorted((files | found).items())),
            "found": sorted(found),
            **headers,
            **failed,
        }

    @property
    def _target(self) -> str:
        return str(self.graph.at(self.output, self.frame).values.get("file") or "")

    def _append(self, facts_of: Callable[[], Mapping[str, Any]]) -> None:
        from ..media.provenance.ledger import Ledger

        if not self._target or not is_edit(self.graph, self.output):
            return
        try:
            facts = facts_of()
            if facts:
                Ledger(self._target).append({"when": now(), "who": who(), "render": self.name, **facts})
        except MediaError as error:
            if self.policy.ledger:
                raise
            notice(f"The ledger is not kept: {error}")


def is_edit(graph: Graph, output: str) -> bool:
    """Whether what a node writes is the edit of a model."""
    return any(MODEL in graph.nodes[name].kind.knobs for name in graph.upstream(output))


def edit_facts(graph: Graph, output: str, frame: int) -> dict[str, Any]:
    """Which edit it is: the shot and its settings, models and weights, footage, and who agreed. Plain data."""
    from .summary import settings

    consents = [consent.facts for consent in consents_of(graph)]
    return {
        "program": f"Recast Nodes {__version__}",
        "output": Path(str(graph.at(output, frame).values["file"])).name,
        "shot": fingerprint.shot(graph),
        "settings": {f"{row.node}.{row.knob}": row.value[:LONGEST] for row in settings(graph)},
        "models": _models(graph, output, frame),
        "footage": _footage(graph, output),
        **({"consent": consents} if consents else {}),
    }


def _models(graph: Graph, output: str, frame: int) -> dict[str, Any]:
    from ..models.provenance import training_of, weight_files, weights

    found = {}
    for name in graph.upstream(output):
        model = str(graph.at(name, frame).values.get(MODEL) or "") if MODEL in graph.nodes[name].kind.knobs else ""
        if model and model not in found:
            try:
                found[model] = {"weights": weights(model), "sha256": weight_files(model)}
                footage = training_of(model)
                found[model] |= {"trained_on": footage} if footage else {}
            except RecastError as error:  # rendering says so
                found[model] = {"fault": str(error)}
    return found


def _footage(graph: Graph, output: str) -> list[dict[str, Any]]:
    from ..media.provenance.footage import describe_footage

    upstream = [graph.nodes[name] for name in graph.upstream(output)]
    return [
        {"node": placed.name, **describe_footage(file)} for placed in upstream for file in read_files(graph, placed)
    ]


def who() -> dict[str, Any]:
    """Who renders: the user, the machine, the process."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        user = str(getattr(os, "getuid", lambda: "")())
    return {"user": user, "host": socket.gethostname(), "process": os.getpid()}


def now() -> str:
    """This moment, as the ledger has it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _contents(files: Mapping[int, str], progress: Progress | None) -> dict[str, str]:
    """SHA-256 of files by name: as the journal noted them, or else read now."""
    from ..media.journal.journal import content_of

    found = {}
    for path in dict.fromkeys(files.values()):
        notes = progress.journal.notes_of(path) if progress else []
        try:
            found[os.path.basename(path)] = notes[-1].content if notes else content_of(path)
        except OSError:  # somebody removed it; the render says so
            continue
    return found
