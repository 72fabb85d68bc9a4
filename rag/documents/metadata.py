"""What a document says of itself: title, publisher, place, date and years."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from rag.documents.years import read_years
from rag.original import AlignedText
from rag.text.places import main_place
from rag.types import Block, Metadata

_PUBLISHER = re.compile(
    r"(?:^|[\n（(\s])(?:来源|信息来源|稿件来源|发布单位|发布机构|发文机关|主办单位|Source|Published by|Publisher)\s?[：:]\s*"
    r"([^\n，。；|）)]{2,40}?)(?=$|[\n，。；|）)]|\s{1,}\S{2,4}[：:])"
)
_SELF_NAMED = re.compile(r"([㐀-鿿]{2,6}(?:日报|晚报|晨报|时报|商报))(?:特?推出|开设|特别策划|社(?:讯|记者))")
_OFFICE = re.compile(r"[㐀-鿿]{2,20}(?:统计局|财政局|人民政府|委员会|办公室|报社|日报|晚报)$")
_FULL_DATE = re.compile(r"((?:19|20)\d{2})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})日?")
_DATE_LABEL = re.compile(r"(?:发布|发表|成文|印发|刊发)?(?:时间|日期)[：:]|Published|Posted|Date:")
_DATE_LENGTH = 40
_EDGE_BLOCKS = 5


def describe(body: AlignedText, blocks: Sequence[Block]) -> Metadata:
    """The metadata of a clean text; a field the text says nothing of is `None` (the title is "").

    Where stories of other places stand below the first one, the place is the first one's.
    """
    title = _title(body.text, blocks)
    story = _first_story(blocks)
    heads = [title, *(body.text[block.start : block.end] for block in story if block.kind == "heading")]
    date = _date([body.text[block.start : block.end] for block in blocks])
    years = read_years(body.text, dated=int(date[:4]) if date else None)
    return Metadata(
        title=title,
        publisher=_publisher(body.text, blocks),
        place=main_place(body.text[story[0].start : story[-1].end] if story else "", titles=heads),
        date=date,
        period=years.period,
        year=years.now,
        years=years.covered,
    )


def _first_story(blocks: Sequence[Block]) -> Sequence[Block]:
    """The blocks from the title to the next heading of its depth; all of them without a title."""
    titles = [index for index, block in enumerate(blocks) if block.level == 1]
    return blocks[titles[0] : titles[1] if len(titles) > 1 else None] if titles else blocks


def _title(text: str, blocks: Sequence[Block]) -> str:
    block = next((block for block in blocks if block.level == 1), None)
    return text[block.start : block.end] if block else ""


def _publisher(text: str, blocks: Sequence[Block]) -> str | None:
    """The source a text names, or an office whose name is a line of its own near the top."""
    match = _PUBLISHER.search(text) or _SELF_NAMED.search(text)
    if match:
        return match.group(1).strip()
    lines = (text[block.start : block.end] for block in blocks[1:_EDGE_BLOCKS])
    return next((line for line in lines if _OFFICE.match(line)), None)


def _date(texts: Sequence[str]) -> str | None:
    """The full date of a date line, or of a short line at the head or foot, as YYYY-MM-DD."""
    edges = [text for text in (*texts[:_EDGE_BLOCKS], *texts[-_EDGE_BLOCKS:]) if len(text) <= _DATE_LENGTH]
    labelled = [text[match.start() :] for text in texts if (match := _DATE_LABEL.search(text))]
    for text in (*labelled, *edges):
        match = _FULL_DATE.search(text)
        if match:
            return _iso(*(int(part) for part in match.groups()))
    return None


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None
