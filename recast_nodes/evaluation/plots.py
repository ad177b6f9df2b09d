"""The curves of a report, as SVG that takes its ink from the page, so that it prints black on white."""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .flags import LIMITS, Flag
from .numbers import Numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Shape(NamedTuple):
    """How large the drawing is. A page shows the shape whose letters stay legible at its width."""

    name: str
    width: float  # inches of 72 SVG units
    height: float  # inches, of one panel
    legend: int  # columns of a legend


SHAPES = (Shape("wide", 9.6, 1.8, 5), Shape("narrow", 4.4, 2.2, 2))
"""A phone is 330 to 430 CSS pixels wide: a narrow drawing's letters of 8.5 units then have 9 to 11 pixels."""
TOP = 0.98  # of a panel's height: just below its upper edge
BESIDE: Any = {"loc": "lower right", "bbox_to_anchor": (1, TOP)}  # where a legend stands, against its title
ABOVE: Any = {"loc": "lower left", "bbox_to_anchor": (0, TOP)}
INK, FAINT, HOLLOW = "#010203", "#040506", "#070809"  # stand-ins: the page's own ink, rules and ground take their place
COLOURS = {"plate": "#8b97a3", "driver": "#e0a04c", "result": "#4c9be8", "limit": "#d9605a", "moved": "#5bb98c"}
SERIES = ("#4c9be8", "#e0a04c", "#5bb98c", "#c27ad6")  # more curves go into another panel
LIMIT_ROOM = 0.1  # of a limit: how far beyond it its panel reaches at least
FRAMES_HEIGHT = 0.3  # inches below the lowest panel: the axis of frames
LETTERS_IN_TITLE = 13  # an inch, in bold of 9.5
TITLE_PAD, LEGEND_LINE = 6, 14  # points above a panel: below its title, and for each line of a legend there
STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "recast",
    "text.parse_math": False,  # names are the user's, and may hold a dollar sign
    "font.size": 9,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.titlesize": 9.5,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.xmargin": 0.01,
    "axes.formatter.useoffset": False,
    "figure.constrained_layout.h_pad": 0.09,
    "figure.facecolor": "none",
    "grid.color": FAINT,
    "grid.linewidth": 0.6,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "legend.borderaxespad": 0,
    "legend.frameon": False,
    "legend.handlelength": 1.4,
    "legend.fontsize": 8.5,
    "lines.linewidth": 1.6,
}
LONGEST = 28  # characters of a name in a legend, of which two stand beside each other in the narrow drawing
Panel = tuple[str, Callable[["Axes"], None]]


def weight_panels(curves: Mapping[str, Mapping[int, float]], keys: Mapping[str, Mapping[float, float]]) -> list[Panel]:
    """Every keyed weight by its name: its value at each frame, and its keys."""

    def drawing(names: Sequence[str]) -> Callable[[Axes], None]:
        def draw(axes: Axes) -> None:
            for name, colour in zip(names, SERIES):
                axes.plot(list(curves[name]), list(curves[name].values()), color=colour, label=_short(name))
                axes.plot(list(keys[name]), list(keys[name].values()), "o", color=colour, markersize=4)

        return draw

    names = list(curves)
    return [("Keyed weights", drawing(names[at : at + len(SERIES)])) for at in range(0, len(names), len(SERIES))]


def _short(name: str) -> str:
    """A name that fits into a legend: its end, which says the knob, stays."""
    return name if len(name) <= LONGEST else "…" + name[1 - LONGEST :]


def number_panels(shot: Sequence[Numbers], excuses: Sequence[Flag] = ()) -> list[Panel]:
    """What was measured, over the frames; nothing that was measured nowhere. `excuses` are values that lie beyond
    their limit and are not judged: they are drawn hollow.
    """
    near = {numbers.frame: numbers.expression for numbers in shot if numbers.expression}
    panels: list[Panel] = []
    if near:

        def distances(axes: Axes) -> None:
            _line(axes, {frame: each.before for frame, each in near.items()}, shot, "plate to driver", "plate")
            _line(axes, {frame: each.after for frame, each in near.items()}, shot, "result to driver", "result")
            _line(axes, {frame: each.moved for frame, each in near.items()}, shot, "plate to result", "moved")
            axes.set_ylim(bottom=0)

        panels.append(("Expression: mean distance of the 52 coefficients", distances))
    for title, names in PANELS:
        known = {name: _values(shot, name) for name in names}
        if any(known.values()):
            panels.append((title, _measurement_panel(shot, known, {(each.name, each.frame) for each in excuses})))
    return panels


PANELS = (
    ("Rigid pixels: drift, % of the eye distance", {"rigid_drift": "result"}),
    ("Head pose: drift, degrees", {"pose_drift": "result"}),
    ("Colour step, in the plate's noise", {"edit_step": "result", "hull_step": "plate"}),
    ("Jaw's edge: ragged, in times the plate's bends", {"ragged_edge": "result"}),
    ("Rim along the jaw, share of the way across", {"edge_rim": "result"}),
    ("Torn iris, share of its area", {"torn_iris": "result"}),
    ("Time, in times the plate's own", {"flicker": "result", "bounce": "moved"}),
    ("Mouth: sharpness and light, in times the plate's", {"mouth_sharpness": "result", "mouth_light": "plate"}),
    ("Identity, cosine", {"identity": "result"}),
    ("Tracking confidence", {"confidence": "plate"}),
)
LABELS = {
    "mouth_sharpness": "sharpness",
    "mouth_light": "light",
    "edit_step": "edge of the edit",
    "hull_step": "hull",
    "flicker": "change since the frame before",
    "bounce": "departure from the frames about it",
}


def _measurement_panel(
    shot: Sequence[Numbers], known: Mapping[str, Mapping[int, float]], excused: Collection[tuple[str, int]]
) -> Callable[[Axes], None]:
    colours = {name: colour for _, names in PANELS for name, colour in names.items()}

    def draw(axes: Axes) -> None:
        for name, values in known.items():
            _line(axes, values, shot, LABELS.get(name, ""), colours[name])
            hollow = {frame: value for frame, value in values.items() if (name, frame) in excused}
            kind: Any = {
                "color": COLOURS[colours[name]],
                "markerfacecolor": HOLLOW,
                "linestyle": "none",
                "markersize": 5,
            }
            axes.plot(list(hollow), list(hollow.values()), "o", **kind)
        if any(name in known for name, _ in excused):
            axes.plot([], [], "o", color=INK, markerfacecolor=HOLLOW, markersize=5, label="not judged")
        limit = next(limit.limit for limit in LIMITS if limit.name in known)
        axes.axhline(limit, color=COLOURS["limit"], linewidth=1, linestyle=(0, (4, 3)), label=f"limit {limit:g}")
        low, high = axes.get_ylim()
        bottom = min(low, limit * (1 - LIMIT_ROOM)) if limit < 1 else 0
        axes.set_ylim(bottom, max(high, limit * (1 + LIMIT_ROOM)))

    return draw


def _values(shot: Sequence[Numbers], name: str) -> dict[int, float]:
    return {each.frame: getattr(each, name) for each in shot if not each.fault and getattr(each, name) is not None}


def _line(axes: Axes, values: Mapping[int, float], shot: Sequence[Numbers], label: str, colour: str) -> None:
    """A line that breaks where frames were not measured; a lone frame is a dot."""
    frames = [numbers.frame for numbers in shot]
    drawn = [values.get(frame, float("nan")) for frame in frames]
    axes.plot(frames, drawn, color=COLOURS[colour], label=label or None, marker=".", markersize=5)


def as_svg(panels: Sequence[Panel], what: str, shape: Shape = SHAPES[0]) -> str:
    """The panels above each other, one axis of frames; `what` is said to those who cannot see them. '' for none."""
    if not panels:
        return ""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(STYLE):
        figure = Figure(figsize=(shape.width, shape.height * len(panels) + FRAMES_HEIGHT), layout="constrained")
        column: Any = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
        for axes, (title, draw) in zip(column, panels):
            draw(axes)
            _finish(axes, title, shape)
        column[-1].set_xlabel("frame")
        svg = io.StringIO()
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(svg, format="svg", metadata=nothing)
    return _inline(svg.getvalue(), what)


def _finish(axes: Axes, title: str, shape: Shape) -> None:
    """Title, ticks and legend. Where title and legend do not fit beside each other, the legend has its own lines."""
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(round(shape.width), integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(4))
    labels = axes.get_legend_handles_labels()[1]
    lines = 0 if shape is SHAPES[0] else -(-len(labels) // shape.legend)
    axes.set_title(textwrap.fill(title, round(shape.width * LETTERS_IN_TITLE)), pad=TITLE_PAD + LEGEND_LINE * lines)
    if labels:
        place = BESIDE if shape is SHAPES[0] else ABOVE
        axes.legend(**place, ncols=shape.legend)


def _inline(svg: str, what: str) -> str:
    """The drawing alone, to stand in a page: no header, no fixed size, the page's ink, a name for screen readers."""
    from html import escape

    svg = (
        svg[svg.index("<svg") :]
        .replace(INK, "currentColor")
        .replace(FAINT, "var(--rule)")
        .replace(HOLLOW, "var(--panel)")
    )
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    for side in ("width", "height"):
        svg = re.sub(rf'(<svg[^>]*?) {side}="[^"]*"', r"\1", svg, count=1)
    return svg.replace("<svg", f'<svg role="img" aria-label="{escape(what)}"', 1)
