"""The pages name files, links, commands, options and knobs that exist."""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest

from recast_nodes import model_registry, tracker_registry
from recast_nodes.graph.pose_keys import POSE
from recast_nodes.hosts.cli import COMMANDS, recast
from recast_nodes.nodes import NODES
from recast_nodes.nodes.renames import earlier

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "demo/README.md"} - {ROOT / "CHANGELOG.md"})
FOLDERS = ("benchmarks", "demo", "docs", "icons", "plugins", "recast_nodes", "tests", "tools")
ROOMS = (
    "evaluation",
    "face",
    "graph",
    "hosts",
    "media",
    "models",
    "nodes",
    "stages",
)  # the package's, named without it
MADE = ("demo/out",)  # by `make demo`
ENTRY_POINTS = (model_registry.GROUP, tracker_registry.GROUP)  # groups, which are called as modules are
OF_TOOLS = ("--atheris", "--device", "--extra-index-url", "--list", "--minutes", "--only", "--speed", "--tests")
"""Options of pip, of pytest and of our scripts."""


@pytest.fixture(params=PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def page(request: pytest.FixtureRequest) -> Path:
    return request.param


def code_of(page: Path) -> Iterator[str]:
    """Words in backticks, and the lines of blocks of code without their comments."""
    text = re.sub(
        r"```\w*\n(.*?)```", lambda block: re.sub("^", "    ", block[1], flags=re.M), page.read_text(), flags=re.S
    )
    lines = text.split("\n")
    yield from (line.split(" # ")[0].strip() for line in lines if line.startswith("    "))
    yield from re.findall(r"`([^`]+)`", "\n".join(line for line in lines if not line.startswith("    ")))


def test_files_are_there(page: Path) -> None:
    for word in re.findall(r"[\w./-]+", "\n".join(code_of(page))):
        path = word.strip("./")
        first = path.partition("/")[0]
        if "/" not in path or path.startswith(MADE) or word.startswith("/"):
            continue
        if first in FOLDERS:
            assert (ROOT / path).exists(), f"{page.name}: {word}"
        elif first in ROOMS and path.endswith(".py"):
            assert (ROOT / "recast_nodes" / path).exists(), f"{page.name}: {word}"


def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if target.startswith("http"):
            continue
        name, _, anchor = target.partition("#")
        other = (page.parent / name).resolve() if name else page
        assert other.exists(), f"{page.name}: {target}"
        assert not anchor or anchor in anchors(other), f"{page.name}: {target}"


@cache
def anchors(page: Path) -> set[str]:
    """What a heading is linked by, as GitHub makes it."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_commands_and_options_exist(page: Path) -> None:
    for line in code_of(page):
        found = re.match(r"(?:\.venv/bin/)?recast ([a-z]+)(.*)", line)
        if not found:
            continue
        command = recast.get_command(click.Context(recast), found[1])
        assert command is not None, f"{page.name}: {line}"
        subcommand = re.match(r" ([a-z]+)\b", found[2])
        if isinstance(command, click.Group) and subcommand:
            command = command.get_command(click.Context(command), subcommand[1])
            assert command is not None, f"{page.name}: {line}"
        used = re.findall(r"(?<!\S)\[?(--[a-z][a-z-]*)", found[2])
        assert set(used) <= options(command), f"{page.name}: {line}"


def test_options_by_themselves_exist(page: Path) -> None:
    """`--frames` without a command in front of it is an option of one of our commands, or of a tool."""
    known = set(OF_TOOLS).union(*(options(recast.get_command(click.Context(recast), name)) for name in COMMANDS))
    for text in code_of(page):
        for option in re.findall(r"^(--[a-z][a-z-]*)", text):
            assert option in known, f"{page.name}: {option}"


def options(command: click.Command | None) -> set[str]:
    """The options of a command and of its subcommands."""
    assert command is not None
    own = {option for each in command.params for option in (*each.opts, *each.secondary_opts)}
    below = command.commands.values() if isinstance(command, click.Group) else ()
    return own.union(*(options(each) for each in below))


def test_make_targets_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    for line in code_of(page):
        found = re.match(r"make ([a-z][a-z -]*)", line)
        if found:
            assert set(found[1].split()) <= targets, f"{page.name}: {line}"


def test_knobs_exist(page: Path) -> None:
    for line in code_of(page):
        for node, knob in re.findall(rf"\b({'|'.join(NODES)})\.([a-z_]+)\b", line):
            known = knob in (*NODES[node].knobs, POSE) or earlier(node, knob) or hasattr(NODES[node], knob)
            assert known, f"{page.name}: {node}.{knob}"


def test_modules_exist(page: Path) -> None:
    for line in code_of(page):
        for name in re.findall(r"\brecast_nodes(?:\.\w+)+(?![\w/])", line):
            if name in ENTRY_POINTS:
                continue
            module, _, last = name.rpartition(".")
            known = importlib.util.find_spec(name) if importlib.util.find_spec(module) else None
            assert known or hasattr(importlib.import_module(module), last), f"{page.name}: {name}"
