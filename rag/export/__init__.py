"""A conversation as a file that others can read: Markdown or Word, its sources as footnotes."""

from rag.export.file_name import file_name
from rag.export.markdown import markdown_of
from rag.export.transcript import Note, Said, Transcript
from rag.export.word import word_of

__all__ = ["Note", "Said", "Transcript", "file_name", "markdown_of", "word_of"]
