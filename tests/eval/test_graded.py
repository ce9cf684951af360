"""Replies somebody read in full: the file, the counts, and what has changed since."""

import json
from pathlib import Path

import pytest

from assistant.conversation import Reply
from eval.case import Case
from eval.graded import count_graded, hash_reply, load_graded
from eval.outcome import Outcome
from knowledge.errors import DatasetError


def reply(text: str, case: str) -> Outcome:
    made = Reply(id="1", thread="", kind="answer", text=text)
    return Outcome(Case(case, "questions", "How?"), made)


def line(id: str, grade: str, text: str) -> str:
    return json.dumps(
        {"id": id, "dataset": "questions", "case": id, "grade": grade, "note": "", "reply_hash": hash_reply(text)}
    )  # fmt: skip


def test_the_shipped_file_may_be_empty():
    assert isinstance(load_graded(), list)
    assert count_graded([], []).n == 0


def test_grades_are_counted_and_changed_replies_are_told(tmp_path: Path):
    path = tmp_path / "graded.jsonl"
    lines = [
        line("a", "would sign", "Ask."),
        line("b", "would sign", "Wait."),
        line("c", "would not send", "Go."),
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    counts = count_graded(load_graded(path), [reply("Ask.", "a"), reply("Wait a week.", "b")])
    assert counts.counts == {"would sign": 2, "would edit": 0, "would not send": 1}
    assert (counts.n, counts.asked, counts.changed) == (3, 2, 1)


def test_a_bad_grade_is_named(tmp_path: Path):
    path = tmp_path / "graded.jsonl"
    path.write_text(line("a", "fine", "Ask."), encoding="utf-8")
    with pytest.raises(DatasetError, match=rf"{path}:1: grade"):
        load_graded(path)
