"""What a Chinese question mentions, in the words of documents in other languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from rag.retrieval.cedict import cedict
from rag.retrieval.dictionary import Dictionary
from rag.retrieval.mention import Mention
from rag.retrieval.names import is_transcription
from rag.retrieval.quantities import chinese_quantities
from rag.seams import Store
from rag.text import stopwords
from rag.text.patterns import regex
from rag.text.words import fold, plain_stems

_LEAST_SHARE = 0.02
_COMMONEST = {
    "en": ("the", "of", "and"),
    "es": ("el", "los", "que"),
    "ru": ("и", "на", "что"),
    "de": ("und", "die", "der"),
    "fr": ("les", "des", "est"),
    "vi": ("là", "và", "của"),
    "ar": ("في", "من", "على"),
}
"""Words that a text in the language can hardly do without."""
_HAN_RUN = regex(r"[㐀-鿿]+")
_LONGEST_WORD = 8
_UNTRANSLATED = 0.4
_NAME_CARRIES = 0.8


class Translator:
    """Puts the mentions of Chinese questions into the other languages of one store's documents."""

    def __init__(self, store: Store, dictionary: Dictionary) -> None:
        self._store = store
        self._dictionary = dictionary

    def extended(self, mentions: Sequence[Mention], question: str) -> list[Mention]:
        """The mentions with what they are called in the documents' other languages, and the names among them."""
        if not self.languages:
            return list(mentions)
        names = self._names(question)
        rest = [mention for mention in mentions if not any(mention.text in run for run in names)]
        found = [self._extended(mention) for mention in rest]
        quantities = chinese_quantities(fold(question), self.languages)
        return [
            *found,
            *quantities,
            *(Mention(run, (run, *forms), _NAME_CARRIES) for run, forms in names.items()),
        ]

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The other languages than Chinese in which a share of the passages is."""
        least = _LEAST_SHARE * len(self._store)
        found = []
        for language, commonest in _COMMONEST.items():
            known = self._store.document_frequencies(commonest)
            if all(known[word] > least for word in commonest):
                found.append(language)
        return tuple(found)

    @cached_property
    def _has_chinese(self) -> bool:
        return self._store.document_frequencies(["的"])["的"] > 0

    def _extended(self, mention: Mention) -> Mention:
        forms = [form for text in mention.forms for form in self._foreign(text)]
        if forms:
            return replace(mention, forms=tuple(dict.fromkeys((*mention.forms, *forms))))
        return mention if self._has_chinese else replace(mention, carries=mention.carries * _UNTRANSLATED)

    def _foreign(self, text: str) -> tuple[str, ...]:
        """What a Chinese word is called: by CLDR, the dictionary, or else what its parts are."""
        found = self._of_locale(text)
        if not _HAN_RUN.fullmatch(text):
            return found
        if "en" in self.languages:
            found = (*found, *self._dictionary.english(text))
        if found or len(text) == 1:
            return found
        parts = _parts(text)
        return tuple(form for part in parts if len(part) > 1 for form in self._dictionary.english(part)[:2])

    def _of_locale(self, text: str) -> tuple[str, ...]:
        keys = cedict().keys_of(text, "zh")
        return tuple(
            stems[0] if len(stems) == 1 else name
            for language in self.languages
            for key in keys
            for name in cedict().names_of(key, language)
            if (stems := plain_stems(name))
        )

    def _names(self, question: str) -> dict[str, tuple[str, ...]]:
        """Runs that no dictionary knows and that sound like a word of the documents, with these words."""
        found = {}
        for run in _unknown_runs(fold(question)):
            heard = self._dictionary.names.sounding_like(run)
            if names := tuple(word for word in heard if not cedict().is_phrase((word,))):
                found[run] = names
        return found


def _unknown_runs(question: str) -> list[str]:
    """The runs of transcribing characters that are left when every known word is taken out."""
    runs = [""]
    for clause in _HAN_RUN.findall(question):
        for part in _parts(clause):
            if len(part) == 1 and is_transcription(part * 2) and part not in stopwords.ZH:
                runs[-1] += part
            else:
                runs.append("")
        runs.append("")
    return [run for run in runs if len(run) > 1]


def _parts(text: str) -> list[str]:
    """A text cut into the dictionary's words, the longest first; a character that begins none stands alone."""
    parts = []
    at = 0
    while at < len(text):
        length = next(
            (
                n
                for n in range(min(_LONGEST_WORD, len(text) - at), 1, -1)
                if cedict().is_word(text[at : at + n])
            ),
            1,
        )
        parts.append(text[at : at + length])
        at += length
    return parts
