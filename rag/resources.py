"""Where the program's own data is, in a checkout or inside an installed package, and which packages it works with."""

from __future__ import annotations

from importlib.util import find_spec
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


def installed_version(package: str) -> str:
    """The version of an installed package that is called as its module is.

    Read off the folder that an installer leaves beside it: `importlib.metadata` reads mail headers, which takes as
    long as much of an answer. Raises `PackageNotFoundError` where it is not installed.
    """
    spec = find_spec(package)
    if spec and spec.origin:
        beside = Path(spec.origin).parents[1].glob(f"{package}-*.dist-info")
        found = [folder.name.removesuffix(".dist-info").removeprefix(f"{package}-") for folder in beside]
        if len(found) == 1:
            return found[0]
    from importlib.metadata import version

    return version(package)


def _data_folder() -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir("wenju", appauthor=False))
