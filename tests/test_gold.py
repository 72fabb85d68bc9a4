"""The gold questions on the seeds: every row is checked against the documents it speaks of."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter, defaultdict
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest

from eval.gold import load_gold
from rag.types import Json

ROOT = Path(__file__).parent.parent
GOLD = ROOT / "eval" / "gold" / "seeds.jsonl"
README = GOLD.with_name("README.md")
SEEDS = ROOT / "seeds"

SPLIT_SEED = 20261123
SPLITS = ("dev", "test")
KINDS = {
    "fact", "date", "person", "place", "list", "compare", "years", "paraphrase", "noise", "follow_up",
    "yes_no", "why", "definition", "false_premise", "trend", "unanswerable",
}  # fmt: skip
REQUIRED = {"id", "question", "lang", "kind", "answers", "sources", "evidence", "answerable", "split"}
OPTIONAL = {"must_contain_all", "history"}
LONGEST_EVIDENCE = 180
"""Characters. An evidence span is a clause or sentence, or overlapping it would prove nothing."""

MULTIPLIERS = {
    "万": 10**4, "千万": 10**7, "亿": 10**8, "thousand": 10**3, "million": 10**6, "billion": 10**9,
    "千瓦": 10**3, "kW": 10**3, "kilowatt": 10**3, "兆瓦": 10**6, "MW": 10**6, "GW": 10**9,
}  # fmt: skip
FIGURE = re.compile(
    r"(\d+(?:,\d{3})*(?:\.\d+)?)(千万|万|亿|thousand|million|billion)?(千瓦|兆瓦|kW|kilowatt|MW|GW)?"
)
HAN = re.compile(r"[\u4e00-\u9fff]")
REWORDED = {"翻一番"}
"""Chinese variants without a figure that were judged equal to the source's words by hand."""
RISE = re.compile(r"^(增长了?|增加|上升|为|是)")
"""Words a variant may put before the figure where the source says "增长" or "增幅"."""


def normalise(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def figures(text: str) -> set[Decimal]:
    """Values of the figures of a text in base units, so that 2.52 million equals 252万."""
    return {
        Decimal(number.replace(",", "")) * MULTIPLIERS.get(scale, 1) * MULTIPLIERS.get(unit, 1)
        for number, scale, unit in FIGURE.findall(normalise(text))
    }


def computed_splits(rows: list[Json]) -> dict[str, str]:
    """Dev and test in turn down the rows, ordered by kind, language and a seeded digest of the id."""

    def place(row: Json) -> tuple[str, str, str]:
        digest = sha256(f"{SPLIT_SEED}:{row['id']}".encode()).hexdigest()
        return row["kind"], row["lang"], digest

    return {row["id"]: SPLITS[n % 2] for n, row in enumerate(sorted(rows, key=place))}


@cache
def seed_text(name: str) -> str:
    # Bytes, not read_text(): universal newlines would change what stands in the file.
    return (SEEDS / name).read_bytes().decode("utf-8")


ROWS: list[Json] = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
ANSWERABLE = [row for row in ROWS if row["answerable"]]
UNANSWERABLE = [row for row in ROWS if not row["answerable"]]


def each(rows: list[Json]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", rows, ids=[row["id"] for row in rows])


def evidence_of(row: Json) -> str:
    return normalise("\n".join(row["evidence"]))


def test_the_evaluation_reads_the_set_and_both_of_its_halves() -> None:
    ids = {split: {question.id for question in load_gold(GOLD, split)} for split in SPLITS}
    assert ids["dev"] | ids["test"] == {row["id"] for row in ROWS}
    assert not ids["dev"] & ids["test"]


def test_there_are_enough_questions_of_every_sort() -> None:
    kinds = Counter(row["kind"] for row in ROWS)
    languages = Counter(row["lang"] for row in ROWS)
    assert len(ROWS) >= 190
    assert kinds["unanswerable"] >= 40
    assert kinds["fact"] >= 60
    assert min(kinds.values()) >= 7
    assert languages["en"] >= 25
    assert sum(row["lang"] == "en" for row in UNANSWERABLE) >= 6
    assert set(kinds) == KINDS


def test_all_five_seeds_are_asked_about() -> None:
    asked = Counter(source for row in ANSWERABLE for source in row["sources"])
    assert len(asked) == 5
    assert min(asked.values()) >= 20


def test_ids_are_unique() -> None:
    assert not [name for name, n in Counter(row["id"] for row in ROWS).items() if n > 1]


def test_no_question_stands_twice() -> None:
    asked = Counter((normalise(row["question"]), json.dumps(row.get("history"))) for row in ROWS)
    assert not [question for question, n in asked.items() if n > 1]


def test_splits_are_the_computed_ones() -> None:
    assert {row["id"]: row["split"] for row in ROWS} == computed_splits(ROWS)


def test_splits_halve_every_kind_in_every_language() -> None:
    difference: dict[tuple[str, str], int] = defaultdict(int)
    for row in ROWS:
        difference[row["kind"], row["lang"]] += 1 if row["split"] == "dev" else -1
    assert all(abs(n) <= 1 for n in difference.values())
    assert abs(sum(difference.values())) <= 1


@each(ROWS)
def test_a_row_has_the_fields_of_the_contract(row: Json) -> None:
    assert set(row) >= REQUIRED
    assert set(row) <= REQUIRED | OPTIONAL
    assert row["kind"] in KINDS
    assert row["lang"] in {"zh", "en"}
    assert row["split"] in SPLITS
    assert row["question"] == row["question"].strip() != ""
    for field in ("answers", "sources", "evidence", *(OPTIONAL & {"must_contain_all"} & set(row))):
        assert all(isinstance(item, str) and item.strip() for item in row[field])
        assert len(row[field]) == len(set(row[field]))
    assert all(set(turn) == {"question", "answer"} for turn in row.get("history", []))
    assert ("history" in row) or row["kind"] != "follow_up"


@each(ROWS)
def test_a_question_is_in_its_language(row: Json) -> None:
    # An English question may name one Chinese company; a Chinese one is not mostly Latin.
    han = len(HAN.findall(row["question"]))
    latin = len(re.findall(r"[A-Za-z]", row["question"]))
    assert (han > latin) == (row["lang"] == "zh")


@each(UNANSWERABLE)
def test_an_unanswerable_row_points_nowhere(row: Json) -> None:
    assert row["kind"] == "unanswerable"
    assert not row["answers"] and not row["sources"] and not row["evidence"]
    assert "must_contain_all" not in row


@each(ANSWERABLE)
def test_evidence_stands_once_word_for_word_in_a_source(row: Json) -> None:
    assert row["sources"] and row["evidence"]
    holders = set()
    for piece in row["evidence"]:
        counts = {name: seed_text(name).count(piece) for name in row["sources"]}
        assert sum(counts.values()) == 1, piece
        holders |= {name for name, n in counts.items() if n}
    assert holders == set(row["sources"])


@each(ANSWERABLE)
def test_evidence_is_short(row: Json) -> None:
    assert all(len(piece) <= LONGEST_EVIDENCE for piece in row["evidence"])


@each(ANSWERABLE)
def test_the_answer_stands_in_the_evidence(row: Json) -> None:
    needed = row.get("must_contain_all", [])
    assert row["answers"]
    assert all(normalise(part) in evidence_of(row) for part in [row["answers"][0], *needed])
    assert needed in ([], row["answers"])


@each(ANSWERABLE)
def test_other_wordings_of_an_answer_say_the_same(row: Json) -> None:
    """A variant is in the evidence, or has its figures, or is a name or word in Latin letters."""
    evidence = evidence_of(row)
    for variant in row["answers"][1:]:
        said = normalise(variant)
        if said in evidence or RISE.sub("", said) in evidence:
            continue
        assert figures(said) <= figures(evidence), variant
        assert figures(said) or variant in REWORDED or not HAN.search(said), variant


@each([row for row in ROWS if "history" in row])
def test_a_history_says_nothing_the_seeds_do_not_say(row: Json) -> None:
    known = set().union(*(figures(seed_text(path.name)) for path in SEEDS.glob("00*.txt")))
    assert all(figures(turn["answer"]) <= known for turn in row["history"])


@each([row for row in ROWS if row["kind"] == "compare"])
def test_a_comparison_needs_two_pieces_of_evidence(row: Json) -> None:
    assert len(row["evidence"]) == 2
    assert len(row["must_contain_all"]) == 2


def test_the_readme_counts_what_is_there() -> None:
    counts = Counter((row["kind"], row["lang"], row["split"]) for row in ROWS)
    table = re.findall(
        r"^\| `(\w+)` \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|", README.read_text("utf-8"), re.M
    )
    cells = [(lang, split) for lang in ("zh", "en") for split in SPLITS]
    for kind, *numbers, total in table:
        assert [int(n) for n in numbers] == [counts[kind, *cell] for cell in cells], kind
        assert int(total) == sum(map(int, numbers)), kind
    assert {kind for kind, *_ in table} == KINDS
    assert f"{len(ROWS)} questions" in README.read_text("utf-8")
