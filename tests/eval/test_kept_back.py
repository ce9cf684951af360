"""One in eight of the guides' own questions is never trained on, and those are what is asked."""

import pytest

from assistant.retriever import Retriever
from eval.dataset import load_follow_ups
from eval.fit_search import library_questions
from eval.kept_back import is_chosen
from eval.run import leave_one_out_dataset
from knowledge.catalogue import Catalogue
from knowledge.settings import LibrarySettings


@pytest.fixture
def retriever(library_home, onnx_encoder):
    path = LibrarySettings(home=library_home).catalogue_path
    found = Retriever(lambda: Catalogue(path, read_only=True), onnx_encoder)
    yield found
    found.close()


def test_one_in_eight_is_kept_back_and_stays_so():
    kept = [is_chosen(f"How do I ask for {number} things?") for number in range(4000)]
    assert 0.11 < sum(kept) / len(kept) < 0.14
    assert is_chosen("  padded \n") == is_chosen("padded")


def test_what_is_asked_of_its_own_guide_was_not_trained_on(retriever):
    cases = leave_one_out_dataset(retriever).cases
    places = {retriever.snapshot.question_place[case.left_out] for case in cases}
    trained = {question.own for question in library_questions(retriever)}
    assert len(cases) > 300
    assert all(is_chosen(case.question) for case in cases)
    assert not places & trained
    assert len(trained) > 10_000


def test_every_follow_up_leads_to_a_guide(retriever):
    places = retriever.snapshot.document_place
    lines = load_follow_ups()
    assert len({line.id for line in lines}) == len(lines) > 800
    assert all({line.guide, line.about_guide} <= places.keys() for line in lines)
    assert {line.kind for line in lines} == {"stays", "moves"}
    assert all((line.guide == line.about_guide) == (line.kind == "stays") for line in lines)
