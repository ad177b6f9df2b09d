"""Decode: the pixels of the new face."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import KnobError, NoFace
from ..knobs import Choice, Float, Int
from ..node import Input, Node
from ..wires import Face, Image, Track, WarpField

if TYPE_CHECKING:
    from ..models.interface import Finish
    from ..stages.mouth import Donor


class Decode(Node):
    """Make the new face's pixels: fill what opens, and give back what the warp took of detail and grain.

    Lips that part further than the plate's show a mouth: the driver's, laid into the plate's lips with the plate's
    exposure and colour, or that of a held frame of the plate; where neither shows one, a plain dark mouth.
    """

    field = Input(WarpField, "The warped plate.")
    driving = Input(Image, "The driving performance, for inner_mouth driving.", optional=True)
    driving_track = Input(Track, "Its face.", optional=True)
    plate = Input(Image, "The plate, for inner_mouth hold.", optional=True, many=True)
    plate_track = Input(Track, "Its face.", optional=True, many=True)
    gives = Face

    inner_mouth = Choice(
        "driving",
        "What opened lips show. driving: the driver's mouth. hold: the plate's own at mouth_frame. plate: what this "
        "frame of the plate shows, and dark where it shows nothing.",
        options=("driving", "plate", "hold"),
    )
    mouth_frame = Int(
        1001,
        "The plate's frame whose open mouth is used, for inner_mouth hold.",
        limits=(-1_000_000, 10_000_000),
        slider=(1001, 1100),
        animates=False,
    )
    detail = Float(
        1.0,
        "The plate's fine detail in the new face. It rides the warp by itself in the mesh model: 1 leaves it as it "
        "is, less softens, more brings it out.",
        limits=(0, 2),
    )
    grain = Float(
        1.0,
        "How much of the grain that moving pixels softened is given back, as measured on the plate. The same frame "
        "always gets the same grain.",
        limits=(0, 2),
        slider=(0, 1),
    )
    sharpen = Float(0.0, "Sharpens what was moved.", limits=(0, 2), slider=(0, 1))
    exposure_match = Float(
        1.0, "How far a mouth from elsewhere is brought to the exposure and colour around the plate's.", limits=(0, 1)
    )

    def wanted(self) -> tuple[str, ...]:
        donors = {"driving": ("driving", "driving_track"), "hold": ("plate", "plate_track"), "plate": ()}
        return ("field", *donors[self.inner_mouth])

    def frames(self, frame: int, name: str, analysis: Any = None) -> Iterable[int]:
        return (self.mouth_frame,)

    def process(
        self,
        field: WarpField,
        driving: Image | None = None,
        driving_track: Track | None = None,
        plate: Mapping[int, Image] | None = None,
        plate_track: Mapping[int, Track] | None = None,
    ) -> Face:
        """The face; an unedited frame's is empty."""
        from ..models import get

        donor = None
        if field.edited and bool((field.occlusion < 1).any()):
            held = (plate or {}).get(self.mouth_frame), (plate_track or {}).get(self.mouth_frame)
            donor = self._donor(*(held if self.inner_mouth == "hold" else (driving, driving_track)))
        return get(field.model).decode(field, donor, self._finish())

    def _donor(self, image: Image | None, track: Track | None) -> Donor | None:
        from ..models.mesh import donor_of
        from ..notices import notice

        if self.inner_mouth == "plate":
            return None
        if image is None or track is None:
            if self.inner_mouth == "hold":
                raise KnobError("Decode.inner_mouth is hold, and its inputs plate and plate_track are not connected.")
            notice("Decode.inner_mouth is driving, and no driver is connected to Decode: opened mouths are dark.")
            return None
        try:
            return donor_of(image, track)
        except NoFace:
            if self.inner_mouth == "hold":
                raise NoFace(f"Decode.mouth_frame is {self.mouth_frame}, in which the plate shows no face.") from None
            notice(f"The driver shows no face at frame {self.frame}: an opened mouth is dark there.")
            return None

    def _finish(self) -> Finish:
        from ..models.interface import Finish

        return Finish(self.detail, self.grain, self.sharpen, self.exposure_match, self.frame & 0x7FFFFFFF)
