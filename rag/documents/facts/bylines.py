"""Who published a text and who wrote it, by its labels, its head and its signature."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rag.documents.facts.dates import has_date
from rag.documents.facts.findings import LABELLED, LIKELY, SHOWN, TELLING, Finding, found

_EDGE_BLOCKS = 5
_PUBLISHER = re.compile(
    r"(?:(?:^|[\n（(\s])(?:来源|Source|Published by|Publisher|Issued by)|"
    r"信息来源|稿件来源|文章来源|发布单位|发布机构|发文机关|发文单位|主办单位|编印单位|编制单位|制表单位|填报单位)\s?[：:]\s*"
    r"([^\n，。；|）)]{2,40}?)(?=$|[\n，。；|）)]|\s{1,}\S{2,4}[：:]|"
    r"(?:成文|发布|发文|印发|公开)?(?:日期|时间)[：:]|(?:作者|记者|编辑|责任编辑|责编|浏览|点击|阅读|字体|字号|索引号|主题分类|文号|标题|分享)\S{0,3}[：:])"
)
_MASTHEAD = re.compile(r"[㐀-鿿]{2,6}(?:日报|晚报|晨报|时报|商报|周报)")
_SELF_NAMED = re.compile(r"([㐀-鿿]{2,6}(?:日报|晚报|晨报|时报|商报))(?:特?推出|开设|特别策划|社(?:讯|记者))")
_OFFICE_WORD = "统计局|财政局|人民政府|委员会|办公室|报社|日报|晚报"
_OFFICE = re.compile(rf"[㐀-鿿]{{2,20}}(?:{_OFFICE_WORD})$")
_BODY = (
    rf"{_OFFICE_WORD}|办公厅|国务院|研究室|编辑部|领导小组|指挥部|县委|市委|区委|省委|党委|党组|人大常委会|政协|工会|法院|检察院|"
    "总队|支队|大队|调查队|中心|协会|学会|联合会|集团|公司|银行|分行|支行|大学|学院|医院|厅|局"
)
_FILE_HEAD = re.compile(rf"([㐀-鿿]{{2,24}}(?:{_BODY}))文件$")
_SIGNATURE = re.compile(
    rf"([㐀-鿿]{{2,24}}(?:{_BODY}))(?:\s*(?:(?:19|20)\d{{2}}年|[一二][〇○零九〇一二三四五六七八]{{3}}年).*)?$"
)
_TITLED = re.compile(rf"^([㐀-鿿]{{0,20}}?(?:{_BODY}))(?:办公室|办公厅)?关于")
_AGENCY = re.compile(
    r"(新华社|新华网|中新社|中新网|人民网|央视网|[㐀-鿿]{2,4}(?:日报|晚报)讯?)[^。，]{0,20}(?:电|讯)"
)

_NAME = r"[㐀-鿿]{2,4}?|[㐀-鿿]\s[㐀-鿿]"
_NAMES = rf"((?:{_NAME})(?:[、\s]+(?:{_NAME}))*?)"
_AUTHOR_LABEL = re.compile(
    rf"(?:^|[\s（(□■○])(?:作者|撰稿人?|撰文|执笔人?|供稿|起草人|报告人|汇报人|主讲人|文/图|图/文|文|Author)\s?[：:/]\s*{_NAMES}(?=$|[\s）)，。|])"
)
_ENGLISH_AUTHOR = re.compile(
    r"^(?:By|Author:|Written by|Prepared by:?)\s+([A-Z][\w.'-]+(?: (?:[A-Z][\w.'-]*|de|van|von)){1,3})\s*(?:$|[,|])"
)
_REPORTER = re.compile(
    rf"(?:^|[（(□■\s]|[讯电][（(])(?:本报|本网|本台|全媒体|融媒体?|特约|见习|首席|新华社|[㐀-鿿]{{2,6}}(?:日报|晚报))*"
    rf"(?:记者|通讯员)\s?[：:]?\s*{_NAMES}?(?:\s*通讯员\s?[：:]?\s*{_NAMES})?(?=$|[\s）)，。|])"
)
_OFFICER = re.compile(
    r"^[（(]?(?:[㐀-鿿]{0,14}(?:代县长|县长|代市长|市长|区长|省长|主任|局长|书记|主席|院长|检察长|董事长|总经理))[\s　]+"
    r"([㐀-鿿]{2,4}|[㐀-鿿]\s+[㐀-鿿])[）)]?$"
)
_SPOKEN = re.compile(r"(.*(?:讲话|致辞|发言|演讲|报告))\s+([㐀-鿿]{2,3})$")
_NOT_NAMES = frozenset("报道 摄影 整理 编辑 通讯员 记者 摄 文图 综合 采写 本报 供稿 单位 日期 时间".split())
_HEAD_BLOCKS = 8


def masthead(edges: Sequence[str]) -> Finding | None:
    """The newspaper whose name is printed on the edges of the pages."""
    names = Counter(name for line in edges for name in _MASTHEAD.findall("".join(line.split())))
    if not names:
        return None
    name = names.most_common(1)[0][0]
    return found("publisher", name, SHOWN, "版面上印的报名", "the newspaper's name printed on its pages")


def find_publisher(title: str, text: str, texts: Sequence[str]) -> Finding | None:
    """The publisher of a clean text with this title, whose blocks have these texts.

    Said by a label, by the paper itself, by a line that is an office's name near the top; then by an
    official file's head and signature, by the office that a title begins with, or by a dateline.
    """
    field = "publisher"
    if match := _PUBLISHER.search(text):
        return found(
            field, match[1].strip(), LABELLED, "文中标明的来源或发布单位", "the text labels it as its source"
        )
    if match := _SELF_NAMED.search(text):
        return found(field, match[1], SHOWN, "报纸在文中自称", "the paper names itself in the text")
    if line := next((line for line in texts[1:_EDGE_BLOCKS] if _OFFICE.match(line)), None):
        return found(
            field, line, TELLING, "标题下单独成行的单位名", "an office's name in a line below the title"
        )
    for line in texts[:3]:
        if match := _FILE_HEAD.match(line):
            return found(field, match[1], SHOWN, "红头文件的文件头", "the head of an official file")
    if signed := _signature(texts):
        return found(field, signed, TELLING, "文末落款的单位", "the signature at the foot")
    if match := _TITLED.match(title):
        return found(
            field,
            match[0].removesuffix("关于"),
            LIKELY,
            "标题开头的发文单位",
            "the office the title begins with",
        )
    if match := next((match for line in texts[:_HEAD_BLOCKS] if (match := _AGENCY.match(line))), None):
        return found(
            field, match[1].removesuffix("讯"), LIKELY, "消息电头里的媒体", "the dateline's news agency"
        )
    return None


def split_title(headline: str) -> tuple[str, str]:
    """A headline and the speaker's name that stands behind it, "" without one: "在大会上的讲话 李某某"."""
    match = _SPOKEN.match(headline)
    return (match[1], match[2]) if match else (headline, "")


def find_author(texts: Sequence[str]) -> Finding | None:
    """Who wrote a text whose blocks these are: a label's name, a reporter's, the officer who gave a report."""
    field, edges = "author", (*texts[:_HEAD_BLOCKS], *texts[max(_HEAD_BLOCKS, len(texts) - _EDGE_BLOCKS) :])
    for pattern, confidence, zh, en in (
        (_AUTHOR_LABEL, LABELLED, "文中标明的作者", "the text labels it as its author"),
        (_ENGLISH_AUTHOR, SHOWN, "英文署名行", "the byline"),
        (_REPORTER, SHOWN, "记者或通讯员署名", "the reporter's byline"),
    ):
        for text in edges:
            names = (
                _people("、".join(filter(None, match.groups()))) if (match := pattern.search(text)) else ""
            )
            if names:
                return found(field, names, confidence, zh, en)
    if headed := split_title(texts[0])[1] if texts else "":
        return found(field, headed, TELLING, "标题后的署名", "the name behind the title")
    officer = next((match for text in texts[1:_EDGE_BLOCKS] if (match := _OFFICER.match(text))), None)
    if officer:
        name = re.sub(r"\s", "", officer[1])
        return found(
            field, name, TELLING, f"标题下的署名（{officer[0]}）", f"the line below the title ({officer[0]})"
        )
    return None


def _signature(texts: Sequence[str]) -> str | None:
    """The office that signs at the foot: with the date in its line, or with the date in the next one."""
    foot = texts[max(1, len(texts) - _EDGE_BLOCKS) :]
    for index, text in enumerate(foot):
        match = _SIGNATURE.match(text)
        if match and (has_date(text) or (index + 1 < len(foot) and has_date(foot[index + 1]))):
            return match[1]
    return None


def _people(written: str) -> str:
    """Names as one list: "张 三 李四" is 张三、李四."""
    if written.isascii():
        return written.strip()
    joined = re.sub(r"(?<![㐀-鿿])([㐀-鿿])\s([㐀-鿿])(?![㐀-鿿])", r"\1\2", written)
    names = [name for name in re.split(r"[、\s]+", joined) if name and name not in _NOT_NAMES]
    return "、".join(dict.fromkeys(names))
