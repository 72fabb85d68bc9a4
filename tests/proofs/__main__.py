"""`python -m tests.proofs [NAME …]`: the proofs named, or all, as a dated Markdown page on standard output."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from tests.proofs import cluster, fuzz, growth, kills, memory, models, page, reading

PROOFS: dict[str, tuple[str, Callable[[], Iterable[str]]]] = {
    "reading": ("Reading order, characters and figures", reading.lines),
    "kills": ("An index that is killed while it is written", kills.lines),
    "growth": ("Adding one file to a large index", growth.lines),
    "memory": ("Memory for long PDFs", memory.lines),
    "fuzz": ("Broken files", fuzz.lines),
    "models": ("Answers worded by a model", models.lines),
    "page": ("The chat page", page.lines),
    "cluster": ("The store in Milvus", cluster.lines),
}
_OWN_PAGES = {"models": "Language models", "page": "The page", "cluster": "More than one machine"}
"""Proofs with a document of their own, and its subject: not run unless named."""


def main(argv: Sequence[str] | None = None) -> int:
    """Print the page; a proof that fails raises and ends it with a status other than 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(PROOFS)}")
    names = parser.parse_args(argv).names or [name for name in PROOFS if name not in _OWN_PAGES]
    if unknown := set(names) - set(PROOFS):
        parser.error(f"no such proof: {', '.join(sorted(unknown))}")
    subject = _OWN_PAGES[names[0]] if len(names) == 1 and names[0] in _OWN_PAGES else "Documents"
    command = " ".join(["python -m tests.proofs", *(name for name in names if name in _OWN_PAGES)])
    _say(f"# {subject}: measured on {datetime.now(UTC):%Y-%m-%d}", "")
    _say(f"Made by `{command}` (part of `make proof`) on {os.cpu_count()} cores. Timings of one")
    _say("machine: take ratios.")
    for name in names:
        title, lines = PROOFS[name]
        began = time.perf_counter()
        _say("", f"## {title}", "", *lines(), "")
        _say(f"(`python -m tests.proofs {name}`, {time.perf_counter() - began:.0f} s)")
    return 0


def _say(*lines: str) -> None:
    for line in lines:
        print(line, flush=True)  # noqa: T201  the page is the output


if __name__ == "__main__":
    sys.exit(main())
