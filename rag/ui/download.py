"""A conversation as a file that the browser saves; no copy of it stays on the server."""

from __future__ import annotations

import base64
import uuid

from rag.export import Transcript, file_name, markdown_of, word_of

_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def exported(transcript: Transcript, form: str) -> dict[str, str]:
    """What `past.js` needs to save it: "word", else Markdown. Raises `MissingWordError`."""
    if form == "word":
        ending, kind, content = ".docx", _WORD_TYPE, word_of(transcript)
    else:
        ending, kind, content = (
            ".md",
            "text/markdown;charset=utf-8",
            markdown_of(transcript).encode("utf-8", "replace"),
        )
    return {
        "name": file_name(transcript.title, ending, otherwise="wenju"),
        "type": kind,
        "data": base64.b64encode(content).decode(),
        # The same file again is another download.
        "id": uuid.uuid4().hex,
    }
