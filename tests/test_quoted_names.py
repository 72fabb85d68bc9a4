"""Things that a text calls by quoted names, one sentence after another, are given as a list."""

from __future__ import annotations

import pytest

from rag.assistant import Assistant, open_assistant

REPORT = (
    "清溪县2024年工作部署\n\n"
    "深入实施“清水入河”工程，水质持续改善。全县上下一心，干劲十足。\n\n"
    "县委提出“三大工程”。实施“强基”工程，建设数据中心2个；实施“富民”工程，新增就业500人；"
    "实施“护绿”工程，造林3万亩。\n"
)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """An assistant over one county's plan."""
    place = tmp_path_factory.mktemp("plan")
    (place / "清溪县.txt").write_text(REPORT, encoding="utf-8")
    return open_assistant([place], store=place / "store")


def test_every_one_is_given_and_cited(report: Assistant) -> None:
    answer = report.ask("清溪县“三大工程”具体是哪三个工程？")
    assert [name for name in ("强基", "富民", "护绿") if f"“{name}”工程" in answer.text] == [
        "强基",
        "富民",
        "护绿",
    ]
    assert "清水入河" not in answer.text
    assert all("”工程" in citation.quote for citation in answer.citations)


def test_another_number_of_things_is_not_made_up(report: Assistant) -> None:
    answer = report.ask("清溪县“五大工程”具体是哪五个工程？")
    assert "实施“富民”工程。[" not in answer.text
