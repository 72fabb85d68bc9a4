"""Gradio's page, without what it would keep of every question for as long as the reader stays."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.state_holder import SessionState


class PageBlocks(gr.Blocks):
    """A page whose sessions stay as small as what they show.

    Gradio makes a component anew for every update (`gr.skip` is one), under a new number, and from then on files the
    component's values under that number beside all earlier ones: a copy of the whole conversation for each question.
    """

    async def postprocess_data(
        self, block_fn: BlockFunction, predictions: list[Any] | dict[Any, Any], state: SessionState | None
    ) -> list[Any]:
        """As Gradio does it; every component that was made anew then has its place's number again."""
        shown: list[Any] = await super().postprocess_data(block_fn, predictions, state)
        if state is not None:
            for number, block in state.blocks_config.blocks.items():
                block._id = number
        return shown
