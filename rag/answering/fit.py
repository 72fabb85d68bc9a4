"""Whether a sentence holds the kind of thing a question asks for: a figure of a unit, a date, a name."""

from __future__ import annotations

import re

from rag.text.figures import dimension_of, find_figures
from rag.types import Figure, Query

_UNSURE = 0.4
"""For what has no form of its own to tell it by: many names look like any other word."""
_CALENDAR = frozenset({"年", "月", "日"})
_WHEN = re.compile(
    r"春节|元旦|国庆|五一|开春|年内|年底|年初|年末|月底|月初|上半年|下半年|夏季|冬季|秋季|春季|开学前|\b(?:January|February|"
    r"March|April|May|June|July|August|September|October|November|December|spring|summer|autumn|winter)\b"
)
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏"
    "付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤温康施文牛樊葛邢安齐庞颜倪苗路郗皇甫欧阳司马上官诸葛"
)
ROLES = (
    "书记|县长|市长|省长|镇长|乡长|区长|局长|主任|院长|校长|部长|处长|科长|站长|会长|理事长|董事长|总经理|经理|厂长|所长|秘书长|"
    "队长|记者|院士|教授|作者|通讯员|人物|代表|专家|主席|总理|司令|编辑"
)
_NAME = rf"(?:皇甫|欧阳|司马|上官|诸葛|[{SURNAMES}])[㐀-鿿]{{1,2}}"
_PERSON = re.compile(
    rf"(?:{ROLES})[：:\s]*{_NAME}(?=说|表示|指出|介绍|认为|强调|召集|主持|出席|带领|如是|摄|[，。、）)\s]|$)"
    rf"|{_NAME}(?=院士|教授|同志|先生|女士|说[，：:]|表示|\s*摄)|[（(]{_NAME}[）)]|[㐀-鿿]+[·•][㐀-鿿]+|[A-Z][a-z]+ [A-Z][a-z]+"
)
_ORGANISATION = re.compile(
    r"公司|集团|企业|中心|协会|学会|大学|学院|研究院|研究所|医院|银行|合作社|委员会|部门?|局|社|[矿煤药农牧实]业|科技|养殖|电力|工厂"
    r"|融媒体|报|[A-Z][a-z]+ (?:Inc|Ltd|Corp|Group|Company|University|Institute)"
)
_WRITER_ASKED = re.compile(
    r"作者|记者|谁写|写的|采写|谁拍|摄影的|reporter|author|wrote|journalist", re.IGNORECASE
)
_BYLINE = re.compile(
    rf"(?:记者|通讯员|作者|撰稿|文/?)[：:\s]*{_NAME}|[（(]{_NAME}[）)]|{_NAME}\s*摄|\b[Bb]y [A-Z][a-z]+ [A-Z]"
)
_OFFICE = re.compile(ROLES)
_OFFICES_EN = (
    (re.compile(r"secretary", re.IGNORECASE), "书记"),
    (re.compile(r"magistrate|county head|head of the county|county governor", re.IGNORECASE), "县长"),
    (re.compile(r"mayor", re.IGNORECASE), "市长"),
    (re.compile(r"director", re.IGNORECASE), "局长|主任"),
)
_WHERE = re.compile(
    r"(?:在|于|至|赴|到|落户|位于|坐落|地处)[^，。；]{0,14}[县市区镇乡村庄寨沟岭山河湖路街园馆院校厂站场城部地]|小镇|公园|[㐀-鿿][镇村乡](?![民级振社])|"
    r"[㐀-鿿]{2,4}“|\b(?:in|at|near) [A-Z]"
)
_BECAUSE = re.compile(
    r"为了|以[^上下前后来往]|因|由于|通过|借助|利用|依托|依靠|使|让|解决|降低|从而|带动|推动|得益|满足|方便|针对|关键|用于|监测|"
    r"\b(?:because|due to|in order|so that|by|through|since)\b"
)
_QUOTES = re.compile(r"“[^”]*”|\"[^\"]*\"")
_ENUMERATES = re.compile(r"、[^，。；]*、|、[^，。；]{1,12}(?:等|两|和|及|三|四|五)|, .*,? and ")
_BESIDE = 36
_DEFINES = re.compile(r"、|即|是指|指的是|包括|——|：|:|就是|means|that is")


def holds_asked(query: Query, sentence: str) -> float:
    """1 if the sentence has what the question's kind asks for, 0 if it can't answer, between if unsure."""
    match query.kind:
        case "figure":
            return _figure(query, sentence)
        case "date":
            return _date(query, sentence)
        case "person":
            return _person(query, sentence)
        case "organisation":
            return 1.0 if _ORGANISATION.search(sentence) else _UNSURE
        case "place":
            return 1.0 if _WHERE.search(sentence) else _UNSURE
        case "why":
            return 1.0 if _BECAUSE.search(sentence) else _UNSURE
        case "definition":
            return _definition(query, sentence)
        case "list":
            return 1.0 if _ENUMERATES.search(sentence) else _UNSURE
        case _:
            return 0.7


def fitting_figures(query: Query, text: str) -> list[Figure]:
    """The figures of a text that may be the one asked for: of the wanted units, dates aside."""
    found = find_figures(text)
    if query.kind == "date" and not query.units:
        return [f for f in found if f.unit in _CALENDAR]
    if query.units:
        return [f for f in found if dimension_of(f.unit) in query.units]
    return [f for f in found if f.unit not in _CALENDAR]


def _date(query: Query, sentence: str) -> float:
    units = query.units or tuple(_CALENDAR)
    if any(figure.unit in units for figure in find_figures(sentence)):
        return 1.0
    if query.units:
        return 0.0
    return 1.0 if _WHEN.search(sentence) else _UNSURE


def _figure(query: Query, sentence: str) -> float:
    if not fitting_figures(query, sentence):
        return 0.0
    return 1.0 if query.units else 0.8


def _definition(query: Query, sentence: str) -> float:
    """Whether something is told right beside the words asked about, which a mere mention does not do."""
    asked = [form for term in query.terms if term.role == "word" for form in term.forms if form in sentence]
    if not asked:
        return 0.3
    at = sentence.find(max(asked, key=len))
    around = sentence[max(0, at - _BESIDE) : at + len(max(asked, key=len)) + _BESIDE]
    return 1.0 if _DEFINES.search(_QUOTES.sub("", around)) else 0.0


def _person(query: Query, sentence: str) -> float:
    """A name beside the very office asked for, a byline where a writer is asked for, else anybody's."""
    if _WRITER_ASKED.search(query.text):
        return float(bool(_BYLINE.search(sentence)))
    offices = [office for pattern, office in _OFFICES_EN if pattern.search(query.text)] or _OFFICE.findall(
        query.text
    )
    if offices:
        return float(
            bool(
                re.search(rf"(?:{'|'.join(offices)})[：:\s]*{_NAME}|{_NAME}(?:{'|'.join(offices)})", sentence)
            )
        )
    if _PERSON.search(sentence):
        return 1.0
    return 0.7 if _ORGANISATION.search(sentence) else _UNSURE
