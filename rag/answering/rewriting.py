"""A chat model makes a whole question of a follow-up; what it writes is checked, and only ever searched with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from rag.answering.prompts import load_prompt, neutral
from rag.errors import ModelError
from rag.text import stopwords
from rag.text.language import detect_language
from rag.text.patterns import regex
from rag.text.words import fold, words
from rag.types import Language, Turn

if TYPE_CHECKING:
    from rag.answering.chat_model import ChatBackend

_TURNS: Final = 3
_ANSWER_CHARACTERS: Final = 300
_LONGEST_REPLY: Final = 400
"""Characters of a reply that are read; a model that goes on is stopped."""
_LENGTH: Final = range(4, 200)
_MARKER = regex(r"\s*\[\d{1,3}\]")
_LABEL = regex(
    r"^\s*(?:[-*•]|\(?\d{1,2}[.、)）:：]|(?:改写后?的?问题|完整问题|问题|[Qq]uestion|[Rr]ewritten)\s*[:：])\s*"
)
_NUMBER = regex(r"\d+(?:\.\d+)?")
_HAN_RUN = regex(r"[㐀-鿿]+")
_JOINING = frozenset(
    """
    是 的 在 有 多少 什么 哪些 哪个 哪里 谁 几 为什么 为何 如何 怎么 怎样 吗 呢 了 和 与 及 以及 中 为 年 关于 分别 达到 完成
    原因 时候 何时 其中 情况 方面 各 还有 除了 之外 别的 其他
    the a an of in on at for to and or is are was were did does do has have had what which who whom whose when where
    why how much many long far that this with by from about other else besides there be been
    """.split()
)
"""Words that may join others: they bring nothing of their own into a question."""


def rewritten(question: str, history: Sequence[Turn], language: Language, model: ChatBackend) -> str | None:
    """The whole question a model makes of a follow-up; `None` if it fails or its reply can't be trusted.

    A reply is data: its first line is taken if it is one question made of words of the conversation, and nothing
    in it is followed. One with a word, a name, a year or a figure of its own is thrown away.
    """
    prompt = load_prompt("resolve", language)
    reply = ""
    try:
        for piece in model.stream(prompt.render(question=neutral(question.strip()), history=_told(history))):
            reply += piece
            if len(reply) > _LONGEST_REPLY:
                break
    except ModelError:
        return None
    return _trusted(reply[:_LONGEST_REPLY], question, history)


def _told(history: Sequence[Turn]) -> str:
    """The last turns, question and answer, answers shortened."""
    return "\n".join(
        f"{neutral(turn.question.strip())}\n{neutral(_answer(turn))}" for turn in history[-_TURNS:]
    )


def _answer(turn: Turn) -> str:
    return _MARKER.sub("", turn.answer)[:_ANSWER_CHARACTERS].strip()


def _trusted(reply: str, question: str, history: Sequence[Turn]) -> str | None:
    lines = [line.strip() for line in reply.strip().splitlines() if line.strip()]
    if len(lines) != 1:
        return None
    asked = _LABEL.sub("", lines[0]).strip("“”\"' ")
    said = "\n".join([question, *(f"{turn.question}\n{_answer(turn)}" for turn in history[-_TURNS:])])
    proper = asked.endswith(("?", "？")) and len(asked) in _LENGTH
    same_language = detect_language(asked) == detect_language(question)
    return asked if proper and same_language and only_words_of(asked, said) else None


def only_words_of(text: str, said: str) -> bool:
    """Whether a text is made of what was said: its figures all of them, its words but for joining ones.

    A Chinese word counts as said too where all its pairs of characters were.
    """
    if not set(_NUMBER.findall(text)) <= set(_NUMBER.findall(said)):
        return False
    folded, known = fold(said), frozenset(words(said)) | _JOINING | stopwords.ZH
    return all(word in known or _in_pairs(word, folded) for word in words(text))


def _in_pairs(word: str, said: str) -> bool:
    if not _HAN_RUN.fullmatch(word):
        return False
    if len(word) == 1:
        return word in said
    return all(word[i : i + 2] in said for i in range(len(word) - 1))
