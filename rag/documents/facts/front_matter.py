"""The lines between two "---" at the head of a text file, in which a user says what the document is."""

from __future__ import annotations

import re
from typing import NamedTuple

from rag.documents.facts.overrides import Overrides, checked

_FENCED = re.compile(r"\ufeff?---[ \t]*\r?\n(?P<inner>(?:.*\r?\n)*?)---[ \t]*(?:\r?\n|$)")
_PAIR = re.compile(r"\s*([^\s:：#][^:：\n]{0,20}?)\s*[:：](?:\s|$|(?=[^\x00-\x7f\d]))")
_LONGEST = 8000
_WIDE_COLON = re.compile(r"^(\s*[^\s:：#][^:：\n]{0,20}?)\s*：\s*", re.MULTILINE)


class FrontMatter(NamedTuple):
    """`end` is the offset in the text at which its body begins; 0 for a text without front matter."""

    end: int
    overrides: Overrides
    warnings: tuple[str, ...]


NO_FRONT_MATTER = FrontMatter(0, {}, ())


def read_front_matter(text: str, name: str) -> FrontMatter:
    """The front matter of a text file called `name`: YAML, with half- or full-width colons.

    Two rules with other text between them are none. What can't be read is left out of the body all the same,
    with a warning ("Chinese / English"); keys for other programs (tags, layout) are passed over.
    """
    match = _FENCED.match(text[:_LONGEST])
    if match is None or not _is_pairs(match["inner"]):
        return NO_FRONT_MATTER
    import yaml  # only texts with front matter need it

    end = match.end()
    try:
        given = yaml.safe_load(_WIDE_COLON.sub(r"\1: ", match["inner"]))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        return FrontMatter(end, {}, (_broken(name, None if mark is None else mark.line + 2),))
    if not isinstance(given, dict):
        return FrontMatter(end, {}, (_broken(name, None),))
    overrides, warnings = checked(given, name, only_ours=False)
    return FrontMatter(end, overrides, warnings)


def _is_pairs(inner: str) -> bool:
    """Whether the first line that says something is a key with a value, and no sentence."""
    lines = (line for line in inner.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    first = next(lines, None)
    return first is not None and bool(_PAIR.match(first))


def _broken(name: str, line: int | None) -> str:
    zh, en = (f"第 {line} 行附近", f"near line {line}") if line else ("写法不对", "not “key: value” lines")
    return f"{name} 开头的说明没有采用（{zh}），正文照常收入。 / The front matter of {name} was left aside ({en}); its text is in."
