"""The held-out pages are what their truths say."""

from __future__ import annotations

import pytest

from tests.fixture_files import cell_truths, layer, page_truth, truth
from tests.reading_measures import figures, figures_exact, folded, reading_order

HELD_OUT_IN_ORDER = [
    *(f"held_out/{name}" for name in ("school", "hospital", "finance", "annual", "gazette", "briefs")),
    *(f"held_out_2/{name}" for name in ("front", "weekly", "policy", "communique")),
    *(f"held_out_2/{name}" for name in ("journal", "bulletin", "ledger", "supplement")),
]
HELD_OUT_SCANS = [
    *(f"held_out/{name}" for name in ("school", "hospital", "finance", "magazine")),
    *(f"held_out_2/{name}" for name in ("front", "weekly", "policy", "supplement")),
]
APART = ("headings", "index", "keywords", "references", "footnotes")
"""What is on a page but in none of its stories."""


@pytest.mark.parametrize("name", HELD_OUT_IN_ORDER)
def test_the_held_out_pages_hold_their_sentences(name: str) -> None:
    page, text = page_truth(f"{name}.pdf"), layer(f"{name}.pdf")
    assert reading_order(page.sentences, text).share == 1.0
    assert all(folded(wanted) in folded(text) for wanted in (*page.captions, *page.furniture))


def test_the_held_out_pages_that_are_cut_or_drawn_otherwise_hold_every_figure() -> None:
    for name in ("roads", "tourism", "magazine", "courier"):
        page, text = page_truth(f"held_out/{name}.pdf"), layer(f"held_out/{name}.pdf")
        assert figures_exact("".join(sum(page.sentences, ())), text) == 1.0
    assert reading_order(page_truth("held_out/roads.pdf").sentences, layer("held_out/roads.pdf")).share < 0.2


@pytest.mark.parametrize("name", HELD_OUT_SCANS)
def test_the_held_out_scans_are_pictures_of_the_held_out_pages(name: str) -> None:
    assert not layer(f"{name}-scan.pdf").strip()
    assert truth(f"{name}-scan.pdf") == truth(f"{name}.pdf")


@pytest.mark.parametrize("name", [name for name in HELD_OUT_IN_ORDER if name.startswith("held_out_2/")])
def test_the_second_held_out_pages_have_text_enough_and_keep_apart_what_is_no_story(name: str) -> None:
    page, found = page_truth(f"{name}.pdf"), truth(f"{name}.pdf")
    told = folded("".join(sum(page.sentences, ())))
    assert sum(map(len, page.sentences)) >= 12
    assert len(list(figures(told))) >= 25
    assert [line for line in page.furniture if folded(line) in told] == []
    apart = [line for kind in APART for line in found.get(kind, ())]
    assert [line for line in apart if folded(line) not in folded(layer(f"{name}.pdf"))] == []


def test_the_table_without_rules_has_its_cells() -> None:
    cells = cell_truths("held_out_2/bulletin.pdf")
    text = folded(layer("held_out_2/bulletin.pdf"))
    rows = {
        row: "".join(cell.value for cell in cells if cell.row == row) for row in {cell.row for cell in cells}
    }
    assert len(cells) == 24
    assert all(folded(row) in text for row in rows.values())
