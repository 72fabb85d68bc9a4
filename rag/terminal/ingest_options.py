"""What may be written on the command line of `python -m rag.ingest`."""

from __future__ import annotations

import argparse
from pathlib import Path


def ingest_options() -> argparse.ArgumentParser:
    """The parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m rag.ingest",
        description="管理索引里的文档。Put documents into the index, list them, take them out.",
    )
    add = parser.add_argument
    add("paths", nargs="*", type=Path, metavar="PATH", help="文件或文件夹。Files or folders.")
    add("--store", metavar="DIR", help="索引文件夹，或 milvus:地址。The folder of the index, or milvus:URI.")
    add("--json", action="store_true", help="输出 JSON。Print JSON.")
    add("--list", action="store_true", help="列出已收入的文档。List what is in.")
    add(
        "--reasons",
        action="store_true",
        help="列出时说明元数据的理由。With --list: why the metadata is what it is.",
    )
    add("--show", metavar="SOURCE", help="显示一个文档清理后的文本。Show a document's cleaned text.")
    add(
        "--remove",
        nargs="+",
        metavar="SOURCE",
        help="移除文档、文件夹或压缩包。Take out documents, folders or archives.",
    )
    add("--sync", action="store_true", help="使索引与所给文件夹一致。Make the index equal the folder.")
    add(
        "--watch",
        action="store_true",
        help="一直跟踪所给文件夹的变化。Keep following what is named, until Ctrl-C.",
    )
    add(
        "--dry-run",
        action="store_true",
        help="只说会做什么，什么都不写。Say what would change; write nothing.",
    )
    add(
        "--password",
        action="append",
        default=[],
        metavar="SOURCE=PASSWORD",
        help="打开有密码的文件。Open a locked file.",
    )
    add(
        "--rebuild",
        action="store_true",
        help="重建索引：用所给文件，不给就用其中已有的文档。Build the index anew: from the files named, else from what it holds.",
    )
    return parser
