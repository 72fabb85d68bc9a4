"""A session of the page is as large as what it shows, however many questions were asked in it."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.state_holder import SessionState

from rag.ui.page_blocks import PageBlocks
from tests.api_server import awaited


def test_a_session_does_not_grow_with_its_questions() -> None:
    with PageBlocks() as page:
        box, thread, beside = gr.Textbox(), gr.HTML(), gr.HTML()
        box.submit(
            lambda text: [gr.update(value="", submit_btn=False), f"<p>{text}</p>", gr.skip()],
            box,
            [box, thread, beside],
        )
        box.change(lambda text: [gr.skip(), f"<i>{text}</i>"], box, [thread, beside])

    async def asked(state: SessionState) -> list[list[Any]]:
        both = [page.fns[number] for number in (0, 1)]
        shown = [await page.process_api(fn, [f"q{n}"], state=state) for n in range(3) for fn in both]
        return [one["data"] for one in shown]

    state = SessionState(page)
    before = set(state.config_values)
    assert awaited(asked(state))[0][1] == "<p>q0</p>"
    assert set(state.config_values) == set(state.blocks_config.blocks) == before
    assert all(block._id == number for number, block in state.blocks_config.blocks.items())
