"""`python app.py`: the chat page. Layout and wiring only; what its panels say is made in `rag.ui`.

Exit status: 0 stopped by its user, 2 a usage or input error.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import webbrowser
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Read when Gradio is imported: nothing leaves the machine.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

import gradio as gr
from gradio.events import Dependency

from rag.api.allowance import Allowance
from rag.api.application import Access, open_api
from rag.api.feedback_file import FeedbackFile
from rag.api.keys import ApiKeys, open_keys
from rag.api.service import Service
from rag.api.tools import add_tools
from rag.api.users import Users, open_users
from rag.assistant import Assistant, open_assistant
from rag.contract import Originals
from rag.errors import WenjuError
from rag.ingestion import Opening
from rag.progress import ProgressLine
from rag.resources import default_feedback_file, default_history_file
from rag.settings import Settings, load_settings
from rag.ui.asking import Shown, wire_questions
from rag.ui.backends import Backends, open_others
from rag.ui.bar import Bar, BarHandlers, lay_out_bar, lay_out_tools, wire_bar
from rag.ui.conversations import Conversations
from rag.ui.dialogue import Dialogue
from rag.ui.exchange import Place
from rag.ui.handlers import Handlers
from rag.ui.library_panel import (
    LibraryHandlers,
    LimitsControl,
    lay_out_limits,
    lay_out_panel,
    wire_library,
)
from rag.ui.library_routes import library_router
from rag.ui.opinions import Opinions
from rag.ui.page_blocks import PageBlocks
from rag.ui.page_images import open_images
from rag.ui.past import Past, lay_out_past, wire_past
from rag.ui.past_handlers import PastHandlers
from rag.ui.theme import page_file
from rag.ui.turns import Turns
from rag.ui.web_server import address_of, listen, serve

STOPPED, WRONG = 0, 2
_OPEN_SIDE = "(...given) => { document.getElementById('sides').dataset.source = 'open'; return given; }"


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the page until it is stopped; returns the exit status."""
    arguments = _parser().parse_args(argv)
    try:
        settings = load_settings(llm=arguments.llm, store=arguments.store)
        access = _access(arguments, settings)
        with listen(arguments.host, arguments.port) as listener:
            assistant = _assistant(arguments.docs, settings)
            others = open_others(settings.llms, settings.llm_timeout, settings.llm_window)
            service = Service(assistant, settings.hits, arguments.allow_changes, settings.limits, others)
            api = open_api(service, settings.feedback or default_feedback_file(), access)
            library = service.library
            changeable = access.changeable or arguments.allow_changes
            images = open_images(api, library.record, library.files)
            api.include_router(library_router(library, assistant, changeable=changeable))
            backends = Backends(service.chat_models, settings.llms[0])
            dialogue = Dialogue(assistant, settings.hits, library, backends, images)
            bar = BarHandlers(backends, access.meter, leaves=bool(access.users))
            turns = Turns(settings.page_at_once, access.meter)
            shelf = LibraryHandlers(library, settings.language, changeable=changeable)
            page = build_page(*_handlers(dialogue, assistant.store.original, settings), bar, shelf, turns)
            library.resume()
            add_tools(page, service)
            _announce(address_of(listener), arguments.open)
            serve(page, listener, api, locked=access.locked)
    except WenjuError as error:
        sys.stderr.write(f"{error}\n")
        return WRONG
    except KeyboardInterrupt:
        sys.stderr.write("已停止。\nStopped.\n")
    return STOPPED


def _handlers(dialogue: Dialogue, original: Originals, settings: Settings) -> tuple[Handlers, PastHandlers]:
    conversations = Conversations(settings.history or default_history_file(), original)
    opinions = Opinions(FeedbackFile(settings.feedback or default_feedback_file()), original)
    return (
        Handlers(dialogue, conversations, settings.language),
        PastHandlers(dialogue, conversations, opinions, settings.language),
    )


def _access(arguments: argparse.Namespace, settings: Settings) -> Access:
    """Who may use the server. Raises `SettingsError` where others reach it, no key is set, and that is not meant."""
    keys = open_keys(settings.api_keys, settings.api_keys_file)
    allowance = Allowance(settings.api_rate, settings.api_at_once, upload_bytes=settings.limits.file_bytes)
    users = open_users(settings.users_file)
    if arguments.no_auth:
        keys, users = ApiKeys({}), Users()
    access = Access(keys, allowance, arguments.host, users, settings.language)
    access.check(open_to_all=arguments.no_auth)
    return access


def _assistant(docs: Sequence[Path], settings: Settings) -> Assistant:
    with ProgressLine() as line:
        assistant = open_assistant(
            docs,
            settings.store,
            settings.llms[0],
            embedding_model=settings.embedding_model,
            reranker=settings.reranker,
            timeout=settings.llm_timeout,
            window=settings.llm_window,
            unsupported=settings.unsupported,
            opening=Opening(limits=settings.limits),
            told=line.told,
        )
    for failure in assistant.report.failed:
        sys.stderr.write(f"{failure.zh}\n{failure.en}\n")
    return assistant


def _announce(address: str, opens: bool) -> None:
    sys.stdout.write(f"问据已就绪：{address}（Ctrl-C 停止）\nWenju is ready: {address} (Ctrl-C stops it)\n")
    sys.stdout.flush()
    if opens:
        threading.Timer(1.0, webbrowser.open, [address]).start()


@dataclass(frozen=True, slots=True)
class _Parts:
    """The components of the page, and what it remembers of one reader."""

    brand: gr.HTML
    bar: Bar
    library: gr.Button
    past: Past
    switch: gr.Button
    thread: gr.HTML
    turn: gr.HTML
    question: gr.Textbox
    only: LimitsControl
    papers: gr.HTML
    evidence: gr.HTML
    remembered: gr.BrowserState
    language: gr.State
    exchanges: gr.State
    place: gr.State


def build_page(
    handlers: Handlers, past: PastHandlers, bar: BarHandlers, library: LibraryHandlers, turns: Turns
) -> gr.Blocks:
    """The page: past conversations on the left, the current one in the middle, evidence on the right."""
    page = PageBlocks(title="问据 Wenju", fill_height=True, fill_width=True, analytics_enabled=False)
    with page:
        parts = _lay_out()
        switched = _wire_words(page, parts, handlers)
        shown = _shown(parts)
        asking = wire_questions(shown, parts.past.again, handlers, turns)
        wire_past(page, parts.past, shown, past, asking, switched)
        wire_bar(page, parts.bar, parts.language, parts.remembered, bar, handlers.language)
        _wire_evidence(parts, handlers)
        wire_library(page, parts.papers, parts.only, parts.language, parts.remembered, library)
    return page


def _shown(parts: _Parts) -> Shown:
    return Shown(
        parts.question, parts.thread, parts.turn, parts.evidence, parts.past.listed, parts.past.conversation,
        parts.exchanges, parts.place, parts.past.words, parts.language, parts.remembered, parts.only.chosen,
        parts.bar.chosen,
    )  # fmt: skip


def _lay_out() -> _Parts:
    panel: dict[str, Any] = {"apply_default_css": False}
    with gr.Row(elem_id="top"):
        brand = gr.HTML(elem_id="brand", **panel)
        backend, connection = lay_out_bar()
        library, switch = (
            gr.Button("", elem_id=name, size="sm", min_width=0) for name in ("library", "language")
        )
        bar = lay_out_tools(backend, connection)
    with gr.Row(elem_id="sides"):
        past = lay_out_past()
        with gr.Column(elem_id="chat"):
            done = page_file("thread.js") + page_file("actions.js")
            thread = gr.HTML(elem_id="thread", js_on_load=done, **panel)
            turn = gr.HTML(elem_id="turn", **panel)
            with gr.Column(elem_id="composer"):
                question = gr.Textbox(
                    elem_id="question", max_lines=6, submit_btn=True, autofocus=True, show_label=False
                )
                only = lay_out_limits()
        with gr.Column(elem_id="side"):
            evidence = gr.HTML(elem_id="evidence", js_on_load=page_file("evidence.js"), **panel)
            papers = lay_out_panel()
    return _Parts(
        brand, bar, library, past, switch, thread, turn, question, only, papers, evidence,
        # The secret only scrambles "zh" or "en"; a fixed one lets the choice outlive a restart.
        remembered=gr.BrowserState("", storage_key="wenju-language", secret="language"),  # noqa: S106
        language=gr.State("zh"),
        exchanges=gr.State(()),
        place=gr.State(Place()),
    )  # fmt: skip


_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def _wire_words(page: gr.Blocks, parts: _Parts, handlers: Handlers) -> Dependency:
    """Every word; the event of another language."""
    words = [parts.brand, parts.library, parts.switch, parts.question]
    panels = [parts.thread, parts.evidence]
    page.load(handlers.greet, [parts.remembered], [parts.language, *words], **_QUIET)
    return parts.switch.click(
        handlers.switch_language,
        [parts.language, parts.exchanges, parts.place],
        [parts.remembered, parts.language, *words, *panels],
        **_QUIET,
    )


def _wire_evidence(parts: _Parts, handlers: Handlers) -> None:
    shown = [parts.place, parts.evidence]
    parts.evidence.open(handlers.show, [parts.exchanges, parts.language], shown, **_QUIET)
    parts.library.click(handlers.show_library, [parts.language], shown, js=_OPEN_SIDE, **_QUIET)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python app.py", description="对话页面。The chat page.")
    add = parser.add_argument
    add(
        "--host",
        default="127.0.0.1",
        help="地址（默认只有本机能打开）。The address; by default only this machine.",
    )
    add("--port", type=int, default=7860, help="端口（默认 7860）。The port (7860).")
    add(
        "--docs",
        nargs="+",
        type=Path,
        default=[],
        metavar="PATH",
        help="从这些文件或文件夹回答。Answer from these.",
    )
    add("--store", metavar="DIR", help="索引文件夹，或 milvus:地址。The folder of the index, or milvus:URI.")
    add(
        "--llm",
        metavar="SPEC",
        help="extractive（默认）、openai:MODEL、ollama:MODEL …。Who words the answer.",
    )
    add(
        "--no-auth",
        action="store_true",
        help="不要登录和密钥：谁能打开这个地址，谁就能用。Ask for no log-in and no key: whoever reaches the address may use it.",
    )
    add(
        "--allow-changes",
        action="store_true",
        help="允许经 API 上传和删除文档。Let documents be uploaded and deleted through the API.",
    )
    add("--open", action="store_true", help="在浏览器中打开页面。Open the page in the browser.")
    return parser


if __name__ == "__main__":
    sys.exit(main())
