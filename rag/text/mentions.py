"""Where a Chinese text names places of the gazetteer, by their full names or without 县, 市 and the like.

A short name is a place's only on evidence, for many are everyday words (和平, 大方) or parts of other names:
the text has the full name as well; or it stands right behind the place it lies in (山西昔阳) or beside another
place (寿阳、昔阳); or it is a word of the text that nothing but one place is called, and a county's lies in a
province of which the text names another county or city in full, if it names any.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import rjieba

from rag.text.gazetteer import gazetteer
from rag.text.patterns import regex

_CHINESE = regex(r"[㐀-鿿]+")
_COUNTY = 3
_JOINED = regex(r"\s*(?:[、和与及]|以及)?\s*")
_NAMED_AFTER = regex(r"[路街镇桥巷]")
_OF_THE_PLACE = regex(r"县(?:[城委长民内域]|政府)|市(?:[委长民区内域]|政府)|[区旗](?:[委长内]|政府)")
_INDEFINITE = frozenset(
    "城区 郊区 矿区 东区 西区 南区 北区 新城区 老城区 新市区 西市区 市中区 上街区 港口区 平安区 新建区 沙市区 "
    "新县 和县 高县 文县 任县 应县 成县 通县 代县 理县 开县".split()
)
"""Names that are as often words for a part of any town: places only behind the name of what they lie in."""
_EVERYDAY = frozenset(
    "万全 万安 万年 三元 三台 上城 上街 下城 东乡 东兴 东城 东山 东平 东方 东海 东湖 东风 中山 中方 丰满 临海 丹凤 乐安 乐平 "
    "二七 二道 云霄 互助 五台 五常 仙桃 会同 元宝 光明 光泽 公安 六合 共和 兴业 兴国 兴城 兴安 兴隆 凌云 凤凰 前进 前锋 北关 "
    "北塔 南关 南城 南山 南岸 南海 南湖 南部 博爱 卧龙 印台 友好 友谊 双城 双峰 双桥 古城 台前 合作 吉利 同仁 同安 同德 同心 "
    "向阳 周至 呼中 和平 和静 和顺 商城 城东 城中 城关 城北 城南 城厢 城口 城西 城阳 复兴 大东 大关 大兴 大化 大名 大城 大安 "
    "大方 大理 大足 大通 天元 天全 天台 天山 天心 天柱 天桥 天水 天河 天涯 太和 太平 奉化 如东 威信 威远 孝义 安宁 安定 安居 "
    "安平 安康 宏伟 定边 宝塔 宝山 富民 富源 富裕 射洪 小店 山丹 山城 工农 市中 市北 市南 常山 平乐 平原 平和 平安 平定 平山 "
    "平川 平房 平江 平湖 平顺 广信 康乐 康平 延长 建华 开化 开封 开平 怀柔 恩平 惠民 振兴 故城 新乐 新会 新兴 新化 新华 新和 "
    "新城 新市 新建 新星 新民 新河 新田 新都 新青 方城 方正 无为 无极 日照 昆玉 明光 朝天 朝阳 木兰 未央 来宾 桃源 桥东 桥西 "
    "梨树 榆树 樟树 武功 比如 民丰 民乐 民勤 民和 民权 水城 永定 永新 永春 江东 江北 江南 江口 江城 江山 江源 沙河 河东 河口 "
    "河曲 河西 河间 泰和 泰山 洞口 洪山 海东 海北 海口 海城 海曙 海棠 海港 海盐 海西 清新 清水 清流 温泉 港北 港南 港口 湖口 "
    "湖滨 满城 滨江 滨海 灯塔 牡丹 玉泉 玉门 甘泉 白云 白杨 白水 白玉 白银 盐湖 盐田 盘山 石城 石林 石柱 石棉 石狮 磐石 社旗 "
    "祥云 福田 秀山 站前 竞秀 紫云 红山 红旗 红星 红桥 老城 芙蓉 花山 花都 莲池 莲花 西乡 西区 西城 西山 西市 西平 西湖 解放 "
    "象山 资源 路北 路南 路桥 运河 进贤 通海 通道 道外 道里 金凤 金华 金安 金山 金水 金沙 金牛 钟山 钟楼 铁东 铁西 铜鼓 银海 "
    "长丰 长乐 长兴 长子 长安 长寿 长清 集安 青山 青田 青龙 静安 静海 顺平 马尾 高台 高密 高平 高明 鸡冠 麒麟 黄山 鼓楼 龙凤 "
    "龙城 龙山 龙潭 龙门".split()
)
"""Short names that are everyday words, parts of any town, or hills and waters."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A place named at `[start, end)`: `name` is its full name as the gazetteer has it.

    `whole` says that the text has it in full; `indefinite` that any town may have one of that name (城区).
    """

    start: int
    end: int
    name: str
    whole: bool
    indefinite: bool = False


def find_mentions(text: str) -> tuple[Mention, ...]:
    """Every mention of a place of the gazetteer in a text, in order; they do not overlap."""
    spans = [span for match in _CHINESE.finditer(text) for span in _spans(match.group(), match.start())]
    full = [text[start:end] for start, end, _ in spans if text[start:end] in gazetteer().full]
    meant = _Meanings(text, spans, full)
    return tuple(meant.mentions())


_Span = tuple[int, int, bool]
"""Start and end of a name, and whether it is a word of the text by itself."""


def _spans(clause: str, offset: int) -> Iterator[_Span]:
    """The longest names at the places of a clause where a word begins, from the left."""
    table = gazetteer()
    begun = [at for at in range(len(clause) - 1) if clause[at : at + 2] in table.forms]
    if not begun:
        return
    words = rjieba.cut(clause)
    bounds = {0, *accumulate(len(word) for word in words)}
    last = 0
    for at in begun:
        if at < last or not (at in bounds or at == last):
            continue
        names = table.beginning(clause[at : at + 2])
        name = next((name for name in names if _stands(clause, at, name, bounds)), None)
        if name is None and at in bounds:
            name = next((name for name in names if _is_cut_wrong(clause, at, name, bounds)), None)
        if name is not None:
            last = at + len(name)
            yield offset + at, offset + last, name in words


def _stands(clause: str, at: int, name: str, bounds: set[int]) -> bool:
    """Whether a name ends where a word does, or has 县委 and the like cut in two, and no street bears it."""
    end = at + len(name)
    if not clause.startswith(name, at):
        return False
    if name in gazetteer().full:
        return end in bounds or bool(_OF_THE_PLACE.match(clause, end - 1))
    return end in bounds and not _NAMED_AFTER.match(clause, end)


def _is_cut_wrong(clause: str, at: int, name: str, bounds: set[int]) -> bool:
    """Whether a name's end is in the middle of another short name: 昔阳新能源 is no 阳新."""
    end, table = at + len(name), gazetteer()
    within = [one for one in range(at + 1, end) if one in bounds]
    return clause.startswith(name, at) and any(
        clause.startswith(other, one) and one + len(other) > end and one + len(other) in bounds
        for one in within
        for other in table.beginning(clause[one : one + 2])
        if other in table.short and not _names_in_full(clause, one)
    )


def _names_in_full(clause: str, at: int) -> bool:
    table = gazetteer()
    return any(
        clause.startswith(one, at) for one in table.beginning(clause[at : at + 2]) if one in table.full
    )


class _Meanings:
    """What the names of one text mean, by those that are sure."""

    def __init__(self, text: str, spans: Sequence[_Span], full: Sequence[str]) -> None:
        self._text, self._spans = text, spans
        self._names = dict.fromkeys(name for name in full if name not in _INDEFINITE)
        self._by_short = {one.short: one.name for name in self._names for one in gazetteer().full[name]}
        divisions = (one for name in self._names for one in gazetteer().full[name] if one.level > 1)
        self._provinces = {one.province for one in divisions}
        self._found: dict[int, Mention] = {}

    def mentions(self) -> list[Mention]:
        """The mentions in order: the sure ones, then what stands behind or beside them."""
        for index in range(len(self._spans)):
            self._find(index, beside=False)
        for order in (range(len(self._spans)), reversed(range(len(self._spans)))):
            for index in order:
                self._find(index, beside=True)
        return [self._found[index] for index in sorted(self._found)]

    def _find(self, index: int, *, beside: bool) -> None:
        start, end, _ = self._spans[index]
        written = self._text[start:end]
        if index in self._found:
            return
        whole = written in gazetteer().full
        if whole and (written not in _INDEFINITE or self._lies_in_the_one_before(index)):
            name: str | None = written
        elif whole:
            name = None
        else:
            name = self._meaning(index, written, beside=beside)
        if name:
            self._found[index] = Mention(start, end, name, whole, name in _INDEFINITE)

    def _meaning(self, index: int, short: str, *, beside: bool) -> str | None:
        if short in self._by_short:
            return self._by_short[short]
        one = gazetteer().resolve(short, self._names)
        if one is None:
            return None
        if self._lies_in_the_one_before(index) or (beside and self._stands_beside(index)):
            return one.name
        near = one.level < _COUNTY or not self._provinces or one.province in self._provinces
        return one.name if near and self._spans[index][2] and short not in _EVERYDAY else None

    def _lies_in_the_one_before(self, index: int) -> bool:
        before = self._found.get(index - 1)
        if before is None or before.end != self._spans[index][0]:
            return False
        written = self._text[slice(*self._spans[index][:2])]
        ones = gazetteer().full.get(written) or gazetteer().short.get(written, ())
        return any(before.name in gazetteer().above(one) for one in ones)

    def _stands_beside(self, index: int) -> bool:
        start, end, _ = self._spans[index]
        before, after = self._found.get(index - 1), self._found.get(index + 1)
        return bool(
            (before and before.end < start and _JOINED.fullmatch(self._text, before.end, start))
            or (after and end < after.start and _JOINED.fullmatch(self._text, end, after.start))
        )
