"""How much of one file is read, so that none can hold up or fill the machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from rag.errors import ReadError

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one file may be. Passing one of them is a `ReadError` that names it (see `passed`).

    `seconds` is the time without progress: for a file to be opened, and for each of its pages.
    `memory_bytes` is what the process that reads it may hold. `archive_ratio` is how many times its packed
    size an archive's member may be.
    """

    file_bytes: int = 512 * MEGABYTE
    pages: int = 5_000
    cells: int = 1_000_000
    characters: int = 20_000_000
    seconds: float = 120.0
    memory_bytes: int = 6 * 1024 * MEGABYTE
    archive_ratio: int = 200
    archive_bytes: int = 2 * 1024 * MEGABYTE
    archive_members: int = 10_000
    archive_depth: int = 3


LimitName = Literal[
    "file_bytes",
    "pages",
    "cells",
    "characters",
    "seconds",
    "memory_bytes",
    "archive_ratio",
    "archive_bytes",
    "archive_members",
    "archive_depth",
]


class _Wording(NamedTuple):
    """How a limit is told: `{value}` and `{most}` are amounts; `setting` is what raises it, if anything does."""

    zh: str
    en: str
    zh_without_value: str
    en_without_value: str
    zh_advice: str
    en_advice: str
    setting: str | None = None


_SPLIT = ("请拆成几个文件再加入", "Split it into several files")
_UNPACK = ("请先自行解压，只加入需要的文件", "Unpack it yourself and add the files you need")
_WORDINGS: dict[LimitName, _Wording] = {
    "file_bytes": _Wording(
        "{source} 太大：{value}，上限是 {most}",
        "{source} is too large: {value}, and the limit is {most}",
        "{source} 太大，超过 {most} 的上限",
        "{source} is too large: over the limit of {most}",
        *_SPLIT,
        "RAG_MAX_FILE_MB",
    ),
    "pages": _Wording(
        "{source} 有 {value} 页，上限是 {most} 页",
        "{source} has {value} pages, and the limit is {most}",
        "{source} 的页数超过 {most} 页的上限",
        "{source} has more pages than the limit of {most}",
        *_SPLIT,
        "RAG_MAX_PAGES",
    ),
    "cells": _Wording(
        "{source} 有 {value} 个单元格，上限是 {most} 个",
        "{source} has {value} cells, and the limit is {most}",
        "{source} 的单元格超过 {most} 个的上限",
        "{source} has more cells than the limit of {most}",
        *_SPLIT,
        "RAG_MAX_CELLS",
    ),
    "characters": _Wording(
        "{source} 有 {value} 字，上限是 {most} 字",
        "{source} has {value} characters, and the limit is {most}",
        "{source} 的文字超过 {most} 字的上限",
        "{source} has more characters than the limit of {most}",
        *_SPLIT,
    ),
    "seconds": _Wording(
        "读 {source} 用了 {value} 秒仍没有进展（上限 {most} 秒），已放弃",
        "Reading {source} made no progress for {value} seconds (the limit is {most}) and was given up",
        "读 {source} 时超过 {most} 秒没有进展，已放弃",
        "Reading {source} made no progress for {most} seconds and was given up",
        "文件可能有问题，请用原来的软件打开后另存一份再试",
        "The file may be broken: open it in the program it comes from and save it anew",
        "RAG_MAX_SECONDS",
    ),
    "memory_bytes": _Wording(
        "读 {source} 需要 {value} 内存，上限是 {most}",
        "Reading {source} takes {value} of memory, and the limit is {most}",
        "读 {source} 时内存不够（上限 {most}），已放弃",
        "Reading {source} took more memory than there is (the limit is {most}) and was given up",
        *_SPLIT,
    ),
    "archive_ratio": _Wording(
        "{source} 解压后是压缩时的 {value} 倍，上限是 {most} 倍，像是压缩炸弹，没有解开",
        "{source} unpacks to {value} times its size, and the limit is {most}, as a zip bomb does; it was left packed",
        "{source} 解压后是压缩时的 {most} 倍以上，像是压缩炸弹，没有解开",
        "{source} unpacks to over {most} times its size, as a zip bomb does; it was left packed",
        *_UNPACK,
    ),
    "archive_bytes": _Wording(
        "{source} 解压后有 {value}，上限是 {most}",
        "{source} unpacks to {value}, and the limit is {most}",
        "{source} 解压后超过 {most} 的上限",
        "{source} unpacks to more than the limit of {most}",
        *_UNPACK,
    ),
    "archive_members": _Wording(
        "{source} 里有 {value} 个文件，上限是 {most} 个",
        "{source} holds {value} files, and the limit is {most}",
        "{source} 里的文件超过 {most} 个的上限",
        "{source} holds more files than the limit of {most}",
        *_UNPACK,
    ),
    "archive_depth": _Wording(
        "{source} 是压缩包里的压缩包，套了 {value} 层，上限是 {most} 层",
        "{source} is an archive {value} levels deep inside others, and the limit is {most}",
        "{source} 是压缩包里的压缩包，超过 {most} 层的上限",
        "{source} is an archive inside others, over the limit of {most} levels",
        *_UNPACK,
    ),
}


def passed(limit: LimitName, source: str, limits: Limits, value: float | None = None) -> ReadError:
    """The error for a file that goes beyond one of `limits`: "too_large", or "timeout" for `seconds`.

    It names the limit, how to raise it, and `value`, what the file has of it (in the limit's own unit), if known.
    """
    words, most = _WORDINGS[limit], getattr(limits, limit)
    amounts = {"source": source, "most": _amount(limit, most)}
    if value is None:
        zh, en = words.zh_without_value.format(**amounts), words.en_without_value.format(**amounts)
    else:
        amounts["value"] = _amount(limit, value)
        zh, en = words.zh.format(**amounts), words.en.format(**amounts)
    raise_zh = f"，或用 {words.setting} 调高上限" if words.setting else ""
    raise_en = f", or raise the limit with {words.setting}" if words.setting else ""
    return ReadError(
        "timeout" if limit == "seconds" else "too_large",
        f"{zh}。{words.zh_advice}{raise_zh}。",
        f"{en}. {words.en_advice}{raise_en}.",
    )


def _amount(limit: LimitName, value: float) -> str:
    if limit.endswith("_bytes"):
        return f"{value / MEGABYTE:,.1f} MB" if value % MEGABYTE else f"{value // MEGABYTE:,} MB"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"
