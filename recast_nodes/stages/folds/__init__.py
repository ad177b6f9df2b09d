"""Folds and shading that an expression makes, as ratios of light (Liu, Shan and Zhang: Expressive expression mapping
with ratio images, SIGGRAPH 2001), in the texture of the canonical face (`stages.occlusion.texture`).

exchange   the driver's folds for the plate's own, by region, as deep and as sharp as the plate's light shows relief
lay        the ratio of a texture drawn over the new face
measure    one frame's folds: its light over the same face's at rest, as far as that can be believed
register   what landmarks leave over between two textures of one face
resting    the face at rest, from the calmest frames of a shot
room       where on a face folds may be, and which region each point belongs to
"""
