"""Knobs: typed descriptors, each with label, tip, ranges and whether it animates and changes the result.

A node class declares its knobs; every host reads them from here. `settle` turns what a user gave into the knob's own
type or raises `KnobError` in words for the artist. Only the standard library is used.

knob     what all kinds have in common
numbers  Float, Int, Box
options  Switch, Choice, Choices
text     Text, File, FileList, Still
"""

from .knob import Knob
from .numbers import Box, Float, Int
from .options import Choice, Choices, Switch
from .text import File, FileList, Still, Text

__all__ = ["Box", "Choice", "Choices", "File", "FileList", "Float", "Int", "Knob", "Still", "Switch", "Text"]
