"""Settings: the command line over the environment over `rag.toml` over the defaults."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rag.errors import SettingsError
from rag.settings import load_settings


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, empty."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_any_the_defaults_hold() -> None:
    settings = load_settings()
    assert settings.llm == "extractive"
    assert settings.hits == 10
    assert settings.llm_timeout == 60
    assert settings.store is None
    assert settings.embedding_model is None
    assert settings.reranker is None
    assert settings.language == ""
    assert settings.unsupported == "drop"


def test_each_place_wins_over_the_next(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "rag.toml").write_text(
        'llm = "ollama:file"\nhits = 3\nlanguage = "en"\nstore = "kept"', encoding="utf-8"
    )
    monkeypatch.setenv("RAG_LLM", "ollama:environment")
    monkeypatch.setenv("RAG_HITS", "4")
    settings = load_settings(llm="ollama:given", hits=None)
    assert (settings.llm, settings.hits, settings.language) == ("ollama:given", 4, "en")
    assert settings.store == Path("kept")


def test_a_settings_file_elsewhere_counts_for_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "rag.toml").write_text("hits = 3", encoding="utf-8")
    (folder / "below").mkdir()
    monkeypatch.chdir(folder / "below")
    assert load_settings().hits == 10


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hits", "0"),
        ("hits", "101"),
        ("hits", "ten"),
        ("llm_timeout", "0"),
        ("llm_timeout", "-5"),
        ("language", "fr"),
        ("unsupported", "hide"),
        ("llm_timeout", ""),
    ],
)
def test_a_value_that_can_not_be_used_is_named_wherever_it_stands(
    name: str, value: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    variable = f"RAG_{name.upper()}"
    monkeypatch.setenv(variable, value)
    (folder / "below").mkdir()
    with pytest.raises(SettingsError) as from_environment:
        load_settings()
    monkeypatch.delenv(variable)
    (folder / "rag.toml").write_text(f'{name} = "{value}"', encoding="utf-8")
    with pytest.raises(SettingsError) as from_file:
        load_settings()
    for caught in (from_environment, from_file):
        for message in (caught.value.zh, caught.value.en):
            assert name in message
            assert variable in message
            assert repr(value)[1:-1] in message


def test_an_unknown_name_in_the_file_is_told(folder: Path) -> None:
    (folder / "rag.toml").write_text('lmm = "ollama:qwen3"', encoding="utf-8")
    with pytest.raises(SettingsError, match="lmm"):
        load_settings()


def test_an_unknown_variable_is_somebody_elses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_TIME", "ragtime")
    assert load_settings().hits == 10


def test_a_variable_without_the_prefix_is_somebody_elses_whichever_comes_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for before, after in (
        (("RAG_LANGUAGE", "en"), ("LANGUAGE", "zh_CN:zh")),
        (("HITS", "3"), ("RAG_HITS", "4")),
    ):
        monkeypatch.setattr(os, "environ", dict([before, after]))
        settings = load_settings()
        assert (settings.language, settings.hits) in (("en", 10), ("", 4))


def test_what_is_mistyped_is_not_shown(folder: Path) -> None:
    (folder / "rag.toml").write_text('api_key = "secret"', encoding="utf-8")
    with pytest.raises(SettingsError, match="api_key") as caught:
        load_settings()
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("history", '["postgresql://u:secret@h/db"]'),
        ("queue", '{url = "postgresql://u:secret@h/db"}'),
        ("history", '"postgresql+asyncpg://u:secret@h/db"'),
        ("store", '"http://u:secret@h:19530"'),
    ],
)
def test_an_address_that_can_not_be_used_is_no_folder_and_its_password_is_not_shown(
    name: str, written: str, folder: Path
) -> None:
    (folder / "rag.toml").write_text(f"{name} = {written}", encoding="utf-8")
    with pytest.raises(SettingsError, match=f"(?i){name}") as caught:
        load_settings()
    assert "secret" not in f"{caught.value}{caught.value.zh}"


@pytest.mark.parametrize("name", ["store", "history", "queue", "feedback", "api_keys_file", "users_file"])
def test_an_empty_name_of_a_place_is_told_and_is_not_the_current_folder(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"RAG_{name.upper()}", " ")
    with pytest.raises(SettingsError, match=f"{name}.*empty"):
        load_settings()


@pytest.mark.parametrize("kind", ["folder", "link to nothing"])
def test_a_settings_file_that_is_none_is_told(kind: str, folder: Path) -> None:
    if kind == "folder":
        (folder / "rag.toml").mkdir()
    else:
        (folder / "rag.toml").symlink_to("nowhere.toml")
    with pytest.raises(SettingsError, match=r"rag\.toml"):
        load_settings()


@pytest.mark.parametrize("content", [b"hits = ", b"\xff\xfe\x00", b"[hits"])
def test_a_file_that_is_no_toml_is_told(content: bytes, folder: Path) -> None:
    (folder / "rag.toml").write_bytes(content)
    with pytest.raises(SettingsError, match=r"rag\.toml") as caught:
        load_settings()
    assert "请改正或删除" in caught.value.zh


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser reads every file")
def test_a_file_that_may_not_be_read_is_told(folder: Path) -> None:
    (folder / "rag.toml").write_text("hits = 3", encoding="utf-8")
    (folder / "rag.toml").chmod(0)
    with pytest.raises(SettingsError, match=r"rag\.toml"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "written"),
    [("hits", "true"), ("hits", "2.5"), ("llm_timeout", "nan"), ("llm", "3"), ("store", "[]")],
)
def test_a_value_of_another_kind_is_told_in_both_languages(name: str, written: str, folder: Path) -> None:
    (folder / "rag.toml").write_text(f"{name} = {written}", encoding="utf-8")
    with pytest.raises(SettingsError, match=f"{name}.* has to be ") as caught:
        load_settings()
    assert "不能用：要" in caught.value.zh


def test_numbers_may_be_written_as_text_and_whole_ones_with_a_point(folder: Path) -> None:
    (folder / "rag.toml").write_text('hits = " 4 "\nmax_pages = 7.0\nllm_timeout = 2', encoding="utf-8")
    settings = load_settings()
    assert (settings.hits, settings.max_pages, settings.llm_timeout) == (4, 7, 2.0)


def test_variables_are_read_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("rag_hits", "4")
    assert load_settings().hits == 4


def test_keys_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_API_KEYS", "secret")
    assert load_settings().api_keys == "secret"
    assert "secret" not in repr(load_settings())
