"""The address of a store in Milvus, as a setting names it; its client need not be there."""

from __future__ import annotations

import pytest

from rag.errors import SettingsError
from rag.settings import load_settings
from rag.store import MilvusAddress


@pytest.mark.parametrize(
    ("text", "uri", "database", "name", "token"),
    [
        ("milvus:http://db:19530", "http://db:19530", "", "wenju", ""),
        ("milvus:https://me:p%40ss@db/reports#y2024", "https://db", "reports", "y2024", "me:p@ss"),
        ("milvus:http://[::1]:19530", "http://[::1]:19530", "", "wenju", ""),
        ("milvus:there.db", "there.db", "", "wenju", ""),
        ("milvus:there", "there/milvus.db", "", "wenju", ""),
    ],
)
def test_an_address_is_read(text: str, uri: str, database: str, name: str, token: str) -> None:
    assert MilvusAddress.of(text) == MilvusAddress(uri, database, name, token)


@pytest.mark.parametrize(
    "text", ["milvus:", "milvus:ftp://db", "milvus:http://", "milvus:http://db:x", "milvus:db#1 2"]
)
def test_an_address_that_can_not_be_used_is_told(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_STORE", text)
    with pytest.raises(SettingsError, match="milvus:http://HOST:19530"):
        load_settings()


def test_a_password_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_STORE", "milvus:http://me:geheim@127.0.0.1:1#x")
    store = load_settings().store
    assert isinstance(store, MilvusAddress)
    assert "geheim" not in f"{store} {store!r}"
    with pytest.raises(SettingsError) as refused:
        MilvusAddress.of("milvus:http://me:geheim@127.0.0.1:1#not one")
    assert "geheim" not in str(refused.value)
