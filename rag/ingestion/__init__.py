"""Files become a store's content, and follow one another there."""

from rag.ingestion.incoming import Looked, Opening
from rag.ingestion.ledger import KeptFailure, Ledger, UserWords
from rag.ingestion.ownership import UPLOADS, may_change, may_read, owner_of_source, uploads_of
from rag.ingestion.plan import Within
from rag.ingestion.report import Duplicate, Failure, IngestReport, Interrupted, Renamed, TakenIn
from rag.ingestion.source_names import below, meant
from rag.ingestion.taking import Announce, Told, refit, rehearse, take_in
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
