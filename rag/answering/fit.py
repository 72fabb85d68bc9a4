"""Whether a sentence holds the kind of thing a question asks for: a figure of a unit, a date, a name."""

from __future__ import annotations

import re
from functools import lru_cache

import rjieba

from rag.text.coverage import match, searchable
from rag.text.figures import CALENDAR, dimension_of, find_figures
from rag.text.patterns import regex
from rag.text.places import place_names
from rag.types import Figure, Query

_UNSURE = 0.4
"""For what has no form of its own to tell it by: many names look like any other word."""
_UNLIKELY = 0.1
"""For what nearly always has a form of its own, where it has none."""
_FIRSTCALENDAR_YEAR = 1000
_SPAN_ASKED = regex(r"多长|多久|周期|工期|期限|年限|\bhow long\b", re.IGNORECASE)
_YEAR_EN = regex(r"(?<![\d.,])(?:1\d{3}|20\d{2})s?\b(?![.,%]?\d|%)")
_WHEN = regex(
    r"春节|元旦|国庆|五一|端午|中秋|清明|开春|年内|年底|年初|年末|月底|月初|[上下]半年|[夏冬秋春]季|开学|学期|周[一二三四五六日末]|星期|"
    r"[今去明前次当]年|近年(?!来)|[本上下]月|[今昨明当]天|近日|日前|目前|期间|时期|世纪|年代|朝|之[前后]|以[前后]|[时后](?=[，。；])|\b(?:January|"
    r"February|March|April|May|June|July|August|September|October|November|December|spring|summer|autumn|winter|before|"
    r"after|during|while|until|century|ago|yesterday|today|tomorrow|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|"
    r"Sunday|morning|evening|night|week|month|year|day|age)\b"
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
_PERSON = regex(
    rf"(?:{ROLES})[：:\s]*{_NAME}(?=说|表示|指出|介绍|认为|强调|召集|主持|出席|带领|如是|摄|[，。、）)\s]|$)"
    rf"|{_NAME}(?=院士|教授|同志|先生|女士|说[，：:]|表示|\s*摄)|[（(]{_NAME}[）)]|[㐀-鿿]+[·•][㐀-鿿]+|[A-Z][a-z]+ [A-Z][a-z]+"
)
_ORGANISATION = regex(
    r"公司|集团|企业|中心|协会|学会|大学|学院|研究院|研究所|医院|银行|合作社|委员会|部门?|局|社|[矿煤药农牧实]业|科技|养殖|电力|工厂"
    r"|融媒体|报|[A-Z][a-z]+ (?:Inc|Ltd|Corp|Group|Company|University|Institute)"
)
_COMPANY_ASKED = regex(r"公司|企业|厂家|\b(?:company|companies|firm|enterprise)", re.IGNORECASE)
_COMPANY = regex(
    r"[㐀-鿿]{2,}(?<!优势)(?<!龙头)(?<!入驻)(?:公司|集团|股份|实业|科技|电力|能源|[矿煤药农牧]业|锂电|新材料|合作社|厂)|[“\"][^”\"]{2,12}[”\"]|"
    r"\b[A-Z]\w+(?: [A-Z]\w+)*"
)
_COUNTED_EN = regex(r"\bhow many (?:\w+(?:ing|al|ed|ern|ew) )?(?P<noun>\w+)", re.IGNORECASE)
_ANY_UNIT = 6
"""A question that admits more units than these asks for a number of things."""
_WRITER_ASKED = regex(r"作者|记者|谁写|写的|采写|谁拍|摄影的|reporter|author|wrote|journalist", re.IGNORECASE)
_BYLINE = regex(
    rf"(?:记者|通讯员|作者|撰稿|文/?)[：:\s]*{_NAME}|[（(]{_NAME}[）)]|{_NAME}\s*摄|\b[Bb]y [A-Z][a-z]+ [A-Z]"
)
_OFFICE = regex(ROLES)
_OFFICE_OWNER = regex(r"(?P<place>[㐀-鿿]{2})[省市县区](?:委|政府|人民政府)?[㐀-鿿、]{0,6}$")
_OFFICES_EN = (
    (regex(r"secretary", re.IGNORECASE), "书记"),
    (
        regex(r"magistrate|county head|head of the county|county (?:governor|mayor)", re.IGNORECASE),
        "县长",
    ),
    (regex(r"mayor", re.IGNORECASE), "市长|县长|区长"),
    (regex(r"\bhead(?:s|ed)? .*bureau|bureau (?:chief|head|director)", re.IGNORECASE), "局长"),
    (regex(r"\bhead(?:s|ed)? .*(?:department|office)", re.IGNORECASE), "部长|主任|局长"),
    (regex(r"director", re.IGNORECASE), "局长|主任"),
)
_WHERE = regex(
    r"(?:在|于|至|赴|到|落户|位于|坐落|地处)[^，。；]{0,14}[县市区镇乡村庄寨沟岭山河湖路街园馆院校厂站场城部地]|小镇|公园|[㐀-鿿][镇村乡](?![民级振社])|"
    r"[沟头峪庄村寨岭坪河口镇乡坡湾滩店]“|\b(?:in|at|near) [A-Z]"
)
_BECAUSE = regex(
    r"为了|以[^上下前后来往]|因|由于|通过|借助|利用|依托|依靠|使|让|解决|降低|从而|带动|推动|得益|满足|方便|针对|关键|用于|监测|"
    r"\b(?:because|due to|in order|so that|by|through|since)\b"
)
_HAN = regex(r"[㐀-鿿]")
_OPENING, _CLOSING = frozenset('“‘「"'), frozenset('”’」"')
_SHARED = 3
_BLOT = "□"
_BEFORE_PLACES = "在于至赴到位"
_NAME_TAGS = ("nr", "nrt", "nrfg")
_NO_NAME = regex(r"[县市区镇乡村省州]$")
_QUOTES = regex(r"“[^”]*”|\"[^\"]*\"")
_DOUBLED = regex(r"翻(?:了|两|一)*番|\bdoubl", re.IGNORECASE)
_THING_NAMED = regex(
    r"(?:学校|项目|平台|展览?|活动|街区|公园|景区|品牌|产品|工程|基地|中心|系统|电影|[剧节]目?|园区?|桥|路|站|馆|书)[^，。？?]{0,3}叫(?:什么|啥)"
)
_GIVEN_NAME = regex(r"名为|命名为|取名|定名|更名为|改称|[《〈]")
_ENUMERATES = regex(r"、[^，。；]*、|、[^，。；]{1,12}(?:等|两|和|及|三|四|五)|, .*,? and ")
_BESIDE = 36
_DEFINES = regex(r"、|即|是指|指的是|包括|——|：|:|就是|means|that is")


def holds_asked(query: Query, sentence: str) -> float:
    """1 if the sentence has what the question's kind asks for, 0 if it can't answer, between if unsure.

    A name that the question has itself is not the one it asks for.
    """
    match query.kind:
        case "figure":
            return _figure(query, sentence)
        case "date":
            return _date(query, sentence)
        case "person":
            return _person(query, sentence)
        case "organisation":
            return _organisation(query, new_to(query.text, sentence))
        case "place":
            new = new_to(query.text, sentence)
            return 1.0 if _WHERE.search(new) or place_names(new) else _UNSURE
        case "why":
            return 1.0 if _BECAUSE.search(sentence) else _UNSURE
        case "definition":
            return _definition(query, sentence)
        case "list":
            return 1.0 if _ENUMERATES.search(sentence) else _UNSURE
        case _:
            return 0.7


@lru_cache(maxsize=8192)
def new_to(question: str, text: str) -> str:
    """The text with the runs of Chinese characters that the question has blotted out, three or longer."""
    runs, at = [], 0
    while at < len(text):
        size = 0
        while at + size < len(text) and _HAN.match(text[at + size]) and text[at : at + size + 1] in question:
            size += 1
        kept = size < _SHARED or text[at] in _BEFORE_PLACES
        runs.append(text[at] if kept else _BLOT)
        at += 1 if kept else size
    return "".join(runs)


def fitting_figures(query: Query, text: str) -> list[Figure]:
    """The figures of a text that may be the one asked for: of the wanted units, dates aside."""
    found = tuple(f for f in find_figures(text) if not _is_name(text, f))
    if query.kind == "date" and not query.units:
        return [f for f in found if f.unit in CALENDAR]
    if query.kind == "figure":  # a time that something takes is no calendar year
        found = tuple(f for f in found if f.unit != "年" or f.value < _FIRSTCALENDAR_YEAR)
    if query.units:
        return [f for f in found if dimension_of(f.unit) in query.units]
    if _SPAN_ASKED.search(query.text):
        return list(found)
    return [f for f in found if f.unit not in CALENDAR]


def _is_name(text: str, figure: Figure) -> bool:
    """Whether a figure alone in quotes is what something is called: “156”."""
    return text[figure.start - 1 : figure.start] in _OPENING and text[figure.end : figure.end + 1] in _CLOSING


def _date(query: Query, sentence: str) -> float:
    units = query.units or tuple(CALENDAR)
    if any(figure.unit in units for figure in find_figures(sentence)):
        return 1.0
    if "年" in units and _YEAR_EN.search(sentence):
        return 1.0
    if query.units:
        return 0.0
    return 1.0 if _WHEN.search(sentence) else _UNLIKELY


def _figure(query: Query, sentence: str) -> float:
    if not fitting_figures(query, sentence):
        return float("倍" in query.units and bool(_DOUBLED.search(sentence)))
    if len(query.units) > _ANY_UNIT or not query.units:
        return (0.8 if not query.units else 1.0) if _says_what(query, sentence) else _UNSURE
    return 1.0


def _says_what(query: Query, sentence: str) -> bool:
    """Whether it is said what a figure of any unit is of: what the question wants to know, or what it counts."""
    counted = _COUNTED_EN.search(query.text)
    noun = counted["noun"] if counted else None
    asked = [term for term in query.terms if term.text.split()[0] == noun] if noun else query.focus
    return not asked or any(match(term, searchable(sentence)) > 0 for term in asked)


def _organisation(query: Query, sentence: str) -> float:
    """A company where one is asked for; else any body, or a name in quotes."""
    if _COMPANY_ASKED.search(query.text):
        return 1.0 if _COMPANY.search(sentence) else _UNSURE
    found = _ORGANISATION.search(sentence) or ("哪" in query.text and _QUOTES.search(sentence))
    return 1.0 if found else _UNSURE


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
        holders = re.finditer(
            rf"(?:{'|'.join(offices)})[：:\s]*{_NAME}|{_NAME}(?<![省市县区]委)(?:{'|'.join(offices)})",
            sentence,
        )
        return float(any(not _of_another_place(query, sentence[: holder.start()]) for holder in holders))
    sentence = new_to(query.text, sentence)
    if _THING_NAMED.search(query.text):
        return 1.0 if _QUOTES.search(sentence) or _GIVEN_NAME.search(sentence) else _UNLIKELY
    if _PERSON.search(sentence) or _has_name(sentence):
        return 1.0
    return 0.7 if _ORGANISATION.search(sentence) or _QUOTES.search(sentence) else _UNSURE


def _of_another_place(query: Query, before: str) -> bool:
    """Whether an office that stands behind `before` is another place's: 灵石县委 where 晋中 is asked about."""
    owner = _OFFICE_OWNER.search(before)
    if not owner or not query.places:
        return False
    return not any(owner["place"][:2] in form for term in query.places for form in term.forms)


@lru_cache(maxsize=8192)
def _has_name(sentence: str) -> bool:
    return any(
        tag in _NAME_TAGS and len(word) > 1 and not _NO_NAME.search(word)
        for word, tag in rjieba.tag(sentence)
    )
