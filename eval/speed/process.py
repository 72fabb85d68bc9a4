"""A command run to its end: how long it took, and the most memory it held."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rag.errors import SettingsError

_KILOBYTE = 1024
_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"


@dataclass(frozen=True, slots=True)
class Run:
    """One run: wall-clock seconds, peak resident memory in bytes, what it printed."""

    seconds: float
    peak: int
    output: str


def run(module: str, *arguments: str, well: Collection[int] = (0,)) -> Run:
    """Run `python -m MODULE` in a process of its own. Raises `SettingsError` where it ends with a status not in `well`.

    Bytecode is kept, as it is wherever nobody forbids it; whoever measures runs once before counting. The kernel
    counts what this process held when it started the other one as the other's, so whoever measures should be small.
    """
    command = [sys.executable, "-m", module, *arguments]
    environment = {name: value for name, value in os.environ.items() if name != _NO_BYTECODE}
    began = time.perf_counter()
    with subprocess.Popen(  # noqa: S603  our own modules
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in well:
        raise _failed(command, process.returncode)
    return Run(seconds, _bytes(used.ru_maxrss), output)


def _bytes(peak: int) -> int:
    """`ru_maxrss` counts kilobytes on Linux, bytes on macOS."""
    return peak if sys.platform == "darwin" else peak * _KILOBYTE


def _failed(command: Sequence[str], status: int) -> SettingsError:
    line = " ".join(command[1:])
    return SettingsError(
        f"python {line} 以状态 {status} 结束，没有量成。请先单独运行它，看它说什么。",
        f"python {line} ended with status {status}, so nothing was measured. Run it by itself to see what it says.",
    )
