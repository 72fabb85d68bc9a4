"""The mirror kept in step with the server: what changed since it was heard of last is fetched, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from rag.store.manifest import Manifest
from rag.store.milvus.document_rows import (
    DESCRIBED,
    FIELDS,
    MANIFEST,
    SOURCE,
    among,
    change_of,
    described_of,
    manifest_of,
)
from rag.store.milvus.mirror import Mirror
from rag.store.milvus.mirror_changes import Described, SourceChange
from rag.store.milvus.server import MilvusServer, Row

SECOND = 1_000_000
OVERLAP = 30 * SECOND
"""How far apart the clocks of those who write may be, in microseconds: so much of what is known is asked for again."""
REMEMBERED = 7 * 86_400 * SECOND
"""For so long a removal is told of, in microseconds; a mirror that heard nothing for longer is fetched anew."""
_HEARD = 3600 * SECOND
_AT_ONCE = 100
"""Documents whose descriptions are fetched together: some 1 MB."""


def now() -> int:
    """Microseconds since 1970."""
    return time.time_ns() // 1000


class News:
    """Brings one mirror up to date, for all threads of this program."""

    def __init__(self, server: MilvusServer, mirror: Mirror) -> None:
        self._server = server
        self._mirror = mirror
        self._manifests: dict[str, tuple[int, Manifest]] = {}

    def hear(self, *, latest: bool = False) -> None:
        """Fetch what changed; `latest` waits until all that was written up to now is told."""
        state = self._mirror.state()
        time_now = now()
        anew = not state.epoch or time_now - state.heard > REMEMBERED
        rows = self._changed(0 if anew else state.newest - OVERLAP, latest=latest)
        epoch = self._epoch_of(rows)
        if epoch != state.epoch and not anew:
            anew = True
            rows = self._changed(0, latest=latest)
            epoch = self._epoch_of(rows)
        changes = [change_of(row) for row in rows if row["kind"] == SOURCE]
        fresh = changes if anew else self._mirror.newer(changes)
        if anew or fresh or time_now - state.heard > _HEARD:
            described = self._described(epoch, {one.document for one in fresh if one.document})
            self._mirror.apply(epoch, fresh, described, heard=time_now, anew=anew)

    def manifest(self, epoch: str) -> tuple[int, Manifest]:
        """The layout of an epoch, and what it was built with."""
        if epoch not in self._manifests:
            self._epoch_of(self._server.documents(epoch, f'kind == "{MANIFEST}"', FIELDS))
        return self._manifests[epoch]

    def _changed(self, since: int, *, latest: bool) -> list[Row]:
        where = f'(kind == "{SOURCE}" and changed >= {max(since, 0)}) or kind == "{MANIFEST}"'
        if latest and (epoch := self._server.epoch()) is not None:
            return self._server.documents(epoch, where, FIELDS)
        return self._server.news(where, FIELDS)

    def _epoch_of(self, rows: Iterable[Row]) -> str:
        (row,) = (row for row in rows if row["kind"] == MANIFEST)
        epoch, layout, manifest = manifest_of(row)
        self._manifests[epoch] = layout, manifest
        return epoch

    def _described(self, epoch: str, documents: Iterable[int]) -> dict[int, Described]:
        wanted = sorted(documents)
        found: dict[int, Described] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            where = f'kind == "{DESCRIBED}" and {among("document", wanted[start : start + _AT_ONCE])}'
            found |= described_of(self._server.documents(epoch, where, FIELDS))
        return found

    def told(self, epoch: str, change: SourceChange, described: Sequence[tuple[int, Described]] = ()) -> None:
        """What this program changed itself is known here at once."""
        self._mirror.apply(epoch, [change], dict(described))
