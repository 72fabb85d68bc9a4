"""What every command line does the same: errors in words, an interrupt that ends cleanly, output that can't fail."""

from __future__ import annotations

import io
import os
import sys
from argparse import Namespace
from collections.abc import Callable

from rag.errors import WenjuError

WRONG = 2
"""Exit status: a usage or input error."""
INTERRUPTED = 130


def run_command(command: Callable[[Namespace], int], arguments: Namespace, interrupted: str) -> int:
    """Run a command; returns its exit status. `interrupted` is said when the user stops it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that can't write Chinese gets its escapes
            stream.reconfigure(errors="backslashreplace")
    try:
        return command(arguments)
    except WenjuError as error:
        print(error, file=sys.stderr)
        return WRONG
    except KeyboardInterrupt:
        print(interrupted, file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # whoever reads the output has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
