"""One rule for every number that is typed: both decimal signs are read, and nothing is guessed or left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("PySide6", reason="Studio needs PySide6")

from PySide6.QtCore import QLocale, Qt

from recast_nodes.hosts.studio.widgets.number_field import (
    NumberField,
    WholeField,
    format_number,
    read_number,
    read_numbers,
)

GERMAN = QLocale(QLocale.Language.German, QLocale.Country.Germany)


@pytest.fixture(params=[QLocale.c(), GERMAN], ids=["point", "comma"], autouse=True)
def locale(request):
    before = QLocale()
    QLocale.setDefault(request.param)
    yield
    QLocale.setDefault(before)


@given(st.decimals(-(10**6), 10**6, places=3))
def test_both_signs_are_the_same_number(number):
    text = str(number)
    assert read_number(text) == float(number)
    assert read_number(text.replace(".", ",")) == (
        None if text.endswith(".000") and 1 <= abs(number) < 1000 else float(number)
    )


@pytest.mark.parametrize(
    "text,number", [(",5", 0.5), ("5,", 5), ("-0,6", -0.6), ("1e-3", 0.001), ("−2", -2), (" 7 ", 7)]
)
def test_what_is_a_number(text, number):
    assert read_number(text) == number


@pytest.mark.parametrize("text", ["1.234,5", "1,234.5", "1 000", "1'000", "1,000", "1_000", "", "nan", "inf", "1.2.3"])
def test_what_is_not_guessed_at(text):
    assert read_number(text) is None


@given(st.floats(-1e9, 1e9).map(lambda number: float(f"{number:.6g}")))
def test_what_is_shown_is_read_back(number):
    assert read_number(format_number(number)) == pytest.approx(number, rel=1e-6)


def test_several_numbers():
    assert read_numbers("1,5 2 3,25; 4") == [1.5, 2, 3.25, 4]
    assert read_numbers("10,20,30,40") == read_numbers("10, 20, 30, 40") == [10, 20, 30, 40]
    assert read_numbers("10 20 x 40") is None


def typed(qtbot, field, text):
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    return field.value()


@pytest.fixture
def said():
    return []


@pytest.fixture
def number(qtbot, said):
    field = NumberField(-10, 1_000_000, 2.0)
    qtbot.addWidget(field)
    field.refused.connect(said.append)
    return field


def test_a_field_reads_both_and_shows_a_point(qtbot, number, said):
    for text, value in (("4.5", 4.5), ("4,25", 4.25), ("23.976", 23.976), ("0,6", 0.6), ("-3", -3)):
        assert typed(qtbot, number, text) == value and number.text() == f"{value:g}"
    assert not said


def test_a_field_says_what_it_does_not_take_and_keeps_its_value(qtbot, number, said):
    for text, words in (
        ("1.234,5", "thousands"),
        ("1,000", "thousands"),
        ("abc", "not a number"),
        ("2000000", "range"),
    ):
        assert typed(qtbot, number, text) == 2.0 and words in said[-1] and text in said[-1]
    assert typed(qtbot, number, "") == 2.0 and len(said) == 4


def test_a_value_that_is_shown_short_is_not_shortened_by_a_return(qtbot, number):
    number.setValue(1 / 3)
    told = []
    number.valueChanged.connect(told.append)
    number.setFocus()
    qtbot.keyClick(number, Qt.Key.Key_Return)
    assert number.value() == pytest.approx(1 / 3, abs=1e-12) and not told


def test_a_frame_takes_no_decimal_sign(qtbot, said):
    field = WholeField(-1_000_000, 10_000_000, 7)
    qtbot.addWidget(field)
    field.refused.connect(said.append)
    assert typed(qtbot, field, "1001") == 1001
    for text in ("4.5", "4,5", "1,001", "1.001"):
        assert typed(qtbot, field, text) == 1001 and text in said[-1]


def test_words_for_a_number_that_is_not_set(qtbot, number):
    number.setSpecialValueText("the plate's own")
    assert typed(qtbot, number, "") == number.minimum() and number.text() == "the plate's own"
    assert typed(qtbot, number, "3,5") == 3.5
    assert typed(qtbot, number, "-10") == 3.5, "the lowest value stands for the words"
