"""Copied from recast_nodes/hosts by `make plugins`; change it there."""
