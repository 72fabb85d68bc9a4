"""How much memory it takes to take in long PDFs: the whole tree of processes, sampled while it works."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.test_documents_pdf import pdf

PAGES = (100, 300, 1000)
_LINES = 8
_PAUSE = 0.05
_MEGABYTE = 1 << 20


def lines() -> Iterable[str]:
    """The table, in Markdown."""
    yield "Peak resident memory of `python -m rag.ingest` on one PDF, its reading process included (the model alone"
    yield "takes most of it). Linux only."
    yield ""
    yield "| pages | characters | peak | of it, the reading process | time |"
    yield "|---|---|---|---|---|"
    with tempfile.TemporaryDirectory() as folder:
        for pages in PAGES:
            yield _row(Path(folder), pages)


def _row(folder: Path, pages: int) -> str:
    path = folder / f"{pages}.pdf"
    text = [[_line(page, line) for line in range(_LINES)] for page in range(pages)]
    path.write_bytes(pdf(text))
    began = time.perf_counter()
    command = [sys.executable, "-m", "rag.ingest", str(path), "--store", str(folder / f"store-{pages}")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peak = peak_reading = 0
    while process.poll() is None:
        sizes = {number: _resident(number) for number in _tree(process.pid)}
        peak = max(peak, sum(sizes.values()))
        peak_reading = max(peak_reading, sum(sizes.values()) - sizes.get(process.pid, 0))
        time.sleep(_PAUSE)
    if process.returncode:
        raise RuntimeError(process.stderr.read().decode() if process.stderr else "")
    characters = sum(len(line) for page in text for line in page)
    return (
        f"| {pages} | {characters:,} | {peak / _MEGABYTE:.0f} MB | {peak_reading / _MEGABYTE:.0f} MB | "
        f"{time.perf_counter() - began:.0f} s |"
    )


def _line(page: int, line: int) -> str:
    return f"第{page + 1}页第{line + 1}行：清溪县第{page * 7 + line}个项目投资{page + line / 10:.1f}亿元。"


def _tree(root: int) -> Iterator[int]:
    """The process and all that it started."""
    yield root
    try:
        children = Path(f"/proc/{root}/task/{root}/children").read_text(encoding="ascii").split()
    except OSError:
        return
    for child in children:
        yield from _tree(int(child))


def _resident(number: int) -> int:
    """Bytes of resident memory; 0 once the process is gone."""
    try:
        status = Path(f"/proc/{number}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith("VmRSS")), 0)
