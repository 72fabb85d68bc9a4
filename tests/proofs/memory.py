"""How much memory it takes to take in long PDFs: the whole tree of processes, sampled while it works."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.test_documents_pdf import pdf

PAGES = (100, 300, 1000)
_LINES = 5
_WORDS = (
    "清溪县 云岭县 北岗镇 河口乡 粮食 煤炭 光伏 公路 学校 医院 水库 核桃 旅游 财政 就业 项目 企业 群众 建设 完成 改造 新增 提高 推进 "
    "全年 今年 重点 现代 绿色 农村 工业 生态 服务 创新 市场 安全"
).split()
_PAUSE = 0.05
_MEGABYTE = 1 << 20


def lines() -> Iterable[str]:
    """The table, in Markdown."""
    yield "Peak resident memory of `python -m rag.ingest` on one PDF, its reading process included (the model alone"
    yield "takes most of it). Linux only."
    yield ""
    yield "| pages | characters | passages | peak | of it, the reading process | time |"
    yield "|---|---|---|---|---|---|"
    with tempfile.TemporaryDirectory() as folder:
        for pages in PAGES:
            yield _row(Path(folder), pages)


def _row(folder: Path, pages: int) -> str:
    path = folder / f"{pages}.pdf"
    text = [[_line(page, line) for line in range(_LINES)] for page in range(pages)]
    path.write_bytes(pdf(text))
    began = time.perf_counter()
    command = [
        sys.executable,
        "-m",
        "rag.ingest",
        str(path),
        "--json",
        "--store",
        str(folder / f"store-{pages}"),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    peak = peak_reading = 0
    while process.poll() is None:
        sizes = {number: resident(number) for number in tree(process.pid)}
        peak = max(peak, sum(sizes.values()))
        peak_reading = max(peak_reading, sum(sizes.values()) - sizes.get(process.pid, 0))
        time.sleep(_PAUSE)
    said, complaint = process.communicate()
    if process.returncode:
        raise RuntimeError(complaint.decode())
    (taken,) = json.loads(said)["added"]
    return (
        f"| {pages} | {taken['characters']:,} | {taken['passages']:,} | {peak / _MEGABYTE:.0f} MB | {peak_reading / _MEGABYTE:.0f} MB | "
        f"{time.perf_counter() - began:.0f} s |"
    )


def _line(page: int, line: int) -> str:
    """A sentence unlike those of other pages, which would pass for a running head."""
    chance = random.Random(page * _LINES + line)
    words = "".join(chance.choice(_WORDS) for _ in range(chance.randint(6, 10)))
    return f"{words}，投资{chance.randint(10, 9999) / 10:.1f}亿元。"


def tree(root: int) -> Iterator[int]:
    """The process and all that it started."""
    yield root
    try:
        children = Path(f"/proc/{root}/task/{root}/children").read_text(encoding="ascii").split()
    except OSError:
        return
    for child in children:
        yield from tree(int(child))


def resident(number: int) -> int:
    """Bytes of resident memory; 0 once the process is gone."""
    try:
        status = Path(f"/proc/{number}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith("VmRSS")), 0)
