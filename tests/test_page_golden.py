"""The page's main states look as they did when a person last looked at them.

Pictures are compared small and grey, by structural similarity, so that other fonts pass and a lost panel does not.
Renew them after looking: `python -m pytest tests/test_page_golden.py --renew-pictures`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.browser import Reader, reading, running
from tests.command_lines import COAL, NOBODY_KNOWS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

GOLDEN = Path(__file__).parent / "golden" / "page"
_KEPT_WIDTH, _COMPARED_WIDTH = 800, 160
_ALIKE = 0.8
_WINDOW = 8
Pixels = NDArray[np.float64]
View = tuple[str, str, Literal["light", "dark"], int]
VIEWS: list[View] = [
    ("welcome", "zh-CN", "light", 1280),
    ("answer", "zh-CN", "light", 1280),
    ("refusal", "zh-CN", "light", 1280),
    ("help", "zh-CN", "light", 1280),
    ("welcome", "en-GB", "dark", 1280),
    ("answer", "en-GB", "dark", 1280),
    ("welcome", "zh-CN", "light", 390),
    ("answer", "en-GB", "dark", 390),
]


@pytest.fixture(scope="module")
def address(seed_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    history = tmp_path_factory.mktemp("history") / "history.sqlite"
    with running("--store", str(seed_store), environment={"RAG_HISTORY": str(history)}) as served:
        yield served


def lead(reader: Reader, state: str) -> None:
    """Bring the page into a state."""
    page = reader.page
    page.wait_for_selector("#tools .theme")
    page.wait_for_selector("#papers .documents", state="attached")
    if state == "answer":
        reader.ask(COAL)
        page.wait_for_selector("#evidence mark", state="attached")
    elif state == "refusal":
        reader.ask(NOBODY_KNOWS)
    elif state == "help":
        page.locator("#tools .keys").click()
        page.wait_for_selector("dialog.help[open]")
    page.evaluate("document.activeElement.blur()")
    page.evaluate("document.fonts.ready")


def grey(picture: Image.Image) -> Pixels:
    """A picture as a small field of greys, 0 to 1."""
    height = round(_COMPARED_WIDTH * picture.height / picture.width)
    small = picture.convert("L").resize((_COMPARED_WIDTH, height), Image.Resampling.BOX)
    return np.asarray(small, dtype=np.float64) / 255


def likeness(one: Pixels, other: Pixels) -> float:
    """Structural similarity, -1 to 1, over windows side by side (Wang et al. 2004, equation 13)."""
    rows, columns = (size // _WINDOW for size in one.shape)

    def windows(field: Pixels) -> Pixels:
        cut = field[: rows * _WINDOW, : columns * _WINDOW].reshape(rows, _WINDOW, columns, _WINDOW)
        return cut.swapaxes(1, 2).reshape(rows * columns, -1)

    a, b = windows(one), windows(other)
    mean_a, mean_b = a.mean(1), b.mean(1)
    together = ((a - mean_a[:, None]) * (b - mean_b[:, None])).mean(1)
    light, contrast = 0.01**2, 0.03**2
    same = (2 * mean_a * mean_b + light) * (2 * together + contrast)
    return float((same / ((mean_a**2 + mean_b**2 + light) * (a.var(1) + b.var(1) + contrast))).mean())


@pytest.mark.parametrize(("state", "language", "theme", "width"), VIEWS, ids=lambda value: str(value))
def test_the_page_looks_as_it_did(
    browser: Browser, address: str, request: pytest.FixtureRequest,
    state: str, language: str, theme: Literal["light", "dark"], width: int,
) -> None:  # fmt: skip
    kept = GOLDEN / f"{state}-{language[:2]}-{theme}-{width}.png"
    with reading(browser, address, language=language, theme=theme, width=width) as reader:
        lead(reader, state)
        picture = Image.open(io.BytesIO(reader.page.screenshot(animations="disabled", caret="hide")))
    if request.config.getoption("--renew-pictures"):
        _keep(picture, kept)
    golden = Image.open(kept)
    alike = likeness(grey(picture), grey(golden))
    assert alike >= _ALIKE, f"{kept.name}: {alike:.2f}"


def _keep(picture: Image.Image, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    width = min(_KEPT_WIDTH, picture.width)
    small = picture.convert("RGB").resize(
        (width, round(width * picture.height / picture.width)), Image.Resampling.LANCZOS
    )
    small.quantize(64).save(path, optimize=True)


def test_a_lost_panel_or_another_theme_is_noticed_and_a_moved_line_is_not() -> None:
    golden = Image.open(GOLDEN / "answer-zh-light-1280.png").convert("RGB")
    as_it_is = grey(golden)
    assert likeness(as_it_is, as_it_is) == pytest.approx(1)
    without = golden.copy()
    without.paste((255, 255, 255), (golden.width // 2, 0, golden.width, golden.height))
    assert likeness(as_it_is, grey(without)) < _ALIKE
    dark = Image.eval(golden, lambda value: 255 - value)
    assert likeness(as_it_is, grey(dark)) < _ALIKE
    moved = Image.new("RGB", golden.size, golden.getpixel((2, golden.height // 2)))
    moved.paste(golden, (1, 1))
    assert likeness(as_it_is, grey(moved)) > _ALIKE
