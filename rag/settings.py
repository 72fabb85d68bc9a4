"""Settings: `RAG_*` environment variables over `rag.toml` over the defaults. Only entry points read them.

Read by hand: every command begins with this, and a library of settings takes longer than a question.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any, get_args, get_type_hints

from rag.documents.limits import MEGABYTE, Limits
from rag.errors import SettingsError
from rag.history_place import HistoryPlace, PostgresAddress, history_place
from rag.store import MilvusAddress, StorePlace, store_place
from rag.types import UnsupportedClaims

_FILE = Path("rag.toml")
_VARIABLE = "RAG_"
_LIMITS = Limits()
_BETWEEN_SPECS = re.compile(r",(?=\s*(?:[\w-]+:|extractive\s*(?:,|$)))")


class _UnusableError(ValueError):
    """A value that can't be used: what it has to be, in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _UnusableError("要写成文字", "it has to be text")
    return value


def _some_text(value: object) -> str:
    """Text that names something: an empty one would be the current folder, or a log-in that nobody is asked for."""
    if not _text(value).strip():
        raise _UnusableError(
            "不能为空；不要这项设置就删掉它", "it can't be empty; to do without it, take it out"
        )
    return _text(value)


def _path(value: object) -> Path:
    return value if isinstance(value, Path) else Path(_some_text(value))


def _place(value: object) -> StorePlace:
    """A folder, or the address of a server. Raises `SettingsError` for an address that can't be used."""
    return value if isinstance(value, Path | MilvusAddress) else store_place(_some_text(value))


def _history(value: object) -> HistoryPlace:
    """A file, or the address of a database. Raises `SettingsError` for an address that can't be used."""
    return value if isinstance(value, Path | PostgresAddress) else history_place(_some_text(value))


def _database(value: object) -> PostgresAddress:
    """The address of a database. Raises `SettingsError` for one that can't be used."""
    return value if isinstance(value, PostgresAddress) else PostgresAddress.of(_some_text(value))


def _whole(least: int, most: int | None = None) -> Callable[[object], int]:
    """The reader of a whole number from `least` up, to `most` where there is one."""
    zh = f"要 {least} 到 {most} 的整数" if most else f"要 {least} 以上的整数"
    en = f"it has to be a whole number from {least} {f'to {most}' if most else 'up'}"

    def read(value: object) -> int:
        number = _number(value)
        if number is None or not number.is_integer() or not least <= number <= (most or number):
            raise _UnusableError(zh, en)
        return int(number)

    return read


def _seconds(value: object) -> float:
    number = _number(value)
    if number is None or not number > 0:
        raise _UnusableError("要大于 0 的数", "it has to be a number greater than 0")
    return number


def _number(value: object) -> float | None:
    """A number, also one in a text; `None` for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def _unsupported(value: object) -> UnsupportedClaims:
    if value == "drop" or value == "mark":
        return value
    raise _UnusableError("要 drop 或 mark", "it has to be drop or mark")


def _language(value: object) -> str:
    if value in ("", "zh", "en"):
        return _text(value)
    raise _UnusableError("要 zh、en 或空", "it has to be zh, en or empty")


Text = Annotated[str, _text]
File = Annotated[Path, _path]
Seconds = Annotated[float, _seconds]
"""Each setting's type says how what is written becomes its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What can be set, with its default. `RAG_LLM=ollama:qwen3` sets `llm`, and so on.

    What may hold a password or a key is never shown, not as the value of a mistake either.
    """

    embedding_model: Text | None = None
    """A sentence-transformers model (hub id or folder); none means the bundled multilingual-e5-small."""
    reranker: Text | None = None
    """A cross-encoder of sentence-transformers (hub id or folder) that reorders the best hits; none means none."""
    llm: Text = "extractive"
    """Who words the answer: "extractive", "openai:MODEL", "ollama:MODEL" …; several, comma-separated, to choose from."""
    llm_timeout: Seconds = 60.0
    """Seconds a language model may take for one answer."""
    llm_window: Annotated[int, _whole(512)] | None = None
    """Tokens a language model reads at once; none means what it says itself."""
    unsupported: Annotated[UnsupportedClaims, _unsupported] = "drop"
    """What becomes of a claim that nothing supports: "drop" leaves it out, "mark" shows it struck out."""
    store: Annotated[StorePlace, _place] | None = field(default=None, repr=False)
    """The folder of the index, or "milvus:URI"."""
    history: Annotated[HistoryPlace, _history] | None = field(default=None, repr=False)
    """Where conversations are kept, a file or "postgresql://…"; none means a file in the user's data folder."""
    queue: Annotated[PostgresAddress, _database] | None = field(default=None, repr=False)
    """The database that files wait in to be taken in by several machines, "postgresql://…"; none means none."""
    feedback: File | None = None
    """The file that opinions of answers are kept in; none means one in the user's data folder."""
    api_keys: Text = field(default="", repr=False)
    """The keys of those who may use the server, comma-separated."""
    api_keys_file: File | None = None
    """A file of the names and hashed keys of those who may use the server."""
    users_file: File | None = None
    """A file of the names and hashed passwords of those who may log in at the page."""
    api_rate: Annotated[int, _whole(1)] = 120
    """Requests a minute that one key may send the API."""
    api_at_once: Annotated[int, _whole(1)] = 4
    """Questions of one key that are answered at the same time."""
    page_at_once: Annotated[int, _whole(1)] = 4
    """Questions of all the page's readers that are answered at the same time; the others wait in line."""
    hits: Annotated[int, _whole(1, 100)] = 10
    """How many passages an answer is made from."""
    max_file_mb: Annotated[int, _whole(1)] = _LIMITS.file_bytes // MEGABYTE
    """Megabytes a file may have to be read."""
    max_pages: Annotated[int, _whole(1)] = _LIMITS.pages
    """Pages, slides or sheets a file may have."""
    max_seconds: Seconds = _LIMITS.seconds
    """Seconds without progress that reading a file may take."""
    max_cells: Annotated[int, _whole(1)] = _LIMITS.cells
    """Cells of its tables a file may have."""
    language: Annotated[str, _language] = ""
    """The language of the page and of messages; empty means the reader's own."""

    @property
    def llms(self) -> tuple[str, ...]:
        """The specs of `llm`, the default first. A comma that no spec follows belongs to a file's or model's name."""
        return tuple(dict.fromkeys(spec.strip() for spec in _BETWEEN_SPECS.split(self.llm)))

    @property
    def limits(self) -> Limits:
        """How much of one file is read."""
        return Limits(
            file_bytes=self.max_file_mb * MEGABYTE,
            pages=self.max_pages,
            cells=self.max_cells,
            seconds=self.max_seconds,
        )


def load_settings(**given: object) -> Settings:
    """Read the settings; arguments that are not None win. Raises `SettingsError` naming the bad one."""
    known, readers = {one.name: one for one in fields(Settings)}, _readers()
    written = {**_in_file(), **_in_environment(known), **{k: v for k, v in given.items() if v is not None}}
    read = {}
    for name, value in written.items():
        if name not in known:
            raise _unknown(name)
        try:
            read[name] = readers[name](value)
        except _UnusableError as error:
            shown = value if known[name].repr else "…"
            raise _bad(name, shown, error.zh, error.en) from error
    return Settings(**read)


def _readers() -> dict[str, Callable[[object], Any]]:
    """How what is written becomes a value, by setting: the mark of its type, or of what it is if it is not `None`."""
    types = get_type_hints(Settings, include_extras=True)
    marked = {
        name: getattr(kind, "__metadata__", None) or get_args(kind)[0].__metadata__
        for name, kind in types.items()
    }
    return {name: marks[0] for name, marks in marked.items()}


def _in_environment(known: Mapping[str, object]) -> dict[str, object]:
    """The values of `RAG_*` variables by the names of settings; other variables are somebody else's."""
    ours = {
        name[len(_VARIABLE) :].lower(): value
        for name, value in os.environ.items()
        if name.upper().startswith(_VARIABLE)
    }
    return {name: value for name, value in ours.items() if name in known}


def _in_file() -> dict[str, object]:
    """What stands in `rag.toml` of the current folder, if it is there."""
    if not os.path.lexists(_FILE):
        return {}
    try:
        return tomllib.loads(_FILE.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"{_FILE} 读不出来：{error}。请改正或删除它。",
            f"{_FILE} can't be read: {error}. Correct or delete it.",
        ) from error


def _unknown(name: str) -> SettingsError:
    """Its value isn't shown: it may be a key whose name was mistyped."""
    return SettingsError(
        f"没有 {name} 这项设置。请检查 {_FILE}，改正或删去这一行。",
        f"There is no setting {name}. Check {_FILE}, and correct that line or delete it.",
    )


def _bad(name: str, shown: object, zh: str, en: str) -> SettingsError:
    variable = f"{_VARIABLE}{name.upper()}"
    return SettingsError(
        f"设置 {name} 的值“{shown}”不能用：{zh}。请检查命令行、{variable} 或 {_FILE}。",
        f"The setting {name} can't be {shown!r}: {en}. Check the command line, {variable} or {_FILE}.",
    )
