"""Documents that commands make, and copies of those that hands have changed."""

import contextlib
import os

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.errors import DocumentError
from recast_nodes.graph.document import dump, parse, save
from recast_nodes.graph.edit import edit_graph
from recast_nodes.graph.origin import is_untouched, keep_copy, replace_document, replace_text, sign

MADE = sign(edit_graph("/p.####.exr", "/d.mov", "/o.####.exr"), "recast edit")


def test_what_is_signed_is_known_again_and_a_change_is_seen():
    again = parse(dump(MADE))
    assert is_untouched(MADE) and is_untouched(again) and again.origin == MADE.origin
    assert not is_untouched(again.with_knob("ExpressionMix", "smile", 0.1))
    assert not is_untouched(edit_graph("/p.####.exr", "/d.mov", "/o.####.exr"))
    assert again.with_knob("ExpressionMix", "smile", 0.1).origin == MADE.origin, "whoever changes it leaves the origin"


@given(st.text(max_size=60))
def test_no_origin_that_somebody_writes_breaks_anything(text):
    document = yaml.safe_load(dump(MADE)) | {"origin": text}
    with contextlib.suppress(DocumentError):
        assert is_untouched(parse(yaml.safe_dump(document))) == (text == MADE.origin)


def test_copies_are_numbered_and_never_written_over(tmp_path):
    path = tmp_path / "shot.recast.yaml"
    path.write_text("one")
    (tmp_path / "shot.recast.2.yaml").symlink_to(tmp_path / "elsewhere")
    assert [keep_copy(path).name for _ in range(2)] == ["shot.recast.1.yaml", "shot.recast.3.yaml"]
    assert not (tmp_path / "elsewhere").exists(), "not through a link"


def test_a_link_in_the_documents_place_is_kept_as_a_link(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("of somebody")
    path = tmp_path / "out" / "shot.recast.yaml"
    path.parent.mkdir()
    path.symlink_to(secret)
    kept = replace_document(MADE, path)
    assert kept is not None and kept.is_symlink() and os.readlink(kept) == str(secret)
    assert not path.is_symlink() and secret.read_text() == "of somebody"


@pytest.mark.parametrize("make", (os.mkdir, os.mkfifo))
def test_what_is_no_file_is_refused(make, tmp_path):
    make(tmp_path / "shot.recast.yaml")
    with pytest.raises(DocumentError, match="is not a plain file"):
        replace_document(MADE, tmp_path / "shot.recast.yaml")


def test_nothing_is_done_where_nothing_changes(tmp_path):
    path = tmp_path / "shot.recast.yaml"
    assert replace_document(MADE, path) is None
    before = path.stat().st_mtime_ns
    assert replace_document(parse(dump(MADE), tmp_path), path) is None and path.stat().st_mtime_ns == before


def test_a_document_without_origin_that_says_the_same_needs_no_copy(tmp_path):
    path = tmp_path / "shot.recast.yaml"
    save(edit_graph("/p.####.exr", "/d.mov", "/o.####.exr"), path)
    assert replace_document(MADE, path) is None and "origin" in path.read_text()


@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), min_size=1, max_size=4))
def test_a_text_of_ours_is_replaced_and_any_other_kept(texts, tmp_path_factory):
    path = tmp_path_factory.mktemp("x") / "values.yaml"
    for text in texts:
        assert replace_text(path, text, "recast submit") is None
    path.write_bytes(path.read_bytes() + b"more")
    assert replace_text(path, texts[0], "recast submit") == path.with_name("values.1.yaml")
