"""Claims in English about Chinese text, made of what both sides share: a known indicator, a place, a year, a figure."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pypinyin import lazy_pinyin

from eval.mutations.amounts import Amount, amounts_in, plain
from eval.mutations.changes import Change, Rules, shuffled
from eval.mutations.claims import TrueClaim
from eval.mutations.corpus import Corpus, Sentence, short_name

INDICATORS = {
    "地区生产总值": "GDP", "原煤产量": "raw coal output", "煤炭产量": "coal output", "一般公共预算收入": "general public budget revenue",
    "社会消费品零售总额": "total retail sales of consumer goods", "固定资产投资": "fixed-asset investment",
    "规上工业增加值": "industrial value added above designated size", "第一产业增加值": "primary industry value added",
    "第二产业增加值": "secondary industry value added", "第三产业增加值": "tertiary industry value added",
    "市场主体": "number of market entities", "粮食产量": "grain output", "新能源装机规模": "installed renewable capacity",
    "耕地": "farmland area", "5G基站": "number of new 5G base stations", "煤炭先进产能占比": "share of advanced coal capacity",
}  # fmt: skip
"""Indicators of county reports with the names that statistics yearbooks give them in English."""
_LEVELS = {"县": "County", "市": "City", "区": "District", "旗": "Banner"}
_WORDS = {"money": ("yuan", 1.0), "mass": ("tonnes", 1.0), "power": ("kilowatts", 1e3), "share": ("%", 1.0),
          "people": ("people", 1.0), "households": ("households", 1.0), "land": ("mu", 1.0), "座": ("", 1.0), "个": ("", 1.0)}  # fmt: skip
_LARGE = ((1e9, "billion"), (1e6, "million"))
_OTHER_LARGE = {"billion": "million", "million": "billion"}
_SAID_OF = 8
"""Characters that may stand between an indicator and its figure."""
_SAID = re.compile(r" (?:was|is|grew by) (?=\d)")
_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")
_YEAR = re.compile(r"in (20\d\d)")
_ASKED = re.compile(r"What (?P<verb>is|was) (?P<thing>(?!.* and ).+)\?")
_SEVERAL = frozenset(("compare", "false_premise", "follow_up", "trend"))
"""Kinds of questions whose answer is more than one figure, or that take for true what is not."""
_OPPOSITES = {", up ": ", down ", ", down ": ", up ", " grew by ": " fell by "}
_CHANGE = re.compile(r"^[，,](?:同比)?(?P<way>增长|增加|下降|减少)(?=\d)")
_UP = ("增长", "增加")
_PLANNED = re.compile(r"力争|争取|计划|预计|预期|目标|确保|(?<![主重需])要|将")
"""What is planned is not said in the past tense."""


def english_claims(claim: TrueClaim) -> Iterator[TrueClaim]:
    """A claim with a known indicator, said in English; none where its county is not known."""
    place = claim.sentence.place
    if place is None or (claim.sentence.names_places and claim.place is None):
        return
    for amount in amounts_in(claim.text):
        told = _told(amount)
        before = claim.text[: amount.start]
        indicator = _indicator(before)
        grown = before.endswith(_UP)
        if (
            _PLANNED.search(before)
            or not (told and indicator)
            or (amount.measure == "share") != (grown or "占比" in indicator)
        ):
            continue
        text = f"{english_place(place)}'s {INDICATORS[indicator]} {'grew by' if grown else 'was'} {told}"
        text += f" in {claim.year}" if claim.year else ""
        text += _growth(claim.text[amount.end :])
        yield TrueClaim(claim.question, "english", f"{text}.", claim.sentence, claim.hits, place, claim.year)


def english_answers(claim: TrueClaim) -> Iterator[TrueClaim]:
    """The answer to an English question in the words it was asked in: "The total investment … is 9 billion yuan".

    Only where the question asks for one figure, and the evidence has the one that the gold answers name.
    """
    asked = _ASKED.fullmatch(claim.question.question)
    if claim.question.lang != "en" or asked is None or claim.question.kind in _SEVERAL:
        return
    answers = {"".join(answer.split()) for answer in claim.question.answers}
    for amount in amounts_in(claim.text):
        told = _told(amount)
        if told and claim.text[amount.start : amount.end] in answers:
            thing = asked["thing"][0].upper() + asked["thing"][1:]
            year = _YEAR.search(thing)
            yield replace(
                claim,
                form="english",
                text=f"{thing} {asked['verb']} {told}.",
                place=claim.sentence.place,
                year=int(year[1]) if year else None,
            )


def english_place(name: str) -> str:
    """A Chinese county or city in English: 昔阳县 → Xiyang County."""
    return f"{''.join(lazy_pinyin(short_name(name))).capitalize()} {_LEVELS[name[-1]]}"


def digit(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """One digit of the figure is another."""
    match = _first_figure(claim.text)
    for at in shuffled([i for i, c in enumerate(match[0]) if c.isdigit()], rng):
        for other in shuffled("123456789", rng):
            if other != match[0][at]:
                number = match[0][:at] + other + match[0][at + 1 :]
                yield _put(claim.text, match, number)


def unit(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """Billion for million, or the other way round."""
    for word, other in _OTHER_LARGE.items():
        if f" {word} " in claim.text:
            yield Change(claim.text.replace(f" {word} ", f" {other} "), word, other)


def percent(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """Percentage points for percent."""
    if "%" in claim.text:
        yield Change(claim.text.replace("%", " percentage points", 1), "%", "percentage points")


def county(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """Another county of the corpus."""
    if claim.place is None:
        return
    here = english_place(claim.place)
    for other in shuffled(corpus.places, rng):
        if other[-1] == claim.place[-1] and short_name(other) not in claim.passage.text:
            yield Change(claim.text.replace(here, english_place(other)), here, english_place(other))


def county_figure(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """The figure that another county has for the same indicator, else for anything of the kind."""
    match = _first_figure(claim.text)
    elsewhere = [
        (sentence, amount, told)
        for sentence in shuffled(corpus.sentences, rng)
        if sentence.place not in (None, claim.place) and not sentence.names_places
        for amount in sentence.amounts
        if (told := _told(amount)) and _unit_of(told) == _unit_of(claim.text[match.start() :])
    ]
    indicator = next((zh for zh, en in INDICATORS.items() if f"'s {en} " in claim.text), "")
    elsewhere.sort(key=lambda found: _indicator(found[0].text[: found[1].start]) != indicator)
    for sentence, _, told in elsewhere:
        number = _first_figure(told)[0]
        if number != match[0]:
            change = _put(claim.text, match, number)
            yield Change(change.text, change.was, change.became, sentence.passage)


def year(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """Another year."""
    for match in _YEAR.finditer(claim.text):
        for step in shuffled((-2, -1, 1, 2), rng):
            other = int(match[1]) + step
            if not _tells(corpus.by_source[claim.passage.source], other):
                yield Change(claim.text.replace(match[0], f"in {other}"), match[1], str(other))


def direction(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """Down for up."""
    for word, other in _OPPOSITES.items():
        if word in claim.text:
            yield Change(claim.text.replace(word, other), word.strip(", "), other.strip(", "))


def negation(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """What was is said not to have been."""
    for told, denied in ((" was ", " was not "), (" is ", " is not "), (" grew by ", " did not grow by ")):
        if told in claim.text:
            yield Change(claim.text.replace(told, denied, 1), told.strip(), denied.strip())


ENGLISH_WRONG: Rules = {
    "digit": digit,
    "unit": unit,
    "percent": percent,
    "county_figure": county_figure,
    "year": year,
    "county": county,
    "direction": direction,
    "negation": negation,
}


def _told(amount: Amount) -> str | None:
    """An amount as English says it: 2694.5万吨 → 26.945 million tonnes."""
    if amount.measure not in _WORDS or amount.more:
        return None
    word, factor = _WORDS[amount.measure]
    value = amount.value / factor
    if word == "%":
        return f"{plain(value)}%"
    large = next(((size, name) for size, name in _LARGE if value >= size), None)
    number = f"{plain(value / large[0])} {large[1]}" if large else f"{value:,.10g}"
    return f"{number} {word}".strip()


def _unit_of(told: str) -> str:
    """What follows the number: "million tonnes", "%"."""
    match = _first_figure(told)
    return re.split(r"[,.]? in 20|[,.]? up |[,.]? down |\.$", told[match.end() :])[0].strip()


def _first_figure(text: str) -> re.Match[str]:
    said = _SAID.search(text)
    match = _FIGURE.search(text, said.end() if said else 0)
    assert match is not None
    return match


def _indicator(before: str) -> str | None:
    """The longest known indicator that the figure right behind these words is of."""
    near = [zh for zh in INDICATORS if zh in before and len(before) - before.rfind(zh) - len(zh) <= _SAID_OF]
    return max(near, key=lambda zh: (before.rfind(zh) + len(zh), len(zh)), default=None)


def _growth(after: str) -> str:
    match = _CHANGE.match(after)
    amounts = amounts_in(after[match.end() :]) if match else ()
    if not match or not amounts or amounts[0].start or amounts[0].unit != "%":
        return ""
    return f", {'up' if match['way'] in _UP else 'down'} {amounts[0].number}%"


def _tells(sentences: Iterable[Sentence], year: int) -> bool:
    return any(year in sentence.years for sentence in sentences)


def _put(text: str, match: re.Match[str], number: str) -> Change:
    return Change(text[: match.start()] + number + text[match.end() :], match[0], number)
