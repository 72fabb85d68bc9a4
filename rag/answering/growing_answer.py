"""A chat model's answer while it is being said: what of it is checked already, and what it comes to in the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.answering.assembly import assembled
from rag.answering.findings import Findings
from rag.answering.grounding import ground
from rag.answering.hostile import unobeyed
from rag.answering.markers import DraftClaim, split_claims
from rag.answering.verdict import Verdict
from rag.answering.verification import verify
from rag.original import Original
from rag.text.patterns import regex
from rag.types import Answer, Hit

Certain = Callable[[Answer, int], None]
"""Told (an answer of the claims that are checked so far, how many characters of the text it stands for)."""

_ENDED = regex(
    r"(?:[。！？!?]|\.(?=\s))[”’」』）)\"]*(?:[ \t]*\[\d{1,3}\])*(?=[ \t]*[^\s\[”’」』）)\"。！？!?])"
)
"""The end of a sentence with its markers, behind which another one has begun: no more markers can come."""


class GrowingAnswer:
    """What a model has said so far about some findings; its markers number `hits`."""

    def __init__(
        self, findings: Findings, hits: Sequence[Hit], backend: str, original: Callable[[str], Original]
    ) -> None:
        self.text = ""
        """All it has said."""
        self._findings = findings
        self._hits = hits
        self._backend = backend
        self._original = original
        self._verdicts: dict[DraftClaim, Verdict] = {}
        self._checked = 0

    def add(self, piece: str, certain: Certain | None = None) -> None:
        """Take in what was said next; `certain` is told if that ends a sentence."""
        self.text += piece
        if certain is None or (ended := self._ended()) == self._checked:
            return
        self._checked = ended
        answer = self._assembled(self.text[:ended], ())
        if not answer.refused:
            certain(answer, ended)

    def answer(self, warnings: Sequence[str]) -> Answer:
        """The answer, now that all is said."""
        return self._assembled(self.text, warnings)

    def refusal(self) -> Answer:
        """The answer of a model that says it can't answer."""
        return assembled(self._findings, (), self._backend, self._original, ())

    def _assembled(self, text: str, warnings: Sequence[str]) -> Answer:
        verdicts = [self._verdict(claim) for claim in split_claims(text)]
        return assembled(self._findings, verdicts, self._backend, self._original, warnings)

    def _verdict(self, claim: DraftClaim) -> Verdict:
        """The check of a claim with what of the hits supports it; each is checked once."""
        if claim not in self._verdicts:
            honest = unobeyed(self._hits, claim.text)
            statement = ground(claim.text, [honest[n - 1] for n in claim.markers], honest)
            self._verdicts[claim] = verify(statement)
        return self._verdicts[claim]

    def _ended(self) -> int:
        """How many characters of the text are whole sentences with all their markers."""
        line = self.text.rfind("\n") + 1
        # A line of markers alone belongs to the sentence before it.
        start = (
            line
            if self.text[line:].strip(" \t[0123456789]")
            else self.text.rfind("\n", 0, max(line - 1, 0)) + 1
        )
        ends = [match.end() for match in _ENDED.finditer(self.text, start)]
        return max(start, *ends) if ends else start
