"""Recast Nodes in Blender's compositor. Blender calls `register` and `unregister`."""

from .hosts.blender.start import register, unregister

__all__ = ["register", "unregister"]
