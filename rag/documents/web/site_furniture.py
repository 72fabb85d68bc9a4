"""What is on a page but no part of its text: navigation, banners, forms, share bars, lists of links."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from rag.documents.web.page import Element

UNSEEN = frozenset(
    "script style noscript template head title meta link base iframe object embed applet svg canvas audio video "
    "map area select option datalist button input textarea dialog rt rp param source track".split()
)
"""Elements that show no text of the page, or none that is read; `rt` is the small print beside characters."""

BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre section summary table ul "
    "caption tbody td tfoot th thead tr".split()
)
"""Elements that begin a line of their own."""

_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_ROLES = frozenset(
    "navigation banner contentinfo search complementary menu menubar toolbar dialog alertdialog".split()
)
_FURNITURE_NAMES = frozenset(
    "nav navi navbar navigation daohang menu submenu breadcrumb breadcrumbs crumb crumbs mianbaoxie footer foot sidebar "
    "cookie cookies consent gdpr pagination pager paging prevnext copyright toolbar topbar related "
    "comments newsletter friendlinks bdsharebuttonbox".split()
)
_LIGHT_NAMES = frozenset(
    "share sharing fenxiang social ad ads adv advert advertisement banner recommend recommended comment subscribe login "
    "search searchbox skip location position weizhi hot rank qrcode ewm links".split()
)
"""Also used for text: only what says little is furniture by these."""
_PLACE_WORDS = frozenset(
    "site page main sub top bottom left right global web gov index primary secondary header head box bar list wrap wrapper "
    "btn button buttons con content area div inner outer container block module panel title tit bd hd ul item items fixed "
    "mobile pc article news detail text".split()
)
_FURNITURE_LINE = re.compile(
    r"\s*(?:.{0,80}(?:ICP备\s*\d|网站标识码\s*[：:])|[上下]一[篇条页则]|前一篇|后一篇|相关(?:阅读|新闻|文章|链接|推荐|报道|内容|文档)|推荐阅读|延伸阅读|热门(?:文章|新闻|推荐)|猜你喜欢|"
    r"版权所有|版权声明|Copyright\b|©|All rights reserved|京公网安备|\S{0,2}ICP[备证]|网站标识码|技术支持|主办单位\s*[：:].{0,30}承办|"
    r"您?(?:当前|现在|所在)(?:的|所在)?(?:位置|的位置)|当前位置|分享(?:到|至)?\s*[：:]?\s*$|分享到|扫一扫|打印(?:本页)?\s*$|【?打印】?|【?关闭(?:窗口|本页)?】?\s*$|"
    r"返回(?:顶部|首页|列表)|字[体号]\s*[：:]|【?字体|浏览(?:次数|量)|阅读(?:次数|量)\s*[：:]|点击(?:数|量|次数)\s*[：:]|收藏(?:本[页站])?\s*$|设为首页|加入收藏|"
    r"(?:首页|Home)\s*[>»›/]|Skip to|Share (?:this|on)|Previous\s*(?:post|article|:)|Next\s*(?:post|article|:)|"
    r"Related (?:articles|posts|links)|"
    r"Back to top|We use cookies|This (?:site|website) uses cookies)",
    re.IGNORECASE,
)
_LINE_LENGTH = 120
_LINKED_SHARE = 0.6
_LIST_LINKS = 3
_LINK_LENGTH = 60
_MOST = 0.5

_LITTLE = 100
_NAMED = frozenset("div ul ol section p span table dl td".split())


@dataclass(frozen=True, slots=True)
class _Said:
    """How many letters an element has in all and in links, how many links, and the longest one's letters."""

    text: int
    linked: int
    links: int
    longest: int

    @property
    def told(self) -> int:
        """Letters outside links."""
        return self.text - self.linked


Test = Callable[[Element, _Said], bool]


def is_furniture_line(text: str) -> bool:
    """Whether a short line is one that sites print around their texts ("上一篇", "版权所有")."""
    return len(text) <= _LINE_LENGTH and bool(_FURNITURE_LINE.match(text))


def is_hidden(element: Element) -> bool:
    """Whether an element shows nothing."""
    return (
        element.tag in UNSEEN
        or element.get("hidden") is not None
        or (element.get("aria-hidden") or "").lower() == "true"
        or bool(_HIDDEN_STYLE.search(element.get("style") or ""))
    )


def drop_hidden(body: Element) -> None:
    """Take out of the tree what is not shown; the text after it stays."""
    _drop_where(body, is_hidden)


def drop_furniture(body: Element) -> None:
    """Take out of the tree navigation, banners and the like, told by their element, role, name or links.

    None of them holds most of the page's text, and an article's own head is kept.
    """
    for test in (_is_named_furniture, _is_link_list):
        said = _said_in(body)
        whole = said[body].told

        def is_dropped(
            element: Element, test: Test = test, said: dict[Element, _Said] = said, whole: int = whole
        ) -> bool:
            return test(element, said[element]) and said[element].told <= _MOST * whole

        _drop_where(body, is_dropped)


def main_part(body: Element) -> Element:
    """The element that says it is the main one, if most of the text stands in it; else the body."""
    said = _said_in(body)
    for path in (".//main", ".//*[@role='main']", ".//article"):
        found = body.findall(path)
        if len(found) == 1 and said[found[0]].told > _MOST * said[body].told:
            return found[0]
    return body


def _drop_where(parent: Element, test: Callable[[Element], bool]) -> None:
    for child in list(parent):
        if test(child):
            child.drop_tree()
        else:
            _drop_where(child, test)


def _said_in(body: Element) -> dict[Element, _Said]:
    """How much each element below `body` says, reckoned from the innermost out."""
    said: dict[Element, _Said] = {}
    for _, element in etree.iterwalk(body, events=("end",)):
        text, linked, links, longest = _letters(element.text), 0, 0, 0
        for child in element:
            part = said[child]
            text += part.text + _letters(child.tail)
            linked += part.linked
            links += part.links
            longest = max(longest, part.longest)
        said[element] = (
            _Said(text, text, 1, text) if element.tag == "a" else _Said(text, linked, links, longest)
        )
    return said


def _letters(text: str | None) -> int:
    return len("".join(text.split())) if text else 0


def _is_named_furniture(element: Element, said: _Said) -> bool:
    return _is_furniture_element(element) or _has_furniture_name(element, said)


def _is_furniture_element(element: Element) -> bool:
    tag = element.tag
    if tag in ("header", "footer"):
        inside = any(ancestor.tag in ("article", "main", "section") for ancestor in element.iterancestors())
        return not inside and (tag == "footer" or element.find(".//h1") is None)
    return tag in ("nav", "aside", "menu", "form") or (element.get("role") or "").lower() in _ROLES


def _has_furniture_name(element: Element, said: _Said) -> bool:
    if element.tag not in _NAMED or element.find(".//h1") is not None:
        return False
    names = _furniture_words(f"{element.get('class') or ''} {element.get('id') or ''}")
    return not names.isdisjoint(_FURNITURE_NAMES) or (bool(names) and said.told <= _LITTLE)


@lru_cache(maxsize=4096)
def _furniture_words(names: str) -> frozenset[str]:
    """The words for furniture in class names made of nothing else ("site-footer", but not "share-of-market")."""
    found: set[str] = set()
    for name in names.lower().split():
        words = {word for word in re.split(r"[_\-\d]+", name) if word}
        named = words & (_FURNITURE_NAMES | _LIGHT_NAMES)
        if words <= named | _PLACE_WORDS:
            found |= named
    return frozenset(found)


def _is_link_list(element: Element, said: _Said) -> bool:
    """Whether nearly all that a block says stands in links, several of them and short."""
    return (
        element.tag in _NAMED
        and said.links >= _LIST_LINKS
        and said.linked >= _LINKED_SHARE * max(1, said.text)
        and said.longest <= _LINK_LENGTH
    )
