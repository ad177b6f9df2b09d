"""Fixtures of the fast networks' tests: those of the plain ones."""

from ..networks.conftest import parity, plain_torch, pytest_collection_modifyitems, pytest_configure, sparing

__all__ = ["parity", "plain_torch", "pytest_collection_modifyitems", "pytest_configure", "sparing"]
