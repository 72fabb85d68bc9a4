"""Translations that the documents can contain: CC-CEDICT in both directions, restricted to a store's terms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rag.retrieval.cedict import Equivalent, cedict
from rag.retrieval.misspellings import one_edit_away
from rag.retrieval.names import Names
from rag.retrieval.sounds import Heard, nearest, sounds_of, weight
from rag.retrieval.terms import Lexicon, Terms
from rag.text.words import plain_stems, stem

_MOST_FORMS = 8
_LEAST_CENTRAL = 0.3
"""Forms this much less central than the best one are left out: senses far down a list are mostly noise."""
_MOST_GLOSSES = 6
_SHORTEST_MISTYPED = 5
_LEAST_SOUNDS, _WORST_COGNATE, _OTHER_SIZE = 2.5, 0.12, 0.3


class Dictionary:
    """Translations restricted to the search words and character bigrams of a store."""

    def __init__(self, store: Lexicon) -> None:
        self.terms = Terms(store)
        self.names = Names(self.terms)

    def translate(self, phrase: Sequence[str]) -> tuple[str, ...]:
        """Chinese words that mean an English phrase, given as stems; the most central first."""
        found = cedict().words(phrase)
        long = [word for word in found if len(word.text) > 1]
        return _central(long, self.terms.occurs, _MOST_FORMS) or _central(
            found, self.terms.occurs, _MOST_FORMS
        )

    def translate_cognate(self, word: str) -> tuple[str, ...]:
        """Chinese words for a word of another language that is nearly an English one: "конституция"."""
        heard = sounds_of(word)
        if weight(heard) < _LEAST_SOUNDS:
            return ()
        near = sorted(set(cedict().spoken_like(heard)))
        known = Heard.of([one.phrase for one in near], [one.sounds for one in near])
        found = nearest(heard, known, _WORST_COGNATE, _OTHER_SIZE)
        return self.translate([min(found)[1]]) if found else ()

    def english(self, word: str) -> tuple[str, ...]:
        """English words and phrases for a Chinese word: stems of single words, phrases as they are written."""
        glosses = ((gloss, plain_stems(gloss.text)) for gloss in cedict().glosses(word))
        found = [
            Equivalent(stems[0] if len(stems) == 1 else gloss.text, gloss.central)
            for gloss, stems in glosses
            if stems and all(part in self.terms for part in stems)
        ]
        return _central(found, lambda _: True, _MOST_GLOSSES)

    def respelt(self, word: str) -> tuple[str, ...]:
        """The one word of the documents or the dictionary that a mistyped English word is one edit away from, as a stem.

        Of the documents' words, those that begin with the same two letters are looked at. A word that the dictionary
        holds is not mistyped, even if the documents lack it.
        """
        if (
            len(word) < _SHORTEST_MISTYPED
            or not (word.isascii() and word.isalpha())
            or cedict().holds(stem(word))
        ):
            return ()
        near = one_edit_away(word)
        found = {stem(one) for one in cedict().spelt(near)}
        stems = {stem(one) for one in near if one[:2] == word[:2]}
        found |= stems & self.terms.beginning(word[:2])
        return tuple(found) if len(found) == 1 else ()

    def named(self, latin: str) -> tuple[str, ...]:
        """Runs of characters whose pinyin, without tones, is `latin` ("Xiyang" → 昔阳)."""
        return tuple(self.names.by_pinyin(latin)[:_MOST_FORMS])


def _central(found: Iterable[Equivalent], occurs: Callable[[str], bool], most: int) -> tuple[str, ...]:
    """Of words, the most central first, those that occur and are not much less central than the first that does."""
    kept: dict[str, None] = {}
    least = 0.0
    for word in found:
        if word.central < least or len(kept) == most:
            break
        if occurs(word.text):
            least = least or _LEAST_CENTRAL * word.central
            kept[word.text] = None
    return tuple(kept)
