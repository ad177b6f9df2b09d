"""The form for who agreed: what is written in it is the shot's, undone in one step, and faults are named."""

from __future__ import annotations

from datetime import date

import pytest

from recast_nodes.graph.consent import Consent, consents_of, with_consents
from recast_nodes.hosts.studio.render.consent_dialog import NAMES, ConsentDialog
from recast_nodes.hosts.studio.shot.document import Document

JANE = Consent("Jane Doe", agreement="rider 7", until=date(2027, 6, 30))


@pytest.fixture
def document(qapp) -> Document:
    return Document()


@pytest.fixture
def form(qtbot, document) -> ConsentDialog:
    made = ConsentDialog(document)
    qtbot.addWidget(made)
    return made


def write(form: ConsentDialog, row: int, **fields: str) -> None:
    for name, text in fields.items():
        form.table.item(row, NAMES.index(name)).setText(text)


def test_what_is_written_is_the_shot_s(document, form):
    write(form, 0, performer="Jane Doe", agreement="rider 7", until="2027-06-30")
    form.add_button.click()
    write(form, 1, performer="Sam Roe")
    form.accept()
    assert consents_of(document.graph) == (JANE, Consent("Sam Roe", "driver"))
    document.undo.undo()
    assert not consents_of(document.graph)


def test_what_the_shot_says_is_shown_and_may_be_removed(document, qtbot):
    document.apply("set", lambda graph: with_consents(graph, (JANE,)))
    form = ConsentDialog(document)
    qtbot.addWidget(form)
    assert form.consents() == (JANE,)
    form.remove_button.click()
    form.accept()
    assert not consents_of(document.graph)


def test_a_fault_is_named_and_nothing_is_changed(document, form):
    write(form, 0, performer="Jane", until="June")
    form.accept()
    assert form.problem.text() == "Row 1: until: 'June' is not a date; write it as 2027-06-30."
    assert not consents_of(document.graph) and not form.result()
