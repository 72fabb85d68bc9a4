"""Follow-up questions: what "那2024年呢？" or "how about Zuoquan?" asks, given what was asked before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rag.errors import QuestionError
from rag.text.language import detect_language
from rag.text.patterns import regex
from rag.text.questions import plain_question
from rag.types import Turn

LONGEST_QUESTION = 2000
_ELLIPSIS = (
    regex(r"^(?:那么?|那)?\s*(?P<what>.{1,16}?)\s*(?:呢|又如何|又怎么样|怎么样)\s*[?？。]*$"),
    regex(r"^(?:and\s+)?(?:what|how)\s+about\s+(?P<what>.+?)\s*\??$", re.IGNORECASE),
    regex(r"^and\s+(?:(?:in|for|of|at)\s+)?(?P<what>[\w\s'-]{1,40}?)\s*\?$", re.IGNORECASE),
)
_WHY = regex(
    r"^(?:那么?|这|那)?(?:又?是)?(?:为什么|为何|什么原因|怎么回事|原因呢|原因是什么|why(?: is that| so| not)?|how come)\s*呢?[?？。!！]*$",
    re.IGNORECASE,
)
_MORE = regex(
    r"^(?:那么?|那)?(?:还有|其[他它]的?|别的|另外的?|除此之外)(?:还有)?(?:哪些|什么|别的)?[呢吗么]?[?？。]*$"
    r"|^(?:and\s+)?(?:what|anything|any(?:thing)? more|who|which ones?)\s+else\s*\??$|^(?:any|what) others?\s*\??$",
    re.IGNORECASE,
)
_AT_THE_HEAD = regex(r"^(?:那|它|他|她|其(?![他它])|该|这|此(?!外)|上述|前者|后者|又|还有|另外)")
_LEANS = regex(r"它|其中|该[项县市公厂园]|这[个些项家座]|那[个些项家座]|此(?:项|次)")
_LEANS_EN = regex(
    r"\b(?:its?|they|their|them|he|she|his|her|these|those)\b|\bthis\b(?! (?:year|month|week|century))"
    r"|(?:^|\b(?:of|is|was|does|did|about|for|in|by|with|than) )that\b|\bthat\s*\?"
    r"|(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )\bthere\b(?! (?:is|are|was|were|be|been|an?|any)\b)",
    re.IGNORECASE,
)
_OWN_NAME = regex(r"(?<!^)\b[A-Z][a-z]+")
_OWN_WORDS = 6
"""A pronoun that so many characters of a Chinese question stand before means something among them."""
_YEAR = regex(r"(?:19|20)\d{2}(?=\s*年?)")
_PLAN_TIME = regex(
    r"(?:before|during|over|(?:(?:at|by) )?the (?:end|start|beginning) of) the 1\dth five[- ]year plan(?: period)?|"
    r"[“\"]?十[一二三四五六]五[”\"]?(?:规划)?(?:期间|时期|收官|开局|期?末|初|[之以]?前)?",
    re.IGNORECASE,
)
_WHOLE_YEAR = regex(r"(?:19|20)\d{2}\s*年?")
_PLACE = regex(r"(?P<name>[㐀-鿿]{2,3})(?:县|市|区)")
_PLACE_EN = regex(
    r"(?<=\b)(?:(?<=in )|(?<=of )|(?<=for )|(?<=at )|(?<=did )|(?<=does )|(?<=has )|(?<=will ))"
    r"(?P<after>[A-Z][a-z]+)(?= (?:County|City|District)|\b)|\b(?P<owner>[A-Z][a-z]+)(?='s | County| City| District)"
)
_NAME_EN = regex(r"^(?:the )?(?P<name>[A-Z][a-z]+)(?: County| City| District)?(?:'s)?$")
_SHORT = 12
"""A question of so few characters after another one leans on it, unless it names a place of its own."""
_LEAD = regex(r"^(?:那么?|那)[,，]?\s*")
_HALF_CHARACTER = regex("[\ud800-\udfff]")
"""A lone surrogate, which JSON may hold and no converter of script takes."""
_ASKS = regex(r"(?:分别)?(?:是|有|为|达到?|完成)?(?:多少|几|什么|哪些|谁|哪里|如何|怎么样)|吗|呢|[?？]")
_WHICH = regex(r"哪[个家座条项位]|是谁|什么|叫|\b(?:which|what|who)\b", re.IGNORECASE)
_FIGURE_ASKED = regex(r"多少|几|多大|多高|百分之")
_ATTRIBUTE = regex(
    r"的?(?:总|年)?(?:投资额?|装机(?:容量|规模)?|规模|面积|产量|产值|产能|总量|总额|数量|人数|金额|收入|目标|增[速幅长]|占比|"
    r"时间|位置|名称|情况)+了?$"
)
"""What a question wants to know of its subject, at its end: not what "它" means."""
_SIZE_ASKED = regex(r"有?多[大长高远久]$")
_PRONOUN = regex(r"^(?:它们?|其|该[㐀-鿿]{0,2}|这[个项家座][㐀-鿿]{0,2}|那[个项家座][㐀-鿿]{0,2})的?")
_AUXILIARY = regex(r"^(?:is|are|was|were|did|does|do|has|have|will|can)\b", re.IGNORECASE)
_MARKER = regex(r"\s*\[\d{1,3}\]")
_SHORT_ANSWER = 40
"""An answer of so few characters to "which…" or "who…" is the name of what is asked about next."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question that stands alone, and what the conversation was about where that still matters.

    `told` is the same in one sentence, for a reader; empty where nothing was resolved. `doubtful`: nothing but its
    brevity makes it a follow-up, so that it may as well be about something new. `beyond` are earlier answers that
    are not to be repeated.
    """

    question: str
    background: str = ""
    told: str = field(default="", compare=False)
    doubtful: bool = field(default=False, compare=False)
    beyond: tuple[str, ...] = field(default=(), compare=False)

    @property
    def full(self) -> str:
        """The whole question in one sentence."""
        return self.told or self.question

    @property
    def follows(self) -> bool:
        """Whether it can't be understood without what was asked before."""
        return bool(self.told)


def checked_question(question: str) -> str:
    """The question without surrounding blanks. Raises `QuestionError` if it is empty or far too long."""
    question = question.strip()
    if not question:
        raise QuestionError(
            "问题是空的。请写下要问的话。", "The question is empty. Write what you want to know."
        )
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(
            f"问题有 {len(question)} 个字符，超过了 {LONGEST_QUESTION} 个的上限。请缩短，把长文放进文档里。",
            f"The question has {len(question)} characters; the limit is {LONGEST_QUESTION}. "
            "Shorten it, and put long text into a document.",
        )
    return question


def resolve(question: str, history: Sequence[Turn], places: Sequence[str] = ()) -> Resolved:
    """Make a follow-up stand alone; `places` are names (without 县, 市) that may be exchanged.

    A question that needs no help is returned as it is, but for traditional characters and the like. A question
    that names a place or a subject of its own begins a new topic: nothing is carried over to it.
    """
    question = _HALF_CHARACTER.sub(" ", question)
    question = plain_question(question) if detect_language(question) == "zh" else question
    if not history:
        return Resolved(question)
    earlier = _standing(history, places)
    asked = question.strip()
    if _WHY.match(asked):
        return _why(asked, earlier)
    if _MORE.match(asked):
        return _more(earlier, history)
    for pattern in _ELLIPSIS:
        if match := pattern.match(asked):
            return _exchanged(match["what"].strip(), earlier, places)
    sure = _leans(asked, places)
    if sure or _is_short(asked, places):
        leaning = _leaning(_LEAD.sub("", question), earlier, history[-1], doubtful=not sure)
        scope = _scope(asked, earlier.full, places)
        if sure or _named_by(history[-1]) or not scope:
            return leaning
        return replace(leaning, told=f"{scope}：{question.rstrip('?？。 ')}？")
    return Resolved(question)


def _standing(history: Sequence[Turn], places: Sequence[str]) -> Resolved:
    """The last question, itself made to stand alone."""
    return resolve(history[-1].question, history[:-1], places)


def _leans(question: str, places: Sequence[str]) -> bool:
    """Whether a word of the question means something said before it, and not in the question itself."""
    if detect_language(question) != "zh":
        pronoun = _LEANS_EN.search(question)
        return bool(pronoun) and not _OWN_NAME.search(question[: pronoun.start() if pronoun else 0])
    if _AT_THE_HEAD.search(question):
        return True
    pronoun = _LEANS.search(question)
    return bool(pronoun and pronoun.start() < _OWN_WORDS and not _place(question[: pronoun.start()], places))


def _leaning(question: str, earlier: Resolved, last: Turn, *, doubtful: bool) -> Resolved:
    """A question with a word that means what was asked before, or too short to have a subject."""
    about = _about(earlier)
    named = _named_by(last)
    told = _with_subject(question, named or about)
    background = f"{about} {named}".strip() if named and named not in about else about
    return Resolved(question, background, told, doubtful)


def _about(earlier: Resolved) -> str:
    return _ASKS.sub(" ", f"{earlier.background} {earlier.question}").strip()


def _named_by(turn: Turn) -> str:
    """What a short answer named, where the question asked for a name; else empty."""
    answer = _MARKER.sub("", turn.answer).strip().rstrip("。.")
    return answer if _WHICH.search(turn.question) and 1 < len(answer) <= _SHORT_ANSWER else ""


def _with_subject(question: str, subject: str) -> str:
    """The question with its subject in the pronoun's stead, else in front."""
    bare = question.rstrip("?？。 ")
    if detect_language(question) != "zh":
        return f"{bare}? ({subject.rstrip('?')})"
    subject = _ATTRIBUTE.sub("", _SIZE_ASKED.sub("", subject.replace(" ", "")))
    pronoun = _PRONOUN.match(bare)
    if pronoun and pronoun.end() < len(bare):
        return f"{subject}的{bare[pronoun.end() :]}？"
    return f"{subject}：{bare}？"


def _why(asked: str, earlier: Resolved) -> Resolved:
    """The reason for what the question before was about."""
    about = _about(earlier)
    if detect_language(asked) == "zh":
        question = f"为什么{about.replace(' ', '')}？"
        return Resolved(question, told=question)
    if _AUXILIARY.match(earlier.full):
        question = f"Why {earlier.full[0].lower()}{earlier.full[1:]}"
        return Resolved(question, told=question)
    return Resolved("Why?", about, f"Why? ({about})")


def _more(earlier: Resolved, history: Sequence[Turn]) -> Resolved:
    """The question before once more, for what was not said yet."""
    chinese = detect_language(earlier.full) == "zh"
    told = earlier.full if _MORE.match(history[-1].question.strip()) else ""
    told = told or (f"除了已经说的，{earlier.full}" if chinese else f"Besides what was said: {earlier.full}")
    return Resolved(earlier.question, earlier.background, told, beyond=(*earlier.beyond, history[-1].answer))


def _exchanged(what: str, earlier: Resolved, places: Sequence[str]) -> Resolved:
    """The earlier question with its year or place exchanged, else asked of something else."""
    question = earlier.question
    exchanged = _with_place(_with_year(question, what), what, places)
    if exchanged != question:
        told = _with_place(_with_year(earlier.full, what), what, places)
        return Resolved(exchanged, earlier.background, told)
    if year := _YEAR.search(what):
        whole = f"{what} {question}" if len(what) > len(year[0]) + 2 else f"{what}{question}"
        return Resolved(whole, earlier.background, whole)
    return Resolved(what, _about(earlier), _asked_of(what, earlier, places))


def _with_year(question: str, what: str) -> str:
    """The question with the year, or the time of a five-year plan, that `what` names."""
    for pattern in (_YEAR, _PLAN_TIME):
        if (asked := pattern.search(what)) and pattern.search(question):
            return pattern.sub(re.sub(r"^the (?=end|start|beg)", "at the ", asked[0]), question)
    return question


def _with_place(question: str, what: str, places: Sequence[str]) -> str:
    place, asked = _place(question, places), _place(what, places)
    if place and asked:
        return question.replace(place, asked)
    name, known = _NAME_EN.match(what), _PLACE_EN.search(question)
    if name and known:
        return re.sub(rf"\b{known['after'] or known['owner']}\b", name["name"], question)
    return question


def _asked_of(what: str, earlier: Resolved, places: Sequence[str]) -> str:
    """The same asked of something else: "左权县2024年固定资产投资是多少？"."""
    if detect_language(earlier.full) != "zh" or detect_language(what) != "zh":
        return f"{what}? ({_about(earlier).rstrip('?')})"
    asks = "" if _ASKS.search(what) else "是多少" if _FIGURE_ASKED.search(earlier.full) else "呢"
    if _PRONOUN.match(what):
        return _with_subject(f"{what}{asks}", _about(earlier))
    return f"{_scope(what, earlier.full, places)}{what}{asks}？"


def _scope(what: str, earlier: str, places: Sequence[str]) -> str:
    """The place and the year of the question before, as far as `what` has none of its own."""
    year = None if _YEAR.search(what) else _WHOLE_YEAR.search(earlier)
    name = None if _place(what, places) else _place(earlier, places)
    place = re.search(rf"{re.escape(name)}[县市区]?", earlier) if name else None
    return f"{place[0] if place else ''}{year[0] if year else ''}"


def _place(text: str, places: Sequence[str]) -> str | None:
    known = next((name for name in places if name in text), None)
    other = _PLACE.search(text)
    return known or (other["name"] if other else None)


def _is_short(question: str, places: Sequence[str]) -> bool:
    return len(question.strip()) <= _SHORT and _place(question, places) is None
