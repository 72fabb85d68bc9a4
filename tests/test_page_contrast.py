"""Every pair of colours that text or a control is drawn in has the contrast that WCAG 2.2 asks for at level AA."""

from __future__ import annotations

import re

import pytest

from rag.ui.theme import page_file

_TOKEN = re.compile(r"--([\w-]+):\s*(#[0-9a-fA-F]+);")
TEXT, CONTROL = 4.5, 3.0
PAIRS = [
    *((ink, ground, TEXT) for ink in ("ink", "soft", "accent", "warn") for ground in ("paper", "panel")),
    *((ink, "accent-soft", TEXT) for ink in ("ink", "accent")),
    ("ink", "near", TEXT),
    ("warn", "warn-soft", TEXT),
    ("panel", "accent", TEXT),
    ("quoted-ink", "quoted", TEXT),
    ("on-seal", "seal", TEXT),
    ("edge", "paper", CONTROL),
    ("edge", "panel", CONTROL),
    ("accent", "paper", CONTROL),
]
"""What is drawn, on what, and the least contrast."""


def theme(name: str) -> dict[str, str]:
    """The tokens of "light" or "dark"."""
    light, _, dark = page_file("tokens.css").partition("}")
    return dict(_TOKEN.findall(light if name == "light" else dark))


def luminance(colour: tuple[float, ...]) -> float:
    """Relative luminance, 0 to 1, of a colour in sRGB (WCAG 2.2, definitions)."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def rgb(colour: str, ground: str = "#ffffff") -> tuple[float, ...]:
    """Red, green and blue, 0 to 1; what can be seen through is laid over `ground`."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in range(1, len(colour), 2)]
    if len(parts) == 3:
        return tuple(parts)
    below = rgb(ground)
    return tuple(part * parts[3] + under * (1 - parts[3]) for part, under in zip(parts, below, strict=False))


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """1 to 21 (WCAG 2.2, definitions)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_formula_is_the_standards() -> None:
    assert contrast(rgb("#000000"), rgb("#ffffff")) == pytest.approx(21)
    assert contrast(rgb("#767676"), rgb("#ffffff")) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize(("drawn", "ground", "least"), PAIRS)
def test_colours_can_be_told_apart(name: str, drawn: str, ground: str, least: float) -> None:
    tokens = theme(name)
    for below in ("paper", "panel"):
        got = contrast(rgb(tokens[drawn]), rgb(tokens[ground], tokens[below]))
        assert got >= least, f"{drawn} on {ground} in {name}: {got:.2f}"


def test_both_themes_have_the_same_tokens() -> None:
    assert theme("light").keys() == theme("dark").keys()
