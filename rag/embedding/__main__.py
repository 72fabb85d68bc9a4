"""`python -m rag.embedding export DIR`: the bundled model as a sentence-transformers folder."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rag.embedding.export import export_model
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
    folder: Path = parser.parse_args(arguments).folder
    try:
        export_model(folder)
    except WenjuError as error:
        sys.stderr.write(f"{error}\n")
        return _FAILED
    sys.stdout.write(
        f"模型已写入 {folder}；设置 RAG_EMBEDDING_MODEL={folder} 即可使用。\n"
        f"The model is in {folder}; set RAG_EMBEDDING_MODEL={folder} to use it.\n"
    )
    return _DONE


if __name__ == "__main__":
    sys.exit(main())
