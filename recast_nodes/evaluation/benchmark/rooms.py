"""The light of a user's own panorama, in which all people of a benchmark then stand."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ...digital_humans.environment import Environment
from ...digital_humans.panorama import from_panorama
from ...errors import DocumentError, MediaError
from ...media.colour.colour import convert, rec709
from ...media.images import read_image
from ...media.pixels import picture
from ...models.weights.notes import sha256_of


@lru_cache(maxsize=8)
def read_environment(file: str, sha256: str = "") -> Environment:
    """The light of a latitude-longitude panorama: an EXR, or any other picture that is read.

    Raises MediaError, ColourError where it is none or holds no light; DocumentError where its bytes are not those of
    `sha256`.
    """
    if sha256 and sha256_of(Path(file)) != sha256:
        raise DocumentError([f"{file} is not the environment any more that this benchmark was made with."])
    image = read_image(file, channels="rgb")
    window = image.main.window
    if abs(window.width - 2 * window.height) > 0.02 * window.width:
        raise MediaError(
            f"{file} is {window.width}x{window.height}: an environment is a latitude-longitude panorama, twice as wide "
            "as high."
        )
    found = from_panorama(convert(picture(image, window), image.colorspace, rec709()))
    if not found.harmonics.any() and not found.lamps:
        raise MediaError(f"{file} holds no light: it is black, or no number, everywhere.")
    return found
