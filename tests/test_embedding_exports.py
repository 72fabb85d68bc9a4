"""A sentence-transformers folder with an ONNX export in it runs without torch, and gives the library's vectors."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from rag.embedding import embedder as choice
from rag.embedding import onnx_embedder, open_embedder
from rag.embedding.exported_model import exported_model
from rag.embedding.model_identity import model_identity
from rag.embedding.onnx_embedder import OnnxEmbedder
from rag.embedding.prefixes import prefixes_for
from rag.embedding.sentence_transformer import SentenceTransformerEmbedder
from rag.seams import Embedder
from rag.vectors import Encoded

if TYPE_CHECKING:
    import torch

WORDS = ("coal", "grain", "output", "grew", "煤", "产", "量", "query", "passage", ":", ",", "多", "少")
TEXTS = ("coal output grew", "煤产量, grain", "", "grain " * 60, "an unknown word")
WITHOUT_TORCH = """
import sys
for name in ("torch", "sentence_transformers", "transformers"):
    sys.modules[name] = None
from rag.embedding import open_embedder
print(open_embedder(sys.argv[1]).embed_query("coal").shape)
"""


@pytest.fixture(scope="module", params=["mean", "cls"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny BERT of random weights, saved by the library, with an export at the place the hub has it."""
    pytest.importorskip("onnx")
    return made_folder(tmp_path_factory.mktemp("tiny") / f"e5-tiny-{request.param}", request.param)


@pytest.fixture(autouse=True)
def _no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_embedder, "_has_a_gpu", lambda: False)


def made_folder(folder: Path, pooling: str) -> Path:
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    vocabulary = {word: at for at, word in enumerate(("[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS))}
    table = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    table.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    table.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    torch.manual_seed(0)
    sizes: Any = {
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": 64,
    }
    model: Any = BertModel(BertConfig(vocab_size=len(vocabulary), max_position_embeddings=48, **sizes))
    model.eval()
    plain = folder.with_name("plain")
    model.save_pretrained(plain)
    special: Any = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    wrapped: Any = PreTrainedTokenizerFast
    wrapped(tokenizer_object=table, model_max_length=40, **special).save_pretrained(plain)
    parts = [
        modules.Transformer(str(plain)),
        modules.Pooling(32, pooling_mode=pooling),
        modules.Normalize(),
    ]
    SentenceTransformer(modules=parts).save(str(folder))
    (folder / "onnx").mkdir()
    ones = torch.ones((1, 5), dtype=torch.int64)
    torch.onnx.export(
        states_of(model),
        (ones, ones),
        str(folder / "onnx" / "model.onnx"),
        input_names=["input_ids", "attention_mask"],
        output_names=["last_hidden_state"],
        dynamic_axes={name: {0: "texts", 1: "tokens"} for name in ("input_ids", "attention_mask")},
        dynamo=False,
    )
    return folder


def states_of(model: torch.nn.Module) -> torch.nn.Module:
    """The model with token states as its one output, as exports have it."""
    import torch

    class States(torch.nn.Module):
        def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            states: torch.Tensor = inner(input_ids=ids, attention_mask=mask).last_hidden_state
            return states

    inner = model
    made = States()
    made.inner = inner
    return made


def test_vectors_tokens_and_name_are_the_librarys(folder: Path) -> None:
    ours, library = open_embedder(str(folder)), SentenceTransformerEmbedder(str(folder))
    assert isinstance(ours, OnnxEmbedder)
    assert ours.name == library.name
    assert (ours.dimensions, ours.token_dimensions) == (library.dimensions, library.token_dimensions)
    for one, same in zip(all_of(ours), all_of(library), strict=True):
        assert one.vector == pytest.approx(same.vector, abs=1e-5)
        assert np.array_equal(one.spans, same.spans)
        assert one.tokens == pytest.approx(same.tokens, abs=1e-5)


def all_of(embedder: Embedder) -> list[Encoded]:
    return [*embedder.encode_passages(TEXTS), *map(embedder.encode_query, TEXTS)]


def test_it_needs_no_torch(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH, str(folder)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "(32,)"


def test_texts_have_the_same_vectors_alone_and_among_many(folder: Path) -> None:
    embedder = open_embedder(str(folder))
    many = [f"coal output {'grew ' * (number % 7)}" for number in range(70)]
    told: list[int] = []
    together = embedder.embed_passages(many, progress=lambda done, _: told.append(done))
    assert told == list(range(1, 71))
    assert np.array_equal(together, np.concatenate([embedder.embed_passages([text]) for text in many]))


@pytest.mark.parametrize(
    "change", ["gpu", "no export", "broken export", "no tokenizer", "further layer", "lower case"]
)
def test_the_library_runs_what_takes_more_than_an_export(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    copy = tmp_path / folder.name
    shutil.copytree(folder, copy)
    if change == "gpu":
        monkeypatch.setattr(onnx_embedder, "_has_a_gpu", lambda: True)
    elif change == "no export":
        shutil.rmtree(copy / "onnx")
    elif change == "broken export":
        (copy / "onnx" / "model.onnx").write_bytes(b"no graph")
    elif change == "no tokenizer":
        (copy / "tokenizer.json").rename(copy / "tokenizer.txt")
    elif change == "further layer":
        rewritten(copy / "modules.json", lambda modules: [*modules, {"type": "a.Dense", "path": "3_Dense"}])
    else:
        rewritten(copy / "sentence_bert_config.json", lambda config: config | {"do_lower_case": True})
    opened: list[str] = []
    monkeypatch.setattr(choice, "_through_the_library", opened.append)
    open_embedder(str(copy))
    assert opened == [str(copy)]


def rewritten(path: Path, change: Callable[[Any], Any]) -> None:
    content = change(json.loads(path.read_text(encoding="utf-8")))
    path.write_text(json.dumps(content), encoding="utf-8")


def test_an_export_smaller_than_the_weights_counts_as_another_model(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / folder.name
    shutil.copytree(folder, copy)
    with (copy / "model.safetensors").open("ab") as weights:
        weights.write(bytes(2_000_000))
    before = exported_model(folder)
    after = exported_model(copy)
    assert before is not None and before.whole
    assert after is not None and not after.whole
    plain = model_identity(str(copy), prefixes_for(str(copy), {}))
    assert open_embedder(str(copy)).name != plain
    assert open_embedder(str(copy)).name.split("@")[0] == plain.split("@")[0]
