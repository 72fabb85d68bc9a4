"""Settings: `RAG_*` environment variables over `rag.toml` over the defaults. Only entry points read them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from rag.documents.limits import MEGABYTE, Limits
from rag.errors import SettingsError
from rag.store import StorePlace, store_place
from rag.types import UnsupportedClaims

_LIMITS = Limits()
_BETWEEN_SPECS = re.compile(r",(?=\s*(?:[\w-]+:|extractive\s*(?:,|$)))")


class Settings(BaseSettings):
    """What can be set, with its default. `RAG_LLM=ollama:qwen3` sets `llm`, and so on."""

    model_config = SettingsConfigDict(env_prefix="RAG_", toml_file="rag.toml", extra="forbid")

    embedding_model: str | None = None
    """A sentence-transformers model (hub id or folder); none means the bundled multilingual-e5-small."""
    reranker: str | None = None
    """A cross-encoder of sentence-transformers (hub id or folder) that reorders the best hits; none means none."""
    llm: str = "extractive"
    """Who words the answer: "extractive", "openai:MODEL", "ollama:MODEL" …; several, comma-separated, to choose from."""
    llm_timeout: float = Field(default=60.0, gt=0)
    """Seconds a language model may take for one answer."""
    llm_window: int | None = Field(default=None, ge=512)
    """Tokens a language model reads at once; none means what it says itself."""
    unsupported: UnsupportedClaims = "drop"
    """What becomes of a claim that nothing supports: "drop" leaves it out, "mark" shows it struck out."""
    store: Annotated[StorePlace | None, BeforeValidator(store_place)] = None
    """The folder of the index, or "milvus:URI"."""
    history: Path | None = None
    """The file that conversations are kept in; none means one in the user's data folder."""
    feedback: Path | None = None
    """The file that opinions of answers are kept in; none means one in the user's data folder."""
    api_keys: SecretStr = SecretStr("")
    """The keys of those who may use the server, comma-separated."""
    api_keys_file: Path | None = None
    """A file of the names and hashed keys of those who may use the server."""
    users_file: Path | None = None
    """A file of the names and hashed passwords of those who may log in at the page."""
    api_rate: int = Field(default=120, ge=1)
    """Requests a minute that one key may send the API."""
    api_at_once: int = Field(default=4, ge=1)
    """Questions of one key that are answered at the same time."""
    page_at_once: int = Field(default=4, ge=1)
    """Questions of all the page's readers that are answered at the same time; the others wait in line."""
    hits: int = Field(default=10, ge=1, le=100)
    """How many passages an answer is made from."""
    max_file_mb: int = Field(default=_LIMITS.file_bytes // MEGABYTE, ge=1)
    """Megabytes a file may have to be read."""
    max_pages: int = Field(default=_LIMITS.pages, ge=1)
    """Pages, slides or sheets a file may have."""
    max_seconds: float = Field(default=_LIMITS.seconds, gt=0)
    """Seconds without progress that reading a file may take."""
    max_cells: int = Field(default=_LIMITS.cells, ge=1)
    """Cells of its tables a file may have."""
    language: str = Field(default="", pattern="^(zh|en)?$")
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

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  pydantic's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  pydantic's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Command line first, then the environment, then `rag.toml` in the current folder."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(**given: object) -> Settings:
    """Read the settings; arguments that are not None win. Raises `SettingsError` naming the bad one."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]  # pydantic checks
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        shown = "…" if name == "api_keys" else first.get("input")
        raise SettingsError(
            f"设置 {name} 的值“{shown}”不能用：{first['msg']}。请检查命令行、RAG_{name.upper()} 或 rag.toml。",
            f"The setting {name} can't be {shown!r}: {first['msg']}. "
            f"Check the command line, RAG_{name.upper()} or rag.toml.",
        ) from error
    except (OSError, ValueError) as error:  # rag.toml that can't be read or isn't TOML
        raise SettingsError(
            f"rag.toml 读不出来：{error}。请改正或删除它。",
            f"rag.toml can't be read: {error}. Correct or delete it.",
        ) from error
