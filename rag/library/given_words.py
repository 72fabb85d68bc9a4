"""What a user says of a document: which of the words they left standing are theirs, and whether they can be meant."""

from __future__ import annotations

from collections.abc import Mapping

from rag.documents.facts.overrides import checked
from rag.errors import LibraryError
from rag.types import Metadata

FIELDS = ("title", "place", "period", "date")
"""What may be said here; a sidecar may say more."""
_LONGEST = 200


def given_words(words: Mapping[str, str], found: Metadata) -> dict[str, str]:
    """The words that differ from what was found, by field. Raises `LibraryError` for a date that is none."""
    said = {field: " ".join(words[field].split())[:_LONGEST] for field in FIELDS if field in words}
    given = {field: word for field, word in said.items() if word != (getattr(found, field) or "")}
    if checked(given, "")[1]:
        raise LibraryError(
            f"“{given.get('date', '')}”不像日期。请写成 2024-03-05 或 2024年3月5日。",
            f"“{given.get('date', '')}” is no date. Write it as 2024-03-05.",
        )
    return given
