"""Arithmetic on pixels and grids that knows nothing of faces.

distance      how far inside a region a pixel lies: the same number at every call
filters       pictures on coarse grids: looked up, spread, grown and shrunk
medians       medians and quantiles of what is known, as torch has them and sooner
planes        between tensors, whose channels are planes, and OpenCV's pictures
point_spread  how sharp a part of a picture is, measured at its edges, and one part made as sharp as another
resample      moving scene-linear pixels: finite, sharp, and without rings around highlights
ridges        thin lines on a strip: how much each place looks like one, and the best course of one along the strip
shapes        shapes and soft steps on a grid of pixels, and how large a face is
similarity    turn, scale and shift in the picture's plane
"""
