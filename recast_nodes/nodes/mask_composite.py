"""MaskComposite: back into the plate."""

from __future__ import annotations

from ..knobs import Choice, Choices, Float, Switch
from ..node import Input, Node
from ..wires import Face, Image, Track

LAYERS = ("face", "matte", "stmap", "landmarks", "difference", "folds")


class MaskComposite(Node):
    """Composite the new face over the plate through the boundary mask, in linear light.

    Only the picture's own channels change, only where matte and edit overlap, and in the plate's own data type.
    Everything else is preserved bit for bit: other layers, metadata, pixels outside. NaN and infinite pixels stay where
    they are. A frame without an edit is unchanged.
    """

    image = Input(Image, "The plate.")
    track = Input(Track, "Its face, whose hull is the boundary.")
    face = Input(Face, "The new face.")
    matte = Input(Image, "The matte used when mask is input: its alpha, otherwise its first channel.", optional=True)
    gives = Image

    mask = Choice(
        "hull",
        "The mask through which the face is composited. hull: the face's boundary. template: a soft square around the "
        "crop, as in the published code, limited to the hull. input: the matte input, limited to the hull.",
        options=("hull", "template", "input"),
    )
    expand = Float(
        0.0,
        "Shrinks (below 0) or grows the hull mask, in face sizes. Nothing moves outside the hull, so values above 0 "
        "change little.",
        limits=(-0.5, 0.5),
        slider=(-0.1, 0.1),
    )
    feather = Float(0.05, "Softness of the hull mask inside its edge, in face sizes.", limits=(0, 0.5), slider=(0, 0.2))
    opacity = Float(1.0, "Opacity of the new face; at 0 the output is the plate, bit for bit.", limits=(0, 1))
    match_colour = Float(
        1.0,
        "How closely the face is graded to match the plate along the boundary. The mesh model already matches there.",
        limits=(0, 1),
    )
    clip_to_change = Switch(True, "Keep the plate's pixels where the edit moved nothing.")
    layers = Choices(
        (),
        "Extra layers written to the file: face (RGBA, the matte in A), matte, stmap (Nuke's convention), landmarks, "
        "difference (result minus plate), folds (what the light on skin was multiplied by).",
        options=LAYERS,
    )

    def used_inputs(self) -> tuple[str, ...]:
        return ("image", "track", "face", "matte") if self.mask == "input" else ("image", "track", "face")

    def process(self, image: Image, track: Track, face: Face, matte: Image | None = None) -> Image:
        """The finished frame."""
        from ..models.finish import CompositeKnobs, finish_frame

        seam = CompositeKnobs(
            self.mask, self.expand, self.feather, self.opacity, self.match_colour, self.clip_to_change, self.layers
        )
        return finish_frame(image, track, face, matte, seam)
