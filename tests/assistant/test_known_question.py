"""What the library was asked already is answered, whatever the models make of it."""

import pytest

from assistant.triage import triage_for


@pytest.mark.parametrize(
    "text",
    [
        "what is SBI feedback",
        "What is flash mentoring?",
        "How much does a mentoring programme cost?",
        "should i tell my employer about my ADHD",
        "A colleague gossips about me behind my back",
    ],
)
async def test_a_question_of_a_guide_is_answered(ask, text):
    assert (await ask(text)).kind == "answer"


async def test_a_question_of_a_guide_is_answered_though_it_sounds_like_a_disclosure(board, ask):
    text = "He says nothing in meetings because of his accent"
    triage = triage_for(board.encoder)
    heard = triage.disclosure(board.retriever().read(text)).probability
    assert heard >= triage.disclosure_threshold
    assert (await ask(text)).kind == "answer"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("What is the starting salary at Deloitte in Amsterdam?", "decline"),
        ("They cancelled my contract the day I said I was pregnant", "refer"),
        ("chest pains every sunday night, need the salary", "refer"),
    ],
)
async def test_what_is_only_near_a_question_of_a_guide_is_left_to_the_models(ask, text, kind):
    assert (await ask(text)).kind == kind
