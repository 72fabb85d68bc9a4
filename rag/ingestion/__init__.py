"""Files become a store's content, and follow one another there.

Each name is imported when it is first used: a question of a store that is up to date takes nothing in.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.ingestion.incoming import Looked, Opening
    from rag.ingestion.ledger import KeptFailure, Ledger, UserWords
    from rag.ingestion.ownership import UPLOADS, may_change, may_read, owner_of_source, uploads_of
    from rag.ingestion.plan import Within
    from rag.ingestion.report import Duplicate, Failure, IngestReport, Interrupted, Renamed, TakenIn
    from rag.ingestion.source_names import below, meant
    from rag.ingestion.taking import refit, rehearse, take_in
    from rag.ingestion.told import Announce, Told
    from rag.ingestion.watching import follow, is_below

__all__ = [
    "UPLOADS",
    "Announce",
    "Duplicate",
    "Failure",
    "IngestReport",
    "Interrupted",
    "KeptFailure",
    "Ledger",
    "Looked",
    "Opening",
    "Renamed",
    "TakenIn",
    "Told",
    "UserWords",
    "Within",
    "below",
    "follow",
    "is_below",
    "may_change",
    "may_read",
    "meant",
    "owner_of_source",
    "refit",
    "rehearse",
    "take_in",
    "uploads_of",
]

_HOMES = {
    "incoming": ("Looked", "Opening"),
    "ledger": ("KeptFailure", "Ledger", "UserWords"),
    "ownership": ("UPLOADS", "may_change", "may_read", "owner_of_source", "uploads_of"),
    "plan": ("Within",),
    "report": ("Duplicate", "Failure", "IngestReport", "Interrupted", "Renamed", "TakenIn"),
    "source_names": ("below", "meant"),
    "taking": ("refit", "rehearse", "take_in"),
    "told": ("Announce", "Told"),
    "watching": ("follow", "is_below"),
}


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"rag.ingestion.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
