"""The examples in `deploy/` are what they say they are, as far as that can be told without a cluster."""

from __future__ import annotations

import json
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from rag.history_place import PostgresAddress
from rag.settings import Settings, load_settings
from rag.store import MilvusAddress

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"


def read(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))


def test_the_compose_file_names_settings_that_exist_with_values_that_can_be_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    services = read("compose.yaml")["services"]
    named = {**services["page"]["environment"], **services["worker"]["environment"]}
    assert {name.removeprefix("RAG_").lower() for name in named} <= {one.name for one in fields(Settings)}
    monkeypatch.chdir(tmp_path)
    for name, value in named.items():
        monkeypatch.setenv(name, value.replace("${WENJU_PASSWORD:?set WENJU_PASSWORD}", "secret"))
    settings = load_settings()
    assert isinstance(settings.store, MilvusAddress)
    assert isinstance(settings.history, PostgresAddress)
    assert settings.queue is not None
    assert settings.store.uri.split("//")[1].split(":")[0] in services


def test_what_a_service_waits_for_and_keeps_is_there() -> None:
    compose = read("compose.yaml")
    for service in compose["services"].values():
        assert set(service.get("depends_on", ())) <= set(compose["services"])
        kept = [volume.split(":")[0] for volume in service.get("volumes", ())]
        assert {name for name in kept if not name.startswith(".")} <= set(compose["volumes"])
    assert (DEPLOY / compose["services"]["worker"]["build"]["dockerfile"].removeprefix("deploy/")).is_file()


def test_the_image_installs_extras_that_exist() -> None:
    known = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    image = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    extras = image.split('".[')[1].split("]")[0].split(",")
    assert set(extras) <= set(known["optional-dependencies"])
    assert any(f"torch=={version}" in image for version in [_pinned(known["dependencies"], "torch==")])


def test_the_helm_values_hold_a_configuration_of_milvus() -> None:
    inner = yaml.safe_load(read("helm-values.yaml")["extraConfigFiles"]["user.yaml"])
    built = json.loads(inner["autoIndex"]["params"]["build"])
    assert built["metric_type"] == "IP"


def _pinned(dependencies: list[str], name: str) -> str:
    return next(one.removeprefix(name) for one in dependencies if one.startswith(name))
