"""The log-in form as one page of HTML that loads nothing."""

from __future__ import annotations

from html import escape

from rag.ui.texts import TEXTS, PageLanguage
from rag.ui.theme import page_file
from rag.ui.words_bar import BAR_WORDS


def login_page(language: PageLanguage, after: str, trouble: str = "") -> str:
    """The form. `after` is the query of the address to go on to, `trouble` what was wrong with the last try."""
    words, texts = BAR_WORDS[language], TEXTS[language]
    told = f'<p class="trouble" role="alert">{escape(trouble)}</p>' if trouble else ""
    return f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(words.log_in)} · {escape(texts.name)}</title>
<link rel="icon" href="data:,">
<style>{page_file("tokens.css")}{page_file("login.css")}</style>
<script>{page_file("theme.js")}</script>
</head>
<body class="gradio-container">
<main>
<h1><span class="seal" aria-hidden="true">据</span>{escape(texts.name)}</h1>
<p>{escape(words.log_in_promise)}</p>
{told}
<form method="post" action="login">
<input type="hidden" name="after" value="{escape(after)}">
<label>{escape(words.user)}
<input name="name" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="40" required autofocus></label>
<label>{escape(words.password)}
<input name="password" type="password" autocomplete="current-password" maxlength="256" required></label>
<button>{escape(words.log_in)}</button>
</form>
</main>
</body>
</html>
"""
