"""Many questions from a file, answered in order, a line of JSON each."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from assistant.terminal import reply_json
from knowledge.errors import QuestionError, SettingsError

if TYPE_CHECKING:
    from assistant.build import Assistant
    from assistant.conversation import Question


def read_batch(path: Path) -> Iterator["Question"]:
    """Yield the questions of a file of JSON lines.

    Raises:
        SettingsError: naming the file, and the line that is no question.
    """
    from pydantic import ValidationError

    from assistant.conversation import Question

    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"--batch {path}: cannot be read as UTF-8 text: {error}") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            if not isinstance(record, dict):
                raise ValueError("it is no object in braces")
            known = {
                k: record[k] for k in ("audience", "stage", "phase", "thread") if record.get(k)
            }
            yield Question(id=str(record["id"]), text=record["question"], **known)
        except (ValueError, KeyError, TypeError, ValidationError) as error:
            reason = str(error).splitlines()[0]
            raise SettingsError(
                f'{path}:{number}: not a question: {reason}. A line is {{"id": …, "question": …}}, '
                "with audience, stage, phase and thread if known."
            ) from error


async def answer_batch(assistant: "Assistant", questions: list["Question"]) -> None:
    """Answer in order; a question that cannot be asked becomes a reply that says so."""
    from assistant.conversation import Reply

    for question in questions:
        try:
            reply = await assistant.answer(question)
        except QuestionError as error:
            reply = Reply(id=question.id, thread=question.thread, kind="decline", text=str(error))
        typer.echo(json.dumps(reply_json(reply), ensure_ascii=False))
