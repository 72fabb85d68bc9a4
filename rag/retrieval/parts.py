"""The questions a Chinese question falls into when it asks the same of several places, years or things.

"岢岚2023年和左权2024年的收入增幅各是多少" asks two things, each with a place and a year of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import rjieba

from rag.text.gazetteer import gazetteer
from rag.text.mentions import find_mentions
from rag.text.patterns import regex
from rag.text.periods import years_named
from rag.text.places import place_names

MOST_PARTS = 8
"""A question that would fall into more is asked as it is: each part costs a search."""
_JOIN = r"\s*(?:和|与|跟|同|及|以及|、|，|,|比|对比|相比|还是)\s*"
_JOIN_WORDS = frozenset({"和", "与", "跟", "同", "及", "以及", "还有", "、", "比", "对比", "相比", "还是"})
_PLAN = r"[“\"]?十[二三四五六]五[”\"]?(?:规划)?(?:期间|时期|收官|期末|末|初)?时?"
_YEAR = rf"(?:(?:(?:19|20)?\d{{2}}\s*年(?:度|末|底)?|{_PLAN})(?:全年|上半年|下半年)?)"
_PLAIN_YEAR = regex(r"(?:19|20)\d{2}年")
_WHOLE = r"(?:全[县市省年])?"
_ROW = regex(rf"{_YEAR}(?:{_JOIN}{_YEAR})+")
_SPAN = regex(r"(?P<first>20\d{2})年?\s*(?:[-—–~～至到])+\s*(?P<last>20\d{2})年?(?![底末初\d])")
_PARALLEL = r"(?:第[一二三]产业|[一二三]产|城镇|农村|城市|乡村|进口|出口|轻工业|重工业|上半年|下半年)"
_PARALLEL_ROW = regex(rf"{_PARALLEL}(?:{_JOIN}{_PARALLEL})+")
_SETS = (
    (regex(r"三(?:次|大)产业|一[、，]?二[、，]?三产业?"), ("第一产业", "第二产业", "第三产业")),
    (regex(r"城乡居民"), ("城镇居民", "农村居民")),
)
"""Words for several things of which a report tells one after another."""
_TWO_FIGURES = regex(
    r"(?P<one>\d[\d.]*[万亿%]?)\s*(?P<unit1>[㐀-鿿]{0,3}?)(?:还是|或者?)(?P<other>\d[\d.]*[万亿%]?)"
)

_EACH = regex(r"各自|各(?:是|为|有|达|占|多少|几)|分别")
_OVER_YEARS = regex(r"各|分别|逐年|每年|历年|合计|总共|一共|总和|加起来|之和|累计|共|变化")
_TOTAL = regex(r"逐年|每年|历年|合计|总共|一共|累计|加起来|的?(?:总和|之和)")
_TOGETHER = r"(?:(?:放在?一起)?(?:相比|比起来|比一比|比较|对比|(?<![占同环])比)(?:一?下)?)"
_WHO = r"(?:哪一?[个边方家种类项年]|哪[县市区省]|何者|谁)[县市区省年]?"
_VERDICT = regex(
    rf"{_TOGETHER}?{_WHO}(?P<said>[^、]*).*$"
    r"|(?:相差|差(?:了|距)?)(?:多少|多大|几).*$"
)
"""What asks which of two is more, or by how much."""
_MORE = regex(
    r"^(?:的|是|要|更|最)*(?P<what>[㐀-鿿A-Za-z0-9]{2,12}?)??(?P<grows>(?:增长?|[涨长升]|发展)得?)?"
    r"(?:更|最|要|比较)*(?:[大高多快长早小低少强好慢短晚]|领先)(?:一?[些点])?[吗呢]?$"
)
_THAN = regex(
    r"^(?P<one>[^，,。]{2,40}?)(?<![占同环])比(?![重例率])(?P<other>[^，,。]{2,40}?)(?<![提增升])(?:要|还|都)?[多少高低大小快慢长短](?:了|出|出了)?(?:多少|几)[^，,。]{0,6}$"
)
_OWNED = regex(r"的(?P<what>[^的]{2,12})$")
_EARLIER = regex(
    r"^(?:(?:去|上|前|往|今|当|同|[一二三五十两几\d]+)年|上一?年|同期|以前|之前|过去|原来|起初|计划|预期|目标|平均|[全该各我本][国省市县])"
)
"""What a thing is compared with that is no other thing: itself at another time, or an average."""
_MOST_IS = regex(
    r"^(?P<rest>.+?)(?:之?[里中间]|当中|的)(?P<what>[^\W里中间的]{2,8}?)[最更][大高多快长早小低少强好慢短]的?(?:一个)?[是为]$"
)
_FIRST = regex(r"^(?:更|最)?[先早晚后](?P<done>[㐀-鿿]{2,12})$")
_WHO_IS_FIRST = regex(r"^(?:更|最)?[先早晚后大高多快小低少慢](?:谁.|一?[些点])?$")
_AIMLESS_LEAD = regex(r"^(?:[计规]划上?|到底|究竟|它们|[两二]者|其中|今年|去年)?$")
_LONGEST_LEAD = 8
_TWO = 2

_BARE_ASK = regex(r"^(?:各自?|分别)?[是为有达]?到?(?:多少|几何|什么)?$")
_ASKS = regex(r"多少|几|哪|什么|啥|何|怎|各|分别")
_OF_EACH = regex(r"(?:(?<=.)的(?P<what>[^的，,]{2,14}?))?(?:各自?(?=[是为有达占多几])|分别).*$")
_AMONG = regex(rf"(?:之?[里中间]|当中|的?{_TOGETHER})$")
_REQUEST = regex(r"^(?:请问?|把|将|拿|比较|对比)(?:一下)?")
_SO_MANY_PLACES = r"(?:这?[两二三四五六七八九几]个?[县市区]|[两二三四五六七八九]地)?"
_WHEN = rf"(?:{_YEAR}|去年|今年|上年|[（(](?:19|20)\d{{2}}年?[)）])+"
_WHICH_PLACE = regex(r"哪(?:一?个|几个|些)?[县市区]")


@dataclass(frozen=True, slots=True)
class _Comparison:
    """A question that compares: `things` names what, with all they share before them; `ask` what of each."""

    things: str
    ask: str


def zh_parts(question: str, places: Sequence[str]) -> tuple[str, ...]:
    """The parts of a Chinese question, up to `MOST_PARTS`; none if it asks one thing. `places` are known names."""
    parts = tuple(dict.fromkeys(_parts(question.strip(), places)))
    return parts if 1 < len(parts) <= MOST_PARTS else ()


def _parts(question: str, places: Sequence[str]) -> tuple[str, ...]:
    question = _as_difference(question)
    if figures := _TWO_FIGURES.search(question):
        return _exchanged(question, figures.span(), (figures["one"], figures["other"]))
    compared = _comparison(question)
    plain = compared.things + compared.ask if compared else question
    if by_place := _by_place(plain, places):
        return by_place
    if len(years_named(plain)) + len(re.findall(_PLAN, plain)) > 1 and (row := _ROW.search(plain)):
        end = row.end() + len((re.match(_TOGETHER, plain[row.end() :]) or [""])[0])
        return _exchanged(plain, (row.start(), end), re.findall(_YEAR, row[0]))
    if _OVER_YEARS.search(question) and (by_span := _by_span(question)):
        return by_span
    if compared is None:
        return ()
    return _by_member(plain) or _by_thing(compared, places) or _by_year(plain)


def _as_difference(question: str) -> str:
    """What is asked by how much one thing exceeds another (甲的产量比乙多多少) as 甲的产量和乙的产量相差多少."""
    than = _THAN.match(question.rstrip("？?。"))
    if not than or _EARLIER.match(than["other"]) or re.fullmatch(_YEAR, than["other"]):
        return question
    other, what = than["other"], _OWNED.search(than["one"])
    if what and "的" not in other and not other.endswith(what["what"]):
        other += what[0]
    return f"{than['one']}和{other}相差多少？"


def _comparison(question: str) -> _Comparison | None:
    """What is compared and what is asked of each; `None` where nothing is."""
    things: list[str] = []
    asks: list[str] = []
    verdicts: list[str] = []
    for clause in filter(None, re.split(r"[，,？?。；;！!]", question)):
        rest, ask = _without_verdict(clause, first=not things)
        if ask is not None:
            verdicts.append(ask)
        if rest and things and _ASKS.search(rest):
            asks.append(_of_one(rest))
        elif rest and not (things and verdicts):  # what stands behind the verdict is no thing compared
            things.append(rest)
    if not verdicts and not _EACH.search(question):
        return None
    named, of_each = _without_ask(_REQUEST.sub("", "，".join(things)))
    others = "".join(f"，{ask}" for ask in asks if not _BARE_ASK.match(ask))
    ask = next(filter(None, verdicts), "") or of_each or others or ("" if _ASKS.search(named) else "是多少")
    return _Comparison(_AMONG.sub("", named), f"{ask}？")


def _without_verdict(clause: str, *, first: bool) -> tuple[str, str | None]:
    """A clause without its verdict, and what that asks of one thing ("" if nothing new); `None` if it has none."""
    found = _VERDICT.search(clause)
    if not found:
        return clause, None
    before, said = clause[: found.start()], found["said"]
    lead = "" if first or len(before) > _LONGEST_LEAD or _AIMLESS_LEAD.match(before) else before
    rest = before if first or len(before) > _LONGEST_LEAD else ""
    if said == "" and (most := _MOST_IS.match(before)):
        return most["rest"], f"的{most['what']}是多少"
    if said is None or _WHO_IS_FIRST.match(said):
        return rest, f"的{lead}是多少" if lead else ""
    if done := _FIRST.match(said):
        return rest, f"什么时候{done['done']}"
    more = _MORE.match(said)
    if not more:
        return clause, None
    what = more["what"] or lead
    return rest, (f"的{what}" if what else "") + ("增长多少" if more["grows"] else "是多少" if what else "")


def _without_ask(things: str) -> tuple[str, str]:
    """The things compared, and what is asked of each in the same clause: "…的增速各是多少" → 的增速是多少."""
    found = _OF_EACH.search(things)
    if not found:
        return things, ""
    asked = _of_one(found[0])
    return things[: found.start()], "" if _BARE_ASK.match(asked) and not found["what"] else asked


def _of_one(ask: str) -> str:
    """An ask of each as it is put of one thing."""
    return re.sub(r"各自?(?=[是为有达占多几])|分别", "", ask)


def _by_place(question: str, places: Sequence[str]) -> tuple[str, ...]:
    if sum(name in question for name in places) < 2:
        return ()
    names = "|".join(map(re.escape, places))
    one = rf"{_YEAR}?\s*(?:{names})(?:县|市|区)?{_WHOLE}\s*{_YEAR}?{_WHOLE}"
    row = re.search(rf"(?P<row>{one}(?:的)?(?:{_JOIN}{one})+){_SO_MANY_PLACES}", question)
    if not row:
        return ()
    parts = _exchanged(question, row.span(), _of_one_year(re.findall(one, row["row"])))
    return tuple(_WHICH_PLACE.sub("", part) for part in parts)


def _of_one_year(items: Sequence[str]) -> list[str]:
    """The year that stands with the last place alone is that of all: "清溪县和白河县2023年"."""
    years = [re.search(_YEAR, item) for item in items]
    if (last := years[-1]) and not any(years[:-1]):
        return [*(f"{item.strip()}{last[0]}" for item in items[:-1]), items[-1]]
    return list(items)


def _exchanged(question: str, span: tuple[int, int], items: Sequence[str]) -> tuple[str, ...]:
    return tuple(question[: span[0]] + item + question[span[1] :] for item in items)


def _by_span(question: str) -> tuple[str, ...]:
    """One question a year of "2021年到2023年", for what is asked of all of them or of their sum."""
    span = _SPAN.search(question)
    if not span:
        return ()
    years = range(int(span["first"]), int(span["last"]) + 1)
    parts = _exchanged(question, span.span(), [f"{year}年" for year in years])
    return tuple(_of_one(_TOTAL.sub("", part)) for part in parts)


def _by_member(question: str) -> tuple[str, ...]:
    """One question for each of things that go by parallel names: "城镇和农村居民", "三次产业"."""
    if row := _PARALLEL_ROW.search(question):
        return _exchanged(question, row.span(), re.findall(_PARALLEL, row[0]))
    for pattern, members in _SETS:
        if named := pattern.search(question):
            return _exchanged(question, named.span(), members)
    return ()


def _by_year(question: str) -> tuple[str, ...]:
    """One question a year where the years stand apart, each without the others."""
    years = list(dict.fromkeys(_PLAIN_YEAR.findall(question)))
    if len(years) < 2:
        return ()
    others = {year: [other for other in years if other != year] for year in years}
    return tuple(re.sub(rf"(?:和|与|比|跟)?(?:{'|'.join(others[year])})", "", question) for year in years)


def _by_thing(compared: _Comparison, places: Sequence[str]) -> tuple[str, ...]:
    """Things side by side; those after the first take over its place and time if they have none."""
    head, _, row = compared.things.rpartition("，")
    things = _side_by_side(row)
    if len(things) < _TWO:
        return ()
    first, *others = things
    place = next((name for name in places if name in head + first), "")
    when = (re.search(_WHEN, first) or [""])[0]
    before = f"{head}，" if head else ""
    named = [first]
    for other in others:
        if _names_place(other, places):
            measured = "" if _without_place(other, places) else _without_place(first, places)
            named.append(other.removesuffix("的") + measured)
        else:
            shared = ("" if place in head else place) + ("" if re.search(_YEAR, other) else when)
            named.append(shared + other)
    return tuple(before + thing + compared.ask for thing in named)


def _names_place(thing: str, places: Sequence[str]) -> bool:
    if any(name in thing for name in (*places, *place_names(thing))) or find_mentions(thing):
        return True
    return re.sub(_WHEN, "", thing).removesuffix("的") in gazetteer().short


def _without_place(thing: str, places: Sequence[str]) -> str:
    """A thing without its place and time: empty where it has no more, and what is asked stands with another."""
    for mention in reversed(find_mentions(thing)):
        thing = thing[: mention.start] + thing[mention.end :]
    names = "|".join(map(re.escape, (*places, *place_names(thing), "$")))
    return re.sub(rf"(?:{names})[县市区]?|{_WHEN}|{_WHOLE}|^[县市区]|的$", "", thing)


def _side_by_side(text: str) -> list[str]:
    """The things a text names one beside the other: two, or all of a row "甲、乙和丙"."""
    things = [""]
    for word in rjieba.cut(text, hmm=False):  # a guessed word may hold the "和" between two names
        if word in _JOIN_WORDS and things[-1]:
            things.append("")
        else:
            things[-1] += word
    things = [thing for thing in things if thing.strip()]
    if len(things) > 2 and "、" not in text:
        rest = text.partition(things[0])[2]
        return [things[0], re.sub(rf"^{_JOIN}", "", rest)]
    return things
