"""Numbers about an edit, one function each: arrays in, plain numbers out. No files, no networks, no frames.

Pictures are (H, W, 3), masks (H, W) of truth values, landmarks (478, 3) pixels, coefficients (52,) of MediaPipe's
blendshapes in its order.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..face.anatomy import OUTER_EYE_CORNERS, SKULL, STILL_SKIN
from ..face.regions import REGIONS
from ..natives import opencv
from ..stages.thresholds import Threshold
from ..stages.track.smoothing import MEDIAN_OF_NORMAL

Array = NDArray[np.floating]
Mask = NDArray[np.bool_]

MEASURED_REGIONS = tuple(name for name, region in REGIONS.items() if region.coefficients)
ACTIVE = Threshold(
    0.05,
    "standard deviation in time",
    "a coefficient that a driver acts with from one that it keeps still",
    "no measurement is on record",
)
ARCS = 48  # pieces of an outline, each of which may show a seam
FEWEST = 12  # pixels from which an arc has a colour
FAINTEST = Threshold(
    0.002,
    "of the picture's level",
    "noise that an eye can see from noise that it cannot",
    "a tenth of a code of eight bits at mid grey",
)
IMMERKAER = 6  # the root of the sum of the kernel's squares


class Nearness(NamedTuple):
    """Expressions compared by the mean L1 distance of their coefficients."""

    moved: float  # plate to result
    before: float  # plate to driver
    after: float  # result to driver

    @property
    def ratio(self) -> float | None:
        """What is left of the distance to the driver; None where there was none to begin with."""
        return self.after / self.before if self.before > 1e-6 else None


def nearness(plate: Array, driver: Array, result: Array, region: str = "") -> Nearness:
    """How far the expression moved and how near it came, over a region's coefficients or all of them."""
    chosen = list(REGIONS[region].coefficients) if region else slice(None)
    one, other, made = plate[chosen], driver[chosen], result[chosen]
    return Nearness(*(float(np.abs(a - b).mean()) for a, b in ((made, one), (one, other), (made, other))))


def find_active(driver: Array) -> NDArray[np.intp]:
    """The coefficients that a driver's performance (T, 52) acts with."""
    return np.flatnonzero(driver.std(0) > ACTIVE)


def correlation(performance: Array, driver: Array, region: str = "") -> float | None:
    """Mean correlation in time of the driver's active coefficients with those of a performance, both (T, 52).

    A coefficient that the performance holds still counts 0. None where the driver acts with none.
    """
    chosen = [each for each in find_active(driver) if not region or each in REGIONS[region].coefficients]
    if not chosen:
        return None
    return float(np.mean([_correlation(performance[:, each], driver[:, each]) for each in chosen]))


def _correlation(one: Array, other: Array) -> float:
    return float(np.corrcoef(one, other)[0, 1]) if one.std() > 1e-6 else 0.0


def pose_drift(plate: Array, result: Array) -> float:
    """Degrees between the poses of two sets of landmarks (478, 3), by the best rotation of their rigid points.

    W. Kabsch, Acta Crystallographica A32, 1976.
    """
    before, after = (each[list(SKULL)] - each[list(SKULL)].mean(0) for each in (plate, result))
    u, _, vt = np.linalg.svd(before.T @ after)
    turned = u @ np.diag([1.0, 1.0, np.sign(np.linalg.det(u @ vt))]) @ vt
    return float(np.degrees(np.arccos(np.clip((np.trace(turned) - 1) / 2, -1, 1))))


def rigid_drift(plate: NDArray[np.uint8], result: NDArray[np.uint8], landmarks: Array) -> float:
    """How far the pixels at the still landmarks moved from plate to result, in per cent of the eye distance.

    Both are display-referred pictures of the same place, `landmarks` (478, 2 or 3) in their pixels. Dense optical flow
    by T. Kroeger et al., "Fast Optical Flow using Dense Inverse Search", ECCV 2016.
    """
    cv2 = opencv()
    grey = [cv2.cvtColor(each, cv2.COLOR_RGB2GRAY) for each in (plate, result)]
    flow = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM).calc(*grey, None)
    height, width = flow.shape[:2]
    columns, rows = landmarks[list(STILL_SKIN), :2].astype(int).T
    moved = flow[np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)]
    first, second = landmarks[list(OUTER_EYE_CORNERS), :2]
    return float(np.linalg.norm(moved, axis=1).mean() / max(np.linalg.norm(first - second), 1e-6) * 100)


def noise_level(picture: Array, mask: Mask) -> float:
    """Standard deviation of the noise inside the mask, in the picture's own units; never 0.

    J. Immerkaer, "Fast Noise Variance Estimation", 1996, by the median, so that edges do not count.
    """
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    bends = opencv().filter2D(np.nan_to_num(picture).astype(np.float32), -1, kernel)[mask]
    if not len(bends):
        return FAINTEST
    level = float(np.median(np.abs(picture[mask])))
    return max(float(np.median(np.abs(bends))) / (MEDIAN_OF_NORMAL * IMMERKAER), FAINTEST * level, 1e-6)


def step_across(difference: Array, inside: Mask, band: int, others: Mask | None = None) -> float:
    """The largest step that `difference` (result minus plate) makes across the outline of `inside`, in its units.

    Means over arcs of the outline: of a band of pixels within it, less a band outside it. The plate's own colours and
    textures are in neither, and noise averages out. What lies in `others`, or within a band of it, is left out.
    """
    cv2 = opencv()
    if not inside.any():
        return 0.0
    mask = np.pad(inside.astype(np.uint8), 1)  # the picture's edge is no outline
    mask[[0, -1]], mask[:, [0, -1]] = mask[[1, -2]], mask[:, [1, -2]]
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * band + 1, 2 * band + 1))
    within = (inside & (cv2.erode(mask, kernel)[1:-1, 1:-1] == 0)) > 0
    without = (~inside & (cv2.dilate(mask, kernel)[1:-1, 1:-1] > 0)) > 0
    if others is not None and others.any():
        alone = cv2.dilate(others.astype(np.uint8), kernel) == 0
        within, without = within & alone, without & alone
    middle = np.argwhere(inside).mean(0)
    steps = _arc_means(difference, within, middle) - _arc_means(difference, without, middle)
    return float(np.nanmax(np.abs(steps))) if np.isfinite(steps).any() else 0.0


def _arc_means(picture: Array, mask: Mask, middle: Array) -> Array:
    """(ARCS, 3) mean colours of the mask's pixels by their direction from the middle; NaN where there are too few."""
    rows, columns = np.nonzero(mask)
    angle = np.arctan2(rows - middle[0], columns - middle[1])
    arc = ((angle / (2 * np.pi) + 0.5) * ARCS).astype(int) % ARCS
    count = np.bincount(arc, minlength=ARCS).astype(float)
    count[count < FEWEST] = np.nan
    sums = [np.bincount(arc, picture[rows, columns, channel], ARCS) for channel in range(picture.shape[2])]
    return np.stack(sums, -1) / count[:, None]


def find_changed_area(changed: Mask) -> Mask:
    """The region that an edit reached: the changed pixels with their holes, without lone specks."""
    cv2 = opencv()
    kernel = np.ones((3, 3), np.uint8)
    closed = cv2.morphologyEx(changed.astype(np.uint8), cv2.MORPH_CLOSE, kernel)
    solid = cv2.morphologyEx(closed, cv2.MORPH_OPEN, kernel)
    outlines, _ = cv2.findContours(solid, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return cv2.drawContours(np.zeros_like(solid), outlines, -1, 1, cv2.FILLED) > 0


def change(now: Array, before: Array, mask: Mask) -> float | None:
    """Mean absolute difference inside the mask; None where the mask is empty."""
    inside = np.abs(now - before)[mask]
    inside = inside[np.isfinite(inside)]
    return float(inside.mean()) if inside.size else None


def find_differences(one: NDArray, other: NDArray) -> Mask | None:
    """Where two channels differ: by a bit where their types agree, by value else. None where types do not compare."""
    if one.dtype == other.dtype:
        kind = f"u{one.dtype.itemsize}"
        return np.ascontiguousarray(one).view(kind) != np.ascontiguousarray(other).view(kind)
    if one.dtype.kind == other.dtype.kind == "f":
        return (one != other) & ~(np.isnan(one) & np.isnan(other))
    return None


def cosine(one: Array, other: Array) -> float:
    """How alike two embeddings are: 1 is the same direction."""
    return float(one @ other) / max(float(np.linalg.norm(one) * np.linalg.norm(other)), 1e-12)
