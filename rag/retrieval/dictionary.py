"""Translations that the documents can contain: CC-CEDICT in both directions, restricted to a vocabulary."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cached_property

from rag.retrieval.cedict import Equivalent, cedict
from rag.retrieval.names import Names
from rag.retrieval.sounds import distances, sounds_of, weight
from rag.text.words import plain_stems

_MOST_FORMS = 8
_LEAST_CENTRAL = 0.3
"""Forms this much less central than the best one are left out: senses far down a list are mostly noise."""
_MOST_GLOSSES = 6
_LEAST_SOUNDS, _WORST_COGNATE, _OTHER_SIZE = 2.5, 0.12, 0.3


class Dictionary:
    """Translations restricted to a vocabulary of search words and character bigrams."""

    def __init__(self, vocabulary: Callable[[], Collection[str]]) -> None:
        self._read_vocabulary = vocabulary

    def translate(self, phrase: Sequence[str]) -> tuple[str, ...]:
        """Chinese words that mean an English phrase, given as stems; the most central first."""
        found = [word for word in cedict().words(phrase) if self.occurs(word.text)]
        long = [word for word in found if len(word.text) > 1]
        return _central(long or found, _MOST_FORMS)

    def translate_cognate(self, word: str) -> tuple[str, ...]:
        """Chinese words for a word of another language that is nearly an English one: "конституция"."""
        heard = sounds_of(word)
        if weight(heard) < _LEAST_SOUNDS:
            return ()
        near = [pair for pair in cedict().beginning_like(heard) if _as_long(pair[1], heard)]
        costs = distances(heard, [sounds for _, sounds in near]).tolist()
        sizes = [max(weight(heard), weight(sounds)) for _, sounds in near]
        ranked = sorted(zip((c / size for c, size in zip(costs, sizes, strict=True)), near, strict=True))
        best = [english for cost, (english, _) in ranked[:1] if cost <= _WORST_COGNATE]
        return self.translate(best) if best else ()

    def english(self, word: str) -> tuple[str, ...]:
        """English words and phrases for a Chinese word: stems of single words, phrases as they are written."""
        found = [
            Equivalent(stems[0] if len(stems) == 1 else gloss.text, gloss.central)
            for gloss in cedict().glosses(word)
            if (stems := plain_stems(gloss.text)) and all(part in self.vocabulary for part in stems)
        ]
        return _central(found, _MOST_GLOSSES)

    def named(self, latin: str) -> tuple[str, ...]:
        """Runs of characters whose pinyin, without tones, is `latin` ("Xiyang" → 昔阳)."""
        return tuple(self.names.by_pinyin(latin)[:_MOST_FORMS])

    def occurs(self, word: str) -> bool:
        """Whether the vocabulary holds a Chinese word, or all of its bigrams."""
        if word in self.vocabulary:
            return True
        return len(word) > 2 and all(word[i : i + 2] in self.vocabulary for i in range(len(word) - 1))

    @cached_property
    def vocabulary(self) -> Collection[str]:
        """The terms of the documents."""
        return self._read_vocabulary()

    @cached_property
    def names(self) -> Names:
        """The names that the documents can hold."""
        return Names(self.vocabulary)


def _central(found: Sequence[Equivalent], most: int) -> tuple[str, ...]:
    best = max((word.central for word in found), default=0.0)
    ranked = sorted(found, key=lambda word: -word.central)
    kept = dict.fromkeys(word.text for word in ranked if word.central >= _LEAST_CENTRAL * best)
    return tuple(kept)[:most]


def _as_long(one: str, other: str) -> bool:
    return abs(weight(one) - weight(other)) <= _OTHER_SIZE * weight(other)
