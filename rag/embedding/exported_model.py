"""A sentence-transformers folder with an ONNX export in it: its graph, tokenizer, pooling, prompts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_GRAPHS = ("onnx/model.onnx", "model.onnx")
"""Where exports are kept: the hub's layout, and a folder that is nothing but an export."""
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")
_MODULES = {"Transformer", "Pooling", "Normalize"}
_TOKEN_LIMIT = 512
"""Tokens of a text where the folder doesn't say."""

Pooling = Literal["mean", "first"]


@dataclass(frozen=True, slots=True)
class ExportedModel:
    """What runs a model without its library. `limit` counts the tokens of a text, end marks included."""

    folder: Path
    graph: Path
    pooling: Pooling
    limit: int
    prompts: Mapping[str, str]

    def tokenizer(self) -> Tokenizer:
        """The model's tokenizer, which cuts a text where the model ends."""
        from tokenizers import Tokenizer

        made = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        made.no_padding()
        made.enable_truncation(self.limit)
        return made

    @property
    def whole(self) -> bool:
        """Whether the export is at least as large as the weights: then both give the same vectors."""
        weights = [path.stat().st_size for name in _WEIGHTS if (path := self.folder / name).is_file()]
        parts = self.graph.parent.glob(f"{self.graph.name}*")  # model.onnx, model.onnx_data
        return sum(part.stat().st_size for part in parts) >= min(weights, default=0)


def exported_model(folder: Path) -> ExportedModel | None:
    """The export in a folder, or nothing where there is none or it takes the library to use it.

    Text by text a transformer is run and pooled; a model that does more than that (further layers, pooling of
    another kind, texts made lower-case) is left to sentence-transformers.
    """
    graph = next((folder / name for name in _GRAPHS if (folder / name).is_file()), None)
    if graph is None or not (folder / "tokenizer.json").is_file():
        return None
    try:
        return _read(folder, graph)
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
    ):  # the library says what is wrong with it
        return None


def _read(folder: Path, graph: Path) -> ExportedModel | None:
    modules = {module["type"].rpartition(".")[2]: module["path"] for module in _json(folder / "modules.json")}
    if not {"Transformer", "Pooling"} <= modules.keys() <= _MODULES or modules["Transformer"]:
        return None
    pooling = _pooling(_json(folder / modules["Pooling"] / "config.json"))
    reading = _json(folder / "sentence_bert_config.json")
    if pooling is None or reading.get("do_lower_case"):
        return None
    prompts = _json(folder / "config_sentence_transformers.json").get("prompts") or {}
    return ExportedModel(folder, graph, pooling, _limit(folder, reading), prompts)


def _pooling(config: Mapping[str, Any]) -> Pooling | None:
    """How states become a vector, in either of the two ways the library has written it; prompts are pooled, too."""
    modes = [mode for mode, chosen in config.items() if mode.startswith("pooling_mode_") and chosen is True]
    mode = config.get("pooling_mode") or (modes[0].removeprefix("pooling_mode_") if len(modes) == 1 else None)
    if config.get("include_prompt", True) is not True:
        return None
    kinds: dict[object, Pooling] = {
        "mean": "mean",
        "mean_tokens": "mean",
        "cls": "first",
        "cls_token": "first",
    }
    return kinds.get(mode)


def _limit(folder: Path, reading: Mapping[str, Any]) -> int:
    said = reading.get("max_seq_length") or _json(folder / "tokenizer_config.json").get("model_max_length")
    positions = _json(folder / "config.json").get("max_position_embeddings", _TOKEN_LIMIT)
    return int(min(said or _TOKEN_LIMIT, positions))


def _json(path: Path) -> Any:  # noqa: ANN401 - it is whatever the file holds
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
