"""Pages as pictures to be looked at: of a PDF file, and of a file that is a picture itself."""

from __future__ import annotations

import io
from itertools import islice
from typing import TYPE_CHECKING

from rag.documents.pages.pdf_boxes import open_pages

if TYPE_CHECKING:
    from PIL import Image

PICTURED = frozenset({"pdf", "image"})
"""The formats whose pages can be seen."""
_SCALE = 2.0
"""Pixels a point, as far as `_LONGEST` allows."""
_LONGEST = 2600
"""Pixels of the longer side: a broadsheet can still be read."""
_HEAVY = 1_200_000
"""A lossless picture of more bytes is a photograph or a scan, which JPEG shows as well in a tenth of them."""
_QUALITY = 82
_FIRST_SCALE = 0.05


def page_picture(data: bytes, form: str, page: int, password: str | None = None) -> bytes | None:
    """The page numbered `page`, from 1, as PNG or JPEG, the right way up; `None` where it can't be drawn.

    `form` is the format's name; of one that is not `PICTURED` there is nothing to be seen.
    """
    if form == "pdf":
        drawn = _drawn(data, page - 1, password)
    elif form == "image":
        drawn = _frame(data, page - 1)
    else:
        return None
    return None if drawn is None else _encoded(drawn)


def _drawn(data: bytes, index: int, password: str | None) -> Image.Image | None:
    from PIL import Image

    with open_pages(data, password) as pages:
        if pages is None or not 0 <= index < len(pages):
            return None
        small = pages.picture(index, _FIRST_SCALE)
        if small is None:
            return None
        points = max(small.shape[:2]) / _FIRST_SCALE
        pixels = pages.picture(index, min(_SCALE, _LONGEST / max(points, 1.0)))
    return None if pixels is None else Image.fromarray(pixels[:, :, ::-1])


def _frame(data: bytes, index: int) -> Image.Image | None:
    from PIL import Image, ImageOps, ImageSequence

    with Image.open(io.BytesIO(data)) as image:
        frame = next(islice(ImageSequence.Iterator(image), index, None), None) if index >= 0 else None
        if frame is None:
            return None
        upright = ImageOps.exif_transpose(frame).convert("RGB")
    upright.thumbnail((_LONGEST, _LONGEST))
    return upright


def _encoded(picture: Image.Image) -> bytes:
    """As PNG, which keeps letters sharp; as JPEG where that would be heavy."""
    lossless, light = io.BytesIO(), io.BytesIO()
    picture.save(lossless, "PNG")
    if lossless.tell() <= _HEAVY:
        return lossless.getvalue()
    picture.save(light, "JPEG", quality=_QUALITY)
    return light.getvalue()
