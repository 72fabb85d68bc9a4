"""Values that the command lines of the evaluation take."""

from __future__ import annotations

import argparse


def count(text: str) -> int:
    """A whole number from 1 up. Raises `argparse.ArgumentTypeError` for anything else."""
    if not (text.isascii() and text.isdecimal()) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"要一个正整数，不是 {text} | a whole number from 1 up, not {text}")
    return int(text)
