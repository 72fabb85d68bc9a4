"""How the page looks: system fonts only, so that nothing is fetched from anywhere."""

from __future__ import annotations

from importlib.resources import files

import gradio as gr

_SANS = (
    "system-ui",
    "-apple-system",
    "Segoe UI",
    "PingFang SC",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "sans-serif",
)
_STYLES = ("tokens.css", "style.css", "bar.css", "source.css", "answer.css", "library.css", "past.css")
_MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")


def page_theme() -> gr.themes.Base:
    """The theme under `style.css`, which sets the colours of both modes."""
    return gr.themes.Base(primary_hue="teal", neutral_hue="stone", font=_SANS, font_mono=_MONO)


def page_file(name: str) -> str:
    """The text of a style sheet or script of the page."""
    return files("rag.ui").joinpath(name).read_text(encoding="utf-8")


def page_style() -> str:
    """Every style sheet of the page."""
    return "\n".join(page_file(name) for name in _STYLES)


def page_head() -> str:
    """What stands in the page's head: the reader's theme, before anything is drawn."""
    return f"<script>{page_file('theme.js')}</script>"
