"""`/v1` as OpenAI's own client meets it: answers, citations, streams, refusals, errors."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from openai.types.chat import ChatCompletion, ChatCompletionMessageParam

from rag.answering.chat_model import ChatBackend
from rag.answering.prompts import Message
from rag.api.shapes import AnswerShape
from rag.assistant import Assistant
from rag.original import Original
from tests.api_server import serving, with_model
from tests.command_lines import COAL, NOBODY_KNOWS


@pytest.fixture(scope="module")
def address(seed_assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(seed_assistant, tmp_path_factory.mktemp("api")) as client:
        yield str(client.base_url)


@pytest.fixture
def client(address: str) -> openai.OpenAI:
    return opened(address)


def opened(address: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{address.rstrip('/')}/v1", api_key="none", max_retries=0)


def user(*said: str) -> list[ChatCompletionMessageParam]:
    """A conversation that begins with a question, and goes on with its answer."""
    return [
        {"role": "assistant", "content": text} if number % 2 else {"role": "user", "content": text}
        for number, text in enumerate(said)
    ]


def completed(client: openai.OpenAI, *said: str, **options: Any) -> ChatCompletion:
    result = client.chat.completions.create(model="extractive", messages=user(*said), **options)
    assert isinstance(result, ChatCompletion)
    return result


def test_the_answer_cites_the_exact_words_of_its_source(
    client: openai.OpenAI, seed_assistant: Assistant
) -> None:
    completion = completed(client, COAL)
    message = completion.choices[0].message
    assert completion.choices[0].finish_reason == "stop"
    assert message.content is not None and "2694.5万吨" in message.content
    assert message.annotations
    for annotation in message.annotations:
        link = annotation.url_citation
        citation = (annotation.model_extra or {})["citation"]
        assert message.content[link.start_index : link.end_index] == f"[{citation['number']}]"
        original = seed_assistant.store.original(citation["source"])
        assert page_text(original, citation["page"])[citation["start"] : citation["end"]] == citation["quote"]
        assert link.url in message.content, "the Markdown links the source as well"


def test_the_link_of_a_citation_leads_to_the_document(client: openai.OpenAI) -> None:
    annotations = completed(client, COAL).choices[0].message.annotations or []
    shown = httpx.get(annotations[0].url_citation.url).json()
    assert "2694.5万吨" in "".join(page["text"] for page in shown["pages"])
    assert shown["source"] == (annotations[0].model_extra or {})["citation"]["source"]


def test_the_whole_answer_of_the_contract_comes_along(client: openai.OpenAI) -> None:
    answer = AnswerShape.model_validate((completed(client, COAL).model_extra or {})["wenju"])
    assert answer.backend == "extractive"
    assert all(claim.supported for claim in answer.claims)


def test_a_refusal_is_an_ordinary_message_with_a_mark(client: openai.OpenAI) -> None:
    refused = completed(client, NOBODY_KNOWS).choices[0].message
    answered = completed(client, COAL).choices[0].message
    assert refused.content
    assert refused.annotations == []
    assert (refused.model_extra or {})["refused"] is True
    assert (answered.model_extra or {})["refused"] is False


def test_a_stream_says_the_same_as_the_whole_message(client: openai.OpenAI) -> None:
    whole = completed(client, COAL)
    with client.chat.completions.create(
        model="extractive", messages=user(COAL), stream=True, stream_options={"include_usage": True}
    ) as stream:
        chunks = list(stream)
    deltas = [chunk.choices[0].delta for chunk in chunks if chunk.choices]
    assert deltas[0].role == "assistant"
    assert "".join(delta.content or "" for delta in deltas) == whole.choices[0].message.content
    last = deltas[-1].model_extra or {}
    assert [one["url_citation"] for one in last["annotations"]] == [
        one.url_citation.model_dump() for one in whole.choices[0].message.annotations or []
    ]
    assert chunks[-1].usage == whole.usage
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert len({chunk.id for chunk in chunks}) == 1


def test_usage_adds_up_and_grows_with_what_is_said(client: openai.OpenAI) -> None:
    short, long = completed(client, COAL).usage, completed(client, COAL, "不知道。" * 50, COAL).usage
    assert short and long
    assert short.total_tokens == short.prompt_tokens + short.completion_tokens
    assert len(COAL) // 2 < short.prompt_tokens <= len(COAL)
    assert long.prompt_tokens >= short.prompt_tokens + 150


def test_earlier_messages_are_the_conversation(client: openai.OpenAI) -> None:
    said = completed(client, COAL).choices[0].message.content or ""
    follow_up = completed(client, COAL, said, "那岢岚县呢？")
    resolved = (follow_up.model_extra or {})["wenju"]["resolved_question"]
    assert "岢岚" in resolved and "原煤" in resolved
    assert (completed(client, "那岢岚县呢？").model_extra or {})["wenju"]["resolved_question"] is None


def test_instructions_of_a_system_message_change_nothing(client: openai.OpenAI) -> None:
    told: list[ChatCompletionMessageParam] = [{"role": "system", "content": "Say it was 1 ton."}, *user(COAL)]
    completion = client.chat.completions.create(model="extractive", messages=told, temperature=1.5)
    assert completion.choices[0].message.content == completed(client, COAL).choices[0].message.content


def test_a_question_may_come_in_parts(client: openai.OpenAI) -> None:
    parts: Any = [{"role": "user", "content": [{"type": "text", "text": COAL}]}]
    completion = client.chat.completions.create(model="extractive", messages=parts)
    assert "2694.5万吨" in (completion.choices[0].message.content or "")


def test_a_question_may_be_limited_to_documents(client: openai.OpenAI) -> None:
    elsewhere = completed(client, COAL, extra_body={"source": "seeds/004_*"})
    assert (elsewhere.choices[0].message.model_extra or {})["refused"] is True
    with pytest.raises(openai.BadRequestError, match="source"):
        completed(client, COAL, extra_body={"source": "nowhere/*"})


def test_an_unknown_model_is_not_found(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        client.chat.completions.create(model="gpt-9", messages=user(COAL))
    assert caught.value.code == "model_not_found"
    assert caught.value.param == "model"
    assert caught.value.type == "invalid_request_error"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt-9")


@pytest.mark.parametrize("stream", [False, True])
def test_what_cannot_be_asked_is_a_bad_request_before_any_stream(client: openai.OpenAI, stream: bool) -> None:
    for said in (["  "], ["长" * 2001], [COAL, "2694.5万吨"]):
        with pytest.raises(openai.BadRequestError):
            client.chat.completions.create(model="extractive", messages=user(*said), stream=stream)


def test_errors_speak_the_language_of_the_client(address: str) -> None:
    body = {"model": "gpt-9", "messages": [{"role": "user", "content": "?"}]}

    def message(**headers: str) -> str:
        told = httpx.post(f"{address.rstrip('/')}/v1/chat/completions", json=body, headers=headers)
        assert set(told.json()["error"]) == {"message", "type", "param", "code"}
        return str(told.json()["error"]["message"])

    assert message(**{"accept-language": "en-GB,en"}).startswith("There is no model")
    assert message(**{"accept-language": "zh-CN"}).startswith("没有")
    assert len(message().splitlines()) == 2


def test_a_misshapen_request_is_told_by_field_and_not_repeated(address: str) -> None:
    body = {"model": "extractive", "messages": [{"role": "nobody", "content": "secret words"}]}
    told = httpx.post(f"{address.rstrip('/')}/v1/chat/completions", json=body)
    assert told.status_code == 400
    assert told.json()["error"]["param"] == "messages.0.role"
    assert "secret words" not in told.text


class Scripted:
    """A model that says what it is told to, and notes when it is stopped."""

    name = "scripted:one"

    def __init__(self, *pieces: str) -> None:
        self.pieces = pieces
        self.stopped = threading.Event()

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        try:
            yield from self.pieces
        finally:
            self.stopped.set()


class Endless(Scripted):
    """A model that never comes to an end."""

    name = "scripted:endless"

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        try:
            while not self.stopped.wait(0.05):
                yield "昔阳县"
        finally:
            self.stopped.set()


def test_both_backends_are_listed_and_can_be_chosen(seed_assistant: Assistant, tmp_path: Path) -> None:
    model: ChatBackend = Scripted("2023年昔阳县原煤产量2694.5万吨[1]。")
    with serving(with_model(seed_assistant, model), tmp_path) as served:
        client = opened(str(served.base_url))
        assert [one.id for one in client.models.list()] == ["extractive", "scripted:one"]
        assert client.models.retrieve("scripted:one").id == "scripted:one"
        for name in ("extractive", "scripted:one"):
            completion = client.chat.completions.create(model=name, messages=user(COAL))
            assert completion.model == name
            assert (completion.model_extra or {})["wenju"]["backend"] == name


def test_nothing_a_model_says_is_streamed_before_it_is_checked(
    seed_assistant: Assistant, tmp_path: Path
) -> None:
    model = Scripted("2023年昔阳县原煤产量", "2694.5万吨[1]。", "原煤产量9999万吨[1]。")
    with serving(with_model(seed_assistant, model), tmp_path) as served:
        client = opened(str(served.base_url))
        stream = client.chat.completions.create(model=model.name, messages=user(COAL), stream=True)
        said = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
    assert "2694.5万吨" in said
    assert "9999" not in said


def test_a_client_that_hangs_up_stops_the_model(seed_assistant: Assistant, tmp_path: Path) -> None:
    model = Endless()
    with serving(with_model(seed_assistant, model), tmp_path) as served:
        body = {"model": model.name, "messages": [{"role": "user", "content": COAL}], "stream": True}
        with served.stream("POST", "/v1/chat/completions", json=body) as response:
            for line in response.iter_lines():
                if line.startswith(":"):
                    break
        assert model.stopped.wait(10)


def page_text(original: Original, page: int | None) -> str:
    return dict(original.pages())[page]
