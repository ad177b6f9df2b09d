"""The blocks that a shot document may have beside its nodes. Each is declared here, and lives in a module of its own.

A graph carries them by name (`Graph.blocks`), and documents, hosts, farms and processes pass them on with it. A block
decides no pixel by itself, so no fingerprint holds it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import yaml

from . import consent, pose_block

Refuse = Callable[[yaml.Node, str], None]  # reports a fault at a place of the document


class Block(NamedTuple):
    """One block: how it is read from YAML's tree, and how it is written as plain data."""

    read: Callable[[yaml.Node, Refuse], Any]
    plain: Callable[[Any], Any]


BLOCKS = {  # in the order in which a document has them, between its frames and its nodes
    consent.BLOCK: Block(consent.read_block, consent.plain_block),
    pose_block.BLOCK: Block(pose_block.read_block, pose_block.plain_block),
}
