"""The documents of a server: who may see and change which, and one queue in which all changes are made."""

from rag.library.job import Job, JobKind, JobState
from rag.library.library import Library
from rag.library.suggestions import Suggestions
from rag.library.upload_names import upload_name, upload_path

__all__ = ["Job", "JobKind", "JobState", "Library", "Suggestions", "upload_name", "upload_path"]
