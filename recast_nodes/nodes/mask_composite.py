"""MaskComposite: back into the plate."""

from __future__ import annotations

from ..knobs import Choice, Choices, Float, Switch
from ..node import Input, Node
from ..wires import Face, Image, Track

LAYERS = ("face", "matte", "stmap", "landmarks", "difference")


class MaskComposite(Node):
    """Lay the new face into the plate through the boundary mask, in linear light.

    Only the picture's own channels change, only where the matte and the edit are, and in the plate's own number type.
    Every other bit of the frame stays: other layers, metadata, pixels outside. NaN and infinite pixels stay where
    they are. A frame without an edit comes out as it went in.
    """

    image = Input(Image, "The plate.")
    track = Input(Track, "Its face, whose hull is the boundary.")
    face = Input(Face, "The new face.")
    matte = Input(Image, "The matte for mask input: its alpha, or else its first channel.", optional=True)
    gives = Image

    mask = Choice(
        "hull",
        "Where the face is laid in. hull: the face's boundary. template: a soft square about the crop, as the "
        "published code has it, within the hull. input: the matte input, within the hull.",
        options=("hull", "template", "input"),
    )
    expand = Float(
        0.0,
        "Moves the edge of the hull mask in (below 0) or out, in face sizes. Nothing moves outside the hull, so there "
        "is little to gain above 0.",
        limits=(-0.5, 0.5),
        slider=(-0.1, 0.1),
    )
    feather = Float(0.05, "Softness of the hull mask inside its edge, in face sizes.", limits=(0, 0.5), slider=(0, 0.2))
    opacity = Float(1.0, "How much of the new face is seen; at 0 the plate comes out bit for bit.", limits=(0, 1))
    match_colour = Float(
        1.0,
        "How far the face's colours are brought to the plate's along the boundary. The mesh model's "
        "agree there already.",
        limits=(0, 1),
    )
    clip_to_change = Switch(True, "Leave pixels alone that the edit did not move.")
    layers = Choices(
        (),
        "What rides along in the file for the compositor: face (RGBA, the matte in A), matte, stmap (Nuke's "
        "convention), landmarks, difference (result minus plate).",
        options=LAYERS,
    )

    def wanted(self) -> tuple[str, ...]:
        return ("image", "track", "face", "matte") if self.mask == "input" else ("image", "track", "face")

    def process(self, image: Image, track: Track, face: Face, matte: Image | None = None) -> Image:
        """The finished frame."""
        from ..models.finish import CompositeKnobs, finish_frame

        seam = CompositeKnobs(
            self.mask, self.expand, self.feather, self.opacity, self.match_colour, self.clip_to_change, self.layers
        )
        return finish_frame(image, track, face, matte, seam)
