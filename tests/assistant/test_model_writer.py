"""Turns worded by a chat model: LangChain's fake one, and one behind a real wire."""

import re

import pytest
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from assistant import chat_model
from assistant.build import Assistant
from assistant.conversation import Finished, Question, Token
from assistant.memory import Memory
from assistant.settings import AssistantSettings
from assistant.verify import UNSUPPORTED

TEXT = "My mentee cancels our meetings again and again. What can I do?"


@pytest.fixture
def build(board, tmp_path):
    made = []

    def build_one(model=None, name="openai:test"):
        settings = AssistantSettings(home=board.settings.home, chat_model=name)
        assistant = Assistant(settings, encoder=board.encoder, model=model)
        assistant.memory = Memory(tmp_path / "memory.sqlite")
        made.append(assistant)
        return assistant

    yield build_one
    for assistant in made:
        assistant.memory.close()
        assistant.retriever().close()


async def events_of(assistant, text=TEXT):
    events = [e async for e in assistant.stream(Question(text=text, audience="mentor"))]
    assert isinstance(events[-1], Finished)
    shown = "".join(event.text for event in events if isinstance(event, Token))
    return shown, events[-1].reply


@pytest.fixture
async def composed(board):
    return await board.answer(Question(text=TEXT, audience="mentor"))


def markers(text):
    return {int(number) for number in re.findall(r"\[(\d+)\]", text)}


async def test_a_good_stream_is_shown_and_cited(build, model_server):
    shown, reply = await events_of(build())
    assert (reply.kind, reply.engine, reply.notice) == ("answer", "openai:test", "")
    assert shown.split() == reply.text.split()
    assert markers(reply.text) == {citation.marker for citation in reply.citations} == {1, 2, 3, 4}
    assert {c.guide for c in reply.citations} == {"the-mentee-who-cancels-forgets-or-drifts"}
    assert reply.follow_ups
    assert reply.topics


async def test_what_a_model_cites_stands_word_for_word(build, board, model_server):
    _, reply = await events_of(build())
    chunks = {chunk.id: chunk for chunk in board.retriever().snapshot.chunks}
    assert all(c.quote in chunks[c.chunk].text for c in reply.citations)


async def test_unknown_markers_never_reach_the_screen(build, model_server):
    model_server.mode = "unknown markers"
    shown, reply = await events_of(build())
    assert reply.engine == "openai:test"
    for text in (shown, reply.text):
        assert "99" not in text
        assert "88" not in text
    assert markers(reply.text) == {citation.marker for citation in reply.citations}


async def test_a_sentence_without_support_is_marked(build, model_server):
    model_server.mode = "unsupported"
    _, reply = await events_of(build())
    assert reply.text.count(UNSUPPORTED.strip()) == 1
    assert reply.text.rstrip().endswith(f"Paris [1].{UNSUPPORTED}")
    assert reply.notice == "1 sentence(s) that the guides do not support are marked."


@pytest.mark.parametrize(
    ("mode", "notice"),
    [
        ("no markers", "cited nothing"),
        ("empty", "gave no answer"),
        ("500", "the chat model failed"),
        ("cut off", "the chat model failed"),
        ("slow", "silent for"),
    ],
)
async def test_a_model_that_fails_is_replaced_and_it_is_said(
    build, model_server, composed, monkeypatch, mode, notice
):
    model_server.mode = mode
    if mode == "slow":
        monkeypatch.setattr(chat_model, "FIRST_TOKEN_S", 0.3)
    _, reply = await events_of(build())
    assert (reply.engine, reply.kind) == ("extractive", "answer")
    assert (reply.text, reply.citations) == (composed.text, composed.citations)
    assert notice in reply.notice
    assert "guides' own words" in reply.notice
    assert "\n" not in reply.notice


async def test_a_server_that_is_not_there_is_said(build, composed, monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    _, reply = await events_of(build())
    assert reply.text == composed.text
    assert "could not be used" in reply.notice


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("My manager groped me and I start again tomorrow.", "refer"),
        ("What is the boiling point of ethanol?", "decline"),
        ("Hello", "reply"),
    ],
)
async def test_what_is_not_answered_is_never_given_to_a_model(build, model_server, text, kind):
    _, reply = await events_of(build(), text)
    assert reply.kind == kind
    assert reply.engine == "extractive"
    assert model_server.prompts == []


async def test_a_missing_provider_names_its_package(build):
    from knowledge.errors import ChatModelConfigError

    with pytest.raises(ChatModelConfigError, match="langchain-anthropic"):
        await build(name="anthropic:claude-sonnet-4-5").answer(Question(text=TEXT))


async def test_a_fake_model_of_langchain_will_do(build, board):
    guide = board.guide("the-mentee-who-cancels-forgets-or-drifts")
    point = guide.items[0].text.split(". ")[1]
    message = AIMessage(f"{point} [1]. {point} [77, 1].")
    model = GenericFakeChatModel(messages=iter([message]))
    shown, reply = await events_of(build(model, name=""))
    assert reply.engine == "model"
    assert markers(shown) == markers(reply.text) == {1}
    assert reply.citations[0].quote == guide.items[0].text
