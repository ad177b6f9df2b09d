"""A shot as a job bundle of Open Job Description: `openjd run` executes it here, a farm executes it as it is.

Three steps: the analysis looks at the whole shot once and keeps what it saw beside the frames; tasks of so many frames
each read that and render; the report measures the result. Each session has a worker of its own, which loads libraries
and models once for all tasks that it is given. A task that is run again makes what is missing and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from ...errors import DocumentError
from ...graph.graph import Graph
from ...graph.origin import replace_text
from ...notices import notice, printable
from ..cli.sets import KnobSetting
from .parameters import CONTROLS, LONGEST_VALUE, Parameter, is_plain, is_text, parameters

MOST = 50  # job parameters, by the specification
TEMPLATE, VALUES, DEADLINE_VALUES = "template.yaml", "values.yaml", "parameter_values.yaml"
NOTICE = {"mode": "NOTIFY_THEN_TERMINATE", "notifyPeriodInSeconds": 30}  # SIGTERM, and half a minute to leave


LONGEST_JOB_NAME = 128  # characters, by the specification


class Chunks(NamedTuple):
    """How many frames a task takes at first, and how long a task is meant to be once the farm knows; 0: as at first."""

    frames: int = 20
    seconds: int = 300


class FarmJob(NamedTuple):
    """A shot to be submitted. `graph` is the document `shot` with what `sets` say of it."""

    graph: Graph
    output: str
    shot: Path
    frames: tuple[int, ...]
    chunks: Chunks = Chunks()
    sets: tuple[KnobSetting, ...] = ()


def write_bundle(job: FarmJob, folder: Path) -> None:
    """Write the bundle of a job into `folder`. Raises MediaError, DocumentError where no farm would take it."""
    content = template(job)
    values = {each["name"]: each["default"] for each in content["parameterDefinitions"]}
    for definition in content["parameterDefinitions"]:
        if definition["type"] == "PATH":  # by the specification a template names no absolute path
            del definition["default"]
    listed = {"parameterValues": [{"name": name, "value": value} for name, value in values.items()]}
    for name, data in ((TEMPLATE, content), (DEADLINE_VALUES, listed), (VALUES, values)):
        text = yaml.dump(data, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)
        copy = replace_text(folder / name, text, "recast submit")
        if copy:
            notice(f"{folder / name} was changed by hand: it is kept as {copy.name}, and a new one takes its place.")


class _Plain(yaml.SafeDumper):
    """Repeats what stands twice, instead of referring back to it."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def template(job: FarmJob) -> dict[str, Any]:
    """The job template as plain data. Raises DocumentError with what no farm would take."""
    own = _own_parameters(job)
    every = _knobs(job)
    knobs = every[: MOST - len(own)]
    set_here = {f"{name}.{knob}" for name, placed in job.graph.nodes.items() for knob in placed.constants}
    left = [each.target for each in every[len(knobs) :] if each.target in set_here]
    if left:  # knobs at their defaults are nobody's news
        notice(f"A job takes {MOST} parameters, so these stay as the document sets them: {', '.join(left)}.")
    for name in job.graph.upstream(job.output):
        if not is_plain(name):
            notice(f"{printable(name)}: such a name cannot stand in a job, so its knobs stay as the document has them.")
    problems = refusals(job)
    if problems:
        raise DocumentError(problems)
    others = [f"{each.node}.{each.knob}={each.value}" for each in _by_hand(job, knobs)]
    sets = [*_sets(knobs), *(word for text in others for word in ("--set", text))]
    space = {"taskParameterDefinitions": [_frames(job)]}
    render = ["render", "{{Param.Shot}}", "--worker", "--frames", "{{Task.Param.Frame}}", *sets]
    return {
        "specificationVersion": "jobtemplate-2023-09",
        "extensions": ["TASK_CHUNKING"],
        "name": _name(job.shot),
        "parameterDefinitions": [*own, *(each.definition for each in knobs)],
        "jobEnvironments": [_worker()],
        "steps": [
            _step("Analysis", ["render", "{{Param.Shot}}", "--analysis", *sets]),
            _step("Frames", render, "Analysis") | {"parameterSpace": space},
            _step("Report", ["report", "{{Param.Shot}}"], "Frames"),
        ],
    }


def refusals(job: FarmJob) -> list[str]:
    """What no farm would take, in words: known before anything is written."""
    problems = []
    if not is_text(str(job.shot)) or len(str(job.shot)) > LONGEST_VALUE:
        shown = printable(str(job.shot))
        problems.append(f"{shown}: a job's file names are UTF-8 text of up to {LONGEST_VALUE} characters; rename it.")
    for each in _by_hand(job, _knobs(job)[: MOST - len(_own_parameters(job))]):
        if not is_plain(each.node) or not is_plain(each.value):
            text = printable(f"{each.node}.{each.knob}={each.value}")
            problems.append(f"--set {text}: a job cannot say this; set it in the document.")
    return problems


def _knobs(job: FarmJob) -> list[Parameter]:
    """Every knob that can be a parameter, the likeliest to be wanted first."""
    return parameters(job.graph, job.output, [each["name"] for each in _own_parameters(job)])


def _by_hand(job: FarmJob, knobs: Sequence[Parameter]) -> list[KnobSetting]:
    """What was set by hand and is no parameter (a knob without a value, the fifty-first): it travels as it is."""
    there = {each.target for each in knobs}
    return [each for each in job.sets if f"{each.node}.{each.knob}" not in there]


def _name(shot: Path) -> str:
    """A job's name; braces in pairs would be references."""
    word = CONTROLS.sub("_", shot.name.removesuffix(".recast.yaml").removesuffix(".yaml"))
    while "{{" in word or "}}" in word:
        word = word.replace("{{", "{ {").replace("}}", "} }")
    return f"Recast {word}"[:LONGEST_JOB_NAME]


def ranges(frames: tuple[int, ...]) -> str:
    """Frames as Open Job Description writes them: 1001-1010,1020-1030:2 (rising)."""
    from ...media.names.patterns import format_frames

    return format_frames(frames).replace("x", ":")


def _own_parameters(job: FarmJob) -> list[dict[str, Any]]:
    own = [
        {
            "name": "Shot",
            "type": "PATH",
            "objectType": "FILE",
            "dataFlow": "IN",
            "default": str(job.shot),
            "description": "The shot document.",
        },
        {
            "name": "Frames",
            "type": "STRING",
            "default": ranges(job.frames),
            "description": "The frames to render, of those that the shot has.",
        },
        {
            "name": "Recast",
            "type": "STRING",
            "default": "recast",
            "description": "The command, where it is not on the path of a host.",
        },
    ]
    return [each for each in own if len(each["default"]) <= LONGEST_VALUE]


def _worker() -> dict[str, Any]:
    """Started when a session begins, so that libraries and models are loaded once and not with every task."""
    command = "{{Param.Recast}}"
    return {
        "name": "Worker",
        "variables": {"RECAST_RUNTIME": "{{Session.WorkingDirectory}}/recast"},
        "script": {
            "actions": {
                "onEnter": {"command": command, "args": ["worker", "--start"], "timeout": 300},
                "onExit": {"command": command, "args": ["worker", "--stop"], "timeout": 60},
            }
        },
    }


def _step(name: str, words: list[str], after: str = "") -> dict[str, Any]:
    action = {"command": "{{Param.Recast}}", "args": words, "cancelation": NOTICE}
    step: dict[str, Any] = {"name": name, "script": {"actions": {"onRun": action}}}
    return step | ({"dependencies": [{"dependsOn": after}]} if after else {})


def _sets(knobs: list[Parameter]) -> list[str]:
    return [word for each in knobs for word in ("--set", f"{each.target}={{{{Param.{each.name}}}}}")]


def _frames(job: FarmJob) -> dict[str, Any]:
    """The frames as chunks: by the parameter, or as they are where they are in more pieces than a parameter can say."""
    frames = ranges(job.frames)
    frame_range = "{{Param.Frames}}" if len(frames) <= LONGEST_VALUE else frames
    how: dict[str, Any] = {"defaultTaskCount": job.chunks.frames, "rangeConstraint": "CONTIGUOUS"}
    how |= {"targetRuntimeSeconds": job.chunks.seconds} if job.chunks.seconds else {}
    return {"name": "Frame", "type": "CHUNK[INT]", "range": frame_range, "chunks": how}
