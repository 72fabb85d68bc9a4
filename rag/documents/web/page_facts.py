"""What a page says of itself in its head: title, author, publisher, date."""

from __future__ import annotations

import datetime
import re

from rag.documents.web.page import Page

_NAMES = {
    "title": ("articletitle", "og:title", "twitter:title", "dc.title", "dcterms.title", "headline"),
    "author": ("author", "article:author", "dc.creator", "dcterms.creator", "byl"),
    "publisher": ("contentsource", "og:site_name", "dc.publisher", "sitename", "publisher", "source", "mediaid"),
    "date": (
        "article:published_time", "pubdate", "publishdate", "publish_date", "datepublished", "og:release_date", "publication_date",
        "dc.date", "dcterms.created", "dcterms.date", "dc.date.issued", "date", "maketime", "og:published_time", "weibo: article:create_at",
    ),
}  # fmt: skip
_SITE = re.compile(r"\s*(?:[|｜_—–]{1,2}|\s-{1,2}\s|-{2}|::|»)\s*")
_DATE = re.compile(r"((?:19|20)\d{2})\s*[-/.年]?\s*(\d{1,2})\s*[-/.月]?\s*(\d{1,2})")
_ADDRESS = re.compile(r"https?://|@\w")


def stated_facts(page: Page) -> dict[str, str | None]:
    """The facts by the fields of `rag.types.Metadata`; the date as YYYY-MM-DD."""
    said: dict[str, str] = {}
    for name, content in page.metas():
        if content:
            said.setdefault(name, content)
    facts: dict[str, str | None] = {
        field: next((said[name] for name in names if name in said), None) for field, names in _NAMES.items()
    }
    facts["title"] = facts["title"] or _title(page)
    facts["date"] = next(
        (date for name in _NAMES["date"] if name in said and (date := iso_date(said[name]))),
        _shown_time(page),
    )
    if facts["author"] and _ADDRESS.search(facts["author"]):
        facts["author"] = None
    return facts


def iso_date(text: str) -> str | None:
    """The first full date in `text` as YYYY-MM-DD."""
    match = _DATE.search(text)
    if match is None:
        return None
    try:
        return datetime.date(*(int(part) for part in match.groups())).isoformat()
    except ValueError:
        return None


def _title(page: Page) -> str | None:
    """The page's title without the site's name that stands after it."""
    title = " ".join((page.root.findtext(".//title") or "").split())
    return _SITE.split(title)[0] or title or None


def _shown_time(page: Page) -> str | None:
    times = (time.get("datetime") or "" for time in page.root.iter("time"))
    return next((date for text in times if (date := iso_date(text))), None)
