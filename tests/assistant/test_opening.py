"""The words of our own before an answer."""

import pytest

from assistant.opening import acknowledge


@pytest.mark.parametrize(
    "text",
    [
        "I was laid off on Friday after six years.",
        "After 20 years I was let go.",
        "They let me go by video call.",
        "My father died in March and I am back at work.",
        "My mentee's grandmother has just died.",
    ],
)
def test_a_loss_is_met_as_one(text):
    assert acknowledge(text) == "I am sorry. That is a lot to take in."


@pytest.mark.parametrize(
    "text",
    [
        "I need to let go of control as a new manager.",
        "The conversation died after ten minutes.",
        "My phone died in the interview.",
        "How do I ask for feedback?",
    ],
)
def test_nobody_is_condoled_with_over_a_figure_of_speech(text):
    assert acknowledge(text) == ""
