"""Nuke scripts read by tclsh, which splits words as Nuke's own Tcl does. Python 3.7, standard library only."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import NamedTuple

READER = r"""
proc hex {text} { binary encode hex [encoding convertto utf-8 $text] }
proc told {class body} {
    if {[llength $body] % 2} { error "$class: a knob without a value" }
    puts "node [hex $class]"
    foreach {key value} $body {
        if {$key eq "addUserKnob"} {
            set words {}
            foreach word $value { lappend words [hex $word]. }
            puts "user $words"
        } else {
            puts "set [hex $key]. [hex $value]."
        }
    }
}
proc version {args} {}
proc end_group {} { puts end }
foreach class {Gizmo Input Output Constant Read Shuffle Switch} { proc $class {body} "told $class \$body" }
fconfigure stdin -encoding utf-8
source -encoding utf-8 [lindex $argv 0]
"""


class ScriptNode(NamedTuple):
    """One node of a script: values by knob, and the words of each addUserKnob."""

    kind: str
    values: dict[str, str]
    user: list[list[str]]


def read_script(path: Path, scratch: Path) -> list[ScriptNode]:
    """The nodes of a Nuke script. Fails where tclsh does not understand it."""
    reader = scratch / "read.tcl"
    reader.write_text(READER)
    result = subprocess.run(["tclsh", str(reader), str(path)], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    nodes: list[ScriptNode] = []
    for line in result.stdout.splitlines():
        what, *words = line.split(" ")
        plain = [bytes.fromhex(word.rstrip(".")).decode() for word in words]
        if what == "node":
            nodes.append(ScriptNode(plain[0], {}, []))
        elif what == "user":
            nodes[-1].user.append(plain)
        elif what == "set":
            nodes[-1].values[plain[0]] = plain[1]
    assert result.stdout.splitlines()[-1] == "end"
    return nodes
