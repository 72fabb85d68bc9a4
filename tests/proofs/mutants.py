"""Files as they come out of bad cables, bad programs and bad people: a good file with something done to it."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Sequence

_NUMBER = re.compile(rb"\d+")
_LEAF = re.compile(rb"<[^<>]{1,300}/>")
_VALUE = re.compile(rb'(?<==")[^"<>]{0,200}(?=")')
_TAG = re.compile(rb"<[^<>]{1,200}>")
_ODD_NUMBERS = (
    b"0",
    b"-1",
    b"65536",
    b"2147483647",
    b"4294967296",
    b"99999999999999999999",
    b"1e308",
    b"NaN",
)
_ODD_MARKUP = (
    b"<a>" * 2_000,
    b"]]>",
    b"<!--",
    b"&#x0;",
    b"&nothing;",
    b"<![CDATA[",
    b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;">]>',
    b"\xff\xfe",
    "\ud800".encode("utf-8", "surrogatepass"),
)
_MOST_CHANGES = 4

Change = Callable[[bytearray, random.Random], None]


def mutant(data: bytes, rng: random.Random) -> bytes:
    """`data` changed in one to four places; a zip container (Office file, e-book, archive) half the time inside."""
    if data.startswith(b"PK") and rng.random() < 0.6:
        return _repacked(data, rng)
    return _changed(data, rng, _CHANGES)


def _changed(data: bytes, rng: random.Random, changes: Sequence[Change]) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, _MOST_CHANGES)):
        if changed:
            rng.choice(changes)(changed, rng)
    return bytes(changed)


def _repacked(data: bytes, rng: random.Random) -> bytes:
    """One or two members changed, lost, twice there or under another's name; the container itself is intact."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [
            (entry.filename, archive.read(entry)) for entry in archive.infolist() if not entry.is_dir()
        ]
    for _ in range(rng.randint(1, 2)):
        at = rng.randrange(len(members))
        name, content = members[at]
        deed = rng.random()
        if deed < 0.8:
            members[at] = name, _changed(content, rng, _INSIDE)
        elif deed < 0.88 and len(members) > 1:
            del members[at]
        elif deed < 0.94:
            members[at] = name, rng.choice(members)[1]
        else:
            members.append((f"{name}.{rng.randrange(100)}", content))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return packed.getvalue()


def _stretch(data: bytearray, rng: random.Random, most: int = 4_096) -> tuple[int, int]:
    start = rng.randrange(len(data))
    return start, min(len(data), start + rng.randint(1, most))


def _flip(data: bytearray, rng: random.Random) -> None:
    for _ in range(rng.choice((1, 2, 8, 64))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _truncate(data: bytearray, rng: random.Random) -> None:
    del data[rng.randrange(len(data)) :]


def _cut(data: bytearray, rng: random.Random) -> None:
    start, end = _stretch(data, rng)
    del data[start:end]


def _insert(data: bytearray, rng: random.Random) -> None:
    start = rng.randrange(len(data))
    data[start:start] = rng.randbytes(rng.randint(1, 512))


def _repeat(data: bytearray, rng: random.Random) -> None:
    start, end = _stretch(data, rng)
    data[end:end] = bytes(data[start:end]) * rng.choice((1, 2, 50))


def _swap(data: bytearray, rng: random.Random) -> None:
    (a, b), (c, d) = sorted((_stretch(data, rng), _stretch(data, rng)))
    if b <= c:
        data[a:d] = data[c:d] + data[b:c] + data[a:b]


def _blank(data: bytearray, rng: random.Random) -> None:
    start, end = _stretch(data, rng)
    data[start:end] = rng.choice((b"\x00", b"\xff", b" ")) * (end - start)


def _spoil_head(data: bytearray, rng: random.Random) -> None:
    size = min(len(data), rng.randint(1, 64))
    data[:size] = rng.randbytes(size)


def _spoil_tail(data: bytearray, rng: random.Random) -> None:
    size = min(len(data), rng.randint(1, 256))
    data[-size:] = rng.randbytes(size)


def _odd_number(data: bytearray, rng: random.Random) -> None:
    """Lengths, offsets, sizes and references that lead somewhere else."""
    found = list(_NUMBER.finditer(data))
    if found:
        start, end = rng.choice(found).span()
        data[start:end] = rng.choice(_ODD_NUMBERS)


def _odd_markup(data: bytearray, rng: random.Random) -> None:
    """A tag lost, doubled, or followed by what no tag should be followed by."""
    found = list(_TAG.finditer(data))
    if found:
        tag = rng.choice(found)
        start, end = tag.span()
        data[start:end] = rng.choice((b"", tag.group() * 2, tag.group() + rng.choice(_ODD_MARKUP)))


def _leaf(data: bytearray, rng: random.Random) -> None:
    """An empty element lost or many times there: what is left is well-formed, and means something else."""
    found = list(_LEAF.finditer(data))
    if found:
        leaf = rng.choice(found)
        start, end = leaf.span()
        data[start:end] = leaf.group() * rng.choice((0, 2, 500))


def _value(data: bytearray, rng: random.Random) -> None:
    """An attribute with another one's value, or an odd number."""
    found = list(_VALUE.finditer(data))
    if found:
        start, end = rng.choice(found).span()
        data[start:end] = rng.choice((rng.choice(found).group(), rng.choice(_ODD_NUMBERS)))


_CHANGES: tuple[Change, ...] = (
    _flip,
    _truncate,
    _cut,
    _insert,
    _repeat,
    _swap,
    _blank,
    _spoil_head,
    _spoil_tail,
    _odd_number,
    _odd_number,
    _odd_markup,
    _odd_markup,
)
_INSIDE: tuple[Change, ...] = (*_CHANGES, *(_leaf, _value, _odd_number) * 12)
"""In a container's members, most of them changes that a parser of XML does not notice."""
