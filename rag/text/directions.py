"""Up or down, this or its opposite, said or denied: what of a clause turns its meaning round."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.text.patterns import regex

_UP = (
    r"增长(?!极|点)|增加(?!值)|增收|增产|增速|增幅|增至|新增|净增|上升(?!期)|提高|提升(?!行动|工程|年)|上涨|上扬|攀升|跃升|升至|升高|"
    r"回升|增多|扩大|扩容|涨幅|涨|翻番|翻了?[一两]番|"
    r"\b(?:increas\w*|grew|grow\w*|r[io]se|risen|rising|climb\w*|gain\w*|expand\w*|jump\w*|surg\w*|improv\w*|up(?! to)|"
    r"higher|doubled|tripled)\b"
)
_DOWN = (
    r"下降(?!期)|降速|减少|减产|减至|降低|降至|降幅|下滑|下跌|回落|缩减|缩小|萎缩|跌|负增长|"
    r"\b(?:decreas\w*|declin\w*|fell|fall\w*|dropp\w*|drops?|shr[aiu]nk\w*|reduc\w*|contract(?:ed|ion)|down|lower(?:ed)?|cut)\b"
)
_DIRECTION = regex(rf"(?P<down>{_DOWN})|(?P<up>{_UP})", re.IGNORECASE)
_DENIED = regex(
    r"(?:并非|不是|并未|没有|并没有|未|无)(?:[是出现]|呈现?)?[㐀-鿿]{0,3}?$"
    r"|(?:\bnot|n't|\bno|\brather than|\binstead of)\s+(?:a |an )?(?:\w+ )?$"
)
_MINUS = regex(r"(?:^|[长幅速率为是达到增降了：:(（\s])[-－−]$")

OPPOSITES: tuple[tuple[str, str], ...] = (
    (r"高于|高出|多于|领先", r"低于|少于|落后"),
    (r"延长", r"缩短"),
    (r"扩大", r"缩小|收窄"),
    (
        r"最[大高多长早快强优好新]|largest|highest|biggest|most|longest|earliest|newest",
        r"最[小低少短晚慢弱差旧]|smallest|lowest|fewest|least|shortest|latest",
    ),
    (r"加快|加速|提速|accelerat\w*", r"放缓|减速|减慢|slow\w*"),
    (r"加强|增强|强化|strengthen\w*", r"削弱|减弱|弱化|weaken\w*"),
    (r"回暖|转暖|升温", r"转冷|降温|遇冷"),
    (r"(?<!跌)突破", r"跌破"),
    (r"改善|优化|向好", r"恶化|变差|转差"),
    (r"顺差|surplus", r"逆差|赤字|deficit"),
    (r"盈利|profit\w*", r"亏损|loss(?:es)?"),
    (r"总投资|投资总额|计划投资", r"完成投资|实际投资|实际完成|到位资金|资金到位"),
    (r"超额完成", r"未完成|未能完成|没有完成|欠"),
    (r"环比|month[- ]on[- ]month|quarter[- ]on[- ]quarter", r"同比|year[- ]on[- ]year"),
    (
        r"启动|开工|投产|开业|开放|复工|start\w*|open(?:ed|s)?",
        r"停止|停工|停产|关闭|停业|取消|clos(?:ed|es|ure)|halt\w*|cancel\w*|suspend\w*",
    ),
    (r"支持|赞成|同意|support\w*", r"反对|否决|拒绝|oppos\w*|reject\w*"),
    (r"流入|inflow\w*", r"流出|outflow\w*"),
    (r"之前|以前|\bbefore\b", r"之后|以后|\bafter\b"),
    (r"[年月]初|期初", r"[年月][底末]|期末"),
    (r"优于|好于|better than", r"差于|劣于|worse than"),
)  # fmt: skip
"""Words of which one turns the other round; both columns as regular expressions, Chinese and English."""

_KINDS = ((r"进口|import\w*", r"出口|export\w*"), (r"城镇|城市|urban", r"农村|乡村|rural"))
"""Kinds of a thing that a sentence may well name both of, to compare them."""
_SIDES = tuple((regex(a, re.IGNORECASE), regex(b, re.IGNORECASE)) for a, b in (*OPPOSITES, *_KINDS))
_NEGATION = regex(
    r"没有|没(?!收)|并非|绝非|(?:不|并不)是(?!很|太)|"
    r"不(?![断仅但少过只同久料管论锈动乏懈止光失足到低超多等负辜可或容忘图虚骛折一均平稳畏怕便妨禁惜]|遗余力|得不|完全统计|良|起眼)|"
    r"未(?![来央婚雨]|成年)|"
    r"无(?![人锡线偿障烟缝忧害论疑限数公极为独菌机源废土纺碍愧])|"
    r"非(?![常煤遗物公农洲凡营金法典工标税国贫粮化])|难以|尚待|否认|禁止|"
    r"\b(?:not|no|never|none|neither|nor|without|fail(?:ed|s)?|cannot)\b|n't\b",
    re.IGNORECASE,
)
_ANSWERS = regex(
    r"^\s*(?:是的?|对的?|没错|不是的?|不对|不|否|并非如此|并不是|yes|no|correct|incorrect|right|wrong)\s*[，,。.：:；;！!]\s*",
    re.IGNORECASE,
)
_REACH = 12


@dataclass(frozen=True, slots=True)
class Turn:
    """A word of direction at `[start, end)`: `sign` is 1 for up and -1 for down, a denial taken in."""

    start: int
    end: int
    sign: int


@lru_cache(maxsize=8192)
def turns(text: str) -> tuple[Turn, ...]:
    """The words of direction of a text, in order; "并非下降" goes up."""
    found = []
    for match in _DIRECTION.finditer(text):
        sign = 1 if match["up"] else -1
        if _DENIED.search(text[max(0, match.start() - _REACH) : match.start()]):
            sign = -sign
        found.append(Turn(*match.span(), sign))
    return tuple(found)


def sign_at(text: str, start: int, end: int) -> int:
    """Which way the figure at `[start, end)` of a clause goes: 1 up, -1 down, 0 where nothing says so."""
    before = [turn for turn in turns(text) if turn.end <= start]
    after = [turn for turn in turns(text) if turn.start >= end]
    near = before[-1:] or after[:1]
    sign = near[0].sign if near else 0
    return -(sign or 1) if _MINUS.search(text[:start]) else sign


@lru_cache(maxsize=8192)
def is_denied(text: str) -> bool:
    """Whether a clause says that something is not so; denials of a direction are told by `turns`."""
    return len(_NEGATION.findall(_without_denied_turns(text))) % 2 == 1


def opposed(text: str, other: str) -> bool:
    """Whether one text has a word that the other lacks, and the other its opposite."""
    for number, (ours, theirs) in enumerate(zip(_sides_in(text), _sides_in(other), strict=True)):
        if all(ours) and number >= len(OPPOSITES):
            continue
        if (ours[0] and theirs[1] and not theirs[0]) or (ours[1] and theirs[0] and not theirs[1]):
            return True
    return False


@lru_cache(maxsize=8192)
def _sides_in(text: str) -> tuple[tuple[bool, bool], ...]:
    return tuple((bool(a.search(text)), bool(b.search(text))) for a, b in _SIDES)


def without_answer(text: str) -> str:
    """The text without the yes or no it begins with: that answers the question, it says nothing of its own."""
    return _ANSWERS.sub("", text, count=1)


def _without_denied_turns(text: str) -> str:
    kept, at = [], 0
    for match in _DIRECTION.finditer(text):
        denied = _DENIED.search(text[at : match.start()])
        if denied:
            kept.append(text[at : at + denied.start()])
            at = match.end()
    return "".join([*kept, text[at:]])
