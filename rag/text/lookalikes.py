"""Characters that recognition takes for one another, looked for at search time; what is quoted stays as it is.

The groups are everyday characters of nearly the same strokes (形近字), among them those of the place names
and units that reports are full of. A text that was read right is found as before: a misreading is only
looked for where the index holds it and no dictionary knows it as a word of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import rjieba

from rag.text.patterns import regex

_GROUPS = """
人入 八人 己已巳 未末 日曰目 土士 干千于 大太犬 天夭 王玉 戊戌戍 侯候 免兔 治冶 沂祈祁 茶荼 晴睛 竞竟 历厉 折拆析
住往佳 场埸 岢苛 榆愉 汾份 晋普 粱梁 荞养 帐账 口囗 今令 刀力 方万 市巾 田由甲申 白百 自目 石右 左在 古占 乌鸟
午牛 壬王 开井 无元 见贝 车东 水永 木本 禾木 凤风 几九 丸九 儿几 千干 卜下 上土 工土 三王 川州 户卢 产严 厂广
辽迁 运远 还坏 这过 进井 近迈 通道 连达 迪油 边动 洲州 洋样 阳阴 院陵 陕挟 降际 除徐 徒徙 得很 待侍 使便 伏优
仁任 什仆 代伐 供洪 俭捡险 检验 活话 清请情 消捎 渔鱼 准淮 难准 滩摊 源原 泽译 济挤 没设 沿没 洽冶恰 洛络
投设 技枝 扶抉 抢枪 扎札 抓爪 拨拔 拢扰 挂桂 据椐 提堤 推椎 授受 援授 模摸 构沟 林村 材村 松公 板扳 枚杖
栗粟 桔秸 桃挑 棚绷 植值 楼搂 稻滔 税悦 种钟 积织 科料 秋秒 租祖组 粮娘 精情 糕羔 系糸 级极 纪记 约药
红江 纳讷 终络 给洽 统充 绩债 绿缘 缓援 编偏 职织 职识 聚取 肉内 育盲 胡湖 脱悦 腊借 舍含 般船 苗亩 英莫
荒芒 药约 莱菜 获荻 萝罗 蓝监 薯署 裁栽 规现 视规 览宽 角用 计什 讨过 训川 议汉 设没 诉诈 诚城 详祥 读续 调凋
贡责 财材 贫贪 货贷 质贡 贯贵 贸货 资咨 赛塞 超起 越赵 跃妖 路骆 车东 转传 软较 轻经 辆俩 输偷 达迭 迎仰
酒洒 里理 重量 量里 铁钦 铜钢 银很 锅祸 锦绵 镇填 间问 闲间 闻间 阔间 队从 际标 陈陆 隶录 雨两 雪雷 零雾 霍雷
项顶 预顶 领颂 频题 风凤 饮钦 馆管 香杳 马乌 驻住 验险 鸡鸣 鸭鸦 麦表 黄寅 黑墨 齐斉 亿忆 元无 吨盹 亩苗
"""
_FIGURE = regex(r"(?<![A-Za-z])(?=[\dOolI|]*\d)[\dOolI|]*[OolI|][\dOolI|.,%]*(?![A-Za-z])")
_DIGITS = str.maketrans("OolI|", "00111")
_LONGEST = 6


@cache
def _alike() -> dict[str, tuple[str, ...]]:
    """Character → those it may have been taken for."""
    found: dict[str, dict[str, None]] = {}
    for group in _GROUPS.split():
        for char in group:
            found.setdefault(char, {}).update(dict.fromkeys(group.replace(char, "")))
    return {char: tuple(others) for char, others in found.items()}


def lookalikes(char: str) -> tuple[str, ...]:
    """The characters of nearly the same strokes that the groups have; none for most characters."""
    return _alike().get(char, ())


def misreadings(word: str, *, name: bool = False) -> Iterator[str]:
    """The word (folded, 2 to 6 characters) with one character taken for another.

    None that is a word itself ("人口" is not looked for as "入口"), except of a name: dictionaries hold
    misprinted ones.
    """
    if not 2 <= len(word) <= _LONGEST:
        return
    for index, char in enumerate(word):
        for other in _alike().get(char, ()):
            misread = word[:index] + other + word[index + 1 :]
            if name or rjieba.cut(misread, hmm=False) != [misread]:
                yield misread


def misread_figures(text: str) -> list[str]:
    """The figures that letters got into, as they must have been printed: "2O23" → "2023"."""
    return [match.group().translate(_DIGITS).rstrip(".,") for match in _FIGURE.finditer(text)]
