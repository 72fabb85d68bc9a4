"""True claims: what a gold row's evidence says, in the words of its document, in several forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import rjieba

from eval.gold import GoldQuestion
from eval.mutations.amounts import amounts_in
from eval.mutations.corpus import Corpus, Sentence, short_name
from eval.targets import Span, Target
from rag.text.sentences import split_clauses
from rag.types import Hit, Passage

Form = Literal["sentence", "clause", "placed", "asked", "english"]

_LONGEST_SENTENCE = 160
"""Characters; what is longer is a paragraph, and no claim of an answer."""
_SHORTEST = 6
_TRIMMED = "，。；：、！？,;:!? \n"
_YEAR = re.compile(r"(?<!\d)20\d{2}(?=年)")
_WHOLE_YEAR = re.compile(
    r"(?<!\d)20\d{2}(?=年(?!\s*(?:[上下]半年|[一二三四1-4]季度|1?\d月|[年]?[初末底前]|[-—–~～至到])))"
)
_TIME_WORDS = re.compile(
    r"年|月|季度|今[冬春夏秋]|目前|现在|当前|近期|近日|期间|[“\"]十.五|累计|以来|将|力争|计划|预计|要|拟|再"
)
"""With one of these a clause has a time of its own, or tells of what is to come."""
_WHOLE = re.compile(r"^(20\d{2}年[，,]?|去年[，,]?|今年[，,]?)?(?:全[县市]|我[县市])")
_OPENING_TIME = re.compile(r"^(?:20\d{2}年|去年|今年)[，,]?")
_LAST_YEAR = "去年"
_DATED_KINDS = frozenset(("fact", "paraphrase", "noise", "years"))
"""Kinds of questions whose year is that of the evidence; a comparison names two, a false premise may be wrong."""
_WANTED = re.compile(
    r"多少(?:钱|[个项条次亩吨人家户座件台辆只名]|万吨|亿元|万亩|百分点)?|几[个条项件]|谁|哪天|什么时候|何时"
)
_ASKS_MORE = re.compile(r"[？?，,；]|各|分别|和.*多少|吗|呢$")
_SEVERAL = frozenset(("compare", "false_premise", "follow_up", "trend", "list", "why", "yes_no"))
"""Kinds of questions whose answer is no single word, or that take for true what is not."""
_SUBJECT_TAGS = ("n", "m", "j", "l", "i")
_NO_SUBJECT = re.compile(
    r"(?:同比|环比|增长|下降|增加|减少|增幅|降幅|占|总投资|投资|其中|均|并|也|还|达|较|比|该|其|这|此|我|"
    r"第[一二三四五六七八九十]次|[一二三四五六七八九十\-—]+是|分别|项目|产能|力争|全部|[县市]|\d+[年月])"
)
"""Clauses that begin so are of what the clause before is of."""


@dataclass(frozen=True, slots=True, eq=False)
class TrueClaim:
    """A statement that the documents make, and where: `sentence` of the passage that holds the evidence.

    `place` and `year` are those the claim names, where it names any; `hits` what the retriever found.
    """

    question: GoldQuestion
    form: Form
    text: str
    sentence: Sentence
    hits: tuple[Hit, ...]
    place: str | None = None
    year: int | None = None

    @property
    def language(self) -> str:
        """The language it is worded in."""
        return "en" if self.form == "english" else "zh"

    @property
    def passage(self) -> Passage:
        """The passage that makes it true."""
        return self.sentence.passage


def chinese_claims(
    question: GoldQuestion, target: Target, corpus: Corpus, hits: tuple[Hit, ...]
) -> Iterator[TrueClaim]:
    """The claims of an answerable question's evidence: the sentence, its clauses, and these with place and year."""
    for spans in target.evidence:
        found = next((one for span in spans if (one := corpus.sentence_at(span))), None)
        if found is None or len(found.text) > _LONGEST_SENTENCE:
            continue
        span = next(span for span in spans if corpus.sentence_at(span) is found)
        start, end = _clauses(found, span)
        clause = found.text[start:end].strip(_TRIMMED)
        if len(found.text) >= _SHORTEST:
            yield _claim(question, "sentence", found.text, found, hits)
        if len(clause) < _SHORTEST:
            continue
        if clause != found.text.strip(_TRIMMED):
            yield _claim(question, "clause", clause, found, hits)
        asked = _answered(question, found)
        if asked:
            yield _claim(question, "asked", asked, found, hits)
        placed = _placed(question, clause, found)
        if placed and placed != clause:
            yield _claim(question, "placed", placed, found, hits)


def _claim(
    question: GoldQuestion, form: Form, text: str, sentence: Sentence, hits: tuple[Hit, ...]
) -> TrueClaim:
    years = {int(year) for year in _YEAR.findall(text)}
    place = sentence.place if sentence.place and short_name(sentence.place) in text else None
    return TrueClaim(question, form, text, sentence, hits, place, years.pop() if len(years) == 1 else None)


def _clauses(sentence: Sentence, span: Span) -> tuple[int, int]:
    """From the first clause that a stretch of the original touches to the last, in the sentence's characters."""
    touched = [
        (start, end)
        for start, end in split_clauses(sentence.text)
        if Span(sentence.passage.source, *sentence.original_span(start, end)).overlaps(span)
    ]
    return (touched[0][0], touched[-1][1]) if touched else (0, len(sentence.text))


def _answered(question: GoldQuestion, sentence: Sentence) -> str | None:
    """The question with its answer in the place of what it asks for: "…考察了多少次？" → "…考察了14次".

    Only for questions that ask one thing, and an answer that the sentence has word for word.
    """
    asked = question.question.rstrip("？?。 ")
    wanted = _WANTED.findall(asked)
    amount = "多少" in asked
    answers = (one for one in question.answers if one in sentence.text)
    answer = next((one for one in answers if not amount or _is_amount(one)), None)
    several = question.kind in _SEVERAL or question.must_contain_all or _ASKS_MORE.search(asked)
    if len(wanted) != 1 or answer is None or several or question.history:
        return None
    return _WANTED.sub(lambda _: answer, asked, count=1)


def _is_amount(text: str) -> bool:
    return any((one.start, one.end) == (0, len(text)) for one in amounts_in(text))


def _placed(question: GoldQuestion, clause: str, sentence: Sentence) -> str | None:
    """The clause with its county and, where it is known, its year: as an answer would say it by itself."""
    place = sentence.place
    if place is None:
        return None
    if sentence.names_places:
        return _dated(question, clause, sentence) if _has_subject(clause) else None
    if _WHOLE.match(clause):
        return _dated(question, _WHOLE.sub(lambda found: f"{found[1] or ''}{place}", clause), sentence)
    if not _has_subject(clause):
        return None
    dated = _dated(question, clause, sentence)
    head = re.match(r"20\d{2}年", dated)
    return f"{head[0]}{place}{dated[5:].lstrip('，,')}" if head else f"{place}{dated}"


def _dated(question: GoldQuestion, clause: str, sentence: Sentence) -> str:
    """The clause with the year that "去年" means in it, or that the question is about."""
    written = sentence.passage.metadata.year
    if _LAST_YEAR in clause:
        return clause.replace(_LAST_YEAR, f"{written - 1}年", 1) if written else clause
    asked = set(_WHOLE_YEAR.findall(question.question))
    if question.kind not in _DATED_KINDS or len(asked) != 1 or _TIME_WORDS.search(sentence.text):
        return clause
    return f"{asked.pop()}年{clause}"


def _has_subject(clause: str) -> bool:
    """Whether a clause says by itself what it is of."""
    told = _OPENING_TIME.sub("", clause)
    if _NO_SUBJECT.match(told):
        return False
    tagged = rjieba.tag(told)
    return bool(tagged) and tagged[0][1].startswith(_SUBJECT_TAGS)
