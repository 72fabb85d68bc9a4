"""Claims made wrong in a word: the county, a date, the direction, a negation, plan for result, a name."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator

import rjieba

from eval.mutations.changes import Change, Rules, shuffled
from eval.mutations.claims import TrueClaim
from eval.mutations.corpus import Corpus, short_name

_OPPOSITES = {
    "增长": "下降", "下降": "增长", "增加": "减少", "减少": "增加", "提高": "降低", "降低": "提高", "提升": "下降",
    "上升": "下降", "上涨": "下跌", "扩大": "缩小", "缩小": "扩大", "缩短": "延长", "延长": "缩短", "增幅": "降幅",
    "增速": "降速", "高出": "低于", "高于": "低于", "低于": "高于", "超过": "低于", "跃升": "下滑", "加快": "放缓", "新增": "减少",
    "回暖": "转冷", "突破": "跌破", "扩容": "缩减", "增产": "减产", "盈利": "亏损", "上调": "下调", "流入": "流出",
}  # fmt: skip
_NAME_BEHIND = re.compile(r"行动|工程|计划|工作|专项|活动|方案|会|[”\"》]")
"""A direction word before one of these is part of a name (七大提升行动)."""
_DONE = frozenset(
    "完成 达到 实现 建成 投产 开工 召开 入选 荣登 签约 成为 获批 位列 开通 新增 投入 启动 认定 成立 获得 通过 建设 复工 "
    "创建 推进 引进 突破 举办 解决 纳入 跻身 落户 发放 整合 带动 提供 填补 开展 审议 集中 改造 培育 种植 抚育 托管 "
    "形成 打造 覆盖 增长 下降 提高 提升 召集 研究 跃升 扩容 组织 落地 运营".split()
)
_NEGATIONS = ("未", "没有", "并未")
_DENIED = re.compile(r"尚未|并未|没有|未能|不再|并非|未|无需|不")
_UNDENIED = {
    "尚未": "已经",
    "并未": "已",
    "没有": "已",
    "未能": "成功",
    "不再": "仍",
    "并非": "是",
    "未": "已",
    "无需": "须",
}
_LEADS = re.compile(r"(?:已|被|再|又|成功|起步|加快|全面|大力|深入|持续|积极|连年|超额|正在|扎实|同步|集中)$")
"""What stands between a denial and its verb; 已 gives way to it."""
_DAY = re.compile(r"(?<!\d)(?P<month>1[0-2]|[1-9])月(?:(?P<day>3[01]|[12]\d|[1-9])日|(?P<part>底|初|末|前))?")
_HALVES = {
    "上半年": "下半年", "下半年": "上半年", "年初": "年底", "年底": "年初", "年末": "年初", "春节": "国庆",
    "国庆": "春节", "一季度": "三季度", "三季度": "一季度",
}  # fmt: skip
_NOT_VERB_BEFORE = ("的", "中", "期", "后", "累", "率", "面", "")
_PLANNED = re.compile(r"力争|预计|计划|(?<![主重需])要|[将拟可能为以]|推动")
_PLAN = re.compile(r"力争|争取|计划|预计|预期|(?<!即)将")
_CLAUSE_END = re.compile(r"[，。；：]")
_LAST_DAY = 28


def county(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """The county or city is another one of the corpus, at the same level."""
    if claim.place is None:
        return
    here = short_name(claim.place)
    for other in shuffled(corpus.places, rng):
        there = short_name(other)
        if (
            other[-1] != claim.place[-1]
            or there in claim.sentence.text
            or there in claim.text
            or here in there
        ):
            continue
        text = claim.text.replace(claim.place, other).replace(here, there)
        yield Change(text, claim.place, other)


def date(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """The day, the month or the half of the year is another one."""
    around = claim.passage.text
    for match in shuffled(_DAY.finditer(claim.text), rng):
        for other in shuffled(set(_other_dates(match)), rng):
            if not re.search(rf"(?<!\d){other}(?!\d)", around):
                yield Change(_put(claim.text, match.span(), other), match[0], other)
    for word in shuffled([word for word in _HALVES if word in claim.text], rng):
        if _HALVES[word] not in around:
            yield Change(claim.text.replace(word, _HALVES[word]), word, _HALVES[word])


def direction(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """The direction is the other one: 增长 → 下降."""
    for start, end, word in shuffled(_words(claim.text), rng):
        if word in _OPPOSITES and not _in_name(claim.text, start, end):
            yield Change(_put(claim.text, (start, end), _OPPOSITES[word]), word, _OPPOSITES[word])


def negation(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """What was done was not, or what was not done was."""
    denied = [m for m in _DENIED.finditer(claim.text) if m[0] in _UNDENIED]
    if denied:
        match = rng.choice(denied)
        yield Change(_put(claim.text, match.span(), _UNDENIED[match[0]]), match[0], _UNDENIED[match[0]])
        return
    put = rng.choice(_NEGATIONS)
    for start, _, word in _words(claim.text):
        if word in _DONE and _may_be_denied(claim.text, start, word):
            before = _LEADS.search(claim.text[:start])
            at = before.start() if before else start
            kept = "" if before and before[0] == "已" else claim.text[at:start]
            yield Change(claim.text[:at] + put + kept + claim.text[start:], word, put + kept + word)


def plan(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """What is planned is told as done (力争完成 → 已完成), what was done as planned (已完成 → 计划完成)."""
    written = claim.passage.metadata.year
    for start, end, word in shuffled(_words(claim.text), rng):
        if word not in _DONE or _in_name(claim.text, start, end):
            continue
        opening = max((mark.end() for mark in _CLAUSE_END.finditer(claim.text[:start])), default=0)
        before = claim.text[opening:start]
        marks = list(_PLAN.finditer(before))
        rest = _PLAN.sub("", before)
        if len(marks) == 1 and not _PLANNED.search(rest):
            yield Change(
                f"{claim.text[:opening]}{rest}已{claim.text[start:]}", marks[0][0] + word, f"已{word}"
            )
        elif _is_result(before, written) and _may_be_denied(claim.text, start, word):
            kept = before.removesuffix("已")
            yield Change(f"{claim.text[:opening]}{kept}计划{claim.text[start:]}", word, f"计划{word}")


def entity(claim: TrueClaim, corpus: Corpus, rng: random.Random) -> Iterator[Change]:
    """A person, a project, a company, a village is another one of the corpus."""
    for name in shuffled((one for one in corpus.names if one.text in claim.text), rng):
        others = [
            one
            for one in corpus.names
            if one.kind == name.kind and one.text not in claim.text and name.text not in one.text
        ]
        for other in shuffled(others, rng):
            if not _listed_together(claim.sentence.text, name.text, other.text):
                yield Change(claim.text.replace(name.text, other.text), name.text, other.text)


WRONG_WORDS: Rules = {
    "county": county,
    "date": date,
    "direction": direction,
    "negation": negation,
    "plan": plan,
    "entity": entity,
}


def _listed_together(text: str, one: str, other: str) -> bool:
    """Whether a sentence lists both names side by side, so that what holds of one holds of the other."""
    a, b = text.find(one), text.find(other)
    if a < 0 or b < 0:
        return False
    between = text[min(a, b) : max(a, b)]
    return not re.search(r"\d|[；;。]", between)


def _other_dates(match: re.Match[str]) -> Iterable[str]:
    """The date some days on or back, or some months."""
    month, day, part = int(match["month"]), match["day"], match["part"] or ""
    for step in (-3, -2, -1, 1, 2, 3):
        if day and 1 <= int(day) + step <= _LAST_DAY:
            yield f"{month}月{int(day) + step}日"
        if 1 <= month + step <= 12:
            yield f"{month + step}月{day}日" if day else f"{month + step}月{part}"


def _words(text: str) -> list[tuple[int, int, str]]:
    found, at = [], 0
    for word in rjieba.cut(text):
        found.append((at, at + len(word), word))
        at += len(word)
    return found


def _in_name(text: str, start: int, end: int) -> bool:
    """Whether a word stands in the name of an action, or in quotation marks."""
    quoted = any(text.count(a, 0, start) > text.count(b, 0, start) for a, b in ("“”", "《》"))
    return quoted or bool(_NAME_BEHIND.match(text, end) or _NAME_BEHIND.match(text, end + 2))


def _is_result(before: str, written: int | None) -> bool:
    """Whether the words before a verb say that it was done: in a year that is over, or 已."""
    past = before.endswith("已") or "去年" in before
    return past or (written is not None and f"{written - 1}年" in before)


def _may_be_denied(text: str, start: int, word: str) -> bool:
    """Whether a verb tells that something is so: not in a name, not before 的, not what is wished or planned."""
    end = start + len(word)
    clause = re.split(r"[，。；：]", text[:start])[-1]
    told = not _in_name(text, start, end) and text[end : end + 1] not in _NOT_VERB_BEFORE
    return told and not _PLANNED.search(clause)


def _put(text: str, span: tuple[int, int], other: str) -> str:
    return text[: span[0]] + other + text[span[1] :]
