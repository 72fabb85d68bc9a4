"""What `--corpus` names becomes a path that the assistant takes in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path

from eval.formats.beir import CORPUS, collection_texts, is_beir
from eval.formats.squad import SUFFIX, squad_texts
from eval.formats.text import CollectionText
from eval.lines import GoldError, numbered_lines
from rag.errors import SettingsError

_OURS = ".jsonl"
_PACKED = ".jsonl.gz"


def corpus_path(given: Path, cache: Path, kept: Collection[str] | None = None) -> Path:
    """The corpus as the assistant reads it: the path given, or a `.jsonl` made of it in the folder `cache`.

    A SQuAD-style `.json`, a BEIR folder and a `.jsonl` or `.jsonl.gz` in BEIR's fields are rewritten, one line
    a text, its id as it is. The file made is named after the place of the one given, so that the index built
    of it is found again. With `kept`, only the texts of these ids are in it.

    Raises `GoldError` for what can't be read, and where one id has two texts.
    """
    texts = _texts(given, always=kept is not None)
    if texts is None:
        return given
    name = hashlib.sha256(str(given.resolve()).encode()).hexdigest()[:12]
    if kept is not None:
        name += "-" + hashlib.sha256("\0".join(sorted(kept)).encode()).hexdigest()[:8]
        texts = (text for text in texts if text.id in kept)
    made = cache / f"{given.name.partition('.')[0]}-{name}.jsonl"
    lines = "".join(_line(text) for text in _once(texts, given))
    _write(made, lines)
    return made


def _texts(given: Path, *, always: bool) -> Iterator[CollectionText] | None:
    """The texts to be rewritten; none where the assistant reads the path by itself."""
    if given.is_dir():
        return collection_texts(given / CORPUS) if is_beir(given) else None
    if given.suffix == SUFFIX:
        return squad_texts(given)
    if given.name.endswith(_PACKED):
        return collection_texts(given)
    if given.suffix == _OURS and (always or not _is_ours(given)):
        return collection_texts(given)
    return None


def _is_ours(path: Path) -> bool:
    """Whether the first line has the id that our own corpora have, or no id that anyone has."""
    for _, line in islice(numbered_lines(path), 1):
        try:
            row = json.loads(line)
        except ValueError:
            return True
        return not isinstance(row, dict) or "id" in row or not {"_id", "docid"} & set(row)
    return True


def _once(texts: Iterator[CollectionText], given: Path) -> Iterator[CollectionText]:
    seen: dict[str, CollectionText] = {}
    for text in texts:
        before = seen.setdefault(text.id, text)
        if before is text:
            yield text
        elif before.text != text.text:
            raise GoldError(
                f"编号“{text.id}”有两段不同的文字：{before.place} 和 {text.place}。每段文字须有自己的编号。",
                f'The id "{text.id}" has two different texts: {before.place} and {text.place}. '
                "Give each text its own id.",
            )
    if not seen:
        raise GoldError(f"{given} 里没有要收录的文字。", f"{given} holds no text to take in.")


def _line(text: CollectionText) -> str:
    row = {"id": text.id, "title": text.title, "text": text.text}
    return json.dumps(row, ensure_ascii=False) + "\n"


def _write(made: Path, lines: str) -> None:
    try:
        made.parent.mkdir(parents=True, exist_ok=True)
        made.write_text(lines, encoding="utf-8")
    except OSError as error:
        raise SettingsError(
            f"写不了 {made}：{error.strerror}。请用 --store 换一个可写的位置。",
            f"Can't write {made}: {error.strerror}. Choose a writable place with --store.",
        ) from error
