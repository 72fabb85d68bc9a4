"""Pictures of pages: photographs and scans as PNG, JPEG or TIFF, read by OCR."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from rag.documents.extract import Extract, SourceFile
from rag.documents.limits import passed
from rag.documents.pages.laid_pages import LaidPage, laid_reading, put_together
from rag.documents.pages.ocr import missing_package, not_installed
from rag.documents.pages.pdf_boxes import Picture
from rag.documents.pages.scanned_page import read_page
from rag.errors import ReadError

_POINTS = 72.0
_USUAL_DPI = 150.0
_DPI = range(60, 1201)
_LONGEST = 3600
"""Pixels of the longer side: a page in more of them is not read better, only later."""


def read(file: SourceFile) -> Extract:
    """The text of each picture in the file in reading order, as OCR reads it.

    Raises `ReadError`: "unsupported" (OCR is not installed), "damaged", "too_large", "no_text".
    """
    if missing_package():
        raise not_installed(file.source)
    pages = list(_pages(file))
    if not any(page.text.strip() for page in pages):
        raise _no_text(file.source)
    original, regions = put_together(pages)
    return Extract(original, regions)


def _pages(file: SourceFile) -> Iterator[LaidPage]:
    try:
        with Image.open(io.BytesIO(file.data)) as image:
            count = getattr(image, "n_frames", 1)
            if count > file.limits.pages:
                raise passed("pages", file.source, file.limits, count)
            for number, frame in enumerate(ImageSequence.Iterator(image), 1):
                yield laid_reading(read_page(*_pixels(frame)))
                file.told(number, count)
    except Image.DecompressionBombError as error:
        raise ReadError(
            "too_large",
            f"{file.source} 的像素太多，无法打开。请缩小图片后再试。",
            f"{file.source} has too many pixels to be opened. Make the picture smaller and try again.",
        ) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise ReadError(
            "damaged",
            f"{file.source} 不是完好的图片，无法读取。请重新扫描或重新导出。",
            f"{file.source} is not an intact picture and can't be read. Scan or export it again.",
        ) from error


def _pixels(frame: Image.Image) -> tuple[Picture, float]:
    """A picture the right way up, and how many of its pixels make a point."""
    dpi = float(frame.info.get("dpi", (0.0, 0.0))[0] or 0.0)
    upright = ImageOps.exif_transpose(frame)
    scale = (dpi if round(dpi) in _DPI else _USUAL_DPI) / _POINTS
    if max(upright.size) > _LONGEST:
        smaller = _LONGEST / max(upright.size)
        width, height = (round(side * smaller) for side in upright.size)
        upright, scale = upright.resize((width, height)), scale * smaller
    colours = np.asarray(upright.convert("RGB"), np.uint8)
    return np.ascontiguousarray(colours[:, :, ::-1]), scale


def _no_text(source: str) -> ReadError:
    return ReadError(
        "no_text",
        f"{source} 里没有认出文字。请检查图片是否清晰、是否选错了文件。",
        f"No writing was found in {source}. Check that the picture is sharp, and the right file.",
    )
