"""What counts as a right answer, a right citation, and a rank."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.gold import GoldQuestion
from eval.judge import Ranking, contains_answer, judge, judge_ranking, normalise, source_ranks
from eval.targets import OriginalTexts, Span
from rag.original import Original
from rag.types import Answer, Citation
from tests.scripted_assistant import Originals, answer, cite, corpus

STORE = corpus(
    a_txt="全县原煤产量\n2694.5 万吨，增长42%。\n财政收入12.6亿元。增长42%。", b_txt="粮食产量8万吨。"
)
TEXTS = OriginalTexts(STORE)
A, B = STORE.texts["a.txt"], STORE.texts["b.txt"]


def row(
    *answers: str,
    needed: tuple[str, ...] = (),
    sources: tuple[str, ...] = ("a.txt",),
    evidence: tuple[str, ...] = (),
    answerable: bool = True,
) -> GoldQuestion:
    return GoldQuestion("q", "?", "zh", "fact", answers, needed, sources, evidence, answerable, (), None)


def verdict_citations(question: GoldQuestion, *citations: Citation) -> tuple[bool, ...]:
    return judge(question, TEXTS.target(question), answer("x", *citations), [], 1.0, TEXTS).citations


def reached(question: GoldQuestion, *citations: Citation) -> tuple[int, int]:
    verdict = judge(question, TEXTS.target(question), answer("x", *citations), [], 1.0, TEXTS)
    return verdict.reached, verdict.wanted


def correct(question: GoldQuestion, said: Answer | None) -> bool | None:
    return judge(question, TEXTS.target(question), said, [], 1.0, TEXTS).correct


class TestAnswers:
    def test_one_of_the_answers_is_enough(self) -> None:
        assert contains_answer("增长了42%。", row("四成", "42%"))
        assert not contains_answer("增长了48%。", row("四成", "42%"))

    def test_width_and_white_space_do_not_matter(self) -> None:
        assert contains_answer("产量 2694.5\n万 吨", row("2694.5万吨"))
        assert contains_answer("２６９４．５万吨", row("2694.5 万吨"))

    def test_everything_needed_must_be_there(self) -> None:
        question = row("左权", needed=("12%", "18%"))
        assert contains_answer("左权：12%，18%。", question)
        assert not contains_answer("左权：12%。", question)
        assert not contains_answer("12%，18%。", question)

    def test_a_citation_marker_is_not_part_of_the_answer(self) -> None:
        assert not contains_answer("有很多个[3]。", row("3"))
        assert contains_answer("有3个[1]。", row("3"))

    def test_a_refusal_is_a_wrong_answer_even_if_its_words_hold_the_right_one(self) -> None:
        assert correct(row("42%"), answer("没有找到。最接近：增长42%", refused=True)) is False

    def test_an_unanswerable_question_is_right_only_if_refused(self) -> None:
        assert correct(row(answerable=False), answer("没有找到", refused=True)) is True
        assert correct(row(answerable=False), answer("是张三。")) is False

    def test_no_result_is_wrong_for_both(self) -> None:
        assert correct(row("42%"), None) is False
        assert correct(row(answerable=False), None) is False

    def test_a_row_without_answers_is_not_judged_by_its_answer(self) -> None:
        assert correct(row(), answer("42%")) is None

    @given(st.text(), st.text(), st.text(min_size=1).filter(lambda s: normalise(s) and "[" not in s))
    def test_an_answer_that_is_said_anywhere_is_found(self, before: str, after: str, said: str) -> None:
        # Full stops keep the neighbours from composing with the answer into other characters.
        question = row(said)
        assert contains_answer(f"{before.replace('[', '')}。{said}。{after}", question)

    @given(st.text())
    def test_normalising_leaves_no_white_space(self, text: str) -> None:
        assert not any(character.isspace() for character in normalise(text))


class TestCitations:
    def test_it_is_right_when_it_overlaps_the_evidence(self) -> None:
        question = row("x", evidence=("2694.5 万吨",))
        assert verdict_citations(question, cite(A, "a.txt", "万吨，增长")) == (True,)

    def test_it_is_wrong_beside_the_evidence_and_in_another_source(self) -> None:
        question = row("x", evidence=("2694.5 万吨",))
        assert verdict_citations(question, cite(A, "a.txt", "，增长42%")) == (False,)
        assert verdict_citations(question, cite(B, "b.txt", "8万吨")) == (False,)

    def test_any_place_of_the_evidence_will_do(self) -> None:
        second = A.text.rindex("增长42%")
        citation = Citation(1, "a.txt", "", None, second, second + 5, "增长42%")
        assert verdict_citations(row("x", evidence=("增长42%",)), citation) == (True,)

    def test_without_evidence_the_source_is_enough(self) -> None:
        assert verdict_citations(row("x"), cite(A, "a.txt", "财政"), cite(B, "b.txt", "粮食")) == (
            True,
            False,
        )

    def test_on_an_unanswerable_question_every_citation_is_wrong(self) -> None:
        question = row(sources=("a.txt",), answerable=False)
        assert verdict_citations(question, cite(A, "a.txt", "财政")) == (False,)

    def test_evidence_that_differs_in_white_space_alone_is_found(self) -> None:
        question = row("x", evidence=("原煤产量２６９４.５万吨",))
        target = TEXTS.target(question)
        ((place,),) = target.evidence
        assert A.text[place.start : place.end] == "原煤产量\n2694.5 万吨"
        assert not target.problems

    def test_evidence_and_sources_that_are_nowhere_are_problems(self) -> None:
        target = TEXTS.target(row("x", sources=("a.txt", "c.txt"), evidence=("没有这句",)))
        assert target.problems == ("source not in the corpus: c.txt", "evidence not in its sources: 没有这句")
        assert target.evidence == ((),)

    def test_evidence_counts_as_reached_once_however_often_it_is_cited(self) -> None:
        question = row("x", evidence=("2694.5 万吨", "12.6亿元"))
        twice = [cite(A, "a.txt", "2694.5"), cite(A, "a.txt", "万吨")]
        assert reached(question, *twice) == (1, 2)
        assert reached(question, *twice, cite(A, "a.txt", "12.6亿元")) == (2, 2)

    def test_without_evidence_sources_are_reached(self) -> None:
        assert reached(row("x", sources=("a.txt", "b.txt")), cite(B, "b.txt", "粮食")) == (1, 2)

    def test_pages_count_from_their_own_first_character(self) -> None:
        first, second = "第一页。产量5吨。", "第二页。产量5吨，产量6吨。"
        texts = OriginalTexts(Originals({"p.pdf": Original(first + second, (0, len(first)))}))
        question = row("x", sources=("p.pdf",), evidence=("产量6吨",))
        at = second.index("产量6吨")
        right = Citation(1, "p.pdf", "", 2, at, at + 4, "产量6吨")
        wrong_page = Citation(2, "p.pdf", "", 1, 0, len(first), first)
        said = answer("x", right, wrong_page)
        verdict = judge(question, texts.target(question), said, [], 1.0, texts)
        assert verdict.citations == (True, False)
        assert verdict.exact == (True, True)

    def test_a_quote_that_is_not_what_stands_there_is_not_exact(self) -> None:
        shifted = Citation(1, "a.txt", "", None, 1, 4, A.text[:3])
        question = row("x")
        assert judge(question, TEXTS.target(question), answer("x", shifted), [], 1.0, TEXTS).exact == (False,)


class TestSources:
    @pytest.mark.parametrize(
        ("indexed", "named", "same"),
        [
            ("seeds/000.txt", "000.txt", True),
            ("/home/me/seeds/000.txt", "seeds/000.txt", True),
            ("000.txt", "seeds/000.txt", True),
            ("xq-zh-1", "xq-zh-1", True),
            ("xq-zh-11", "xq-zh-1", False),
            ("seeds/1000.txt", "000.txt", False),
        ],
    )
    def test_a_row_names_a_source_by_its_id_or_the_end_of_its_path(
        self, indexed: str, named: str, same: bool
    ) -> None:
        texts = OriginalTexts(Originals({indexed: Original("x")}))
        assert texts.target(row("x", sources=(named,))).holds_source(indexed) is same

    def test_the_very_name_goes_before_paths_that_end_in_it(self) -> None:
        texts = OriginalTexts(Originals({"a.txt": Original("x"), "old/a.txt": Original("x")}))
        assert texts.target(row("x")).sources == (frozenset({"a.txt"}),)

    def test_a_copy_that_was_left_out_stands_for_the_file_that_is_indexed(self) -> None:
        texts = OriginalTexts(Originals({"docs/a.txt": Original("x")}), {"docs/copy.txt": "docs/a.txt"})
        target = texts.target(row("x", sources=("copy.txt",)))
        assert target.sources == (frozenset({"docs/a.txt"}),)
        assert not target.problems

    def test_a_copy_and_its_original_are_one_source_with_the_better_grade(self) -> None:
        texts = OriginalTexts(Originals({"a": Original("x"), "b": Original("y")}), {"copy": "a"})
        judged = replace(row(sources=("copy", "b", "a", "gone", "lost")), grades=(1, 2, 3, 1, 1))
        target = texts.target(judged)
        assert target.sources == (frozenset({"a"}), frozenset({"b"}), frozenset(), frozenset())
        assert target.grades == (3, 2, 1, 1)


class TestRanks:
    def test_sources_are_ranked_as_they_first_come_up(self) -> None:
        spans = [Span("a", 0, 1), Span("a", 5, 6), Span("b", 0, 1)]
        assert source_ranks(spans) == {"a": 1, "b": 2}

    def test_evidence_is_ranked_over_hits_and_sources_over_distinct_sources(self) -> None:
        question = row("x", sources=("b.txt", "a.txt"), evidence=("8万吨", "12.6亿元", "2694.5 万吨"))
        at = A.text.index("财政")
        spans = [Span("a.txt", at, at + 9), Span("a.txt", 0, 4), Span("b.txt", 0, 8)]
        assert judge_ranking(spans, question, TEXTS.target(question)) == Ranking((2, 1), (3, 1, None))

    def test_an_unanswerable_question_has_no_ranks(self) -> None:
        question = row(answerable=False)
        assert judge_ranking([Span("a.txt", 0, 4)], question, TEXTS.target(question)) == Ranking((), ())
