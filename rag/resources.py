"""Where the program's own data is: in a checkout, or inside an installed package."""

from __future__ import annotations

from pathlib import Path

_CHECKOUT = Path(__file__).parents[1]
_PACKAGED = Path(__file__).parent / "_data"


def seed_folder() -> Path:
    """The folder of the starting corpus."""
    packaged = _PACKAGED / "seeds"
    return packaged if packaged.is_dir() else _CHECKOUT / "seeds"


def default_store_folder() -> Path:
    """Where indexes go: `vectorstore/` of a checkout, else the user's data folder, never site-packages."""
    if (_CHECKOUT / "pyproject.toml").is_file():
        return _CHECKOUT / "vectorstore"
    return _data_folder() / "vectorstore"


def default_history_file() -> Path:
    """Where conversations are kept: in the user's data folder, of a checkout too, for they are the user's own."""
    return _data_folder() / "history.sqlite"


def default_feedback_file() -> Path:
    """Where opinions of answers are kept: beside the conversations."""
    return _data_folder() / "feedback.jsonl"


def _data_folder() -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir("wenju", appauthor=False))
