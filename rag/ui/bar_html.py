"""The top bar as HTML: who words the answers and whether that works, the theme, the keys, who is logged in."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rag.assistant import EXTRACTIVE
from rag.ui.backends import Connection
from rag.ui.texts import PageLanguage
from rag.ui.words_bar import BAR_WORDS, BarWords

THEMES = ("system", "light", "dark")


def backend_html(names: Sequence[str], chosen: str, language: PageLanguage) -> str:
    """The choice of who words the answers; without any choice, only who does."""
    words = BAR_WORDS[language]
    options = "".join(
        f'<option value="{escape(name)}"{" selected" if name == chosen else ""}>{escape(_shown(name, words))}</option>'
        for name in names
    )
    return (
        f'<div class="backend" lang="{language}">'
        f'<select id="backend-choice" aria-label="{escape(words.backend)}" title="{escape(words.backend)}">{options}</select>'
        f'<button type="button" class="check" aria-label="{escape(words.check)}" title="{escape(words.check)}">'
        f'<span aria-hidden="true">⇄</span></button></div>'
    )


def connection_html(connection: Connection | None) -> str:
    """What the check found; nothing before the first one."""
    if connection is None:
        return ""
    state = {True: "works", False: "fails", None: "open"}[connection.works]
    sign = {True: "✓", False: "!", None: "…"}[connection.works]
    return (
        f'<p class="connection {state}" role="{"alert" if state == "fails" else "status"}">'
        f'<span aria-hidden="true">{sign}</span> {escape(connection.words)}</p>'
    )


def tools_html(language: PageLanguage, user: str, *, leaves: bool) -> str:
    """Theme, help with the keys, and the user, who `leaves` through a button where they came in through the form."""
    words = BAR_WORDS[language]
    themes = " ".join(
        f'data-{name}="{escape(said)}"' for name, said in zip(THEMES, words.themes, strict=True)
    )
    return (
        f'<div class="tools" lang="{language}">'
        f'<button type="button" class="theme" data-label="{escape(words.theme)}" {themes}></button>'
        f'<button type="button" class="keys" aria-label="{escape(words.help_title)}" title="{escape(words.help_title)}"'
        f' aria-haspopup="dialog">?</button>{_user(words, user, leaves)}</div>{_help(words)}'
    )


def _shown(name: str, words: BarWords) -> str:
    return words.extracts if name == EXTRACTIVE else name


def _user(words: BarWords, user: str, leaves: bool) -> str:
    if not user:
        return ""
    shown = f'<span class="user" title="{escape(words.logged_in_as.format(name=user))}">{escape(user)}</span>'
    form = (
        f'<form method="post" action="logout"><button class="log-out">{escape(words.log_out)}</button></form>'
    )
    return shown + (form if leaves else "")


def _help(words: BarWords) -> str:
    rows = "".join(
        f"<div><dt>{_keys(keys)}</dt><dd>{escape(does)}</dd></div>" for keys, does in words.shortcuts
    )
    return (
        f'<dialog class="help" aria-labelledby="help-title"><h2 id="help-title">{escape(words.help_title)}</h2>'
        f'<dl>{rows}</dl><label><input type="checkbox" class="single-keys" checked> {escape(words.single_keys)}</label>'
        f'<button type="button" class="close">{escape(words.close)}</button></dialog>'
    )


def _keys(keys: str) -> str:
    return " + ".join(f"<kbd>{escape(key)}</kbd>" for key in keys.split(" + "))
