"""Names of persons, organisations, places and works: told by what stands around them, or by gold answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import rjieba

from eval.gold import GoldQuestion

NameKind = Literal["person", "organisation", "place", "quoted", "title"]

_HAN = "[㐀-鿿]"
_PERSON = re.compile(
    r"(?:书记|县长|市长|区长|局长|主任|院士|教授|记者|董事长|经理|主席|部长|院长|校长|负责人)"
    rf"(?P<name>{_HAN}{{2,3}}?)(?=说|介绍|表示|告诉|如是说|召集|[）)，])"
)
_ORGANISATION_END = "公司|集团|医院|大学|学院|银行|研究院|合作社|协会"
_ORGANISATION = re.compile(
    rf"(?:(?<=[、，。；：（(与和同由])|^)(?P<name>{_HAN}{{2,14}}?(?:{_ORGANISATION_END}))(?!{_HAN}*(?:{_ORGANISATION_END}))"
)
_NO_ORGANISATION = re.compile(r".*[的了将要等由与和及年月把被对向为]")
_QUOTED = re.compile(r"“(?P<name>[^“”，。；、]{2,14})”")
_TITLE = re.compile(r"《(?P<name>[^《》]{2,20})》")
_PLAIN = re.compile(rf"{_HAN}{{2,12}}")
_SHORT_NAME = 3
_NAME_TAGS = ("n", "j")
"""What the dictionary calls the first word of an organisation's name."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name, and what it is the name of."""

    kind: NameKind
    text: str


def names_of(texts: Iterable[str], questions: Iterable[GoldQuestion]) -> tuple[Name, ...]:
    """The names in some texts and those that gold questions ask for, sorted; one that holds another counts too."""
    found = {name for text in texts for name in _in_text(text)}
    found |= {name for question in questions for name in _asked_for(question)}
    return tuple(sorted(found, key=lambda name: (name.kind, name.text)))


def _in_text(text: str) -> Iterator[Name]:
    for match in _QUOTED.finditer(text):
        yield Name("quoted", match["name"])
    for match in _TITLE.finditer(text):
        yield Name("title", match["name"])
    for match in _PERSON.finditer(text):
        yield Name("person", match["name"])
    for match in _ORGANISATION.finditer(text):
        if not _NO_ORGANISATION.match(match["name"]) and rjieba.tag(match["name"])[0][1].startswith(
            _NAME_TAGS
        ):
            yield Name("organisation", match["name"])


def _asked_for(question: GoldQuestion) -> Iterator[Name]:
    """The answers of a question for a person or a place that are a name and nothing else, as its evidence has them."""
    for answer in question.answers:
        if not _PLAIN.fullmatch(answer) or not any(answer in text for text in question.evidence):
            continue
        if question.kind == "place":
            yield Name("place", answer)
        elif question.kind == "person" and re.search(f"(?:{_ORGANISATION_END})$", answer):
            yield Name("organisation", answer)
        elif question.kind == "person" and len(answer) <= _SHORT_NAME:
            yield Name("person", answer)
