"""The names a claim has, and whether they stand where its evidence is: people, bodies, projects, ranks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import rjieba

from rag.answering.fit import ROLES, SURNAMES
from rag.answering.pieces import PREDICATES, apart, places_in
from rag.answering.stretches import Stretch
from rag.text.figures import find_figures, han_integer
from rag.text.language import detect_language
from rag.text.latin_names import latin_names, spelt_in
from rag.text.patterns import regex
from rag.text.period_mentions import period_spans
from rag.text.stopwords import EN, ZH
from rag.text.synonyms import canonical, zh_forms
from rag.text.words import fold

_NAMING_TAGS = ("n", "l", "j", "i", "x")
"""The dictionary's tags of nouns, names, set phrases and abbreviations; verbs and the like may be said otherwise."""
_TELLING_TAGS = ("s", "t", "m", "b", "f")
"""Those of places, times and amounts: no others may stand in a sentence that is told again."""
_GENERIC = frozenset(
    "金额 规模 水平 总量 数额 额度 面积 数量 人数 数目 总数 总值 比例 幅度 指标 成绩 成果 结果 部分 时间 期间 年份 单位 地方 "
    "地区 项目 企业 公司 工程 当地 左右 方面 领域 情况 措施 工作 活动 内容 方式 目标 任务 重点 全部 上述 文件 会议 程度 过程 "
    "阶段 家庭 群众 居民 人员 同期 计划 规划 预期 预计 总额 投资额 总面积 总规模".split()
)
"""Nouns that name nothing in particular."""
_NEARLY_THE_SAME = 0.7
"""A claim that shares so much with one quote is that sentence told again: what differs is put in for something else."""
_QUOTED = regex(r"[“\"「『《‘]([^“”\"「」『』《》‘’\n]{2,30})[”\"」』》’]")
_OFFICE_HOLDER = regex(
    rf"(?P<office>{ROLES})(?:[：:、\s]|是|为|由|叫)*(?P<name>(?:[{SURNAMES}])[㐀-鿿]{{1,2}})"
)
_MEMBERS = regex(r"[、,，+＋·/\s]+")
_CHINESE = regex(r"[㐀-鿿]+")
_FUNCTION = frozenset(
    "的了是在和与及或而且也都就还又才只被把将让向从到对于由其之所者这那该此每有会能要应请曾已未不无非为以因则并等共约近超逾达较比占至"
    "个项件种名位些次年月日号度县市省区乡镇村元亿万千百十吨亩户家座人高低多少大小上下中内外前后里间各均仅更最很再涨跌先后新老全总可但若如虽即"
    "使得增升降减提加起来去出入开完成立建设用作做成说称指明系属含计余余第处条则时期末初底今昨明早晚"
)
"""Single characters that are words of the language, not parts of a name."""
_COMPOUND = 4
"""Characters of a word that is two words: 农民收入."""
_ANY_YEAR = regex(r"[一每全当同半本]年")
_AT_EDGES = regex(
    r"^[由与和在对从把被将向让给能可会要及内再](?=[㐀-鿿])|(?<=[㐀-鿿]{2})(?:面积|总量|数量|规模|金额|人数)$"
)
_ORDINAL = regex(
    r"第(?P<zh>\d+|[一二三四五六七八九十百]+)(?![个次]?五年)"
    r"|\b(?P<en>\d+)(?:st|nd|rd|th)\b(?!\s+(?:[Ff]ive|century|[A-Z][a-z]+ary|of [A-Z]))|\b[Nn]o\. ?(?P<no>\d+)"
)
_ORDINAL_WORDS = {
    name: n for n, name in enumerate("second third fourth fifth sixth seventh eighth ninth tenth".split(), 2)
}
_ORDINAL_WORD = regex(
    rf"\b(?P<word>{'|'.join(_ORDINAL_WORDS)})\b(?!\s+(?:half|quarter|industry|sector))", re.IGNORECASE
)
_CAPITAL = regex(r"(?<=[a-z,;] )[A-Z][a-z]{2,}")
_MOST = regex(r"最[大高多长早快好强优新重先]|\b(?:largest|highest|biggest|longest|earliest|greatest|best)\b")
_FIRST = regex(r"首[位个家次批套例座届]|位居第一|第一")


def strange_names(text: str, stretches: tuple[Stretch, ...]) -> tuple[str, ...]:
    """The names and nouns of a claim that stand neither in its quotes nor in what they stand under.

    Its opening may name what stands right before the quotes: a subject that they leave out. Of a claim that is
    told more freely, all of it may.
    """
    near = "\n".join(stretch.near for stretch in stretches)
    if any(stretch.language == "zh" for stretch in stretches):
        foreign = tuple(name for name in latin_names(text) if not spelt_in(name, near))
    else:
        foreign = tuple(name for name in _capitalised(text) if fold(name) not in near)
    if all(stretch.language != detect_language(text) for stretch in stretches):
        return foreign
    for stretch in stretches:
        text = apart(text, stretch.place)
    strange = tuple(_strange(text, stretches, near))
    if strange and not any(_strange(canonical(text), stretches, near)):
        strange = ()
    return (*foreign, *strange, *_misplaced(fold(text), near))


def _misplaced(text: str, near: str) -> Iterator[str]:
    """People whom a claim gives an office that its evidence gives somebody else."""
    for match in _OFFICE_HOLDER.finditer(text):
        office, rest = match["office"], match["name"]
        name = next((rest[:size] for size in (3, 2) if rest[:size] in near), None)
        if name and not re.search(
            rf"{office}[：:、\s是为由叫]*{name}|{name}[^，,。；]{{0,10}}{office}", near
        ):
            yield f"{office}{name}"


def _strange(text: str, stretches: tuple[Stretch, ...], near: str) -> Iterator[str]:
    tokens, others = _tokens(text)
    within = "\n".join(stretch.within for stretch in stretches)
    held = [_stands(token, within) for token in tokens]
    retold = sum(held) >= _NEARLY_THE_SAME * len(tokens)
    first = held.index(True) if True in held else len(tokens)
    for at, (token, stands) in enumerate(zip(tokens, held, strict=True)):
        if not stands and ((retold and at > first) or not _stands(token, near)):
            yield token
    if retold:
        yield from (word for word in others if not _stands(word, near))


def _stands(token: str, text: str) -> bool:
    """Whether a text has a name, or what is left of it without a preposition or an 面积 that was taken for its part."""
    token = token.replace("著", "着")
    bare = _AT_EDGES.sub("", token)
    forms = (token, canonical(token), bare, *zh_forms().get(token, ()))
    if any(form in text for form in forms if form):
        return True
    return len(token) == _COMPOUND and _stands(token[:2], text) and _stands(token[2:], text)


def _capitalised(text: str) -> Iterator[str]:
    """The capitalised words of a text that don't begin a sentence."""
    for match in _CAPITAL.finditer(text):
        if match[0].lower() not in EN:
            yield match[0]


def strange_ordinals(text: str, stretches: tuple[Stretch, ...]) -> frozenset[int]:
    """The ranks and numbers of order that a claim has and its evidence has not."""
    near = "\n".join(stretch.near for stretch in stretches)
    if _MOST.search(text) and not (_MOST.search(near) or _FIRST.search(near)):
        return frozenset({1})
    return _ordinals(canonical(text)) - _ordinals(near)


@lru_cache(maxsize=4096)
def _ordinals(text: str) -> frozenset[int]:
    found = {1} if _FIRST.search(text) else set()
    for match in _ORDINAL.finditer(text):
        numeral = match["zh"] or match["en"] or match["no"]
        number = int(numeral) if numeral.isdigit() else han_integer(numeral)
        if number is not None:
            found.add(number)
    found.update(_ORDINAL_WORDS[match["word"].lower()] for match in _ORDINAL_WORD.finditer(text))
    return frozenset(found)


@lru_cache(maxsize=4096)
def _tokens(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a Chinese text names, in order: quoted strings, nouns, and characters that are in no word.

    Then its other words of place, time and amount.
    """
    folded = fold(text)
    quoted = [
        (match.start(), part)
        for match in _QUOTED.finditer(folded)
        for part in _MEMBERS.split(match[1])
        if _CHINESE.search(part)
    ]
    places = [(at, name) for name, at in places_in(folded) if not name.isascii()]
    plain = _without_told(folded)
    words = [(run.start() + at, token) for run in _CHINESE.finditer(plain) for at, token in _of_run(run[0])]
    others = (
        word for run in _CHINESE.findall(plain) for word, tag in rjieba.tag(run) if _is_telling(word, tag)
    )
    return tuple(token for _, token in sorted({*quoted, *places, *words})), tuple(others)


def _is_telling(word: str, tag: str) -> bool:
    return (
        len(word) > 1
        and tag.startswith(_TELLING_TAGS)
        and not _ANY_YEAR.fullmatch(word)
        and not _names_nothing(word, tag)
    )


def _without_told(text: str) -> str:
    """The text with blanks for its figures and times, so that what is left keeps its place."""
    spans = [(one.start, one.end) for one in find_figures(text)]
    spans += period_spans(text)
    characters = list(text)
    for start, end in spans:
        characters[start:end] = " " * (end - start)
    return "".join(characters)


def _of_run(run: str) -> Iterator[tuple[int, str]]:
    """Nouns of a run of characters, and its characters that are no words: two by two where they may be a name."""
    tagged = [("", ""), *rjieba.tag(run), ("", "")]
    at = 0
    for (before, _), (word, tag), (following, _) in zip(tagged, tagged[1:], tagged[2:], strict=False):
        if not word:
            continue
        if len(word) > 1:
            if tag.startswith(_NAMING_TAGS) and not _names_nothing(word, tag):
                yield at, word
        elif len(run) > 1 and _is_part_of_name(word):
            # A character between words is looked for alone, but not a surname: it goes with what may be the name.
            beside = any(len(one) == 1 and _is_part_of_name(one) for one in (before, following))
            alone = word not in SURNAMES and not beside
            pair = run[at : at + 2] if at + 1 < len(run) else run[at - 1 : at + 1]
            yield at, word if alone else pair
        at += len(word)


def _names_nothing(word: str, tag: str) -> bool:
    person = tag.startswith("nr") and word[0] != word[-1]
    glued = not person and all(character in _FUNCTION for character in word)
    return glued or word in ZH or word in _GENERIC or word in PREDICATES


def _is_part_of_name(character: str) -> bool:
    return bool(character) and character not in _FUNCTION and character not in ZH
