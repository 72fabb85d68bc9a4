"""A document becomes passages: runs of whole sentences of one section, each with its context."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from rag.original import AlignedText
from rag.passages.sections import CJK, Section, own_metadata, sections, text_of
from rag.text.patterns import regex
from rag.text.periods import years_meant
from rag.text.runs import cheapest_runs
from rag.text.sentences import split_sentences
from rag.types import Block, Document, Metadata, Passage

_LATIN_SHARE = 3
"""Letters of a script with spaces that weigh as one Chinese character: 720 letters are 120 words."""
_CUT_ITEM, _CUT_PARAGRAPH, _MIXED = 0.3, 0.12, 0.5
"""What a cut inside an item or a paragraph costs, and a run of the end of one item and the start of the
next, in squared deviations from the target length."""
_UNFIT = 1e6
_TOPIC = regex(
    r"(?:[一二三四五六七八九十]+(?:是|要|、)|[-—–·]+是?|[（(][一二三四五六七八九十\d]+[）)]|\d{1,2}[.、．]|[①-⑳•●*+-])\s*"
)
_TOPIC_LENGTH = 28
_OPENING_LENGTH = 40
_MOST_YEARS = 3
_MEASURE = regex(r"\d[\d.,]*\s*(?:[%％‰年月日万亿元吨亩处个人米公千]|percent|million|billion)")
_TOLD = regex(r"[，。；！？]|\.\s")
_TOLD_LENGTH = 20


def split(document: Document, *, target: int = 240, limit: int = 320) -> tuple[Passage, ...]:
    """Pack the sentences of a document into passages of about `target` Chinese characters.

    For text with spaces between words, three letters weigh as one Chinese character, so the default is
    about 120 English words. A passage never crosses a heading; a sentence, and a list item of up to
    `limit`, is never cut; only a sentence that is longer itself makes a longer passage. Passages do not
    overlap, and together hold every sentence of every paragraph and list item. Captions that tell
    something are passages of their own, at the end.
    """
    passages = [
        passage
        for section in sections(document)
        for passage in _section_passages(document, section, target, limit)
    ]
    return tuple(replace(passage, ordinal=n) for n, passage in enumerate([*passages, *_captions(document)]))


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence in clean coordinates of the document, with its block and its weight."""

    start: int
    end: int
    block: Block
    weight: int


def _section_passages(document: Document, section: Section, target: int, limit: int) -> Iterator[Passage]:
    sentences = [sentence for block in section.blocks for sentence in _sentences(document, block)]
    periods = _periods(document, section)
    for first, stop in _pack(sentences, target, limit):
        run = sentences[first:stop]
        yield _passage(document, section, run, periods[run[0].block.start])


def _sentences(document: Document, block: Block) -> Iterator[_Sentence]:
    text = text_of(document, block)
    for start, end in split_sentences(text):
        yield _Sentence(block.start + start, block.start + end, block, _weight(text[start:end]))


def _weight(text: str) -> int:
    """The length in Chinese characters, or the letters of another script at three to one."""
    return len(text) if 3 * len(CJK.findall(text)) > len(text) else -(-len(text) // _LATIN_SHARE)


def _pack(sentences: Sequence[_Sentence], target: int, limit: int) -> list[tuple[int, int]]:
    """Cut sentences into runs near `target`, with few cuts inside items and paragraphs.

    A run costs its squared relative deviation from the target, a cut after it the more the closer what
    it parts belongs together.
    """
    sums = [0, *accumulate(sentence.weight for sentence in sentences)]
    items: Counter[int] = Counter()
    for sentence in sentences:
        items[sentence.block.start] += sentence.weight
    cuts = [_cut_cost(sentences, stop, items, limit) for stop in range(1, len(sentences) + 1)]

    def cost(first: int, stop: int) -> float | None:
        weight = sums[stop] - sums[first]
        if weight > limit and stop - first > 1:
            return None
        mixed = _MIXED if _mixes(sentences, first, stop) else 0.0
        return float((weight / target - 1) ** 2) + cuts[stop - 1] + mixed

    return cheapest_runs(len(sentences), cost)


def _cut_cost(sentences: Sequence[_Sentence], stop: int, items: Mapping[int, int], limit: int) -> float:
    """What it costs to cut before sentence `stop`."""
    if stop == len(sentences) or sentences[stop].block is not sentences[stop - 1].block:
        return 0.0
    block = sentences[stop].block
    if block.kind != "item":
        return _CUT_PARAGRAPH
    return _UNFIT if items[block.start] <= limit else _CUT_ITEM


def _mixes(sentences: Sequence[_Sentence], first: int, stop: int) -> bool:
    """Whether the run holds the end or the beginning of one list item beside another one."""
    begin, end = sentences[first].block, sentences[stop - 1].block
    if begin is end:
        return False
    tail = begin.kind == "item" and first > 0 and sentences[first - 1].block is begin
    head = end.kind == "item" and stop < len(sentences) and sentences[stop].block is end
    return tail or (head and begin.kind == "item")


def _passage(document: Document, section: Section, run: Sequence[_Sentence], period: str | None) -> Passage:
    body, sentences = _join(document.body, run)
    headings = section.headings
    topic = _topic(document, run[0])
    if topic:
        headings = (*headings, topic)
    years = _years_of(body.text, section.metadata)
    context = _context(section.metadata, headings, years or period)
    metadata = replace(section.metadata, title=section.metadata.title or document.metadata.title, reasons=())
    return Passage(document.source, 0, body, headings, context, sentences, metadata)


def _join(body: AlignedText, run: Sequence[_Sentence]) -> tuple[AlignedText, tuple[tuple[int, int], ...]]:
    """The text of the sentences, one line a block; what stands between blocks (captions) is left out."""
    parts: list[AlignedText] = []
    sentences: list[tuple[int, int]] = []
    length = 0
    for index, sentence in enumerate(run):
        last = index + 1 == len(run)
        same_block = not last and run[index + 1].block is sentence.block
        # Up to the next sentence, or with the line end that follows the block.
        stop = run[index + 1].start if same_block else sentence.end if last else sentence.block.end + 1
        parts.append(body.slice(sentence.start, stop))
        sentences.append((length, length + sentence.end - sentence.start))
        length += stop - sentence.start
    return AlignedText.joined(parts), tuple(sentences)


def _topic(document: Document, first: _Sentence) -> str | None:
    """What the list item or row is about whose middle the passage begins in: its first sentence, or its name."""
    if first.start == first.block.start or first.block.kind not in ("item", "row"):
        return None
    text = text_of(document, first.block)
    start, end = split_sentences(text)[0]
    if first.block.kind == "row":
        name = text[: max(0, text.find("："))]
        return name if 0 < len(name) <= _TOPIC_LENGTH and not _opens(text, first, name) else None
    topic = _TOPIC.sub("", text[start:end], count=1).rstrip("。.；;：:")
    return topic if 0 < len(topic) <= _TOPIC_LENGTH else None


def _opens(text: str, sentence: _Sentence, name: str) -> bool:
    """Whether a sentence of a wide row says the row's name itself."""
    return text.startswith(name, sentence.start - sentence.block.start)


def _periods(document: Document, section: Section) -> dict[int, str | None]:
    """The period each block of a section speaks of, by its start.

    A paragraph that opens with a year ("2024年，岢岚县将…") sets it for those below it; until one does,
    it is the headings' ("一、2023年工作回顾"), or the story's.
    """
    periods: dict[int, str | None] = {}
    current = section.metadata.period
    for heading in section.headings[1:]:
        current = _years_of(heading, section.metadata, most=1) or current
    for block in section.blocks:
        current = _years_of(text_of(document, block)[:_OPENING_LENGTH], section.metadata, most=1) or current
        periods[block.start] = current
    return periods


def _years_of(text: str, metadata: Metadata, *, most: int = _MOST_YEARS) -> str | None:
    """The years a text itself speaks of, "去年" and "今年" included; `None` for none or more than `most`.

    Only years that its document names or lives in: "10年" in a text of 2024 is no year 2010.
    """
    now = metadata.year
    known = {*metadata.years, *(() if now is None else (now - 1, now, now + 1))}
    years = [year for year in years_meant(text, now) if year in known]
    unit = "年" if CJK.search(text) else ""
    return " ".join(f"{year}{unit}" for year in years) if 0 < len(years) <= most else None


def _context(metadata: Metadata, headings: Sequence[str], period: str | None) -> str:
    """Place, period, title and heading path, each said once."""
    title = metadata.title if metadata.is_titled else ""
    path = [title, *(heading for heading in headings if heading not in title)]
    return " ".join(part for part in (metadata.place, period, " > ".join(filter(None, path))) if part)


def _captions(document: Document) -> Iterator[Passage]:
    """Captions that tell something, each with the place and year it names itself; then the rest as one."""
    labels: dict[str, Block] = {}
    for block in document.blocks:
        text = text_of(document, block)
        if block.kind == "caption" and _is_telling(text):
            yield _caption(document, block, text)
        elif block.kind == "caption":
            labels.setdefault(text, block)
    if labels:
        yield _labels(document, tuple(labels.values()))


def _labels(document: Document, blocks: Sequence[Block]) -> Passage:
    """Short captions and credits, a line each: what a picture shows is asked for too."""
    lines = [_Sentence(block.start, block.end, block, 0) for block in blocks]
    body, sentences = _join(document.body, lines)
    context = _context(document.metadata, (), document.metadata.period)
    return Passage(document.source, 0, body, (), context, sentences, document.metadata)


def _is_telling(text: str) -> bool:
    return bool(_MEASURE.search(text)) or (len(text) >= _TOLD_LENGTH and bool(_TOLD.search(text)))


def _caption(document: Document, block: Block, text: str) -> Passage:
    first = sum(other.level == 1 for other in document.blocks) < 2
    metadata = own_metadata(document, text)
    metadata = replace(metadata, place=metadata.place or (document.metadata.place if first else None))
    period = _years_of(text, metadata) or metadata.period
    context = " ".join(part for part in (metadata.place, period) if part)
    body = document.body.slice(block.start, block.end)
    return Passage(document.source, 0, body, (), context, tuple(split_sentences(text)), metadata)
