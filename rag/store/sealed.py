"""A seal at the end of a file: a hash keyed by its name, which tells a damaged file, or another one's, from a good one."""

from __future__ import annotations

import hashlib

SEAL_BYTES = 32


def seal_of(body: bytes | memoryview, name: str) -> bytes:
    """The seal of what stands before it in the file of this name."""
    return hashlib.blake2b(body, key=name.encode(), digest_size=SEAL_BYTES).digest()


def unsealed(data: bytes, name: str) -> memoryview | None:
    """What stands before the seal; `None` if the file was not sealed under this name, or is damaged."""
    body = memoryview(data)[:-SEAL_BYTES]
    return body if data[-SEAL_BYTES:] == seal_of(body, name) else None
