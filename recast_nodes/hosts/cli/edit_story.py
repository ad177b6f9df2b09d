"""What a manifest says of an edit, from its shot document and what lies beside its output."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import DocumentError
from ...graph.allowed_paths import read_files
from ...graph.consent import consents_of
from ...graph.graph import Graph
from ...graph.render_record import edit_facts
from ...graph.roles import find_roles
from ...model_registry import MODELS

if TYPE_CHECKING:
    from ...media.provenance.credentials import EditStory, SourceFootage
    from ...media.provenance.frame_list import Progress

SYNTHETIC = "TrainedAlgorithmicMedia"  # in the terms of models that paint; where any did, the picture is one of these
DESCRIPTION = "An actor's facial expression was edited"


def tell_edit(graph: Graph, output: str, frame: int, title: str, with_consent: bool, report: Progress) -> EditStory:
    """The story of an edit. It reads all footage. Raises RecastError."""
    from ...media.provenance.credentials import PROGRAM, EditStory
    from ...media.provenance.ledger import Ledger

    facts = edit_facts(graph, output, frame)
    models = list(facts["models"])
    if not models:
        raise DocumentError([f"{output}: what it writes is not an edit, so there is nothing to sign."])
    ours: dict[str, Any] = {name: facts[name] for name in ("shot", "models")}
    consents = [consent.facts for consent in consents_of(graph)]
    if with_consent and consents:
        ours["consent"] = consents
    end = Ledger(str(graph.at(output, frame).values["file"])).end()
    if end:
        ours["ledger"] = end
    terms = sorted((MODELS.get(model).source_type for model in models), key=lambda term: SYNTHETIC not in term)
    description = f"{DESCRIPTION} with {PROGRAM['name']} {PROGRAM['version']}, model {', '.join(models)}."
    when = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return EditStory(title, terms[0], description, when, list(_footage(graph, output, report)), ours)


def _footage(graph: Graph, output: str, report: Progress) -> Iterator[SourceFootage]:
    """The plate first, then what else went into the edit."""
    plate = find_roles(graph, output).plate
    names = [plate, *(name for name in graph.upstream(output) if name != plate)]
    for name in names:
        for file in read_files(graph, graph.nodes[name]):
            yield _source(file, name == plate, report)


def _source(file: str, plate: bool, report: Progress) -> SourceFootage:
    from ...graph.crew.count import default_workers
    from ...media.provenance.credentials import SourceFootage, can_carry
    from ...media.provenance.footage import footage_files
    from ...media.provenance.frame_list import hash_files, list_text

    paths = footage_files(file)
    hashes = hash_files(paths, default_workers(), report, Path(file).name)
    fingerprint = hashlib.sha256(list_text(hashes)).hexdigest()
    count = f"{len(paths)} file" + "s" * (len(paths) != 1)
    own = paths[0] if len(paths) == 1 and can_carry(paths[0]) else ""
    what = "the plate" if plate else "an input, such as the driving performance"
    return SourceFootage(Path(file).name, plate, f"{count}: {what}", fingerprint, own)
