"""Frames of the same actor that lend what the edited frame does not show: which of them, and how they are laid in.

choose     whose mouth is shown at each frame of a shot
fit        how well the lips of one frame can be warped to those of another
lent_lips  lips, and what is between them, of another frame laid into the driven ones
path       who lends at each frame of a shot: a path through the candidates, steady over time
person     whether a take shows the same person
sight      what a frame's mouth is worth: how sharp it is, and whether something is before it
"""
