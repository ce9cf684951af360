"""The reading grade after Flesch and Kincaid."""

from statistics import median

import pytest

from knowledge.library import load_library
from knowledge.lint.grade import check_grade, check_median_grade, grade_guide, grade_text

HARD = (
    "Organisational sustainability considerations necessitate comprehensive interdepartmental "
    "communication methodologies, notwithstanding considerable administrative complications."
)


@pytest.mark.parametrize(
    ("sentences", "grade"),
    [
        (["The cat sat on the mat."], 0.39 * 6 + 11.8 * 1 - 15.59),
        (["The cat sat.", "The dog ran to the door."], 0.39 * 9 / 2 + 11.8 * 1 - 15.59),
        (["Your manager asks again."], 0.39 * 4 + 11.8 * 7 / 4 - 15.59),
        (["Write 40% and 12."], 0.39 * 2 + 11.8 * 1 - 15.59),
        ([], 0),
        (["12 34"], 0),
    ],
)
def test_the_grade_is_the_formula_over_words_sentences_and_syllables(sentences, grade):
    assert grade_text(sentences) == pytest.approx(grade)


@pytest.mark.parametrize("word", ["don't", "mentor’s", "self-care", "hmm", "CV"])
def test_every_word_has_a_syllable(word):
    assert grade_text([word]) >= 0.39 + 11.8 - 15.59


def test_a_hard_guide_is_reported_and_a_plain_one_is_not(guidance, problems_of):
    assert problems_of("ask-for-feedback") == {}
    guidance.change("ask-for-feedback", "Go back in a month", f"{HARD * 25} Go back in a month")
    assert any(message.startswith("reading grade ") for message in problems_of("ask-for-feedback"))


def test_a_library_that_is_hard_on_the_whole_is_reported(guidance):
    library = load_library(guidance.folder, guidance.sources)
    assert list(check_median_grade(library)) == []
    for slug in library.guides:
        guidance.change(slug, "Go back in a month", f"{HARD * 25} Go back in a month")
    ((_, _, message),) = check_median_grade(load_library(guidance.folder, guidance.sources))
    assert message.startswith("median reading grade ")


def test_the_shipped_guides_are_easy_to_read():
    library = load_library()
    grades = [grade_guide(guide) for guide in library.guides.values()]
    assert median(grades) <= 9
    assert not [found for guide in library.guides.values() for found in check_grade(guide, library)]
