"""What a downloaded file is called."""

from __future__ import annotations

import re
import unicodedata

_BARRED = re.compile(r'[\\/:*?"<>|]+')
_RESERVED = re.compile(r"(?i)^(?:con|prn|aux|nul|com\d|lpt\d)$")
_LONGEST = 80
"""Characters; three bytes each, that is still below what file systems allow."""


def file_name(title: str, ending: str, otherwise: str) -> str:
    """A title as the name of a file on any system, `otherwise` where nothing of it can be; `ending` is ".docx" or so."""
    # Controls, lone surrogates and marks that turn the direction of writing around can make a name look like another.
    shown = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", title))
    name = " ".join(_BARRED.sub(" ", shown).split())[:_LONGEST].strip(" .")
    return f"{otherwise if not name or _RESERVED.match(name) else name}{ending}"
