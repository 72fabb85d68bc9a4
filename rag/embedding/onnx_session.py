"""ONNX Runtime, opened for graphs that many threads run at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

_ERRORS_ONLY = 3
_PRECISE = "session.x64quantprecision"
"""Makes sums of products of bytes that might overflow exact: needed where a processor can't do it by itself (VNNI)."""
_PROCESSOR = Path("/proc/cpuinfo")
_IMPORTING = (ImportError, OSError, RuntimeError)
"""What importing ONNX Runtime raises where it is missing or doesn't fit the machine."""


class UnusableGraphError(Exception):
    """ONNX Runtime is missing, or can't open this graph; says why in its first argument."""


@dataclass(frozen=True, slots=True, eq=False)
class OnnxSession:
    """An open graph. Each run takes one core; several threads may run it at once."""

    session: InferenceSession
    inputs: frozenset[str]
    outputs: tuple[str, ...]

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> list[NDArray[np.float32]]:
        """The graph's outputs for these inputs."""
        outputs: list[NDArray[np.float32]] = self.session.run(None, dict(inputs))
        return outputs


def ensure_runtime() -> None:
    """Raise `UnusableGraphError` where ONNX Runtime is missing or can't be loaded."""
    try:
        import onnxruntime  # noqa: F401 - that it can be imported is what is asked
    except _IMPORTING as error:
        raise UnusableGraphError(str(error) or type(error).__name__) from error


def open_graph(graph: Path, *, precise: bool | None = None) -> OnnxSession:
    """Open the graph in a file. Raises `UnusableGraphError`.

    `precise` tells whether sums of bytes must be kept from overflowing, which takes longer; `None`: if need be.
    """
    ensure_runtime()
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # One text a run and one run a core: threads that share a small product mostly wait for each other.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # What a long text needed would be kept for good.
    options.enable_cpu_mem_arena = False
    options.log_severity_level = _ERRORS_ONLY
    if _overflows() if precise is None else precise:
        options.add_session_config_entry(_PRECISE, "1")
    try:
        session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    except _opening_errors() as error:
        raise UnusableGraphError(str(error)) from error
    names = [one.name for one in session.get_inputs()], [one.name for one in session.get_outputs()]
    return OnnxSession(session, frozenset(names[0]), tuple(names[1]))


def _overflows() -> bool:
    """Whether this is a processor whose sums of bytes may overflow, or one that doesn't tell."""
    try:
        return "vnni" not in _PROCESSOR.read_text(encoding="ascii", errors="replace")
    except OSError:
        return True


def _opening_errors() -> tuple[type[Exception], ...]:
    """What ONNX Runtime raises for a graph it can't open: classes of its own, that have no common one."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    own = (kind for kind in vars(state).values() if isinstance(kind, type) and issubclass(kind, Exception))
    return (OSError, RuntimeError, ValueError, *own)
