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


@pytest.mark.parametrize(
    "text",
    [
        "I'm so exhausted that I sit in the car for an hour.",
        "Everyone has a career and I feel like a loser.",
        "i hate my first job after 3 months",
        "I’m working from home and feeling really lonely.",
        "I dread going in.",
    ],
)
def test_a_hard_feeling_of_ones_own_is_met(text):
    assert acknowledge(text) == "That sounds like a hard place to be in."


@pytest.mark.parametrize(
    "text",
    [
        "How do I build a network if I hate networking?",
        "How do I run a review that people don't dread?",
        "My mentee cried in our meeting.",
        "Someone on my team seems burnt out but says he is fine.",
        "I'm scared to make phone calls at work.",
        "What is it that I'm failing to hear?",
    ],
)
def test_a_feeling_of_somebody_else_or_of_a_phrase_is_not_condoled_with(text):
    assert acknowledge(text) == ""
