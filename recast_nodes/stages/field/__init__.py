"""From moved keypoints to the dense field that moves the plate's pixels.

backward   from moved keypoints to a dense backward field: where in the plate each pixel of the result comes from
folding    keeping a field from folding: no place of a picture may be turned inside out
irises     irises in a field: moved as discs inside the eye openings, while the lids stay with the mesh
lashes     lashes in a field: carried along by the lid that they grow on, while the skin beyond them gives way
triangles  the piecewise affine field of a mesh of triangles, and which of its triangles are seen
"""
