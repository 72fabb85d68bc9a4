"""Claims said otherwise, and still right."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterator
from functools import cache

import cn2an
from opencc import OpenCC

from eval.mutations.amounts import MAGNITUDES, UNITS, Amount, amounts_in, plain
from eval.mutations.changes import Change, Rules, shuffled
from eval.mutations.claims import TrueClaim
from eval.mutations.corpus import Corpus

_SMALLER = {"万亿": "亿", "亿": "万", "万": "", "百万": "", "千万": "", "千": ""}
_CONVERTED = {
    "公斤": ("吨",), "亩": ("公顷",), "千瓦": ("兆瓦",), "公里": ("米",), "吨": ("公斤",), "公顷": ("亩",), "兆瓦": ("千瓦",),
}  # fmt: skip
_MOST_DIGITS = 9
_THOUSAND = 1000
_FULL_WIDTH = str.maketrans("0123456789.%", "０１２３４５６７８９．％")
_LEAST_DIGITS = 3
"""A figure of fewer digits is not rounded: 约 says too little of it."""
_KEPT_DIGITS = 2
_CLOSE = 0.03
"""How far off, as a share, a rounded figure may be that is still told with 约."""
_VERBS = ("达到", "达", "完成", "实现")
_SYNONYMS = {
    "地区生产总值": "GDP", "GDP": "地区生产总值", "规上工业": "规模以上工业", "规模以上工业": "规上工业", "同比增长": "比上年同期增长",
    "社会消费品零售总额": "社零总额", "召开": "举行", "荣登": "登上",
}  # fmt: skip
_PLANNED = re.compile(r"力争|[要将拟可]|预计|计划|目标")
_OPENING_YEAR = re.compile(r"^(20\d{2}年|去年|今年)[，,]?")
_LIST = re.compile(r"[㐀-鿿“”]+(?:、[㐀-鿿“”]{2,8}){2,}(?=、)")
_RESPECTIVELY = re.compile(r"分别|依次|各[^地县市]|先后|[第前后]|[一二三四五六七八九]是")
_PARTS = re.compile(r"[；;]")
_SUBJECTLESS = re.compile(r"^(?:同比|增长|下降|其中|占|较|比|也|还|并|该|这)")


def converted(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """The same figure in another magnitude or unit: 2694.5万吨 → 26945000吨, 252万千瓦 → 2520兆瓦."""
    for amount in shuffled(amounts_in(claim.text), rng):
        for other in shuffled(_equals(amount), rng):
            yield _put(claim, amount, other)


def thousands(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """Thousands separated by commas: 5000人 → 5,000人."""
    for amount in shuffled(amounts_in(claim.text), rng):
        whole = float(amount.number.replace(",", "")) * MAGNITUDES.get(amount.magnitude, 1)
        if whole >= _THOUSAND and whole == int(whole) and whole < 10**_MOST_DIGITS and not amount.more:
            yield _put(claim, amount, f"{int(whole):,}{amount.unit}")


def han_numeral(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """The figure in Chinese numerals: 42% → 百分之四十二, 100亿元 → 一百亿元."""
    for amount in shuffled(amounts_in(claim.text), rng):
        number = amount.number.replace(",", "")
        if amount.more or (amount.magnitude and "." in number):
            continue
        told = cn2an.an2cn(number, "low")
        if amount.unit in ("%", "％"):
            yield _put(claim, amount, f"百分之{told}")
        elif number not in ("1", "2"):
            yield _put(claim, amount, f"{told}{amount.magnitude}{amount.unit}")


def full_width(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """Digits in full width."""
    for amount in shuffled(amounts_in(claim.text), rng):
        yield _put(claim, amount, claim.text[amount.start : amount.end].translate(_FULL_WIDTH))


def rounded(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """The figure rounded, and told to be: 约2700万吨, 近2700万吨, 超过2600万吨."""
    for amount in shuffled(amounts_in(claim.text), rng):
        number = float(amount.number.replace(",", ""))
        before = claim.text[: amount.start]
        if len(re.sub(r"\D", "", amount.number).strip("0")) < _LEAST_DIGITS or amount.more:
            continue
        if re.search(r"[约近超逾过第足]$|以上|左右", before[-2:]):
            continue
        for words, value in shuffled(_near(number), rng):
            yield _put(claim, amount, words + amount.written(number=plain(value)))


def traditional(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """Traditional characters."""
    yield Change(_to_traditional().convert(claim.text), "", "")


def relative_year(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """去年 and 今年 as the year they are in the document, and that year as 去年 or 今年."""
    written = claim.passage.metadata.year
    if written is None:
        return
    for word, year in (("去年", written - 1), ("今年", written), ("明年", written + 1)):
        said = f"{year}年"
        if claim.text.count(word) == 1 and said not in claim.text:
            yield Change(claim.text.replace(word, said), word, said)


def verb(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """Another verb that states a figure: 达 → 为."""
    for amount in shuffled(amounts_in(claim.text), rng):
        before = claim.text[: amount.start]
        found = next((one for one in _VERBS if before.endswith(one)), None)
        if found is None or _PLANNED.search(before):
            continue
        for other in shuffled(("达到", "为", "是"), rng):
            if other != found:
                changed = before[: -len(found)] + other + claim.text[amount.start :]
                yield Change(changed, found, other)


def synonym(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """Another word for the same: 地区生产总值 → GDP, 规上 → 规模以上."""
    for word, other in shuffled(_SYNONYMS.items(), rng):
        if word in claim.text and other not in claim.text:
            yield Change(claim.text.replace(word, other, 1), word, other)


def order(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """The same in another order: the year behind the county, items of a list or parts at a semicolon changed about."""
    opening = _OPENING_YEAR.match(claim.text)
    if opening and claim.place and claim.text.startswith(claim.place, opening.end()):
        rest = claim.text[opening.end() + len(claim.place) :].lstrip("，,")
        yield Change(f"{claim.place}{opening[1]}{rest}", opening[0] + claim.place, claim.place + opening[1])
    for match in () if _RESPECTIVELY.search(claim.text) else _LIST.finditer(claim.text):
        first, one, *_, other = match[0].split("、")
        changed = "、".join([first, other, *match[0].split("、")[2:-1], one])
        yield Change(claim.text.replace(match[0], changed), f"{one}、{other}", f"{other}、{one}")
    parts = _PARTS.split(claim.text.rstrip("。；;"))
    if len(parts) == 2 and not any(_SUBJECTLESS.match(part) for part in parts):
        yield Change("；".join(reversed(parts)), parts[0], parts[1])


def verbatim(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """The claim as it is: its document's own words, or these with their county and year."""
    yield Change(claim.text, "", "")


RIGHT: Rules = {
    "verbatim": verbatim,
    "converted": converted,
    "thousands": thousands,
    "han_numeral": han_numeral,
    "full_width": full_width,
    "rounded": rounded,
    "traditional": traditional,
    "relative_year": relative_year,
    "verb": verb,
    "synonym": synonym,
    "order": order,
}


@cache
def _to_traditional() -> OpenCC:
    return OpenCC("s2tw")


def _equals(amount: Amount) -> Iterator[str]:
    if amount.more:
        return
    value = float(amount.number.replace(",", "")) * MAGNITUDES.get(amount.magnitude, 1.0)
    if amount.magnitude in _SMALLER:
        smaller = _SMALLER[amount.magnitude]
        yield from _whole(value / MAGNITUDES.get(smaller, 1.0), smaller + amount.unit)
    for other in _CONVERTED.get(amount.unit, ()):
        base = amount.value / UNITS[other][1]
        for magnitude in ("亿", "万", ""):
            if base >= MAGNITUDES.get(magnitude, 1.0):
                yield from _whole(base / MAGNITUDES.get(magnitude, 1.0), magnitude + other, decimals=4)
                break


def _whole(value: float, unit: str, decimals: int = 0) -> Iterator[str]:
    """The value with its unit, if it takes no more decimals and digits than people write."""
    told = plain(round(value, decimals))
    if math.isclose(float(told), value, rel_tol=1e-9) and len(told.replace(".", "")) <= _MOST_DIGITS:
        yield told + unit


def _near(number: float) -> Iterator[tuple[str, float]]:
    """Words and rounded values that are true of a number."""
    step = 10 ** (math.floor(math.log10(number)) - _KEPT_DIGITS + 1)
    below, above = math.floor(number / step) * step, math.ceil(number / step) * step
    nearest = below if number - below <= above - number else above
    if abs(nearest - number) <= _CLOSE * number:
        yield "约", nearest
    if 0 < above - number <= _CLOSE * number:
        yield "近", above
    if 0 < number - below <= _CLOSE * number:
        yield "超过", below


def _put(claim: TrueClaim, amount: Amount, other: str) -> Change:
    return Change(amount.put(claim.text, other), claim.text[amount.start : amount.end], other)
