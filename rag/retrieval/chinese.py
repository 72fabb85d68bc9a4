"""What a Chinese question mentions: places, quoted names, concepts of the table, times, counts, words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import rjieba

from rag.retrieval.cedict import cedict
from rag.retrieval.mention import Mention
from rag.retrieval.misreadings import misread_forms
from rag.retrieval.places import PlaceNames
from rag.seams import Store
from rag.text import stopwords
from rag.text.figures import find_figures, han_integer
from rag.text.gazetteer import gazetteer
from rag.text.patterns import regex
from rag.text.periods import plan_years
from rag.text.words import bigrams, fold, stem, words
from rag.types import Figure

_PART_OF_SPEECH = {
    "n": 1.0,
    "e": 1.0,
    "i": 0.9,
    "l": 0.9,
    "j": 1.0,
    "v": 0.6,
    "a": 0.5,
    "b": 0.7,
    "m": 0.8,
    "t": 0.5,
}
"""How much a word says, by the first letter of jieba's tag; anything else counts `_OTHER`."""
_OTHER = 0.4
_CONCEPT_CARRIES = 1.4
_QUOTED_CARRIES = 2.5
_TIME_CARRIES, _COUNT_CARRIES = 0.5, 0.4
_YEAR = regex(r"(?<!\d)1[0-8]\d{2}\s*年|(?:19|20)\d{2}\s*(?:年度?(?![底末初]))?|(?<!\d)[0-3]\d年")
_TIME = regex(r"年[底末初]|上半年|下半年|[一二三四]季度|全年|\d{1,2}月(?:\d{1,2}日|底|初|末)?|月[底末初]")
_COUNTED = regex(r"(?:[一二两三四五六七八九十百]+|\d+)(?:[大双类级期年句项个件条家]|方面)(?!半)")
_PLAN = regex(r"[“\"]?十[一二三四五六七八九]五[”\"]?(?:规划)?(?:期间|时期|末|收官)?")
_QUOTED = regex(r"[“‘《\"「](?P<quoted>[^”’》\"」]{2,40})[”’》\"」]")
_ASKING = regex(
    r"(?:分别|各自?|一共|总共|大约|大概)?(?:是|为|有|达到?了?|要|完成了?)?(?:多少|多长时间|多[长久大高远快]|什么样|怎么回事|哪?几件事|哪几[项个件条方]面?|什么时候|什么|哪些|哪个|哪家|哪里|哪儿|哪天|哪一?年|谁|怎么样|怎样|怎么|如何|为什么|为何|几何)"
)
_ONE_OF_BOTH, _OF_BOTH = frozenset({"城镇居民", "农村居民"}), "城乡"
"""What is told of town and country side by side ("城乡人均可支配收入分别…") tells of each."""
_AGAINST_LAST = regex(r"(?:跟|和|与|同|较|比)(?:上一?年|去年|前一年)(?:同期)?(?:相比|比较|比)?(?:起来)?")
_ECONOMY, _GDP = regex(r"(?:^|(?<=[\s的年度，、]))经济(?=的?(?:增速|增幅|增长))"), "地区生产总值"
"""How fast "the economy" grew is the growth of the product; 民营经济 and the like are others."""
_HEAD = regex(r"([㐀-鿿]{2,4}?)(?=(?:19|20)\d{2}年)")
_ASKED_OF = regex(r"[省市县区]?(?:的|(?:19|20)\d{2}|[去今前上本]年|[上下]半年|全年|有多少|[和与、])")
"""What stands behind a place that something is asked of, and not behind one that a firm is called by (上海电气)."""
_EVERYWHERE = frozenset({"全国", "中国", "世界", "全球"})
_NUMERAL = regex(r"[一二两三四五六七八九十百]+")
_HAN_RUN = regex(r"[㐀-鿿]+")
_TEN, _PAIR = 10, 2
_MAGNITUDES = (("亿", 1e8), ("万", 1e4))


class ChineseReader:
    """Reads Chinese questions against one store's terms and places; `table` has the forms of concepts by each form."""

    def __init__(self, store: Store, places: PlaceNames, table: Mapping[str, tuple[str, ...]]) -> None:
        self._store = store
        self._places = places
        self._table = table

    def mentions(self, question: str) -> list[Mention]:
        """What the question mentions, places first."""
        rest = _YEAR.sub(" ", fold(question))
        if not plan_years(question):
            found = [Mention(phrase, (phrase,), _QUOTED_CARRIES) for phrase in _QUOTED.findall(rest)]
        else:  # "“十四五”末" is a year
            found, rest = [], _PLAN.sub(" ", rest)
        for place in self._places.named_in(rest):
            found.append(Mention(place, (place,), 1.0, "place"))
            rest = re.sub(rf"{re.escape(place)}(?:[县市区省](?![长委]))?", " ", rest)
        if stranger := self._stranger(fold(question), found):
            found.append(Mention(stranger, (stranger,), 1.0, "place"))
            rest = rest.replace(stranger, " ", 1)
        rest = _ECONOMY.sub(_GDP, _AGAINST_LAST.sub(" ", _QUOTED.sub(" ", rest)))
        rest, concepts = _take_concepts(_ASKING.sub(" ", rest), self._table)
        found.extend(concepts)
        for pattern, carries in ((_TIME, _TIME_CARRIES), (_COUNTED, _COUNT_CARRIES)):
            found.extend(Mention(word, _numeral_forms(word), carries) for word in pattern.findall(rest))
            rest = pattern.sub(" ", rest)
        for figure in find_figures(rest):
            if figure.value >= _TEN and _NUMERAL.match(figure.text):
                found.append(Mention(figure.text, (figure.text, _in_digits(figure)), _COUNT_CARRIES))
                rest = rest.replace(figure.text, " ", 1)
        return [*found, *self._plain_words(rest)]

    def _plain_words(self, rest: str) -> list[Mention]:
        found = []
        for word, tag in rjieba.tag(rest):
            if word in stopwords.ZH or not word.strip() or tag.startswith(("x", "w")):
                continue
            if (len(word) > 1 or tag.startswith("n")) and not self._is_misjoined(word):
                carries = _PART_OF_SPEECH.get(tag[:1], _OTHER)
                found.append(Mention(word, (word if _HAN_RUN.search(word) else stem(word),), carries))
        return found

    def _is_misjoined(self, word: str) -> bool:
        """Whether two characters only look like a word: one is a word of grammar, and neither dictionary nor documents join them."""
        if len(word) != _PAIR or not (stopwords.ZH & set(word)) or cedict().is_word(word):
            return False
        return not any(self._store.document_frequencies((*words(word), *bigrams(word))).values())

    def _stranger(self, question: str, found: Sequence[Mention]) -> str | None:
        """The name a question begins with when no document is about it: 大同, 全国, 东城区, 上海 where only firms are from there.

        What is said of others is then no answer, so it is treated as a place that is asked about.
        """
        if any(term.role == "place" for term in found):
            return None
        if place := _elsewhere(question.strip()):
            return place
        head = _HEAD.match(question.strip())
        if not head or head[1] in stopwords.ZH or head[1] in self._table:
            return None
        if head[1] in _EVERYWHERE:
            return head[1]
        known = self._store.document_frequencies((*words(head[1]), *bigrams(head[1])))
        return None if any(known.values()) or misread_forms([head[1]], self._store, name=True) else head[1]


def _elsewhere(question: str) -> str | None:
    """The province, city or county of the gazetteer that a question begins with, and asks of."""
    names = (name for name in gazetteer().beginning(question[:2]) if question.startswith(name))
    return next((name for name in names if _ASKED_OF.match(question[len(name) :])), None)


def _take_concepts(text: str, table: Mapping[str, tuple[str, ...]]) -> tuple[str, list[Mention]]:
    """The table's concepts in the text, longest first, and the text without them."""
    found = []
    for form in sorted(table, key=len, reverse=True):
        if form in text and len(form) > 1:
            both = (_OF_BOTH,) if _ONE_OF_BOTH.intersection(table[form]) else ()
            found.append(Mention(form, (*table[form], *both), _CONCEPT_CARRIES, "concept"))
            text = text.replace(form, " ")
    return text, found


def _numeral_forms(word: str) -> tuple[str, ...]:
    """A counted word as it is and with its numeral in digits: 五年, 5年."""
    numeral = _NUMERAL.search(word)
    value = han_integer(numeral[0]) if numeral else None
    return (word,) if numeral is None or value is None else (word, word.replace(numeral[0], str(value)))


def _in_digits(figure: Figure) -> str:
    """A figure in Chinese numerals as reports print it: 两千六百万吨 as 2600万吨, 百分之四十二 as 42%."""
    magnitude, size = next(((m, size) for m, size in _MAGNITUDES if figure.value >= size), ("", 1.0))
    return f"{figure.value / size:.10g}{magnitude}{figure.unit}"
