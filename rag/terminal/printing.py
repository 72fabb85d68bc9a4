"""How the terminal is written to: in the reader's language, as wide as it is, and whole where nobody watches."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from itertools import takewhile

from rich.console import Console
from rich.table import Table

UNBOUNDED = 100_000
"""Columns where output goes to a file or a program: no line is wrapped, no name is cut."""


_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def on_one_line(name: str) -> str:
    """A file's name or title with its control characters spelled out, so that it can't break a line or the terminal."""
    return _CONTROLS.sub(lambda found: ascii(found.group())[1:-1], name)


def said(language: str, zh: str, en: str, between: str = " ") -> str:
    """The words in Chinese or English; in both, Chinese first, where no `language` is set."""
    return {"zh": zh, "en": en}.get(language, f"{zh}{between}{en}")


def noted(language: str, warning: str) -> str:
    """A warning, which is written "Chinese / English", in the language set."""
    zh, parted, en = warning.partition(" / ")
    return said(language, zh, en, " / ") if parted else warning


def output() -> Console:
    """Standard output; words are never taken for markup or coloured by what they look like."""
    watched = sys.stdout.isatty()
    return Console(
        file=sys.stdout, width=None if watched else UNBOUNDED, highlight=False, markup=False, emoji=False
    )


def plain_table(*, headed: bool = True) -> Table:
    """A table without lines, whose cells are folded rather than cut."""
    return Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=headed, header_style="bold")


def shared_folder(sources: Sequence[str]) -> str:
    """The folder that all of several sources lie in, with its slash: said once, it need not stand in each row."""
    if len(sources) < 2:
        return ""
    folders = zip(*(source.split("/")[:-1] for source in sources), strict=False)
    return "".join(f"{level[0]}/" for level in takewhile(lambda level: len(set(level)) == 1, folders))
