"""A BEIR folder (Thakur et al. 2021): `corpus.jsonl`, `queries.jsonl`, and `qrels/SPLIT.tsv`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from eval.formats.text import CollectionText
from eval.gold import ALL
from eval.lines import GoldError, json_rows, line_error

CORPUS = "corpus.jsonl"
QUERIES = "queries.jsonl"
_QRELS = "qrels"
_ENDINGS = (".tsv", ".jsonl", ".txt")
_USUAL_SPLIT = "test"
"""What BEIR's numbers are published on."""

_IDS = ("_id", "docid", "id")
_TEXTS = ("text", "contents")


def is_beir(folder: Path) -> bool:
    """Whether a folder is laid out as BEIR's are."""
    return (folder / CORPUS).is_file() and (folder / QUERIES).is_file()


def split_file(folder: Path, split: str) -> Path:
    """The judgements of a split. For "all": those of the test split, else the only ones there are.

    Raises `GoldError` where there are none of that split.
    """
    there = {file.stem: file for file in sorted((folder / _QRELS).glob("*")) if file.suffix in _ENDINGS}
    wanted = split
    if split == ALL:
        wanted = next(iter(there)) if len(there) == 1 else _USUAL_SPLIT
    if wanted not in there:
        named = ", ".join(there) or "-"
        raise GoldError(
            f"{folder / _QRELS} 里没有“{wanted}”的标注（有：{named}）。请用 --split 指定其一，"
            f"或用 --gold 直接给出 {_QRELS}/ 下的文件。",
            f'{folder / _QRELS} has no judgements of the split "{wanted}" (it has: {named}). '
            f"Name one with --split, or give --gold the very file in {_QRELS}/.",
        )
    return there[wanted]


def queries_beside(qrels: Path) -> Path | None:
    """The queries that belong to a file of judgements in a BEIR folder; none elsewhere."""
    queries = qrels.parent.parent / QUERIES
    return queries if qrels.parent.name == _QRELS and queries.is_file() else None


def collection_texts(path: Path) -> Iterator[CollectionText]:
    """The texts of a `.jsonl` in BEIR's or Anserini's fields: `_id`/`docid`, `title`, `text`/`contents`.

    A text that is empty is its title. Raises `GoldError` for a line without an id or a text.
    """
    for number, row in json_rows(path):
        name = next((str(row[key]) for key in _IDS if isinstance(row.get(key), str | int)), "")
        text = next((row[key] for key in _TEXTS if isinstance(row.get(key), str)), None)
        if not name or text is None:
            raise line_error(
                path,
                number,
                "不是语料的一行，应带 _id（或 docid、id）和 text（或 contents）",
                "no row of a corpus: it needs _id (or docid, id) and text (or contents)",
            )
        title = row.get("title")
        title = title.strip() if isinstance(title, str) else ""
        yield CollectionText(
            name, title if text.strip() else "", text if text.strip() else title, f"{path}:{number}"
        )
