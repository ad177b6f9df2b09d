"""Point sets of the published models: keypoints of their networks, and the landmarks that their crops are made from.

Left and right are those of the picture.
"""

from __future__ import annotations

LIVEPORTRAIT, PERFORMRECAST = 21, 49
"""Keypoints of the networks. They are implicit: nothing told them to sit on a feature."""

LIVEPORTRAIT_LIPS = (6, 12, 14, 17, 19, 20)  # by LivePortrait's own switches
LIVEPORTRAIT_EYES = (11, 13, 15, 16, 18)  # alike; lids and gaze are not apart
LIVEPORTRAIT_BROWS = (1, 2)
LIVEPORTRAIT_OTHERS = (0, 3, 4, 5, 7, 8, 9, 10)  # jaw and cheeks, which nothing parts
LIVEPORTRAIT_EXPRESSIVE = (1, 2, 6, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20)
LIVEPORTRAIT_PARTLY_EXPRESSIVE = {3: "y", 4: "y", 5: "z", 8: "z", 9: "yz"}
"""Which numbers of the expression are carried over while the head keeps its pose: all three, or some axes."""

PERFORMRECAST_SIDES, PERFORMRECAST_CONTOUR = (31, 32, 33, 36, 37, 38), (44, 45, 46)
"""The outline of the head, which the published code keeps with the plate."""

LANDMARKS_203 = 203
EYE_SPANS_203, MOUTH_SPAN_203 = ((6, 18, 0, 12), (30, 42, 24, 36)), (90, 102, 48, 66)
"""LivePortrait's landmark network: upper and lower edge of an opening, and both ends; 0-23 and 24-47 are the contours
of the eyes, 48 and 66 the corners of the lips.
"""
EYES_203, MOUTH_CORNERS_203 = ((0, 6, 12, 18), (24, 30, 36, 42)), (48, 66)

LANDMARKS_106 = 106
EYES_106, MOUTH_CORNERS_106 = ((33, 35, 39, 40), (87, 89, 93, 94)), (52, 61)
"""InsightFace's landmarks."""

ALIGNED_112 = ((38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041))
"""Where ArcFace, SFace and AdaFace want the eyes, the tip of the nose and the corners of the mouth of a face, which is
brought upright to 112 pixels. J. Deng et al., "ArcFace", CVPR 2019.
"""
