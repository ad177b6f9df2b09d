"""What was never saved outlives a crash."""

from __future__ import annotations

from recast_nodes.hosts.studio.shot.recovery import Recovery


def test_an_unsaved_shot_outlives_a_crash(window, tmp_path):
    window.nodes.select("ExpressionMix")
    window.knobs.set_value("smile", 0.7)
    window.document.autosave()
    window.document.disk.run(lambda: None)
    left = window.recovery.place
    window.document.new()  # as if this Studio had ended without a word
    other = Recovery(tmp_path / "recovery")
    assert other.find_abandoned() == left
    window.recovery = window.files._recovery = other
    window.document._unsaved = other.place
    assert window.files.recover()
    assert window.document.graph.nodes["ExpressionMix"].constants["smile"] == 0.7
    assert not window.document.undo.isClean() and window.document.path is None and not left.exists()
    assert other.place.exists() and window.files.confirm_leaving() and not other.place.exists(), "given up is given up"


def test_the_place_of_a_studio_that_runs_is_not_offered(tmp_path):
    running = Recovery(tmp_path)
    running.lock()
    running.place.write_text("recast: 1")
    assert Recovery(tmp_path).find_abandoned() is None
    running.unlock()
    assert Recovery(tmp_path).find_abandoned() == running.place
