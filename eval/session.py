"""A session: one corpus and one set of questions, from the files that name them to the report."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress

from eval import bootstrap
from eval.evaluation import Beside, evaluate
from eval.formats import corpus_path, judged_ids, load_questions
from eval.gold import ALL, GoldQuestion
from eval.mutations import Benchmark, mutations_json
from eval.targets import OriginalTexts
from eval.trial import ANSWER_HITS, RANKED_HITS
from rag import __version__
from rag.errors import SettingsError
from rag.resources import default_store_folder
from rag.settings import Settings
from rag.types import Json

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.ingestion import IngestReport

_CORPORA = "corpora"
"""Where corpora are kept that were rewritten from another format, below the folder of the indexes."""
_VECTORS = "plain-vectors"
"""Where the baselines' vectors are kept, below the same folder."""


@dataclass(frozen=True, slots=True)
class Session:
    """What is measured, and how.

    `queries` has the text of what TREC judgements in `gold` are about. Without a `corpus` the questions go to
    what is in `store`, or else to the seeds. `judged_only` leaves out of the corpus what the gold set says
    nothing about, `without` also the texts of these ids. `model` is a folder or hub name for the baselines with another embedding model.
    """

    gold: Path
    corpus: Path | None = None
    queries: Path | None = None
    split: str = ALL
    store: Path | None = None
    retrieval_only: bool = False
    judged_only: bool = False
    baselines: bool = False
    model: str | None = None
    without: frozenset[str] = frozenset()

    def questions(self) -> tuple[GoldQuestion, ...]:
        """The questions. Raises `eval.lines.GoldError` for what can't be read."""
        return load_questions(self.gold, self.split, queries=self.queries, corpus=self.corpus)

    def report(self, questions: tuple[GoldQuestion, ...], settings: Settings) -> Json:
        """Index what is new, put the questions, and give the report as JSON. Raises `WenjuError`."""
        beside = self._beside() if self.baselines else None
        assistant, texts = self.opened(questions, settings)
        return evaluate(
            assistant,
            texts,
            questions,
            corpus=str(self.corpus or self.store or "seeds"),
            config={**self._config(settings), "index": _index(assistant.report, texts)},
            beside=beside,
            retrieval_only=self.retrieval_only,
        )

    def mutations(self, questions: tuple[GoldQuestion, ...], settings: Settings, seed: int) -> Json:
        """Make true claims of the questions wrong and put them to verification; raises `WenjuError`.

        The report's `mutations` is that of `eval.mutations.report`. The questions are asked for the time it takes.
        """
        assistant, texts = self.opened(questions, settings)
        answers = [assistant.ask(question.question, question.history) for question in questions]
        outcomes = list(Benchmark(assistant, texts, seed).outcomes(questions))
        return {
            "config": {**self._config(settings), "index": _index(assistant.report, texts)},
            "corpus": str(self.corpus or self.store or "seeds"),
            "questions": len(questions),
            "mutations": mutations_json(outcomes, seed, [answer.timings_ms["answer"] for answer in answers]),
        }

    def opened(
        self, questions: tuple[GoldQuestion, ...], settings: Settings
    ) -> tuple[Assistant, OriginalTexts]:
        """The assistant over the corpus, with what is new indexed, and its originals. Raises `WenjuError`."""
        assistant = self._open(self._corpus_path(questions), settings)
        same = {one.source: one.same_as for one in assistant.store.sources() if one.same_as}
        return assistant, OriginalTexts(assistant.store, same)

    def _corpus_path(self, questions: Collection[GoldQuestion]) -> Path | None:
        if self.corpus is None:
            return None
        if not self.corpus.exists():
            raise SettingsError(
                f"--corpus：{self.corpus} 不存在。请给出文件夹或 .jsonl、.json 文件。",
                f"--corpus: {self.corpus} does not exist. Give a folder, or a .jsonl or .json file.",
            )
        kept = None
        if self.judged_only or self.without:
            kept = judged_ids(self.gold, self.split, self.queries, questions) - self.without
        return corpus_path(self.corpus, self._folder / _CORPORA, kept)

    @property
    def _folder(self) -> Path:
        return self.store or default_store_folder()

    def _beside(self) -> Beside:
        """What baselines run with; what is missing is told before anything is indexed."""
        from rag.embedding import open_embedder

        if not (find_spec("langchain_community") and find_spec("rank_bm25")):
            raise SettingsError(
                "--baselines 要用 LangChain 的教程流水线，它们没有装全。请运行 pip install 'wenju[baselines]'。",
                "--baselines runs LangChain's tutorial pipelines, which are not all installed. "
                "Run pip install 'wenju[baselines]'.",
            )
        model = open_embedder(self.model) if self.model else None
        return Beside(self._folder / _VECTORS, model)

    def _open(self, corpus: Path | None, settings: Settings) -> Assistant:
        """The assistant over the corpus named, else over what the store named holds, else over the seeds."""
        from rag.assistant import EXTRACTIVE, open_assistant
        from rag.ingestion import Told

        with Progress(console=Console(stderr=True)) as progress:
            task = progress.add_task("indexing", total=None)

            def announce(source: str, number: int, total: int) -> None:
                progress.update(task, description=f"indexing {source}", completed=number, total=total)

            return open_assistant(
                [corpus] if corpus else [],
                self.store,
                EXTRACTIVE if self.retrieval_only else settings.llms[0],
                embedding_model=settings.embedding_model,
                reranker=settings.reranker,
                timeout=settings.llm_timeout,
                window=settings.llm_window,
                told=Told(announce),
            )

    def _config(self, settings: Settings) -> Json:
        return {
            "gold": _shown(self.gold),
            "queries": _shown(self.queries) if self.queries else None,
            "split": self.split,
            "store": str(self.store) if self.store else None,
            "llm": settings.llms[0],
            "reranker": settings.reranker,
            "version": __version__,
            "retrieval_only": self.retrieval_only,
            "judged_only": self.judged_only,
            "baseline_model": self.model,
            "answer_hits": ANSWER_HITS,
            "ranked_hits": RANKED_HITS,
            "resamples": bootstrap.RESAMPLES,
            "confidence": bootstrap.CONFIDENCE,
            "seed": bootstrap.SEED,
        }


def _index(taken_in: IngestReport, texts: OriginalTexts) -> Json:
    """What was indexed for this run, and how long that took."""
    return {
        "documents": len(texts.names),
        "indexed_now": len(taken_in.added) + len(taken_in.updated),
        "seconds": taken_in.seconds,
        "failed": [{"source": one.source, "code": one.code, "reason": one.en} for one in taken_in.failed],
    }


def _shown(path: Path) -> str:
    """A path as a reader elsewhere can make sense of it: from the current folder, where it lies below it."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
