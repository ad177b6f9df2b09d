"""The published networks in their plain form, each beside its Params; `build` makes one by model and part.

Attributes are named as in the published checkpoints, because a tensor's name in a file is the way to it through the
modules. What a network computes stands in its `forward`.
"""
