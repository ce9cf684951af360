"""What is searched for a message: one reading, or three for a follow-up."""

import pytest

from assistant.act import Act
from assistant.conversation import Profile
from assistant.reading import search_for
from assistant.retriever import FAVOUR, Retriever
from assistant.shape import Shape
from assistant.understand import Subject, Understanding, go_on
from knowledge.catalogue import Catalogue

TEXT = "And how do I thank them?"
SUBJECT = Subject("How do I refuse a task?", "refuse-a-task", ())


@pytest.fixture
def retriever(ingested, encoder):
    catalogue = Catalogue(ingested.catalogue_path, read_only=True)
    retriever = Retriever(lambda: catalogue, encoder)
    yield retriever
    retriever.close()


def fused(retriever, text):
    query = retriever.read(text)
    return {d.document.id: d.fused for d in retriever.search(query).documents}


def found(retriever, understanding, subject=SUBJECT):
    message = retriever.read(understanding.text)
    return search_for(retriever, understanding, message, Profile(), subject)


def check(retriever, understanding, shares):
    readings = [(share, fused(retriever, text)) for text, share in shares.items()]
    for document in found(retriever, understanding).documents:
        expected = sum(share * worth[document.document.id] for share, worth in readings)
        assert document.fused == pytest.approx(expected, abs=1e-4)


def test_a_follow_up_is_searched_with_its_subject_by_its_own_words_and_by_its_subject(retriever):
    reading = go_on(Act.FOLLOW, Shape.STEPS, TEXT, SUBJECT)
    assert reading.searched == f"How do I thank them? (About: {SUBJECT.text})"
    check(retriever, reading, {reading.searched: 0.4, TEXT: 0.4, SUBJECT.text: 0.2})


def test_a_request_for_words_has_none_of_its_own_to_search_by(retriever):
    reading = go_on(Act.WORDING, Shape.SAY, "Write that for me", SUBJECT)
    check(retriever, reading, {reading.searched: 0.5, SUBJECT.text: 0.5})


def test_a_follow_up_without_a_matter_of_its_own_has_none_either(retriever):
    reading = go_on(Act.FOLLOW, Shape.STEPS, "And if they say no?", SUBJECT)
    check(retriever, reading, {reading.searched: 0.5, SUBJECT.text: 0.5})


def test_a_question_of_its_own_is_searched_once_and_favours_no_guide(retriever):
    text = "How do I thank a colleague?"
    reading = Understanding(Act.NEW, Shape.STEPS, text, text)
    check(retriever, reading, {text: 1.0})
    assert all(document.fit == 0 for document in found(retriever, reading).documents)


def test_the_guide_that_a_conversation_is_about_is_favoured(retriever):
    reading = go_on(Act.FOLLOW, Shape.STEPS, TEXT, SUBJECT)
    fits = {d.document.id: d.fit for d in found(retriever, reading).documents}
    assert fits.pop(SUBJECT.guide) == FAVOUR
    assert set(fits.values()) == {0.0}
    declined = Subject(SUBJECT.text, "", ())
    assert all(document.fit == 0 for document in found(retriever, reading, declined).documents)


def test_every_reading_is_mended_and_leaves_background_out(retriever):
    told = Subject("My boss Priya, 45, is rude. How do I refuse a tsak?", "refuse-a-task", ())
    plain = Subject("My boss Tom, 29, is rude. How do I refuse a task?", "refuse-a-task", ())
    one, other = (
        found(retriever, go_on(Act.FOLLOW, Shape.STEPS, text, subject), subject)
        for text, subject in ((f"{TEXT} She is kind.", told), (f"{TEXT} He is kind.", plain))
    )
    assert one.query.text == other.query.text
    assert [d.score for d in one.documents] == [d.score for d in other.documents]


def test_the_vector_of_the_message_is_used_where_the_words_are_the_same(retriever):
    text = "How do I thank a colleague?"
    message = retriever.read(text)
    assert retriever.read(text, message) is message
    told = "My name is Grace and I ask: how do I thank a colleague?"
    assert retriever.read(told, message).text != told
