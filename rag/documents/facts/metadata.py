"""What a document says of itself: title, publisher, author, date, years, places and type, and how each was found."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from rag.documents.facts.bylines import find_author, find_publisher, masthead, split_title
from rag.documents.facts.dates import find_date, printed_date
from rag.documents.facts.document_types import find_kind
from rag.documents.facts.findings import FALLBACK, GUESSED, LABELLED, LIKELY, SHOWN, TELLING, Finding, found
from rag.documents.facts.stated import believed
from rag.documents.facts.years import Ground, Years, read_years
from rag.original import AlignedText
from rag.text.places import full_path, main_place, places_named
from rag.types import Block, Metadata, Reason

_NOTHING: Mapping[str, str | None] = {}
_STATED_FIRST = ("eml", "jsonl")
"""A message's subject and a corpus row's title are the title, whatever headline the text has."""
_HEADED = ("md", "html", "docx", "epub", "pptx")
"""Formats that mark their headings; elsewhere a headline is known by how it looks."""
_TITLE_YEARS = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:\s?年?\s?[—–~～至-]{1,2}\s?((?:19|20)\d{2}))?(?=\s?年)")
_COUNTED_KINDS = ("公报", "年报", "年鉴", "统计表", "预算报告", "决算报告", "总结")
_WHOLE_PROVINCE = re.compile(
    r"^([㐀-鿿]{2,10}?(?:省|自治区|自治州|盟|地区))(?:\d|人民政府|政府|统计局|国民|全省|全区|全州|$)"
)
_LEAST_MENTIONS = 2
_NO_TITLE = re.compile(r"文件$|^[㐀-鿿]{0,12}〔\d{4}〕\d+号$|^(?:单位|密级|制表|填报)\S{0,4}[：:]")
_HEAD_BLOCKS = 5
_TITLE_LENGTH = 60
_YEAR_REASONS: dict[Ground, tuple[float, str, str]] = {
    "date": (SHOWN, "文件日期所在的年份", "the year of the document's date"),
    "date line": (SHOWN, "正文里的日期行", "a date line in the text"),
    "review": (TELLING, "“总结……部署……”一类的会议用语", "a meeting that reviews one year and plans the next"),
    "tie": (
        SHOWN,
        "正文说明了“今年”“去年”是哪一年",
        "the text says which year “this year” or “last year” is",
    ),
    "anniversary": (TELLING, "正文里的周年", "an anniversary in the text"),
    "latest": (GUESSED, "正文回顾到的最近一年", "the latest year the text looks back on"),
}


def describe(
    body: AlignedText,
    blocks: Sequence[Block],
    *,
    stated: Mapping[str, str | None] = _NOTHING,
    form: str = "",
    source: str = "",
    edges: Sequence[str] = (),
) -> Metadata:
    """The metadata of a clean text; a field that nothing says anything of is `None` (the title is "").

    `stated` is what the file's own properties say ("title", "author", "publisher", "date"), `form` the name of
    its format, `source` what it is known by. A text without a title is called by the source's file name,
    which is no more than `FALLBACK` sure. `edges` are the lines of its pages that are no part of the text: a
    masthead tells date and publisher. Where stories of other places stand below the first one, the place is
    the first one's. `Metadata.reasons` says of each field how it was found.
    """
    said = believed(stated, form=form, source=source)
    texts = [body.text[block.start : block.end] for block in blocks]
    headline = _headline(blocks, texts)
    title = _title(headline, said.get("title"), form, source)
    named = headline or (title.value if title and title.reason.confidence > FALLBACK else "")
    story = _first_story(blocks)
    own = (
        [text for text, block in zip(texts, blocks, strict=True) if block.end <= story[-1].end]
        if story
        else []
    )
    date = _sooner(find_date(texts) or printed_date(edges), said.get("date"))
    years = read_years(body.text, dated=_year_of(date))
    kind = find_kind(named, texts, form)
    place, places = _place(body.text, story, headline), places_named(f"{named}\n{body.text}")
    findings = [
        title,
        find_publisher(named, body.text, texts) or masthead(edges) or said.get("publisher"),
        said.get("author") if form == "eml" else _sooner(find_author(own), said.get("author")),
        date,
        _period(years, named, kind),
        _placed(place, places),
        kind,
    ]
    return _metadata([finding for finding in findings if finding], years, places)


def _headline(blocks: Sequence[Block], texts: Sequence[str]) -> str:
    """The first heading of the highest level; the next that is one, if it is an official file's head or a unit."""
    first = next((text for text, block in zip(texts, blocks, strict=True) if block.level == 1), "")
    if not _NO_TITLE.search(first):
        return split_title(first)[0]
    others = (text for text in texts[:_HEAD_BLOCKS] if len(text) <= _TITLE_LENGTH and not text.endswith("。"))
    return next((text for text in others if not _NO_TITLE.search(text)), first)


def _metadata(findings: Sequence[Finding], years: Years, places: tuple[str, ...]) -> Metadata:
    values = {finding.reason.field: finding.value for finding in findings}
    reasons = [finding.reason for finding in findings]
    if years.now is not None and years.ground:
        reasons.append(Reason("year", *_YEAR_REASONS[years.ground]))
    if years.covered:
        words = "正文里写到的年份", "the years the text names"
        reasons.append(Reason("years", TELLING, *words))
    if places:
        words = "正文里写到的地名，多的在前", "the places the text names, most often first"
        reasons.append(Reason("places", TELLING, *words))
    return Metadata(
        title=values.get("title", ""),
        publisher=values.get("publisher"),
        place=values.get("place"),
        date=values.get("date"),
        period=values.get("period"),
        year=years.now,
        years=years.covered,
        author=values.get("author"),
        places=places,
        kind=values.get("kind"),
        reasons=tuple(reasons),
    )


def _title(headline: str, stated: Finding | None, form: str, source: str) -> Finding | None:
    if stated and (form in _STATED_FIRST or not headline):
        return stated
    if headline and form in _HEADED:
        return found(
            "title", headline, LABELLED, "文中标为最高一级的标题", "the heading of the highest level"
        )
    if headline:
        agreed = bool(stated and (headline in stated.value or stated.value in headline))
        sure = LABELLED if agreed else SHOWN
        return found(
            "title", headline, sure, "开头像标题的一行", "the line at the head that reads as a headline"
        )
    stem = PurePosixPath(source).stem if form != "jsonl" else ""
    return (
        found("title", stem, FALLBACK, "正文没有标题，用了文件名", "no title in the text: the file's name")
        if stem
        else None
    )


def _sooner(first: Finding | None, second: Finding | None) -> Finding | None:
    """The surer of two findings; the first one, the text's own, where both are as sure."""
    if first and second:
        return max(first, second, key=lambda finding: finding.reason.confidence)
    return first or second


def _year_of(date: Finding | None) -> int | None:
    """The year a date gives the text; an office file's date of creation gives it none."""
    return int(date.value[:4]) if date and date.reason.confidence > GUESSED else None


def _period(years: Years, title: str, kind: Finding | None) -> Finding | None:
    """The years in the title of a document that counts up years, else those the text is mostly about."""
    named = [int(year) for pair in _TITLE_YEARS.findall(title) for year in pair if year]
    if named and kind and kind.value.endswith(_COUNTED_KINDS):
        first, last = min(named), max(named)
        period = f"{first}年" if first == last else f"{first}—{last}年"
        return found("period", period, SHOWN, "标题里的年份", "the years in the title")
    if years.period is None:
        return None
    return found("period", years.period, LIKELY, "正文里提到最多的年份", "the years the text names most")


def _place(text: str, story: Sequence[Block], headline: str) -> Finding | None:
    """The place of the first story: named most in it, in its headings above all."""
    heads = [headline, *(text[block.start : block.end] for block in story if block.kind == "heading")]
    told = text[story[0].start : story[-1].end] if story else ""
    place = main_place(told, titles=heads)
    if (province := _WHOLE_PROVINCE.match(headline)) and not (place and place[:-1] in headline):
        return found("place", province[1], SHOWN, "标题开头的地名", "the place the title begins with")
    if place is None:
        return _short_named(told, headline)
    if place in headline or place[:-1] in headline:
        return found("place", place, SHOWN, "标题里的地名", "the place in the title")
    return found("place", place, TELLING, "正文里提到最多的县市", "the county or city the text names most")


def _short_named(text: str, headline: str) -> Finding | None:
    """A place that the text never names in full, if its headline has it or it says it more than once."""
    in_title = places_named(headline, most=1)
    first = next(iter(in_title or places_named(text, most=1)), None)
    if first is None or (not in_title and text.count(first[:2]) < _LEAST_MENTIONS):
        return None
    return found(
        "place", first, LIKELY, "文中的地名（没有写全称）", "a place the text names, though not in full"
    )


def _placed(place: Finding | None, places: Sequence[str]) -> Finding | None:
    """The finding, with the province and prefecture in its words."""
    path = full_path(place.value, places) if place else None
    if place is None or path is None or path == place.value:
        return place
    reason = place.reason
    return found("place", place.value, reason.confidence, f"{reason.zh}，即{path}", f"{reason.en}: {path}")


def _first_story(blocks: Sequence[Block]) -> Sequence[Block]:
    """The blocks from the title to the next heading of its depth; all of them without a title."""
    titles = [index for index, block in enumerate(blocks) if block.level == 1]
    return blocks[titles[0] : titles[1] if len(titles) > 1 else None] if titles else blocks
