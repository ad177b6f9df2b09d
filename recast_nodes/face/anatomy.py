"""Which landmarks of MediaPipe's 478-point mesh are what. Left and right are those of the picture, not the actor's.

This is the only place where their numbers stand (tests/face/test_declared_once.py).
"""

from __future__ import annotations

Points = tuple[int, ...]

LANDMARKS, MESH = 478, 468
"""Landmarks of a face, and how many of them come first that are the mesh: the irises follow."""

FOREHEAD, CHIN_TIP = 10, 152  # the top and the bottom of the outline
NASION, NOSE_TIP, BELOW_NOSE_TIP = 168, 4, 1  # the root of the nose, what sticks out furthest, just below that
PHILTRUM, UPPER_LIP, LOWER_LIP = 164, 0, 17  # the middle: of the skin above the lips, of their outer edges
FACE_SIDES, TEMPLES = (234, 454), (127, 356)  # the outline before the ears and above them
NOSE_RIDGE: Points = (8, 168, 6, 197, 195, 5, 4, 1)  # from between the brows down to below the tip
BETWEEN_BROWS, BROW_MIDDLES = 9, (105, 334)  # and the middle of each brow's upper edge

OVAL: Points = (
    (10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152)
    + (148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109)
)  # fmt: skip
"""The outline, clockwise on screen from the top of the forehead."""
JAW_LINE = OVAL[8:29]
"""From ear to ear below the temples: the published landmark sets end at the brows, without a forehead."""
CHIN_LINE = OVAL[24:11:-1]
"""The lower half of that, from the picture's left to its right."""

RIGID = (
    10,
    151,
    168,
    6,
    197,
    195,
    5,
    127,
    356,
    54,
    284,
    21,
    251,
    162,
    389,
    103,
    332,
    67,
    297,
    109,
    338,
    33,
    263,
    130,
    359,
)
"""Forehead, bridge of the nose, temples and outer corners of the eyes: what no expression moves much."""
SKULL = (10, 151, 9, 8, 168, 6, 197, 195, 127, 356, 54, 284, 21, 251, 33, 263)
"""Forehead, bridge of the nose, temples, outer corners of the eyes: what the report fits a head's pose on."""
STILL_SKIN = (6, 197, 10, 151, 127, 356, 54, 284)
"""Bridge of the nose, upper forehead, temples: whose pixels take no part in an expression."""

LEFT_EYE = (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246)
RIGHT_EYE = (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466)
"""Contours of the eye openings: outer corner, lower lid, inner corner, upper lid."""
EYE_OUTER, EYE_LOWER, EYE_INNER, EYE_UPPER = 0, slice(1, 8), 8, slice(9, 16)
"""Where these stand in a contour: the lower lid from the outer corner inwards, the upper lid on the way back."""
LEFT_EYE_CORNERS, RIGHT_EYE_CORNERS = (33, 133), (263, 362)  # outer, inner
OUTER_EYE_CORNERS = (33, 263)
BESIDE_EYE_CORNERS = (130, 359)  # the skin that an outer corner ends in
STILL_LANDMARKS = tuple(sorted(set(RIGID) - set(OUTER_EYE_CORNERS) - set(BESIDE_EYE_CORNERS)))
"""What no region of a face moves: eye corners are rigid enough to fit the head by, but the lids close there."""

LEFT_UPPER_LID, LEFT_LOWER_LID = (246, 161, 160, 159, 158, 157, 173), (7, 163, 144, 145, 153, 154, 155)
RIGHT_UPPER_LID, RIGHT_LOWER_LID = (466, 388, 387, 386, 385, 384, 398), (249, 390, 373, 374, 380, 381, 382)
"""Upper and lower lid from the outer corner inwards; entry k of both lie above each other."""

LEFT_SOCKET: Points = (226, 31, 228, 229, 230, 231, 232, 233, 244, 189, 221, 222, 223, 224, 225, 113)
RIGHT_SOCKET: Points = (446, 261, 448, 449, 450, 451, 452, 453, 464, 413, 441, 442, 443, 444, 445, 342)
"""Around the lids, between brow and cheek: outer corner, below, inner corner, above."""
SOCKET_ABOVE = slice(10, 15)  # where in it the skin above the upper lid stands

LEFT_IRIS, RIGHT_IRIS = (468, 469, 470, 471, 472), (473, 474, 475, 476, 477)
"""Centre, then the rim: right, top, left, bottom."""

LEFT_BROW_TOP, LEFT_BROW_BOTTOM = (70, 63, 105, 66, 107), (46, 53, 52, 65, 55)
RIGHT_BROW_TOP, RIGHT_BROW_BOTTOM = (300, 293, 334, 296, 336), (276, 283, 282, 295, 285)
"""Upper and lower edge of a brow from its outer end inwards; entry k of both lie above each other."""
LEFT_BROW, RIGHT_BROW = LEFT_BROW_TOP + LEFT_BROW_BOTTOM, RIGHT_BROW_TOP + RIGHT_BROW_BOTTOM

OUTER_LIPS = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185)
INNER_LIPS = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191)
"""Contours of the lips from the left corner along the lower lip to the right corner and back along the upper lip."""

MOUTH_CORNERS, INNER_MOUTH_CORNERS = (61, 291), (78, 308)
BETWEEN_MOUTH_CORNERS = (76, 62, 306, 292)  # between the outer and the inner ones
AROUND_MOUTH = (164, 18, 200, 206, 426, 57, 287, 43, 273, 92, 322, 186, 410)  # skin
BESIDE_MOUTH = ((206, 57, 43, 92, 186, 50, 36, 205), (426, 287, 273, 322, 410, 280, 266, 425))
"""Skin on the picture's left and on its right of the mouth, up to the cheek; entry k of both mirror each other."""
CHIN = (152, 148, 377, 176, 400, 149, 378, 150, 379, 136, 365, 199, 200, 175, 171, 396, 18, 83, 313, 208, 428)
JAW_SIDES = (172, 397, 58, 288, 132, 361, 135, 364, 169, 394, 170, 395, 210, 430, 211, 431, 32, 262)
CHEEKS = (50, 280, 101, 330, 36, 266, 205, 425, 187, 411, 147, 376, 123, 352, 117, 346, 118, 347, 207, 427, 206, 426)
NOSE_BASE = (64, 98, 97, 2, 326, 327, 294, 1)  # around the nostrils: from wing to wing, and below the tip
NOSE_SIDES = (129, 358, 102, 331, 49, 279, 48, 278, 64, 294, 98, 327)

# fmt: off
UPPER_LIP_RINGS: tuple[Points, ...] = (
    (191, 80, 81, 82, 13, 312, 311, 310, 415), (183, 42, 41, 38, 12, 268, 271, 272, 407),
    (184, 74, 73, 72, 11, 302, 303, 304, 408), (185, 40, 39, 37, 0, 267, 269, 270, 409),
)
LOWER_LIP_RINGS: tuple[Points, ...] = (
    (95, 88, 178, 87, 14, 317, 402, 318, 324), (96, 89, 179, 86, 15, 316, 403, 319, 325),
    (77, 90, 180, 85, 16, 315, 404, 320, 307), (146, 91, 181, 84, 17, 314, 405, 321, 375),
)
# fmt: on
"""Each lip from its inner to its outer edge; entry k of all of them lies in one column, left to right."""
LIP_MIDDLE = slice(2, 7)  # the columns of a lip that are not near its corners

EYE_SPANS, MOUTH_SPAN = ((159, 145, 33, 133), (386, 374, 263, 362)), (13, 14, 61, 291)
"""What an opening is measured by: its upper and lower edge in the middle, and both ends."""

CHIN_COLUMNS = (
    (91, 106, 204, 211, 170, 149),
    (181, 182, 194, 32, 140, 176),
    (84, 83, 201, 208, 171, 148),
    (17, 18, 200, 199, 175, 152),
    (314, 313, 421, 428, 396, 377),
    (405, 406, 418, 262, 369, 400),
    (321, 335, 424, 431, 395, 378),
)
"""The chin in columns, each from the lower lip's edge down to the outline."""
