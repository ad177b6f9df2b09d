"""What other packages bring is there; what one of them breaks is said, and costs nothing but itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from recast_nodes.errors import NotInstalled
from recast_nodes.menu import Menu
from recast_nodes.registry import Registry, only_own

from .packages import install, use

GROUP = "recast_nodes.toys"


@dataclass(frozen=True)
class Toy:
    """What these tests register."""

    name: str
    colour: str
    summary: str = "A thing to play with."


BALL = Toy("ball", "red")
DECLARES = "from tests.test_registry import Toy\nTOY = Toy({name!r}, 'blue')\n"


def toys() -> Registry[Toy]:
    return Registry("toy", GROUP, Toy, ["tests.test_registry:BALL"])


def bring(folder: Path, package: str, entry: str, text: str, version: str = "1.0") -> None:
    install(folder, package, {f"{package}.py": text}, {GROUP: {entry: f"{package}:TOY"}}, version)


def test_own_come_first_and_others_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(tmp_path, "zoo", "zebra", DECLARES.format(name="zebra"))
    bring(tmp_path, "attic", "kite", DECLARES.format(name="kite"), "2.5")
    use(tmp_path, monkeypatch)
    registry = toys()
    assert registry.names == ("ball", "kite", "zebra")
    assert registry.own_names == ("ball",)
    assert registry.get("kite") == Toy("kite", "blue")
    assert str(registry.origin("kite")) == "attic 2.5"
    assert registry.problems == ()


@pytest.mark.parametrize(
    "text, words",
    (
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("from tests.test_registry import Toy\nTOY = Toy('kite')", "missing 1 required positional argument: 'colour'"),
        ("TOY = 3", "attic:TOY is not a Toy"),
        ("", "AttributeError"),
        (DECLARES.format(name="drum"), "declares itself as 'drum'"),
        (DECLARES.format(name="ball"), "declares itself as 'ball'"),
    ),
)
def test_what_is_wrong_names_the_package_and_loses_no_other(
    text: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(tmp_path, "attic", "kite", text, "2.5")
    bring(tmp_path, "zoo", "zebra", DECLARES.format(name="zebra"))
    use(tmp_path, monkeypatch)
    registry = toys()
    assert registry.names == ("ball", "zebra")
    (problem,) = registry.problems
    assert "attic 2.5" in problem.text and "'kite'" in problem.text and words in problem.text
    with pytest.raises(NotInstalled) as raised:
        registry.get("kite")
    assert str(raised.value) == problem.text


def test_own_names_stay_our_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(tmp_path, "attic", "ball", DECLARES.format(name="ball"))
    use(tmp_path, monkeypatch)
    assert toys().get("ball") is BALL
    assert "attic 1.0" in toys().problems[0].text and "recast-nodes" in toys().problems[0].text


def test_a_name_of_two_packages_is_neither(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("attic", "zoo"):
        bring(tmp_path, package, "kite", DECLARES.format(name="kite"))
    use(tmp_path, monkeypatch)
    assert toys().names == ("ball",)
    with pytest.raises(NotInstalled, match="attic 1.0.*zoo 1.0"):
        toys().get("kite")


def test_an_unknown_name_is_refused_by_name() -> None:
    with pytest.raises(NotInstalled, match="no toy 'kite'; there are ball"):
        toys().get("kite")


def test_code_of_changes_with_version_and_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(tmp_path, "attic", "kite", DECLARES.format(name="kite"))
    use(tmp_path, monkeypatch)
    registry = toys()
    before = registry.code_of("kite", "attic:TOY")
    assert before.startswith("attic 1.0 ")
    assert registry.code_of("kite", "attic:TOY") == before
    (tmp_path / "attic.py").write_text(DECLARES.format(name="kite") + "# worked on\n")
    assert registry.code_of("kite", "attic:TOY") == before, "this process runs the code that it has loaded"
    registry.reload()
    assert registry.code_of("kite", "attic:TOY") != before
    assert registry.code_of("ball", "tests.test_registry:BALL") == ""


def test_what_a_declaration_refers_to_is_loaded_when_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(tmp_path, "attic", "kite", DECLARES.format(name="kite"), "2.5")
    use(tmp_path, monkeypatch)
    registry = toys()
    assert registry.load("kite", "attic:TOY.colour") == "blue"
    with pytest.raises(NotInstalled, match="toy 'kite' of the package attic 2.5: attic.wings:fly cannot be loaded"):
        registry.load("kite", "attic.wings:fly")
    with pytest.raises(ModuleNotFoundError):
        registry.load("ball", "no_such_module:ball")


def test_generated_files_are_of_our_own_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(tmp_path, "attic", "kite", DECLARES.format(name="kite"))
    use(tmp_path, monkeypatch)
    registry = toys()
    with only_own():
        assert registry.names == ("ball",)
    assert registry.names == ("ball", "kite")


def test_a_menu_says_what_each_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(tmp_path, "attic", "kite", DECLARES.format(name="kite"))
    use(tmp_path, monkeypatch)
    menu = Menu(toys(), lambda toy: toy.colour == "blue", first=("none",))
    assert menu.names == ("none", "kite") and menu.foreign == ("kite",)
    assert menu.tips == "kite: A thing to play with."
    assert menu.explain("ball") == ""
