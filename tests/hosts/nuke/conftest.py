"""What the tests of the Nuke plugin share."""

from __future__ import annotations

import shutil

import pytest

needs_tclsh = pytest.mark.skipif(not shutil.which("tclsh"), reason="no tclsh here")
