"""Short forms that a text itself defines: "一般公共预算收入（以下简称财政收入）", "gross domestic product (GDP)"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import rjieba

from rag.text.patterns import regex

_HAN = "㐀-鿿"
_OPEN, _CLOSE = r"[（(]\s*", r"\s*[）)]"
_MARK = r"[“”\"'‘’「」『』]?"
_CALLED = r"(?:(?:以下|下文)(?:统一?)?(?:简?称)|[又也]?简称|下称|缩写)(?:为|作|是)?[：:]?"
_LONGEST, _SHORTEST, _LONGEST_SHORT = 24, 2, 10
_SAID = regex(
    rf"(?:{_OPEN}|[，,])(?:{_CALLED}){_MARK}(?P<short>[{_HAN}A-Za-z0-9·]{{2,10}}){_MARK}(?:{_CLOSE}|(?=[，,。；;]))"
)
_BRACKETED = regex(rf"{_OPEN}{_MARK}(?P<short>[{_HAN}]{{2,16}}|[A-Z][A-Z&-]{{1,7}}){_MARK}{_CLOSE}")
_BEFORE = regex(
    rf"(?P<quoted>[“「『《]([^”」』》]{{2,{_LONGEST}}})[”」』》])$|(?P<run>[{_HAN}A-Za-z0-9·]{{2,{_LONGEST}}})$"
)
_HEREINAFTER = regex(
    r"(?:The\s+)?(?P<long>[A-Z][\w'’&-]*(?:\s+(?:of|for|the|and|on|[A-Z][\w'’&-]*)){0,8})\s*[,(]\s*"
    r"(?:hereinafter|hereafter|also)?\s*(?:referred to as|known as|called|abbreviated (?:as|to)|or)\s+(?:the\s+)?"
    r"[“\"'‘]?(?P<short>[A-Z][\w&-]{1,12})[”\"'’]?"
)
_INITIALS = regex(r"(?P<words>(?:[A-Za-z][\w'’-]*\s+){1,8})\(\s*(?P<short>[A-Z][A-Z0-9&-]{1,9})s?\s*\)")
_SMALL_WORDS = frozenset({"of", "the", "and", "for", "in", "on", "to", "a", "an", "&"})
_NAMING = ("n", "v", "a", "b", "j", "l", "i", "s", "m", "z", "g", "eng", "x")
"""Tags of words that names are made of; a particle, a preposition or a pronoun ends one."""
_CLOSED = "”」』》"
_TELLING = 4
"""A shorter Chinese word is too common to stand for the letters behind it ("中心（EMC）")."""
_NOT_IN_NAMES = frozenset({"是", "为", "有", "到", "达", "在", "等"})
_ALL_OF = regex(r"^(?:全[县市省国区年]|[我本][县市省国区年])+")
_NO_NAME = frozenset(
    """
    公司 本公司 集团 条例 办法 规定 意见 方案 通知 细则 法 规划 计划 项目 本项目 协议 合同 甲方 乙方 双方 本院 本县 本市
    我县 我市 全县 全市 委员会 管委会 协会 学会 中心 单位 部门 大会 会议 本次会议 论坛 活动 平台 系统 园区 基地 工程 报告
    本报告 下同 附后 含税
    """.split()
)
"""What a text calls something for its own length alone: every other one calls something else so."""


DEFINES = "（简称）"
"""The term under which the lexical index lists passages that define something; no text has it as a word."""


@dataclass(frozen=True, slots=True)
class Definition:
    """Two forms that a text says are one."""

    long: str
    short: str


def definitions(text: str) -> tuple[Definition, ...]:
    """The definitions of a text, in its order, each once.

    "简称" between two forms is taken at its word. Of brackets alone, the short form's characters must stand in
    the long one in their order (文化旅游（文旅）), or be the initials of its words (after Schwartz & Hearst, "A
    simple algorithm for identifying abbreviation definitions in biomedical text", PSB 2003); Latin letters
    behind Chinese ("地区生产总值（GDP）") need only stand beside a name.
    """
    if not any(sign in text for sign in "（(称") and "called" not in text and "known as" not in text:
        return ()
    return tuple(dict.fromkeys((*_said(text), *_bracketed(text), *_english(text))))


def _said(text: str) -> Iterator[Definition]:
    for found in _SAID.finditer(text):
        named = _name_before(text, found.start())
        quoted = text[found.start() - 1] in _CLOSED
        long = named if quoted else _holding(_run_before(text, found.start()), found["short"]) or named
        if not long.isascii() and _is_pair(long, found["short"]):
            yield Definition(long, found["short"])


def _bracketed(text: str) -> Iterator[Definition]:
    for found in _BRACKETED.finditer(text):
        short, before = found["short"], _run_before(text, found.start())
        if short.isascii():
            long = _name_before(text, found.start(), nouns=True)
            if not long.isascii() and len(long) >= _TELLING and _is_pair(long, short):
                yield Definition(long, short)
        elif (long := _holding(before, short)) and _is_pair(long, short):
            yield Definition(long, short)
        elif (turned := _last_word(before)) and _holding(short, turned) == short and _is_pair(short, turned):
            yield Definition(short, turned)


def _english(text: str) -> Iterator[Definition]:
    for found in _INITIALS.finditer(text):
        if long := _with_initials(found["words"].split(), found["short"]):
            yield Definition(long, found["short"])
    for found in _HEREINAFTER.finditer(text):
        if found["long"].lower() != found["short"].lower():
            yield Definition(found["long"], found["short"])


def _is_pair(long: str, short: str) -> bool:
    return bool(long) and short not in _NO_NAME and long != short and not short.isdigit()


def _run_before(text: str, end: int) -> str:
    """The quoted name, or the run of letters, that ends at a place."""
    found = _BEFORE.search(text, max(0, end - _LONGEST - 2), end)
    if not found:
        return ""
    return found["quoted"][1:-1] if found["quoted"] else found["run"]


def _name_before(text: str, end: int, *, nouns: bool = False) -> str:
    """The name that ends at a place: a quoted one whole, else the last words that names (or nouns) are made of."""
    run = _run_before(text, end)
    if not run or text[end - 1] in _CLOSED:
        return run
    name = ""
    for word, tag in reversed(rjieba.tag(run)):
        if not tag.startswith(_NAMING) or word in _NOT_IN_NAMES or (nouns and tag == "v"):
            break
        name = word + name
    name = _ALL_OF.sub("", name)
    return name if len(name) >= _SHORTEST else ""


def _holding(run: str, short: str) -> str:
    """The shortest end of the run, from a word's beginning on, that has the short form's characters in order."""
    start, words = len(run), rjieba.cut(run)
    for word in reversed(words):
        start -= len(word)
        name = run[start:]
        if name[0] == short[0] and len(name) > len(short) and _in_order(short, name) and short not in name:
            return name
    return ""


def _last_word(run: str) -> str:
    words = rjieba.cut(run)
    word = words[-1] if words else ""
    return word if _SHORTEST <= len(word) <= _LONGEST_SHORT else ""


def _in_order(short: str, name: str) -> bool:
    characters = iter(name)
    return all(character in characters for character in short)


def _with_initials(words: list[str], short: str) -> str:
    """The last words whose initials are the letters of the short form; small words may go without one."""
    letters = [letter for letter in short.lower() if letter.isalpha()]
    at = len(words)
    while letters and at:
        at -= 1
        if words[at][0].lower() == letters[-1]:
            letters.pop()
        elif words[at].lower() not in _SMALL_WORDS:
            return ""
    return "" if letters else " ".join(words[at:])
