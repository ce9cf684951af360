"""The writer with a model: streamed prose over numbered passages.

The model words the answer; what may be said, cited, declined or referred is decided before it and
checked after it. Any failure is a `ChatModelError`, and the turn falls back to the composed answer.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

from assistant.prompts import fill_prompt
from knowledge.errors import ChatModelCallError, ChatModelConfigError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

FIRST_TOKEN_S = 30.0
"""Longest wait for the first piece; and between two pieces."""
MIN_CHARACTERS = 40
"""An answer shorter than this is no answer."""


def load_chat_model(name: str) -> "BaseChatModel":
    """Return the model a setting names, as `provider:model`.

    Raises:
        ChatModelConfigError: when the provider is unknown, not installed, or has no key.
    """
    from langchain.chat_models import init_chat_model

    if ":" not in name:
        raise ChatModelConfigError(
            f"MENTOR_CHAT_MODEL={name!r} names no provider. Write provider:model, for example "
            "openai:gpt-4o-mini, anthropic:claude-sonnet-4-5 or ollama:llama3.2"
        )
    try:
        return init_chat_model(name, temperature=0.2, max_retries=1)
    except ImportError as error:
        # LangChain's message names the package to install; show it as it is.
        raise ChatModelConfigError(f"MENTOR_CHAT_MODEL={name!r}: {error}") from error
    except Exception as error:  # providers raise what they like for a missing key
        raise ChatModelConfigError(
            f"MENTOR_CHAT_MODEL={name!r} cannot be used: {_first_line(error)}. "
            "Check the name and the provider's key, then: mentor doctor"
        ) from error


async def stream_answer(
    model: "BaseChatModel", question: str, passages: Sequence[str], chair: str
) -> AsyncIterator[str]:
    """Yield pieces of the model's answer.

    Raises:
        ChatModelCallError: when the provider refuses, is silent too long, or breaks off.
    """
    from langchain_core.messages import HumanMessage, SystemMessage

    numbered = "\n\n".join(f"[{i}] {text}" for i, text in enumerate(passages, start=1))
    messages = [
        SystemMessage(fill_prompt("answer", passages=numbered, chair=chair)),
        HumanMessage(question),
    ]
    stream = model.astream(messages)
    written = 0
    try:
        while True:
            piece = await asyncio.wait_for(anext(stream), FIRST_TOKEN_S)
            text = piece.text if isinstance(piece.text, str) else str(piece.content)
            written += len(text)
            if text:
                yield text
    except StopAsyncIteration:
        if written < MIN_CHARACTERS:
            raise ChatModelCallError("the chat model gave no answer") from None
    except TimeoutError as error:
        raise ChatModelCallError(
            f"the chat model was silent for {FIRST_TOKEN_S:.0f} seconds"
        ) from error
    except Exception as error:  # each provider has its own tree
        raise ChatModelCallError(f"the chat model failed: {_first_line(error)}") from error


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__)[:160]
