"""The text of a picture, read by rapidocr (PP-OCR's Chinese models, which come in its wheel)."""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from rag.documents.pages.pdf_boxes import Picture
from rag.errors import ReadError

if TYPE_CHECKING:
    from rapidocr import RapidOCR
    from rapidocr.ch_ppocr_det.utils import TextDetOutput
    from rapidocr.utils.output import RapidOCROutput

Quads = NDArray[np.float64]
"""Shape (n, 4, 2): the corners (x, y) of n boxes in pixels, from the upper left one clockwise."""

_Char = tuple[str, float, list[list[int]]]
"""A character, its confidence, and the corners of its box."""

_PACKAGES = ("rapidocr", "onnxruntime")
_SKEW = math.radians(0.3)
_MOST_SKEW = math.radians(15)
_LONG = 3.0
"""Boxes so many times as wide as high tell the slope of the lines."""


@dataclass(frozen=True, slots=True, eq=False)
class ReadLine:
    """A line of a picture: its text, and a box for each of its characters.

    `quads` are places in the picture as it is; `upright` the same (left, top, right, bottom) once the
    picture is turned so that its lines are level. Both are in pixels. `score` is the reader's confidence.
    """

    text: str
    quads: Quads
    upright: NDArray[np.float64]
    score: float


def missing_package() -> str | None:
    """The package that is not installed, if one is."""
    return next((name for name in _PACKAGES if find_spec(name) is None), None)


def not_installed(source: str) -> ReadError:
    """What to tell the user about a scan that can't be read without the packages."""
    return ReadError(
        "unsupported",
        f'{source} 是扫描件或图片，文字识别需要 {missing_package()} 包。请运行 pip install "wenju[ocr]" 后再试。',
        f"{source} is a scan or a picture; reading it needs the package {missing_package()}: "
        'run pip install "wenju[ocr]" and try again.',
    )


def read_picture(picture: Picture) -> list[ReadLine]:
    """The lines of a picture, in no order that can be relied on.

    A picture whose lines slope by more than 0.3° is turned and read again. Nothing is downloaded.
    """
    angle = _slope(_boxes(picture))
    if not _SKEW < abs(angle) < _MOST_SKEW:
        return _lines(picture, np.eye(2, 3))
    level, matrix = _levelled(picture, angle)
    return _lines(level, matrix)


@lru_cache(maxsize=1)
def _engine() -> RapidOCR:
    import rapidocr

    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    models = Path(rapidocr.__file__).parent / "models"
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",
            # Pages come in the size they are best read in: never made smaller.
            "Global.max_side_len": 1_000_000,
            "EngineConfig.onnxruntime.intra_op_num_threads": max(1, min(4, os.cpu_count() or 1)),
            # Named by their files, so that no index of models is ever asked for.
            "Det.model_path": _model(models, "*_det_*.onnx"),
            "Rec.model_path": _model(models, "*_rec_*.onnx"),
            "Cls.model_path": _model(models, "*_cls_*.onnx"),
        }
    )


def _model(models: Path, pattern: str) -> str:
    return str(min(models.glob(pattern)))


def _boxes(picture: Picture) -> Quads:
    """Where lines are, without reading them: half the size will do, in a quarter of the time."""
    import cv2

    picture = np.asarray(cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
    found = cast("TextDetOutput", _engine()(picture, use_det=True, use_cls=False, use_rec=False))
    return np.zeros((0, 4, 2)) if found.boxes is None else np.asarray(found.boxes, np.float64)


def _slope(quads: Quads) -> float:
    """The angle of the lines in radians, positive where they fall to the right; 0 without long lines."""
    along = (quads[:, 1] + quads[:, 2] - quads[:, 0] - quads[:, 3]) / 2
    down = (quads[:, 2] + quads[:, 3] - quads[:, 0] - quads[:, 1]) / 2
    lengths, heights = np.linalg.norm(along, axis=1), np.linalg.norm(down, axis=1)
    long = lengths > _LONG * heights
    if not long.any():
        return 0.0
    angles = np.arctan2(along[long, 1], along[long, 0])
    order = np.argsort(angles)
    weights = np.cumsum(lengths[long][order])
    return float(angles[order][np.searchsorted(weights, weights[-1] / 2)])


def _levelled(picture: Picture, angle: float) -> tuple[Picture, NDArray[np.float64]]:
    """The picture turned by the angle, large enough to hold all of it; and how its pixels got there."""
    import cv2

    height, width = picture.shape[:2]
    cosine, sine = math.cos(angle), math.sin(angle)
    wide = round(width * cosine + height * abs(sine))
    high = round(height * cosine + width * abs(sine))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), math.degrees(angle), 1.0)
    matrix[:, 2] += (wide - width) / 2, (high - height) / 2
    level = cv2.warpAffine(
        picture, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(level, np.uint8), np.asarray(matrix, np.float64)


def _lines(picture: Picture, matrix: NDArray[np.float64]) -> list[ReadLine]:
    steps = {"use_det": True, "use_cls": True, "use_rec": True}
    boxes = {"return_word_box": True, "return_single_char_box": True}
    found = cast("RapidOCROutput", _engine()(picture, **steps, **boxes))
    if found.boxes is None or found.txts is None or found.scores is None:
        return []
    # rapidocr annotates its characters as those of one line; they are a list for each line.
    words = cast("Sequence[Sequence[_Char]]", found.word_results or [()] * len(found.txts))
    lines = []
    for text, quad, score, chars in zip(found.txts, found.boxes, found.scores, words, strict=False):
        places = _char_quads(text, np.asarray(quad, np.float64), chars)
        upright = np.concatenate([places.min(axis=1), places.max(axis=1)], axis=1)
        lines.append(ReadLine(text, _back(places, matrix), upright, float(score)))
    return lines


def _char_quads(text: str, quad: Quads, chars: Sequence[_Char]) -> Quads:
    """A box for each character: the reader's own where it has one for each, else an equal share of the line's."""
    visible = [index for index, char in enumerate(text) if not char.isspace()]
    if [char for char, _, _ in chars] == [text[index] for index in visible] and visible:
        known = np.asarray([box for _, _, box in chars], np.float64)
        return known[np.clip(np.searchsorted(visible, np.arange(len(text))), 0, len(visible) - 1)]
    edges = np.linspace(0, 1, len(text) + 1)[:, None]
    top, bottom = quad[0] + edges * (quad[1] - quad[0]), quad[3] + edges * (quad[2] - quad[3])
    return np.stack([top[:-1], top[1:], bottom[1:], bottom[:-1]], axis=1)


def _back(quads: Quads, matrix: NDArray[np.float64]) -> Quads:
    """Places in the levelled picture as places in the picture it was made of."""
    turn = matrix[:, :2]
    return np.asarray((quads - matrix[:, 2]) @ np.linalg.inv(turn).T, np.float64)
