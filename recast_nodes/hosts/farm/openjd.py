"""A shot as a job bundle of Open Job Description: `openjd run` executes it here, a farm executes it as it is.

Three steps: the analysis looks at the whole shot once and keeps what it saw beside the frames; tasks of so many frames
each read that and render; the report measures the result. Each session has a worker of its own, which loads libraries
and models once for all tasks that it is given. A task that is run again makes what is missing and nothing else.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import yaml

from ...graph.graph import Graph
from ...notices import notice
from .parameters import Parameter, parameters

MOST = 50  # job parameters, by the specification
TEMPLATE, VALUES, DEADLINE_VALUES = "template.yaml", "values.yaml", "parameter_values.yaml"
NOTICE = {"mode": "NOTIFY_THEN_TERMINATE", "notifyPeriodInSeconds": 30}  # SIGTERM, and half a minute to leave


class Chunks(NamedTuple):
    """How many frames a task takes at first, and how long a task is meant to be once the farm knows; 0: as at first."""

    frames: int = 20
    seconds: int = 300


def write_bundle(graph: Graph, output: str, shot: Path, span: tuple[int, ...], folder: Path, chunks: Chunks) -> None:
    """Write the bundle of a shot document into `folder`. Raises MediaError."""
    from ...media.atomic import whole_file

    told = template(graph, output, shot, span, chunks)
    values = {each["name"]: each["default"] for each in told["parameterDefinitions"]}
    for definition in told["parameterDefinitions"]:
        if definition["type"] == "PATH":  # by the specification a template names no absolute path
            del definition["default"]
    listed = {"parameterValues": [{"name": name, "value": value} for name, value in values.items()]}
    for name, content in ((TEMPLATE, told), (DEADLINE_VALUES, listed), (VALUES, values)):
        with whole_file(folder / name) as temporary:
            text = yaml.dump(content, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)
            temporary.write_text(text, encoding="utf-8")


class _Plain(yaml.SafeDumper):
    """Repeats what stands twice, instead of referring back to it."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def template(graph: Graph, output: str, shot: Path, span: tuple[int, ...], chunks: Chunks) -> dict[str, Any]:
    """The job template as plain data."""
    own = _own_parameters(shot, span, chunks)
    knobs = parameters(graph, output)
    if len(knobs) > MOST - len(own):
        left_out = [each.target for each in knobs[MOST - len(own) :]]
        notice(f"A job takes {MOST} parameters: {len(left_out)} knobs stay as the document has them.")
    knobs = knobs[: MOST - len(own)]
    space = {"taskParameterDefinitions": [_frames(chunks)]}
    return {
        "specificationVersion": "jobtemplate-2023-09",
        "extensions": ["TASK_CHUNKING"],
        "name": f"Recast {shot.name.removesuffix('.recast.yaml').removesuffix('.yaml')}"[:128],
        "parameterDefinitions": [*own, *(each.definition for each in knobs)],
        "jobEnvironments": [_worker()],
        "steps": [
            _step("Analysis", ["render", "{{Param.Shot}}", "--analysis", *_sets(knobs)]),
            _step("Frames", _render(knobs), "Analysis") | {"parameterSpace": space},
            _step("Report", ["report", "{{Param.Shot}}"], "Frames"),
        ],
    }


def ranges(frames: tuple[int, ...]) -> str:
    """Frames as Open Job Description writes them: 1001-1010,1020-1030:2 (rising)."""
    from ...media.patterns import format_frames

    return format_frames(frames).replace("x", ":")


def _own_parameters(shot: Path, span: tuple[int, ...], chunks: Chunks) -> list[dict[str, Any]]:
    return [
        {
            "name": "Shot",
            "type": "PATH",
            "objectType": "FILE",
            "dataFlow": "IN",
            "default": str(shot),
            "description": "The shot document.",
        },
        {
            "name": "Frames",
            "type": "STRING",
            "default": ranges(span),
            "description": "The frames to render, of those that the shot has.",
        },
        {
            "name": "Recast",
            "type": "STRING",
            "default": "recast",
            "description": "The command, where it is not on the path of a host.",
        },
    ]


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


def _render(knobs: list[Parameter]) -> list[str]:
    return ["render", "{{Param.Shot}}", "--worker", "--frames", "{{Task.Param.Frame}}", *_sets(knobs)]


def _sets(knobs: list[Parameter]) -> list[str]:
    return [word for each in knobs for word in ("--set", f"{each.target}={{{{Param.{each.name}}}}}")]


def _frames(chunks: Chunks) -> dict[str, Any]:
    how: dict[str, Any] = {"defaultTaskCount": chunks.frames, "rangeConstraint": "CONTIGUOUS"}
    how |= {"targetRuntimeSeconds": chunks.seconds} if chunks.seconds else {}
    return {"name": "Frame", "type": "CHUNK[INT]", "range": "{{Param.Frames}}", "chunks": how}
