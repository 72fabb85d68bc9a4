"""What type of document a text is, in its own words: a 统计公报, a 通知, a news report."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.documents.facts.findings import GUESSED, LABELLED, LIKELY, SHOWN, Finding, found

_FIELD = "kind"
_TYPES = (
    "政府工作报告 工作报告 统计公报 环境状况公报 水资源公报 公报 预算报告 决算报告 审计报告 调研报告 调查报告 考察报告 "
    "可行性研究报告 研究报告 评估报告 述职报告 自查报告 分析报告 年度报告 半年度报告 季度报告 年报 月报 季报 专报 "
    "简报 快报 通报 规划纲要 发展规划 总体规划 专项规划 规划 纲要 实施方案 工作方案 总体方案 应急预案 预案 方案 "
    "行动计划 工作计划 计划 工作要点 要点 工作总结 总结 实施意见 指导意见 意见 实施办法 管理办法 暂行办法 办法 "
    "实施细则 细则 暂行规定 规定 条例 章程 规则 制度 决定 决议 通知 通告 公告 公示 公开信 倡议书 建议书 批复 "
    "复函 函 请示 命令 议案 提案 答复 会议纪要 纪要 会议记录 讲话稿 讲话 致辞 发言稿 发言 演讲稿 贺信 慰问信 "
    "统计年鉴 年鉴 大事记 县志 市志 地方志 白皮书 蓝皮书 说明书 说明 解读 指南 手册 标准 协议书 协议 合同 "
    "招标文件 中标结果 统计表 情况表 明细表 一览表 汇总表 登记表 报表 台账 名单 清单 目录 新闻报道 新闻发布会 消息 "
    "通讯 特写 侧记 综述 评论 社论 专访 访谈 报告"
).split()
_OF_THE_BUDGET = re.compile(r"预算.{0,40}报告$")
_OF_ACCOUNTS = re.compile(r"决算.{0,40}报告$")
_NOTE = re.compile(
    r"[（(][^（）()]*[）)]\s*$|[\s。!！?？]+$|(?:正式|全文|摘要|摘登|发布|印发|公布|出炉|来了)$"
)
_CHINESE_TYPE = re.compile(rf"(?:{'|'.join(sorted(_TYPES, key=len, reverse=True))})$")
_TABLE = re.compile(r"[㐀-鿿]{2,}表$")
_ENGLISH_TYPE = re.compile(
    r"\b((?:government )?work report|annual report|quarterly report|monthly report|budget report|audit report|"
    r"survey report|research report|progress report|interim report|final report|statistical communiqu[eé]|"
    r"statistical bulletin|communiqu[eé]|bulletin|yearbook|newsletter|briefing|press release|news report|"
    r"white paper|work plan|action plan|development plan|five-year plan|guidelines|guidance|regulations|"
    r"(?:public )?notice|announcement|circular|minutes|memorandum|memo|agreement|contract|manual|handbook|"
    r"speech|remarks|statement|outline|plan|survey|report)\b",
    re.IGNORECASE,
)
_HEAD_BLOCKS = 6
_HEAD_LENGTH = 30
_STORY = re.compile(
    r"(?:本报|本台|本网|新华社|新华网|中新社|中新网|人民网|央视网)[^。，]{0,24}(?:讯|电)|讯\s?[（(]|"
    r".{0,12}[（(](?:本报|全媒体)?记者|[^。，]{0,10}\d{1,2}月\d{1,2}日(?:讯|电)"
)
_SIGNED = re.compile(
    r"(?:本报|全媒体|融媒体?|特约)?(?:记者|通讯员)\s?[：:]?\s?[㐀-鿿]|[（(](?:记者|通讯员|本报记者)"
)
_ENGLISH_STORY = re.compile(
    r"[A-Z]{3,}[A-Za-z, .\d]{0,40}(?:\((?:Xinhua|Reuters|AP|AFP)\)\s?)?[—–-]{1,2} ?[A-Z]|"
    r"[A-Z][A-Za-z, ]{2,40}\s?\((?:Xinhua|Reuters|AP|AFP)\)"
)
_SERIES = re.compile(
    r"(?:推出|开设|开辟)[^。]{0,40}(?:专栏|栏目|系列报道)|敬请(?:关注|垂注)|【[^】]{0,12}(?:行|报道|观察|走基层)】"
)
_MESSAGE = ("邮件", "email")


def find_kind(title: str, texts: Sequence[str], form: str) -> Finding | None:
    """The type of a document with this title, whose blocks have these texts; `form` is its format.

    The title's last word tells best (关于印发《管理办法》的通知 is a 通知); then a line of the head that is
    or ends in such a word, and what only news stories have.
    """
    if form == "eml":
        message = _MESSAGE[title.isascii() and all(text.isascii() for text in texts[:1])]
        return found(_FIELD, message, LABELLED, "文件是一封邮件", "the file is an e-mail message")
    named = _type_of(title)
    if named:
        return found(_FIELD, named, SHOWN, f"标题里写明“{named}”", f"the title says “{named}”")
    return _headed(texts) or _story(texts) or _sheet(title, form)


def _type_of(title: str) -> str | None:
    """The type that a title ends in, after notes such as （试行） are taken off."""
    rest, shorter = title.strip(), _NOTE.sub("", title.strip())
    while shorter != rest:
        rest, shorter = shorter, _NOTE.sub("", shorter)
    for pattern, kind in ((_OF_THE_BUDGET, "预算报告"), (_OF_ACCOUNTS, "决算报告")):
        if pattern.search(rest):
            return kind
    parts = [rest, *reversed([part for part in re.split(r"[\s：:—–《》]+", rest) if part])]
    chinese = next((match.group() for part in parts if (match := _CHINESE_TYPE.search(part))), None)
    if chinese:
        return chinese
    english = _ENGLISH_TYPE.search(rest)
    return english[1].lower() if english else None


def _headed(texts: Sequence[str]) -> Finding | None:
    for text in texts[:_HEAD_BLOCKS]:
        kind = _CHINESE_TYPE.search(_NOTE.sub("", text)) if len(text) <= _HEAD_LENGTH else None
        if kind and "：" not in text and "，" not in text:
            return found(
                _FIELD, kind.group(), LIKELY, f"开头有“{text}”一行", f"a line of the head says “{text}”"
            )
    return None


def _story(texts: Sequence[str]) -> Finding | None:
    head = texts[: 2 * _HEAD_BLOCKS]
    if any(_ENGLISH_STORY.match(text) for text in head):
        return found(_FIELD, "news report", LIKELY, "开头是英文消息的电头", "it opens with a dateline")
    signed = any(_SIGNED.search(text) for text in (*head, *texts[-2:]))
    if signed or any(_STORY.match(text) for text in head):
        zh, en = "有记者署名或消息电头", "it has a reporter's name or a dateline"
        return found(_FIELD, "新闻报道", LIKELY, zh, en)
    if any(_SERIES.search(text) for text in head):
        return found(_FIELD, "新闻报道", GUESSED, "开头是报纸专栏的话", "its head is a newspaper column's")
    return None


def _sheet(title: str, form: str) -> Finding | None:
    if form not in ("xlsx", "csv"):
        return None
    kind = "统计表" if not title or _TABLE.search(title) or not title.isascii() else "table"
    return found(_FIELD, kind, GUESSED, "文件是一张表格", "the file is a spreadsheet")
