"""Prompts: text files with `${variable}` places, filled with a question and its evidence.

A template is a text file `NAME.LANGUAGE.txt`. Lines `--- system`, `--- user` and `--- assistant` open its
parts; every other line is text of the part it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Final, Literal, cast

from rag.answering.markers import split_claims
from rag.errors import PromptError
from rag.original import AlignedText
from rag.text.patterns import regex
from rag.text.sentences import split_sentences
from rag.types import Hit, Language, Turn

Role = Literal["system", "user", "assistant"]

Message = tuple[Role, str]
"""Who speaks, and what is said."""

REFUSALS: Final[Mapping[Language, str]] = {"zh": "资料中没有答案。", "en": "The documents do not say."}
"""The sentence a model is told to write, and to write alone, when the evidence does not answer."""

EVIDENCE_CHARACTERS: Final = 6000
"""How much evidence a prompt carries unless told otherwise, in characters."""

_FALLBACK: Final = "en"
_PART = regex(r"^--- (system|user|assistant)[ \t]*\n", re.MULTILINE)
_PACKAGED = Path(__file__).parents[1] / "_data" / "prompts"
_CHECKOUT = Path(__file__).parents[2] / "prompts"

# A tag, or a control token of a chat template such as "<|im_end|>". "<35" and "< 35" are figures and stay.
_TAG_OPENING = regex(r"[<＜](?=[\s\u200b-\u200f\u2060\ufeff]*[/／|｜!<＜A-Za-z_])")
_BRACKETED = regex(
    r"[\[［【]\s*(\^?\d{1,3}|/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS))\s*[\]］】]",
    re.IGNORECASE,
)
_UNSEEN = regex("[\U000e0000-\U000e007f\u202a-\u202e\u2066-\u2069]")
"""Tag characters, an alphabet without a shape, and what turns the direction of writing round."""
_MARKER = regex(r"[ \t]*\[[0-9]+\]")

_HISTORY_TURNS: Final = 3
_HISTORY_CHARACTERS: Final = 300
_SPEAKERS: Final[Mapping[Language, tuple[str, str, str]]] = {
    "zh": ("问：", "答：", "（无）"),
    "en": ("Q: ", "A: ", "(none)"),
}


@dataclass(frozen=True, slots=True)
class Prompt:
    """A template read from `path`: its parts in order, places for variables still open."""

    path: Path
    parts: tuple[Message, ...]

    @property
    def variables(self) -> frozenset[str]:
        """The names of all variables the template has a place for."""
        return frozenset(name for _, text in self.parts for name in Template(text).get_identifiers())

    def render(self, **variables: str) -> list[Message]:
        """Every part with its variables filled in; a value is never itself read as a template.

        Raises `PromptError` when a variable of the template is not given, or one is given that the
        template has no place for.
        """
        self._check(variables)
        return [(role, Template(text).substitute(variables)) for role, text in self.parts]

    def _check(self, variables: Mapping[str, str]) -> None:
        if missing := sorted(self.variables - variables.keys()):
            names = ", ".join(f"${{{name}}}" for name in missing)
            raise PromptError(
                f"提示词 {self.path} 里的变量 {names} 没有可填的值。请删去它，或改成已有的变量名。",
                f"the prompt {self.path} uses {names}, which nothing fills in. Remove or correct it.",
            )
        if unknown := sorted(variables.keys() - self.variables):
            names = ", ".join(f"${{{name}}}" for name in unknown)
            raise PromptError(
                f"提示词 {self.path} 里缺少变量 {names}。请在文件中写上它。",
                f"the prompt {self.path} has no place for {names}. Write it into the file.",
            )


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What is sent to a chat model. Marker `[n]` of its reply means `hits[n - 1]`."""

    messages: tuple[Message, ...]
    hits: tuple[Hit, ...]
    evidence_characters: int = 0
    """How long the evidence in it is."""


def prompt_folder() -> Path:
    """The folder of the prompts that come with the program: a wheel's own data, or a checkout's `prompts/`.

    Raises `PromptError` when neither is there.
    """
    # The wheel's folder comes first: beside an installed package, `prompts` may be anybody's.
    for folder in (_PACKAGED, _CHECKOUT):
        if folder.is_dir():
            return folder
    raise PromptError(
        f"找不到提示词文件夹：{_PACKAGED} 和 {_CHECKOUT} 都不存在。请重新安装本程序。",
        f"there is no prompt folder: neither {_PACKAGED} nor {_CHECKOUT} exists. Install the program again.",
    )


def load_prompt(name: str, language: Language, folder: Path | None = None) -> Prompt:
    """The template `name` for a language, or the English one where that language has none.

    Raises `PromptError` naming the file when there is neither, when it can't be read, or when it is not
    made as this module says.
    """
    folder = prompt_folder() if folder is None else folder
    own, fallback = (folder / f"{name}.{code}.txt" for code in (language, _FALLBACK))
    path = own if own.is_file() else fallback
    return Prompt(path, _split_parts(_read(path), path))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise PromptError(
            f"缺少提示词文件 {path}。请把它放回去。", f"the prompt file {path} is missing. Put it back."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(
            f"提示词文件 {path} 读不出来（{error}）。请检查权限，并存成 UTF-8 文本。",
            f"the prompt file {path} can't be read ({error}). Check its permissions; save it as UTF-8 text.",
        ) from error


def _split_parts(text: str, path: Path) -> tuple[Message, ...]:
    before, *rest = _PART.split(text if text.endswith("\n") else text + "\n")
    parts = tuple(
        (cast(Role, role), body.strip("\n")) for role, body in zip(rest[::2], rest[1::2], strict=True)
    )
    if before.strip() or not parts:
        raise PromptError(
            f"提示词文件 {path} 要以“--- system”或“--- user”一行开头。",
            f'the prompt file {path} has to begin with a line "--- system" or "--- user".',
        )
    if any(not Template(body).is_valid() for _, body in parts):
        raise PromptError(
            f"提示词文件 {path} 里有单独的 $。变量写成 ${{名字}}，美元符号写成 $$。",
            f"the prompt file {path} has a stray $. Write a variable as ${{name}} and a dollar sign as $$.",
        )
    return parts


def build_request(
    question: str,
    language: Language,
    hits: Sequence[Hit],
    history: Sequence[Turn],
    prompt: Prompt,
    *,
    characters: int = EVIDENCE_CHARACTERS,
    lead_ins: Mapping[int, AlignedText] | None = None,
) -> ChatRequest:
    """The messages that ask `question` of a chat model, with as many hits as `characters` allow.

    Hits are numbered from 1, best first as they come; whole hits are left out from the end, and the first is cut
    at the end of a sentence where it alone is too long. `${history}` may be missing from a template; the last
    three turns go in. `lead_ins` has, by hit id, what stands before a hit that is cut off from its subject; it
    goes into the line above the hit's text.
    """
    leads = lead_ins or {}
    blocks = [_evidence_block(number, hit, leads.get(hit.id)) for number, hit in enumerate(hits, start=1)]
    blocks = blocks[: _count_within(blocks, characters)]
    if blocks:
        blocks[0] = _cut(blocks[0], characters)
    evidence = "\n\n".join(blocks)
    variables = {"question": neutral(question.strip()), "evidence": evidence}
    if "history" in prompt.variables:
        variables["history"] = _history_text(history, language)
    return ChatRequest(tuple(prompt.render(**variables)), tuple(hits[: len(blocks)]), len(evidence))


def _cut(block: str, characters: int) -> str:
    """The whole sentences from the front of a block that `characters` hold; a first one that is longer is cut."""
    if len(block) <= characters:
        return block
    ends = [end for _, end in split_sentences(block) if end <= characters]
    label = block.find("\n")
    return block[: ends[-1] if ends and ends[-1] > label else characters]


def _count_within(blocks: Iterable[str], characters: int) -> int:
    """How many blocks from the front fit into `characters`: at least one where there is one."""
    total = count = 0
    for block in blocks:
        total += len(block)
        if count and total > characters:
            break
        count += 1
    return count


def _evidence_block(number: int, hit: Hit, lead: AlignedText | None) -> str:
    """One numbered piece of evidence: a line that says where it is from and what leads up to it, then its text."""
    metadata = hit.passage.metadata
    before = f"… {lead.text}" if lead else ""
    known = (metadata.title, metadata.place, metadata.period, " > ".join(hit.passage.headings), before)
    label = " | ".join(" ".join(part.split()) for part in known if part)
    return f"[{number}] " + neutral(f"{label}\n{hit.passage.text}")


def neutral(text: str) -> str:
    """The text with other brackets where its own could do harm, and without characters that nobody sees.

    So it can't close the fence around it, speak a chat template's control tokens, pass for a numbered piece of
    evidence, or say to the model what it does not show to a reader.
    """
    return _BRACKETED.sub(r"〔\1〕", _TAG_OPENING.sub("‹", _UNSEEN.sub("", text)))


def _history_text(history: Sequence[Turn], language: Language) -> str:
    """The last turns, shortened. Their markers go: they numbered other evidence."""
    asked, answered, nothing = _SPEAKERS.get(language, _SPEAKERS[_FALLBACK])
    lines = []
    for turn in history[-_HISTORY_TURNS:]:
        answer = _MARKER.sub("", turn.answer)[:_HISTORY_CHARACTERS]
        question = turn.question.strip()[:_HISTORY_CHARACTERS]
        lines += [asked + neutral(question), answered + neutral(answer.strip())]
    return "\n".join(lines) or nothing


def is_refusal(answer: str) -> bool:
    """Whether a model's answer says, in either language, that the documents do not answer.

    It does when it begins with the agreed sentence and no later sentence cites anything.
    """
    claims = split_claims(answer)
    if not claims or any(claim.markers for claim in claims[1:]):
        return False
    return _bare(claims[0].text) in {_bare(sentence) for sentence in REFUSALS.values()}


def _bare(sentence: str) -> str:
    """A sentence without its punctuation, spacing and capitals."""
    return re.sub(r"\W+", "", sentence).casefold()
