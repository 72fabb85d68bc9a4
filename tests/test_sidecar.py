"""What a user writes of a document beside its text: in front matter, in a sidecar."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.documents import read
from rag.documents.facts.front_matter import read_front_matter
from rag.documents.facts.overrides import checked, overridden
from rag.documents.facts.sidecar import read_sidecar
from rag.documents.files.discovery import sidecar_of
from rag.types import Document, Metadata

REPORT = "# 武乡县统计公报\n\n武乡县统计局\n\n2023年，武乡县生产总值121.4亿元，增长5.1%。\n"


def put(folder: Path, name: str, text: str, **sidecars: object) -> Document:
    """The document of a file, read with sidecars beside it: `meta` for NAME.meta.json, or raw text."""
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    for content in sidecars.values():
        said = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        (folder / f"{name}.meta.json").write_text(said, encoding="utf-8")
    return read(path, name)


def sure(metadata: Metadata, field: str) -> tuple[float, str]:
    (reason,) = [reason for reason in metadata.reasons if reason.field == field]
    return reason.confidence, reason.zh


_KEYS = st.sampled_from(
    ["title", "标题", "author", "publisher", "年份", "date", "period", "places", "years", "x"]
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(1800, 2200) | st.floats() | st.text() | st.just("2024年"),
    lambda inner: st.lists(inner) | st.dictionaries(_KEYS, inner),
    max_leaves=8,
)


class TestSidecars:
    def test_what_it_says_wins_and_the_rest_stays_as_found(self, tmp_path: Path) -> None:
        said = {
            "title": "公报（修订）",
            "作者": "王丽",
            "date": "2024-04-02",
            "place": "沁县",
            "kind": "公报",
        }
        found = put(tmp_path, "a.md", REPORT, meta=said).metadata
        assert (found.title, found.author, found.date) == ("公报（修订）", "王丽", "2024-04-02")
        assert (found.place, found.kind, found.publisher) == ("沁县", "公报", "武乡县统计局")
        assert found.places[:2] == ("沁县", "武乡县")
        assert (found.year, found.years) == (2024, (2023, 2024))
        assert sure(found, "title") == (1.0, "旁注文件 a.md.meta.json 里写明")
        assert sure(found, "publisher")[0] < 1

    def test_it_stands_beside_the_file_with_its_whole_name_or_its_stem(self, tmp_path: Path) -> None:
        report = tmp_path / "report.pdf"
        assert sidecar_of(report) is None
        shared = tmp_path / "report.meta.json"
        shared.write_text("{}")
        assert sidecar_of(report) == shared
        own = tmp_path / "report.pdf.meta.json"
        own.write_text("{}")
        assert sidecar_of(report) == own
        assert sidecar_of(own) is None

    def test_null_takes_away_what_was_found(self, tmp_path: Path) -> None:
        found = put(tmp_path, "a.md", REPORT, meta={"publisher": None}).metadata
        assert found.publisher is None
        assert "publisher" not in {reason.field for reason in found.reasons}

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            ("{", "第 1 行"),
            ("[1, 2]", "JSON 对象"),
            ("", "第 1 行"),
            ('{"titel": "x"}', "titel"),
            ('{"date": "soon"}', "soon"),
            ('{"year": [1, 2]}', "year"),
            ('{"title": {"zh": "x"}}', "title"),
            ('{"places": [1]}' , "places"),
            ("[" * 100_000, "JSON"),
        ],
    )  # fmt: skip
    def test_a_broken_one_is_named_with_what_is_wrong_and_the_document_is_in(
        self, tmp_path: Path, content: str, words: str
    ) -> None:
        document = put(tmp_path, "a.md", REPORT, meta=content)
        (warning,) = document.warnings
        assert "a.md.meta.json" in warning
        assert words in warning
        assert " / " in warning
        assert document.metadata.title == "武乡县统计公报"

    def test_one_wrong_value_does_not_cost_the_right_ones(self, tmp_path: Path) -> None:
        document = put(
            tmp_path, "a.md", REPORT, meta={"date": "soon", "author": ["王丽", "李强"], "年份": "2025年"}
        )
        assert (document.metadata.author, document.metadata.year) == ("王丽、李强", 2025)
        assert len(document.warnings) == 1

    def test_one_not_in_utf_8_is_left_aside(self, tmp_path: Path) -> None:
        path = tmp_path / "a.txt.meta.json"
        path.write_bytes('{"标题": "公报"}'.encode("gb18030"))
        overrides, (warning,) = read_sidecar(path)
        assert overrides == {}
        assert "UTF-8" in warning

    @given(st.dictionaries(_KEYS, _VALUES, max_size=6))
    def test_nothing_that_json_can_hold_breaks_a_document(self, value: dict[str, object]) -> None:
        overrides, _ = checked(value, "a.meta.json")
        found = overridden(Metadata(title="旧", years=(2020,)), overrides, zh="写明", en="given")
        assert len({reason.field for reason in found.reasons}) == len(found.reasons)
        assert isinstance(found.title, str)
        assert all(isinstance(year, int) for year in found.years)


class TestFrontMatter:
    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_it_wins_and_is_no_part_of_the_body(self, tmp_path: Path, end: str) -> None:
        head = "---\n标题：武乡公报\ndate: 2024-04-02\n来源：长治日报\n---\n"
        text = (head + REPORT).replace("\n", end)
        document = put(tmp_path, "a.md", text)
        found = document.metadata
        assert (found.title, found.date, found.publisher) == ("武乡公报", "2024-04-02", "长治日报")
        assert sure(found, "date") == (1.0, "文件开头的说明里写明")
        assert "长治日报" not in document.body.text
        assert document.original.text == text
        at = document.body.text.index("121.4亿元")
        start, stop = document.body.original_span(at, at + 7)
        assert text[start:stop] == "121.4亿元"

    def test_the_sidecar_wins_over_it(self, tmp_path: Path) -> None:
        document = put(tmp_path, "a.md", f"---\ntitle: 甲\nauthor: 王丽\n---\n{REPORT}", meta={"title": "乙"})
        assert (document.metadata.title, document.metadata.author) == ("乙", "王丽")

    def test_keys_of_other_programs_are_passed_over(self, tmp_path: Path) -> None:
        document = put(tmp_path, "a.md", f"---\nlayout: post\ntags: [a, b]\ntitle: 甲\n---\n{REPORT}")
        assert (document.metadata.title, document.warnings) == ("甲", ())

    def test_broken_lines_are_told_and_the_text_is_in(self, tmp_path: Path) -> None:
        document = put(tmp_path, "a.txt", f"---\ntitle: [甲\n---\n{REPORT}")
        (warning,) = document.warnings
        assert "a.txt" in warning
        assert "[甲" not in document.body.text
        assert "121.4亿元" in document.body.text

    @pytest.mark.parametrize(
        "text",
        ["---\n这是一条分隔线。\n---\n正文。", "正文。\n---\ntitle: x\n---\n", "---\ntitle: x\n正文没有第二条线。", "---\n---\n正文。", ""],
    )  # fmt: skip
    def test_rules_between_other_text_are_none(self, text: str) -> None:
        assert read_front_matter(text, "a.md").end == 0

    @given(st.text(alphabet="-ab：: \n[{&*!'\"标题", max_size=40))
    def test_no_text_breaks_it(self, inner: str) -> None:
        text = f"---\n{inner}\n---\n正文。"
        front = read_front_matter(text, "a.md")
        assert 0 <= front.end <= len(text)


def test_a_name_too_long_for_a_sidecar_has_none(tmp_path: Path) -> None:
    path = tmp_path / f"{'a' * 251}.txt"
    path.write_text(REPORT, encoding="utf-8")
    assert sidecar_of(path) is None
    assert read(path, "a.txt").body.text


def test_a_sidecar_may_be_in_capitals(tmp_path: Path) -> None:
    (tmp_path / "A.TXT").write_text(REPORT, encoding="utf-8")
    (tmp_path / "A.TXT.META.JSON").write_text('{"title": "甲"}', encoding="utf-8")
    assert read(tmp_path / "A.TXT", "A.TXT").metadata.title == "甲"
    assert sidecar_of(tmp_path / "A.TXT.META.JSON") is None
