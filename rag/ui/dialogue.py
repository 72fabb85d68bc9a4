"""A conversation with the assistant, as the page shows it: exchanges that grow, and panels of HTML."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, cast

from rag.errors import UnknownSourceError, WenjuError
from rag.types import Answer, SourceRecord
from rag.ui.backends import Backends
from rag.ui.brand import brand_html
from rag.ui.evidence import cited_stretch, hit_stretch, source_html
from rag.ui.exchange import Exchange, Place, cited, fellow_citations, hit_of, turns
from rag.ui.library_panel import LIBRARY_PLACE
from rag.ui.limits import Limits, limited
from rag.ui.page_images import PageImages
from rag.ui.source_text import Stretch
from rag.ui.texts import TEXTS, PageLanguage
from rag.ui.thread import thread_html

if TYPE_CHECKING:
    from collections.abc import Generator

    from rag.assistant import Assistant
    from rag.library import Library

Exchanges = tuple[Exchange, ...]
_LOG = logging.getLogger(__name__)


class Dialogue:
    """What the page asks of the assistant; it keeps nothing of any reader's."""

    def __init__(
        self,
        assistant: Assistant,
        hits: int,
        library: Library,
        backends: Backends,
        images: PageImages | None = None,
    ) -> None:
        self._assistant = assistant
        self._library = library
        self._hits = hits
        self._backends = backends
        self._images = images

    def brand(self, language: PageLanguage) -> str:
        """The head of the page."""
        return brand_html(TEXTS[language])

    def replies(
        self,
        last: Exchange,
        exchanges: Exchanges,
        limits: Limits,
        language: PageLanguage,
        backend: str,
        owner: str,
    ) -> Iterator[Exchanges]:
        """The conversation with a last exchange, again and again as its answer comes.

        It is answered from the documents that `owner` sees, `limits` limit it further; `backend` is who words the
        answer. Whatever goes wrong is told in the exchange. Closing the iterator stops the model.
        """
        yield (*exchanges, last)
        try:
            model = self._backends.model(backend)
            checked: list[tuple[Answer, int]] = []
            pieces = self._assistant.stream(
                last.question,
                turns(exchanges),
                k=self._hits,
                sources=limited(self._library, owner, limits),
                seen=self._library.seen(owner),
                model=model,
                extractive=model is None,
                certain=lambda *so_far: checked.append(so_far),
            )
            # An iterator in name, a generator in fact: closing it is what stops the model.
            with closing(cast("Generator[str | Answer]", pieces)):
                for piece in pieces:
                    last = last.grown(piece)
                    if checked:
                        last = last.certain(*checked.pop())
                    yield (*exchanges, last)
        except WenjuError as error:
            yield (*exchanges, last.failed(error.en if language == "en" else error.zh))
        except Exception:  # noqa: BLE001  the outermost edge: the reader is told, the terminal gets the trace
            _LOG.exception("an answer failed")
            yield (*exchanges, last.failed(TEXTS[language].failed))

    def thread(self, exchanges: Exchanges, language: PageLanguage) -> str:
        """The left side."""
        return thread_html(exchanges, TEXTS[language])

    def evidence(self, place: Place, exchanges: Exchanges, language: PageLanguage, owner: str) -> str:
        """The right side: the source a place means, open there; for the library its place, which is the panel's."""
        citation, hit = cited(place, exchanges), hit_of(place, exchanges)
        source = citation.source if citation else hit.passage.source if hit else place.source
        if not source:
            return LIBRARY_PLACE
        try:
            record = self._library.record(owner, source)
            return self._source(record, place, exchanges, language)
        except UnknownSourceError:
            return f'<p class="note">{TEXTS[language].gone}</p>'

    def _source(
        self, record: SourceRecord, place: Place, exchanges: Exchanges, language: PageLanguage
    ) -> str:
        texts = TEXTS[language]
        original = self._assistant.store.original(record.source)
        citation, hit = cited(place, exchanges), hit_of(place, exchanges)
        stretch: Stretch | None = None
        note = ""
        if citation:
            stretch = cited_stretch(original, citation)
            note = "" if stretch else texts.not_placed
        elif hit:
            stretch, note = hit_stretch(original, hit), texts.close_by
        fellows = fellow_citations(place, exchanges)
        leaves = self._images.leaves(record) if self._images else None
        return source_html(
            record, original, stretch, place, texts, citations=fellows, note=note, leaves=leaves
        )
