"""Files become a store's content, and follow one another there."""

from rag.ingestion.incoming import Looked, Opening
from rag.ingestion.plan import Within
from rag.ingestion.report import Duplicate, Failure, IngestReport, Interrupted, Renamed, TakenIn
from rag.ingestion.source_names import below, meant
from rag.ingestion.taking import Announce, Told, refit, rehearse, take_in
from rag.ingestion.watching import follow, is_below

__all__ = [
    "Announce",
    "Duplicate",
    "Failure",
    "IngestReport",
    "Interrupted",
    "Looked",
    "Opening",
    "Renamed",
    "TakenIn",
    "Told",
    "Within",
    "below",
    "follow",
    "is_below",
    "meant",
    "refit",
    "rehearse",
    "take_in",
]
