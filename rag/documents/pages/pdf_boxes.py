"""Where characters, pictures and rules stand on the pages of a PDF file, and the pages as pictures (pypdfium2)."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from rag.documents.pages.page_view import Glyphs, PageView, Places
from rag.original import Rectangle

Picture = NDArray[np.uint8]
"""Shape (height, width, 3): blue, green, red."""

_ASCENT, _DESCENT = 0.88, 0.12
"""The share of the type's size above and below the base line: the body of a Chinese character."""
_UPRIGHT = 0.98
_THIN = 2.5
_LEAST_RULE = 8.0
_LEAST_FRAME = 12.0
_FORCE_BOLD = 1 << 18
_STRONG_FACE = re.compile(r"bold|black|heavy|demi|simhei|stheiti|黑|粗", re.IGNORECASE)
_HYPHENS = {0x02: "-", 0xFFFE: "-"}
_MOST_OBJECTS = 20_000
_Bounds = tuple[float, float, float, float]
"""Left, bottom, right and top in the page's own coordinates."""
_Shape = object
_DEEPEST = 4


@contextmanager
def open_pages(data: bytes, password: str | None) -> Iterator[PdfPages | None]:
    """The pages of a PDF file; `None` where pdfium can't open it."""
    try:
        document = pypdfium2.PdfDocument(data, password=password)
    except pypdfium2.PdfiumError:
        yield None
        return
    try:
        yield PdfPages(document)
    finally:
        document.close()


class PdfPages:
    """An open PDF file; each page is loaded when it is looked at, and let go of again."""

    def __init__(self, document: pypdfium2.PdfDocument) -> None:
        self._document = document

    def __len__(self) -> int:
        return len(self._document)

    def view(self, index: int) -> PageView | None:
        """What stands on the page `index`, counted from 0; `None` where pdfium can't load it."""
        try:
            page = self._document[index]
        except pypdfium2.PdfiumError:
            return None
        try:
            return _view(page)
        finally:
            page.close()

    def picture(self, index: int, scale: float) -> Picture | None:
        """The page `index` as a picture with `scale` pixels a point; `None` where pdfium can't load it."""
        try:
            page = self._document[index]
        except pypdfium2.PdfiumError:
            return None
        try:
            bitmap = page.render(scale=scale, rev_byteorder=False, prefer_bgrx=False, draw_annots=True)
            pixels = np.array(bitmap.to_numpy(), copy=True)
            bitmap.close()
        finally:
            page.close()
        return _in_colour(pixels)


def _in_colour(pixels: NDArray[np.uint8]) -> Picture:
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    return np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else np.ascontiguousarray(pixels[:, :, :3])


@dataclass(frozen=True, slots=True)
class _Turn:
    """How a page's own coordinates become those of the page as shown."""

    left: float
    bottom: float
    right: float
    top: float
    quarters: int

    @property
    def size(self) -> tuple[float, float]:
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.quarters % 2 else (width, height)

    def boxes(self, own: NDArray[np.float64]) -> Places:
        """Boxes of (left, bottom, right, top) in the page's own coordinates, as shown."""
        x0, y0 = own[:, 0] - self.left, own[:, 1] - self.bottom
        x1, y1 = own[:, 2] - self.left, own[:, 3] - self.bottom
        width, height = self.right - self.left, self.top - self.bottom
        sides = {
            0: (x0, height - y1, x1, height - y0),
            1: (y0, x0, y1, x1),
            2: (width - x1, y0, width - x0, y1),
            3: (height - y1, width - x1, height - y0, width - x0),
        }[self.quarters % 4]
        return np.stack(sides, axis=1).astype(np.float32)


def _turn(page: pypdfium2.PdfPage) -> _Turn:
    media, crop = page.get_mediabox(), page.get_cropbox()
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    if right <= left or top <= bottom:
        left, bottom, right, top = media
    return _Turn(left, bottom, right, top, page.get_rotation() // 90)


def _view(page: pypdfium2.PdfPage) -> PageView:
    turn = _turn(page)
    textpage = page.get_textpage()
    try:
        glyphs = _glyphs(textpage.raw, textpage.count_chars(), turn)
    finally:
        textpage.close()
    pictures, rules, frames = _shapes(page, turn)
    return PageView(*turn.size, glyphs, pictures, rules, frames)


@dataclass(slots=True)
class _Types:
    """The type of each text object, asked once: its size, which way is up, and whether it is bold or heavy."""

    raw: object
    known: dict[int, tuple[float, tuple[float, float] | None, bool]] = field(default_factory=dict)
    faces: dict[int, bool] = field(default_factory=dict)

    def of(self, index: int) -> tuple[float, tuple[float, float] | None, bool]:
        """Size in points, direction up (`None` where there is none), strong; of the character `index`."""
        text_object = pdfium.FPDFText_GetTextObject(self.raw, index)
        if not text_object:
            return self._measured(index, strong=False)
        key = ctypes.addressof(text_object.contents)
        if key not in self.known:
            self.known[key] = self._measured(index, strong=self._is_strong(text_object))
        return self.known[key]

    def _measured(self, index: int, *, strong: bool) -> tuple[float, tuple[float, float] | None, bool]:
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(self.raw, index, matrix)
        scale = math.hypot(matrix.c, matrix.d)
        size = pdfium.FPDFText_GetFontSize(self.raw, index) * (scale or 1.0)
        return size, (matrix.c / scale, matrix.d / scale) if scale else None, strong

    def _is_strong(self, text_object: ctypes.Array[ctypes.c_char]) -> bool:
        font = pdfium.FPDFTextObj_GetFont(text_object)
        if not font:
            return False
        key = ctypes.addressof(font.contents)
        if key not in self.faces:
            name = ctypes.create_string_buffer(256)
            pdfium.FPDFFont_GetBaseFontName(font, name, 256)
            face = name.value.decode("utf-8", "replace")
            # Not the weight pdfium gives: it reckons it from the stems, and finds plain Song type bold.
            forced = pdfium.FPDFFont_GetFlags(font) & _FORCE_BOLD
            self.faces[key] = bool(_STRONG_FACE.search(face) or forced)
        return self.faces[key]


def _glyphs(raw: object, count: int, turn: _Turn) -> Glyphs:
    types = _Types(raw)
    chars: list[str] = []
    boxes: list[tuple[float, float, float, float]] = []
    sizes: list[float] = []
    strong: list[bool] = []
    unmapped: list[bool] = []
    rectangle, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    for index in range(count):
        code = pdfium.FPDFText_GetUnicode(raw, index)
        char = _HYPHENS.get(code) or (chr(code) if code <= 0x10FFFF else "\ufffd")
        if code == 0 or char.isspace():
            continue
        size, up, is_strong = types.of(index)
        pdfium.FPDFText_GetLooseCharBox(raw, index, rectangle)
        box = (rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
        if up is not None:
            pdfium.FPDFText_GetCharOrigin(raw, index, x, y)
            box = _body(box, (x.value, y.value), size, up)
        chars.append(char)
        boxes.append(box)
        sizes.append(size)
        strong.append(is_strong)
        unmapped.append(pdfium.FPDFText_HasUnicodeMapError(raw, index) == 1)
    places = turn.boxes(np.asarray(boxes, np.float64).reshape(-1, 4))
    return Glyphs(
        "".join(chars),
        places,
        np.asarray(sizes, np.float32),
        np.asarray(strong, np.bool_),
        np.asarray(unmapped, np.bool_),
    )


def _body(
    box: tuple[float, float, float, float], origin: tuple[float, float], size: float, up: tuple[float, float]
) -> tuple[float, float, float, float]:
    """The box made as high as the type, whatever the character: a comma's as high as its neighbours'.

    Left as it is where the type is slanted over the page, or stands elsewhere than its origin says (vertical fonts).
    """
    axis = 1 if abs(up[1]) > _UPRIGHT else 0 if abs(up[0]) > _UPRIGHT else None
    if axis is None:
        return box
    low, high = sorted((origin[axis] - _DESCENT * size * up[axis], origin[axis] + _ASCENT * size * up[axis]))
    if not low - size / 2 <= (box[axis] + box[axis + 2]) / 2 <= high + size / 2:
        return box
    return (box[0], low, box[2], high) if axis == 1 else (low, box[1], high, box[3])


def _shapes(page: pypdfium2.PdfPage, turn: _Turn) -> tuple[tuple[Rectangle, ...], ...]:
    """The pictures, rules and frames of a page."""
    found = list(islice(_outlines(page), _MOST_OBJECTS))
    boxes = turn.boxes(np.asarray([bounds for _, bounds in found], np.float64).reshape(-1, 4))
    width, height = turn.size
    pictures, rules, frames = [], [], []
    for (kind, _), box in zip(found, boxes, strict=True):
        shown = _clipped(box, width, height)
        wide, high = shown.right - shown.left, shown.bottom - shown.top
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE and min(wide, high) > 0:
            pictures.append(shown)
        elif kind == pdfium.FPDF_PAGEOBJ_PATH and min(wide, high) <= _THIN and max(wide, high) >= _LEAST_RULE:
            rules.append(shown)
        elif kind == pdfium.FPDF_PAGEOBJ_PATH and min(wide, high) >= _LEAST_FRAME:
            frames.append(shown)
    return tuple(pictures), tuple(rules), tuple(frames)


def _outlines(page: pypdfium2.PdfPage) -> Iterator[tuple[int, _Bounds]]:
    """The kind and bounds of the page's paths and pictures. Most objects of a page are text: those cost one call."""
    for index in range(pdfium.FPDFPage_CountObjects(page.raw)):
        shape = pdfium.FPDFPage_GetObject(page.raw, index)
        kind = pdfium.FPDFPageObj_GetType(shape)
        if kind == pdfium.FPDF_PAGEOBJ_FORM:
            yield from ((pdfium.FPDF_PAGEOBJ_IMAGE, bounds) for bounds in _pictures_within(shape, 1))
        elif kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_PATH) and (bounds := _bounds(shape)):
            yield kind, bounds


def _pictures_within(form: _Shape, depth: int) -> Iterator[_Bounds]:
    for index in range(pdfium.FPDFFormObj_CountObjects(form)):
        shape = pdfium.FPDFFormObj_GetObject(form, index)
        kind = pdfium.FPDFPageObj_GetType(shape)
        if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
            yield from _pictures_within(shape, depth + 1)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE and (bounds := _bounds(shape)):
            yield bounds


def _bounds(shape: _Shape) -> _Bounds | None:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    known = pdfium.FPDFPageObj_GetBounds(shape, left, bottom, right, top)
    return (left.value, bottom.value, right.value, top.value) if known else None


def _clipped(box: NDArray[np.float32], width: float, height: float) -> Rectangle:
    left, top, right, bottom = (float(side) for side in box)
    return Rectangle(
        min(max(left, 0.0), width),
        min(max(top, 0.0), height),
        min(max(right, 0.0), width),
        min(max(bottom, 0.0), height),
    )
