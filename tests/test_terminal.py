"""What the ingestion command prints for a person: nothing is cut, guesses are marked, failures come last."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from rag.ingestion import Duplicate, Failure, IngestReport, Renamed, TakenIn
from rag.original import AlignedText, Original
from rag.passages import split
from rag.progress import ProgressLine
from rag.terminal.clean_pages import page_texts, pieces
from rag.terminal.listing import print_list, valued
from rag.terminal.printing import shared_folder
from rag.terminal.report import print_report
from rag.terminal.shown import document_json, passage_begins, print_document
from rag.types import Block, Document, Metadata, Reason, SourceRecord

LONG_NAME = "资料/2024年/晋中市各县区政府工作报告汇编（含附件与修订说明）最终版.pdf"
OCR = "第 3 页由 OCR 识别。 / Page 3 was read by OCR."


def mixed_report() -> IngestReport:
    return IngestReport(
        added=[
            TakenIn(LONG_NAME, "晋中市2024年政府工作报告汇编", "pdf", 112, 203_456, 811, (OCR,)),
            TakenIn("新.txt", "公报", "txt", None, 20, 1, ()),
        ],
        updated=[TakenIn("b.xlsx", "指标", "xlsx", 3, 400, 12, ())],
        unchanged=["c.txt"],
        duplicates=[Duplicate("e.txt", "b.xlsx")],
        renamed=[Renamed("新.txt", "旧.txt")],
        removed=["旧.txt", "g.txt"],
        failed=[
            Failure(
                "坏.pdf", "damaged", "坏.pdf 已损坏，请重新下载。", "坏.pdf is damaged: download it again."
            )
        ],
        passed_over={".mp4": 3, "": 1},
        embedded=820,
        seconds=12.34,
    )


def printed(width: int, language: str = "") -> str:
    out = io.StringIO()
    print_report(
        mixed_report(), language, Console(file=out, width=width, force_terminal=True, color_system=None)
    )
    return out.getvalue()


def is_folded_in(text: str, table: str) -> bool:
    """Whether all characters of a text stand there in order; other columns may stand between its lines."""
    rest = iter(table)
    return all(char in rest for char in text)


class TestAReport:
    @pytest.mark.parametrize("width", [80, 100, 120])
    def test_fits_the_window_and_loses_nothing(self, width: int) -> None:
        said = printed(width)
        table = said[: said.index("新增 2，")]
        assert all(cell_len(line.rstrip()) <= width for line in table.splitlines())
        for text in (LONG_NAME, "晋中市2024年政府工作报告汇编", "第3页由OCR识别", "203,456", "811", "g.txt"):
            assert is_folded_in(text, table)
        assert "…" not in table

    def test_piped_is_a_line_a_document_without_colour(self, capsys: pytest.CaptureFixture[str]) -> None:
        print_report(mixed_report(), "")
        said = capsys.readouterr()
        lines = said.out.splitlines()
        assert [line[0] for line in lines[1:6]] == ["+", ">", "~", "=", "-"]
        assert "\x1b" not in said.out
        assert LONG_NAME in lines[1]
        assert "第 3 页由 OCR 识别" in lines[1]
        assert "旧.txt" in lines[2]
        assert "新增 2，更新 1，未变 1，移除 2，失败 1，改名 1，相同 1；新算向量 820 段，12.3 秒。" in lines
        assert any(".mp4 3" in line for line in lines)
        assert said.err == "! 坏.pdf\n坏.pdf 已损坏，请重新下载。\n坏.pdf is damaged: download it again.\n"

    @pytest.mark.parametrize(
        ("language", "there", "not_there"), [("zh", "新增", "new"), ("en", "new", "新增")]
    )
    def test_speaks_the_language_set(self, language: str, there: str, not_there: str) -> None:
        said = printed(100, language)
        assert there in said
        assert not_there not in said

    def test_that_only_rehearsed_says_so(self, capsys: pytest.CaptureFixture[str]) -> None:
        print_report(IngestReport(dry_run=True, unchanged=["a"]), "")
        said = capsys.readouterr().out
        assert "什么也没有写" in said
        assert "向量" not in said


RECORD = SourceRecord(
    source=LONG_NAME,
    format="pdf",
    sha256="0",
    characters=2000,
    pages=12,
    passages=84,
    metadata=Metadata(
        title="政府工作报告",
        place="昔阳县",
        places=("昔阳县", "晋中市"),
        kind="政府工作报告",
        date="2024-01-12",
        reasons=(
            Reason("title", 0.95, "版面上最大的一行", "the largest line"),
            Reason("place", 0.4, "只提到一次", "named only once"),
        ),
    ),
    same_as="b.pdf",
    warnings=(OCR,),
)


@pytest.mark.parametrize(
    ("sources", "folder"),
    [
        (["d/a.txt", "d/in/b.txt"], "d/"),
        (["/d/e/a.txt", "/d/f/a.txt"], "/d/"),
        (["d/ab.txt", "d/ac.txt"], "d/"),
        (["a.txt", "d/a.txt"], ""),
        (["d/a.txt"], ""),
        ([], ""),
    ],
)
def test_a_shared_folder_is_said_once(sources: list[str], folder: str) -> None:
    assert shared_folder(sources) == folder


class TestAList:
    def test_marks_what_is_a_guess(self) -> None:
        assert valued(RECORD.metadata, "place") == "昔阳县?"
        assert valued(RECORD.metadata, "title") == "政府工作报告"
        assert valued(RECORD.metadata, "places") == "昔阳县、晋中市"
        assert valued(RECORD.metadata, "author") == ""

    @pytest.mark.parametrize("width", [80, 120])
    def test_fits_the_window_and_loses_nothing(self, width: int) -> None:
        out = io.StringIO()
        print_list(
            [RECORD], "zh", console=Console(file=out, width=width, force_terminal=True, color_system=None)
        )
        table = out.getvalue()[: out.getvalue().index("\n!")]
        assert all(cell_len(line.rstrip()) <= width for line in table.splitlines())
        for text in (LONG_NAME, "昔阳县?", "2024-01-12", "84", "=b.pdf", "OCR", "--reasons"):
            assert is_folded_in(text, out.getvalue())

    def test_gives_reasons_with_how_sure_they_are(self, capsys: pytest.CaptureFixture[str]) -> None:
        print_list([RECORD], "", reasons=True)
        said = capsys.readouterr().out
        assert "昔阳县?  [0.40] 只提到一次 named only once" in said

    def test_of_nothing_is_nothing(self, capsys: pytest.CaptureFixture[str]) -> None:
        print_list([], "")
        assert capsys.readouterr().out == ""


def two_columns() -> Document:
    """Page 1 holds the second column before the first; a paragraph goes on from page 1 to page 2."""
    text = "右栏的话。大标题左栏的话没有完，到这里完了。"
    spans = {"大标题": "heading", "左栏的话没有完，到这里完了。": "paragraph", "右栏的话。": "paragraph"}
    parts, blocks, length = [], [], 0
    for piece, kind in spans.items():
        begin = text.index(piece)
        parts.append(AlignedText.identity(f"{piece}\n", begin))
        blocks.append(Block(kind, length, length + len(piece), int(kind == "heading")))  # type: ignore[arg-type]  # two of the kinds
        length += len(piece) + 1
    original = Original(text, page_starts=(0, text.index("，到") + 1), seams=(5,))
    return Document(
        "栏.pdf", "pdf", original, AlignedText.joined(parts), tuple(blocks), Metadata(title="大标题")
    )


class TestADocumentShown:
    def test_each_page_has_its_text_in_reading_order(self) -> None:
        assert page_texts(two_columns()) == [(1, "大标题\n左栏的话没有完，\n右栏的话。"), (2, "到这里完了。")]

    def test_no_character_is_lost_or_told_twice(self) -> None:
        document = two_columns()
        told = "".join(document.body.text[piece.start : piece.end] for piece in pieces(document))
        assert told == document.body.text.replace("\n", "")

    def test_headings_pages_and_passages_are_marked(self, capsys: pytest.CaptureFixture[str]) -> None:
        document = two_columns()
        passages = split(document)
        print_document(document, passages, "")
        said = capsys.readouterr().out
        assert "\n# 大标题\n" in said
        assert said.index("第 1 页 page 1") < said.index("第 1 段 passage 1") < said.index("第 2 页 page 2")
        assert "\x1b" not in said

    def test_every_passage_is_placed_where_it_begins(self) -> None:
        document = two_columns()
        passages = split(document)
        begins = passage_begins(document, passages)
        assert list(begins.values()) == list(passages)
        for position, passage in begins.items():
            assert document.body.starts[position] == passage.body.starts[0]

    def test_as_json_has_its_blocks_and_passages(self) -> None:
        document = two_columns()
        shown = document_json(document, split(document))
        assert [(one["kind"], one["level"], one["page"]) for one in shown["blocks"]] == [
            ("heading", 1, 1), ("paragraph", 0, 1), ("paragraph", 0, 2), ("paragraph", 0, 1),
        ]  # fmt: skip
        assert shown["passages"][0]["number"] == 1


class TestProgress:
    def test_is_silent_where_nobody_watches(self) -> None:
        stream = io.StringIO()
        with ProgressLine(stream) as line:
            line.announce("a.txt", 1, 2)
            line.embedded(1, 2)
        assert stream.getvalue() == ""

    def test_names_the_file_and_how_far_it_is(self) -> None:
        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return True

        stream = Terminal()
        with ProgressLine(stream) as line:
            line.announce("报告.pdf", 2, 3)
            line.pages(7, 10)
            line.refresh()
            line.embedded(1, 2)
            line.refresh()
        said = stream.getvalue()
        for text in ("报告.pdf", "1/3", "7/10", "50 %"):
            assert text in said
