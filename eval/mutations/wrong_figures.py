"""Claims made wrong in a figure. Each rule takes care that what it makes is not true by another sentence."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import pairwise

from eval.mutations.amounts import Amount, amounts_in, same_amount, stands_in
from eval.mutations.changes import Change, Rules, shuffled
from eval.mutations.claims import TrueClaim
from eval.mutations.corpus import Corpus, Sentence, bigrams, likeness
from rag.text.places import place_names

_SAME_SUBJECT = 0.5
"""Sentences that share this much of a claim's pairs of characters may be of the same thing."""
_TELLING = 4
"""Characters; fewer do not say what a figure would be wrong of."""
_SAID_OF_ANYTHING = re.compile(
    r"项目|总?投资|总额|完成|达到?|实现|同比|增长|下降|增加|减少|占比?|年产|全[县市年]|去年|今年|目前|累计|20\d\d年|其中"
)
_BEFORE = 14
"""Characters before an amount that are taken for what it is of."""
_OTHER_MAGNITUDES = {"万": ("亿", ""), "亿": ("万",), "": ("万",), "千万": ("千亿",), "百万": ("百亿",)}
_OTHER_UNITS = {
    "吨": ("公斤",), "公斤": ("吨",), "亩": ("公顷",), "公顷": ("亩",), "千瓦": ("兆瓦",), "兆瓦": ("千瓦",),
    "元": ("美元",), "公里": ("米",), "千米": ("米",), "米": ("公里",), "小时": ("分钟",), "分钟": ("小时",),
    "平方米": ("平方公里",), "平方公里": ("平方米",), "倍": ("%",), "户": ("人",),
}  # fmt: skip
_SHARES = {"%": "个百分点", "％": "个百分点", "个百分点": "%"}
_LIKE = 0.25
"""Sentences of one county that share this much with a claim may be of the same thing, whatever their year."""
_NEAREST = 6
"""How many of the likest figures of another county or year one is drawn from."""
_LISTED = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<unit>%|个百分点|[万亿]*[㐀-鿿]?)")
_SIDE_BY_SIDE = re.compile(r"\s*[、和与]\s*")
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?=年)(?!年\s*(?:[-—–~～至到]|\d))")


def digit(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """One digit of one figure is another: 2694.5万吨 → 2674.5万吨."""
    for amount in shuffled(amounts_in(claim.text), rng):
        for at in shuffled([i for i, c in enumerate(amount.number) if c.isdigit()], rng):
            for other in shuffled("0123456789", rng):
                number = amount.number[:at] + other + amount.number[at + 1 :]
                leads = at == 0 and other == "0"
                if other != amount.number[at] and not leads:
                    yield from _put(claim, corpus, amount, amount.written(number=number))


def unit(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """Another magnitude or unit: 万吨 → 亿吨, 亩 → 公顷."""
    for amount in shuffled(amounts_in(claim.text), rng):
        if amount.unit in _SHARES:
            continue
        written = [amount.written(magnitude=other) for other in _OTHER_MAGNITUDES.get(amount.magnitude, ())]
        written += [amount.written(unit=other) for other in _OTHER_UNITS.get(amount.unit, ())]
        for other in shuffled(written, rng):
            yield from _put(claim, corpus, amount, other)


def percent(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """A percentage told as percentage points, or the other way round."""
    for amount in shuffled(amounts_in(claim.text), rng):
        if amount.unit in _SHARES:
            yield from _put(claim, corpus, amount, amount.written(unit=_SHARES[amount.unit]))


def county_figure(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """The figure that another county has, best of all for the same thing; the claim names its county."""
    if claim.place is None:
        return
    elsewhere = [
        (sentence, amount)
        for sentence in corpus.sentences
        if sentence.place not in (None, claim.place) and not place_names(sentence.text)
        for amount in sentence.amounts
    ]
    yield from _another_figure(claim, corpus, elsewhere, rng)


def year_figure(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """The figure of another year in the same county; the claim names its year."""
    if claim.year is None or claim.place is None:
        return
    elsewhere = [
        (sentence, amount)
        for sentence in corpus.sentences
        if sentence.place == claim.place and _of_another_year(sentence, claim)
        for amount in sentence.amounts
    ]
    yield from _another_figure(claim, corpus, elsewhere, rng)


def row(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """The figure that the same passage has for something else."""
    for amount in shuffled(amounts_in(claim.text), rng):
        subject = _subject(claim.text, amount)
        if len(_told_of(claim.text[: amount.start])) < _TELLING:
            continue
        for other in shuffled(amounts_in(claim.passage.text), rng):
            theirs = _subject(claim.passage.text, other)
            if other.measure != amount.measure or same_amount(amount, other) or stands_in(other, claim.text):
                continue
            same_things = _counted(claim.text, amount) & _counted(claim.passage.text, other)
            if likeness(subject, theirs) < _SAME_SUBJECT and not same_things:
                written = claim.passage.text[other.start : other.end]
                yield Change(amount.put(claim.text, written), _words(claim, amount), written)


def respectively(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """Two figures of a list told side by side change places: A、B分别为1、2 → A、B分别为2、1."""
    text = claim.text
    for one, other in shuffled(pairwise(_LISTED.finditer(text)), rng):
        beside = _SIDE_BY_SIDE.fullmatch(text, one.end(), other.start()) and "分别" in text[: one.start()]
        if beside and one["unit"] == other["unit"] and one["number"] != other["number"]:
            swapped = f"{other[0]}{text[one.end() : other.start()]}{one[0]}"
            changed = f"{text[: one.start()]}{swapped}{text[other.end() :]}"
            yield Change(changed, f"{one[0]}、{other[0]}", f"{other[0]}、{one[0]}")


def year(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """The year is another one."""
    source = corpus.by_source[claim.passage.source]
    for match in shuffled(_YEAR.finditer(claim.text), rng):
        told = int(match[1])
        for other in shuffled((told - 2, told - 1, told + 1, told + 2), rng):
            written = claim.text[: match.start()] + str(other) + claim.text[match.end() :]
            if not any(
                other in one.years and likeness(claim.text, one.text) >= _SAME_SUBJECT for one in source
            ):
                yield Change(written, match[1], str(other))


WRONG_FIGURES: Rules = {
    "digit": digit,
    "unit": unit,
    "percent": percent,
    "county_figure": county_figure,
    "year_figure": year_figure,
    "row": row,
    "respectively": respectively,
    "year": year,
}


def _put(claim: TrueClaim, corpus: Corpus, amount: Amount, written: str) -> Iterator[Change]:
    """The claim with a figure that its document has nowhere."""
    changed = amount.put(claim.text, written)
    document = corpus.texts[claim.passage.source]
    told = next((one for one in amounts_in(changed) if one.start == amount.start), None)
    if told is None or not (same_amount(told, amount) or stands_in(told, document)):
        yield Change(changed, _words(claim, amount), written)


def _another_figure(
    claim: TrueClaim, corpus: Corpus, elsewhere: list[tuple[Sentence, Amount]], rng: random.Random
) -> Iterator[Change]:
    document = corpus.texts[claim.passage.source]
    for amount in shuffled(amounts_in(claim.text), rng):
        subject = _subject(claim.text, amount)
        fitting = [
            (sentence, other)
            for sentence, other in shuffled(elsewhere, rng)
            if other.measure == amount.measure
            and not stands_in(other, document)
            and not _true_of_the_claim(claim, sentence)
        ]
        fitting.sort(key=lambda pair: -likeness(subject, _subject(pair[0].text, pair[1])))
        for sentence, other in fitting[:_NEAREST]:
            written = sentence.text[other.start : other.end]
            yield Change(amount.put(claim.text, written), _words(claim, amount), written, sentence.passage)


def _of_another_year(sentence: Sentence, claim: TrueClaim) -> bool:
    """Whether a sentence names other years alone, or is of a document of another year and names none."""
    if sentence.years:
        return claim.year not in sentence.years
    return sentence.passage.metadata.year != claim.passage.metadata.year


def _true_of_the_claim(claim: TrueClaim, sentence: Sentence) -> bool:
    """Whether a sentence may be of the very thing, place and year that the claim names."""
    if sentence.place != claim.place:
        return False
    return claim.year in sentence.years or (
        not sentence.years and likeness(claim.text, sentence.text) >= _LIKE
    )


def _subject(text: str, amount: Amount) -> str:
    """What stands before an amount, back to the mark before it."""
    before = text[max(0, amount.start - _BEFORE) : amount.start]
    return re.split(r"[，。；、：,;:]", before)[-1]


def _told_of(before: str) -> str:
    """What the words before an amount name: their Chinese characters without those that any figure has."""
    return "".join(re.findall("[㐀-鿿]", _SAID_OF_ANYTHING.sub("", before)))


def _counted(text: str, amount: Amount) -> frozenset[str]:
    """What is counted, as far as it stands behind the amount: 32亿只手套."""
    behind = re.match(r"[㐀-鿿]{2,6}", text[amount.end :])
    return bigrams(behind[0]) if behind else frozenset()


def _words(claim: TrueClaim, amount: Amount) -> str:
    return claim.text[amount.start : amount.end]
