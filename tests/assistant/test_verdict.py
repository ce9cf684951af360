"""What is refused although models would answer it, and answered although they would refuse it."""

import pytest

from assistant.boundary import find_disclosure
from assistant.conversation import Profile
from assistant.gate import decide
from assistant.shelf import SERIOUS
from assistant.triage import triage_for
from assistant.turn import Parts
from assistant.verdict import decide_alone, is_known_question, suspect

PROFILE = Profile()
KNOWN = "What is flash mentoring?"


@pytest.fixture
def parts(board):
    return Parts(retriever=board.retriever(), shelf=board.shelf)


@pytest.fixture
def read(board):
    return board.retriever().read


@pytest.mark.parametrize("text", [KNOWN, "what is flash mentoring", "What is “flash mentoring”??"])
def test_a_question_of_the_library_is_known_whatever_its_marks(read, parts, text):
    assert is_known_question(read(text), parts)


@pytest.mark.parametrize(
    "text",
    ["What is flash mentoring in Leeds?", "What is the dress code at Deloitte in Amsterdam?"],
)
def test_a_question_like_one_of_the_library_is_not_known(read, parts, text):
    assert not is_known_question(read(text), parts)


def test_a_question_of_a_guide_on_serious_matters_is_left_to_the_models(board, read, parts):
    guides = [board.guide(document.id) for document in board.guides()]
    texts = [text for guide in guides if SERIOUS in guide.topics for text in guide.questions]
    assert len(texts) > 50
    assert not any(is_known_question(read(text), parts) for text in texts)


async def test_every_question_an_ordinary_guide_offers_is_answered(board, read, parts):
    triage = triage_for(board.encoder)
    refused = 0
    for document in board.guides()[::40]:
        guide = board.guide(document.id)
        for text in () if SERIOUS in guide.topics else guide.short_questions:
            query = read(text)
            found = board.retriever().search(query, PROFILE)
            alone = decide(query, found, triage).kind == "answer"
            refused += not alone or find_disclosure(text, query, triage) is not None
            assert suspect(text, query, parts) is None, text
            assert decide_alone(query, found, parts).kind == "answer", text
    assert refused  # the models alone would have refused some
