"""What the user wrote of a document, in its front matter and its sidecar, put in place of what was found."""

from __future__ import annotations

from pathlib import Path

from rag.documents.facts.front_matter import FrontMatter
from rag.documents.facts.overrides import overridden
from rag.documents.facts.sidecar import read_sidecar
from rag.types import Metadata


def with_given(
    metadata: Metadata, front: FrontMatter, sidecar: Path | None
) -> tuple[Metadata, tuple[str, ...]]:
    """The metadata with what is written in the front matter, and over that in the sidecar; and their warnings."""
    metadata = overridden(
        metadata, front.overrides, zh="文件开头的说明里写明", en="given in the front matter"
    )
    if sidecar is None:
        return metadata, front.warnings
    overrides, warnings = read_sidecar(sidecar)
    zh, en = f"旁注文件 {sidecar.name} 里写明", f"given in the sidecar {sidecar.name}"
    return overridden(metadata, overrides, zh=zh, en=en), (*front.warnings, *warnings)
