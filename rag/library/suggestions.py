"""Questions to begin with: made from the documents, and each asked before it is offered."""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice, zip_longest
from typing import TYPE_CHECKING

from rag.errors import WenjuError
from rag.ingestion import owner_of_source
from rag.library.candidates import Candidate, candidates
from rag.library.library import Library
from rag.types import Answer, SourceRecord

if TYPE_CHECKING:
    from rag.assistant import Assistant

_LOG = logging.getLogger(__name__)
OFFERED = 4
"""Questions that are offered at once."""
_RULES = 1
"""A change of how questions are made adds one."""
_DOCUMENTS = 4
_OF_EACH = 2
_TRIED = 10
_PASSAGES = 60
"""How much of a document is looked at, and how many questions are asked of it."""


class Suggestions:
    """Made in a thread of their own when somebody first wants them, and kept in the ledger from then on."""

    def __init__(self, library: Library, assistant: Assistant) -> None:
        self._library = library
        self._assistant = assistant
        self._lock = threading.Lock()
        self._at_work = False

    def for_reader(self, owner: str, language: str) -> tuple[tuple[str, ...], bool]:
        """Questions about documents this reader sees, in this language where there are any; whether more are being made."""
        chosen = _spread(self._library.records(owner), self._library.ledger.read_at())
        known = self._library.ledger.suggestions()
        missing = [one for one in chosen if known.get(one.source, ("",))[0] != _made_from(one)]
        lists = [known[one.source][1] for one in chosen if one not in missing]
        lists.sort(key=lambda questions: not questions.get(language))
        spoken = [
            questions.get(language) or questions.get("zh") or questions.get("en") or [] for questions in lists
        ]
        offered = dict.fromkeys(one for row in zip_longest(*spoken) for one in row if one)
        return tuple(islice(offered, OFFERED)), bool(missing) and self._begin(missing)

    def _begin(self, records: Sequence[SourceRecord]) -> bool:
        with self._lock:
            if not self._at_work:
                self._at_work = True
                threading.Thread(
                    target=self._make, args=(records,), name="wenju-suggestions", daemon=True
                ).start()
        return True

    def _make(self, records: Sequence[SourceRecord]) -> None:
        try:
            for record in records:
                self._library.ledger.suggest(record.source, _made_from(record), self._answered(record))
        except WenjuError as error:  # they are a help, no more: without them there is a hint
            _LOG.warning("%s", error)
        finally:
            self._at_work = False

    def _answered(self, record: SourceRecord) -> dict[str, list[str]]:
        """Questions that a document answers, by language."""
        found: dict[str, list[str]] = {"zh": [], "en": []}
        about: dict[str, set[str]] = {"zh": set(), "en": set()}
        store, sources = self._assistant.store, self._library.sources(owner_of_source(record.source))
        passages = islice((stored.passage for stored in store.passages_of(record.source)), _PASSAGES)
        asked = _distinct(one for passage in passages for one in candidates(passage))
        for one in islice(asked, _TRIED):
            for language, question in (("zh", one.zh), ("en", one.en)):
                wanted = question and len(found[language]) < _OF_EACH and one.about not in about[language]
                if wanted and self._is_answered(question, one.figure, record, sources):
                    found[language].append(question)
                    about[language].add(one.about)
            if all(len(questions) == _OF_EACH for questions in found.values()):
                break
        return found

    def _is_answered(
        self, question: str, figure: str, record: SourceRecord, sources: Collection[str] | None
    ) -> bool:
        """Whether those who see the document get this figure from it, without a language model."""
        *_, answer = self._assistant.stream(question, sources=sources, extractive=True)
        assert isinstance(answer, Answer)
        cited = any(one.source == record.source and figure in one.quote for one in answer.citations)
        return not answer.refused and figure in answer.text and cited


def _made_from(record: SourceRecord) -> str:
    """What questions depend on: the document's content, and the rules they are made by."""
    return f"{record.sha256} {_RULES}"


def _distinct(all_of_them: Iterable[Candidate]) -> Iterator[Candidate]:
    seen = set()
    for one in all_of_them:
        if (one.zh, one.en) not in seen:
            seen.add((one.zh, one.en))
            yield one


def _spread(records: Sequence[SourceRecord], read_at: dict[str, float]) -> list[SourceRecord]:
    """A few documents, of different places as far as there are, the reader's own and the latest read first."""
    own = [record for record in records if record.same_as is None]
    own.sort(key=lambda one: (not owner_of_source(one.source), -read_at.get(one.source, 0.0), one.source))
    places: set[str | None] = set()
    first: list[SourceRecord] = []
    later: list[SourceRecord] = []
    for record in own:
        (later if record.metadata.place in places else first).append(record)
        places.add(record.metadata.place)
    return [*first, *later][:_DOCUMENTS]
