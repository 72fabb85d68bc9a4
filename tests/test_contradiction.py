"""A question that takes something false for granted gets the sentence that puts it right."""

from __future__ import annotations

import pytest

from rag.assistant import Assistant, open_assistant
from rag.retrieval.asking import question_kind, wanted_units

REPORT = (
    "清溪县2024年政府工作报告\n\n"
    "去年，全县酥梨产量达到47万吨，同比增长4.7%，出口创汇2.1亿元。\n\n"
    "白石沟成功创建国家4A级旅游景区，全年接待游客30万人次。\n\n"
    "清溪学院获批建设第6家省级重点实验室，聚焦酥梨保鲜技术研究。\n\n"
    "清溪县委副书记、县长李明表示，要办好酥梨采摘节。\n\n"
    "白河县县长王建国说，水利工程年内全部完工。\n"
)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """An assistant over one county's report."""
    place = tmp_path_factory.mktemp("county")
    (place / "清溪县.txt").write_text(REPORT, encoding="utf-8")
    return open_assistant([place], store=place / "store")


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("清溪县2023年酥梨产量为什么下降？", "并非下降"),
        ("白石沟评上国家5A景区之后游客有多少？", "资料里说的不是“5A”"),
        ("清溪学院第一家省级重点实验室研究什么？", "资料里说的不是“第一家”"),
        ("清溪县县长王建国对酥梨采摘节怎么表态？", "资料里说的不是“王建国”"),
    ],
)
def test_what_is_false_in_a_question_is_said(question: str, told: str, report: Assistant) -> None:
    answer = report.ask(question)
    assert not answer.refused
    assert told in answer.text
    assert answer.citations


@pytest.mark.parametrize(
    "question",
    [
        "白石沟4A级景区全年接待游客多少人次？",
        "白河县县长王建国说水利工程什么时候完工？",
        "清溪县2023年酥梨产量增长多少？",
    ],
)
def test_what_is_true_is_not_put_right(question: str, report: Assistant) -> None:
    text = report.ask(question).text
    assert "不是“" not in text
    assert "并非" not in text


def test_a_premise_about_something_else_is_refused(report: Assistant) -> None:
    assert report.ask("青山镇评上国家5A景区之后房价涨了吗？").refused


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("全县四季分别主打什么活动？", "list"),
        ("这篇报道署名作者？", "person"),
        ("Name the county magistrate quoted in the article.", "person"),
        ("工程要干多久？", "figure"),
        ("谁决定如何使用土地？", "person"),
        ("新教徒的比例是多少？", "figure"),
    ],
)
def test_the_kind_of_an_answer_is_told_from_the_question(question: str, kind: str) -> None:
    assert question_kind(question, "zh" if question[0] > "z" else "en") == kind


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("育肥周期要缩到多长？", "zh"),
        ("工程要干多久？", "zh"),
        ("For how many consecutive years was it named a safe county?", "en"),
    ],
)
def test_a_duration_is_asked_for_in_years_or_days(question: str, language: str) -> None:
    assert {"年", "天"} <= set(wanted_units(question, language))
