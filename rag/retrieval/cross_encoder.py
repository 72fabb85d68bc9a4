"""Any cross-encoder of sentence-transformers as a reranker: a folder, or a name on the Hugging Face hub."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from operator import methodcaller
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.errors import RerankerError
from rag.hub import first_line, is_hub_name, knock_at_the_hub

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

    from rag.seams import Reranker

_BATCH = 16
_LOGISTIC = methodcaller("sigmoid")
"""Of a tensor of logits."""
_JUDGES = ("ForSequenceClassification", "ForCausalLM")
"""What a model of pairs is called in its configuration; any other gets a head of random weights on loading."""


class CrossEncoderReranker:
    """A cross-encoder, loaded when it is first asked and then kept.

    `model` is a folder or a hub name; a hub name is looked up on this machine first and downloaded only if it
    is not there. Raises `RerankerError` for what can be neither.
    """

    def __init__(self, model: str) -> None:
        self.name = model
        self._model: CrossEncoder | None = None
        self._loading = threading.Lock()
        if not Path(model).expanduser().is_dir() and not is_hub_name(model):
            raise RerankerError(
                f"找不到重排模型文件夹 {model}。请检查 RAG_RERANKER 里的路径；不用重排模型，请去掉这项设置。",
                f"There is no reranker folder {model}. "
                "Check the path in RAG_RERANKER, or leave that setting out to do without a reranker.",
            )

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """How well each text answers the question, 0 to 1, shape (len(texts),).

        The logistic function of the model's own output, whatever activation its files name, so that every
        model's scores are on one scale. A text longer than the model takes is cut.
        Raises `RerankerError` if the model can't be loaded, or is no cross-encoder.
        """
        if not texts:
            return np.zeros(0, dtype=np.float32)
        scores = self._loaded().predict(
            [(_readable(question), _readable(text)) for text in texts],
            batch_size=_BATCH,
            activation_fn=_LOGISTIC,
            show_progress_bar=False,
        )
        return np.asarray(scores, dtype=np.float32)

    def _loaded(self) -> CrossEncoder:
        with self._loading:  # the page answers several readers at once
            if self._model is None:
                self._model = _checked(_load(self.name), self.name)
            return self._model


def open_reranker(model: str | None) -> Reranker | None:
    """The reranker of that name; none without a name. Raises `RerankerError` for a folder that is not there."""
    return CrossEncoderReranker(model) if model else None


def _readable(text: str) -> str:
    """The text with lone surrogates, which no tokenizer takes, as question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _checked(model: CrossEncoder, name: str) -> CrossEncoder:
    """The model. Raises `RerankerError` if it does not give a pair of texts one score that it was trained for."""
    transformer = model.model
    made_for = tuple(getattr(transformer.config, "architectures", None) or ()) if transformer else ()
    judges = not made_for or any(one.endswith(_JUDGES) for one in made_for)
    if judges and model.num_labels == 1:
        return model
    kind = ", ".join(made_for) or type(transformer).__name__
    zh = f"它给每对文本 {model.num_labels} 个分数" if judges else f"它是 {kind}，没有学过给文本对打分"
    en = (
        f"scores for a pair of texts: {model.num_labels}"
        if judges
        else f"it is a {kind}, which never learned to score pairs of texts"
    )
    raise RerankerError(
        f"{name} 不是重排模型：{zh}。"
        "请把 RAG_RERANKER 设为给每对文本一个分数的 CrossEncoder，例如 BAAI/bge-reranker-v2-m3。",
        f"{name} is no reranker ({en}). "
        "Set RAG_RERANKER to a CrossEncoder that gives a pair of texts one score, such as BAAI/bge-reranker-v2-m3.",
    )


def _load(model: str) -> CrossEncoder:
    try:
        from sentence_transformers import CrossEncoder
    except ImportError as error:
        raise RerankerError(
            f"重排模型 {model} 需要 sentence-transformers，它没有安装好（{error}）。"
            "请运行 pip install sentence-transformers。",
            f"The reranker {model} needs sentence-transformers, which is not properly installed ({error}). "
            "Run pip install sentence-transformers.",
        ) from error
    folder = Path(model).expanduser()
    if folder.is_dir():
        return _load_folder(folder)
    try:
        kept: CrossEncoder = CrossEncoder(model, local_files_only=True)
    except (OSError, ValueError):
        return _download(model)
    return kept


def _load_folder(folder: Path) -> CrossEncoder:
    from safetensors import SafetensorError
    from sentence_transformers import CrossEncoder

    try:
        loaded: CrossEncoder = CrossEncoder(str(folder), local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as error:
        reason = first_line(error)
        raise RerankerError(
            f"文件夹 {folder} 里的重排模型打不开：{reason}。请确认它是完整的 CrossEncoder 模型。",
            f"The reranker in the folder {folder} can't be loaded: {reason}. "
            "Make sure that it holds a complete CrossEncoder model.",
        ) from error
    return loaded


def _download(model: str) -> CrossEncoder:
    from sentence_transformers import CrossEncoder

    try:
        knock_at_the_hub()
        fetched: CrossEncoder = CrossEncoder(model)
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        reason = first_line(error)
        raise RerankerError(
            f"本机没有重排模型 {model}，也下载不了：{reason}。"
            "请检查名称和网络，或把 RAG_RERANKER 设为本机的模型文件夹；去掉这项设置就不用重排模型。",
            f"The reranker {model} is not on this machine and can't be downloaded: {reason}. "
            "Check its name and the network, or set RAG_RERANKER to a model folder; "
            "without that setting no reranker is used.",
        ) from error
    return fetched
