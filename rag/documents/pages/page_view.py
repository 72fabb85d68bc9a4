"""What can be seen on a page: where its characters, pictures and ruled lines stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.original import Rectangle

Places = NDArray[np.float32]
"""Shape (n, 4): left, top, right and bottom in points from the page's upper left corner; zeros where unknown."""


@dataclass(frozen=True, slots=True, eq=False)
class Glyphs:
    """The characters of a page in the order they are drawn, one entry each.

    `boxes` are as wide as the character and as high as its type, `sizes` the size of its type in points,
    `strong` whether that is a bold or a heavy face. `unmapped` says that the font does not tell which
    character it is.
    """

    text: str
    boxes: Places
    sizes: NDArray[np.float32]
    strong: NDArray[np.bool_]
    unmapped: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class PageView:
    """A page as it is shown: turned and cropped. All places are in points from its upper left corner.

    `rules` are thin straight lines, `frames` larger rectangles that are drawn or filled.
    """

    width: float
    height: float
    glyphs: Glyphs
    pictures: tuple[Rectangle, ...] = ()
    rules: tuple[Rectangle, ...] = ()
    frames: tuple[Rectangle, ...] = ()


@dataclass(frozen=True, slots=True)
class PageLine:
    """One line of type within one column.

    `spans` are the stretches of the page's text it is made of, from its beginning to its end. `box` is
    where it stands, `size` the size of its type in points. Vertical text is turned by a quarter before
    lines are made of it, so that lines run to the right and follow one another downwards. `down` marks the
    exception: a line that runs downwards, beside text that does not.
    """

    text: str
    spans: tuple[tuple[int, int], ...]
    box: Rectangle
    size: float
    strong: bool = False
    down: bool = False

    @property
    def middle(self) -> float:
        """The height on the page of its middle."""
        return (self.box.top + self.box.bottom) / 2
