"""Recast Nodes: edit an actor's facial expression in a finished shot."""

__version__ = "0.1.0"
