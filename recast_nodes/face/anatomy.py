"""Which landmarks of MediaPipe's 478-point mesh are what. Left and right are those of the picture, not the actor's."""

from __future__ import annotations

OVAL = (
    (10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152)
    + (148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109)
)  # fmt: skip

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

LEFT_EYE = (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246)
RIGHT_EYE = (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466)
"""Contours of the eye openings: outer corner, lower lid, inner corner, upper lid."""

LEFT_UPPER_LID, LEFT_LOWER_LID = (246, 161, 160, 159, 158, 157, 173), (7, 163, 144, 145, 153, 154, 155)
RIGHT_UPPER_LID, RIGHT_LOWER_LID = (466, 388, 387, 386, 385, 384, 398), (249, 390, 373, 374, 380, 381, 382)
"""Upper and lower lid from the outer corner inwards; entry k of both lie above each other."""

LEFT_SOCKET = (226, 31, 228, 229, 230, 231, 232, 233, 244, 189, 221, 222, 223, 224, 225, 113)
RIGHT_SOCKET = (446, 261, 448, 449, 450, 451, 452, 453, 464, 413, 441, 442, 443, 444, 445, 342)
"""Around the lids, between brow and cheek: outer corner, below, inner corner, above."""

LEFT_IRIS, RIGHT_IRIS = (468, 469, 470, 471, 472), (473, 474, 475, 476, 477)
"""Centre, then the rim: right, top, left, bottom."""

LEFT_BROW = (70, 63, 105, 66, 107, 46, 53, 52, 65, 55)
RIGHT_BROW = (300, 293, 334, 296, 336, 276, 283, 282, 295, 285)

OUTER_LIPS = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185)
INNER_LIPS = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191)
"""Contours of the lips from the left corner along the lower lip to the right corner and back along the upper lip."""

MOUTH_CORNERS = (61, 291)
CHIN = (152, 148, 377, 176, 400, 149, 378, 150, 379, 136, 365, 199, 200, 175, 171, 396, 18, 83, 313, 208, 428)
JAW_SIDES = (172, 397, 58, 288, 132, 361, 135, 364, 169, 394, 170, 395, 210, 430, 211, 431, 32, 262)
CHEEKS = (50, 280, 101, 330, 36, 266, 205, 425, 187, 411, 147, 376, 123, 352, 117, 346, 118, 347, 207, 427, 206, 426)
NOSE_SIDES = (129, 358, 102, 331, 49, 279, 48, 278, 64, 294, 98, 327)

# fmt: off
UPPER_LIP_RINGS = (
    (191, 80, 81, 82, 13, 312, 311, 310, 415), (183, 42, 41, 38, 12, 268, 271, 272, 407),
    (184, 74, 73, 72, 11, 302, 303, 304, 408), (185, 40, 39, 37, 0, 267, 269, 270, 409),
)
LOWER_LIP_RINGS = (
    (95, 88, 178, 87, 14, 317, 402, 318, 324), (96, 89, 179, 86, 15, 316, 403, 319, 325),
    (77, 90, 180, 85, 16, 315, 404, 320, 307), (146, 91, 181, 84, 17, 314, 405, 321, 375),
)
# fmt: on
"""Each lip from its inner to its outer edge; entry k of all of them lies in one column, left to right."""

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
