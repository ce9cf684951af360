import pytest

from assistant.conversation import Profile, ProfileOrigin, Question
from assistant.profile import build_profile, correct_profile


def read(text, **stated):
    return build_profile(Question(text=text, **stated), text)


@pytest.mark.parametrize(
    ("text", "audience"),
    [
        ("My mentee cancels every other week", "mentor"),
        ("I've been asked to mentor someone from another team", "mentor"),
        ("I mentor two juniors", "mentor"),
        ("My intern keeps asking me to fix her CV", "mentor"),
        ("My mentor never answers", "mentee"),
        ("How do I find a mentor?", "mentee"),
        ("I graduated in June and my boss ignores me", "mentee"),
        ("Two of my direct reports want the same post", "leader"),
        ("I am the finance director and my staff are leaving", "leader"),
        ("We want to start a mentoring programme for our managers", "leader"),
    ],
)
def test_the_chair_is_read_from_the_words(text, audience):
    profile = read(text)
    assert profile.audience == audience
    assert profile.origin.audience == "inferred"


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("My internship ends in June", "entry"),
        ("It is my first job and I am lost", "entry"),
        ("I am 23 and bored", "entry"),
        ("After eight years as an analyst I want a change", "mid"),
        ("I am 41 and want a change", "mid"),
        ("I was just promoted to VP", "senior"),
        ("I am thinking about retirement", "senior"),
    ],
)
def test_the_stage_is_read_from_the_words(text, stage):
    assert read(text).stage == stage
    assert read(text).origin.stage == "inferred"


@pytest.mark.parametrize(
    ("text", "phase"),
    [
        ("Our first meeting is on Monday", "initiation"),
        ("How do I approach a mentor?", "initiation"),
        ("We want to end the mentoring relationship well", "separation"),
        ("May I stay in touch with my mentor?", "redefinition"),
    ],
)
def test_the_phase_is_read_from_the_words(text, phase):
    assert read(text).phase == phase


@pytest.mark.parametrize("text", ["How do I listen better?", "What is a good question?"])
def test_words_that_tell_nothing_leave_it_unknown(text):
    assert read(text) == Profile()


def test_two_readings_that_are_as_likely_leave_it_unknown():
    assert read("My mentee met my mentor").audience is None


def test_what_was_chosen_wins_over_the_words():
    profile = read("My mentee is an intern", audience="leader", stage="mid", phase="separation")
    assert (profile.audience, profile.stage, profile.phase) == ("leader", "mid", "separation")
    assert profile.origin == ProfileOrigin(audience="stated", stage="stated", phase="stated")


def test_what_was_known_before_carries_over():
    earlier = read("My mentee is an intern", audience="mentor")
    profile = build_profile(Question(text="and then?"), "and then?", earlier)
    assert (profile.audience, profile.stage) == ("mentor", "entry")
    assert profile.origin.audience == "inferred"
    assert profile.origin.phase == "default"


def test_new_words_win_over_what_was_known_before():
    earlier = read("My mentee is an intern")
    text = "My mentor never answers"
    assert build_profile(Question(text=text), text, earlier).audience == "mentee"


@pytest.mark.parametrize(
    ("text", "audience", "stage"),
    [
        ("No, I'm the mentor here", "mentor", "mid"),
        ("I'm the mentor, not the mentee", "mentor", "mid"),
        ("I'm the mentee, not the mentor", "mentee", "mid"),
        ("not the mentor, I am the mentee", "mentee", "mid"),
        ("sorry, I am the mentee", "mentee", "mid"),
        ("actually I'm her manager", "leader", "mid"),
        ("I'm an intern", "mentee", "entry"),
    ],
)
def test_a_correction_counts_as_stated(text, audience, stage):
    profile = correct_profile(read("x", audience="mentee", stage="mid"), text)
    assert (profile.audience, profile.stage) == (audience, stage)
    assert profile.origin.audience == "stated"


def test_a_correction_leaves_the_rest_as_it_was():
    before = read("Our first meeting is on Monday")
    after = correct_profile(before, "I'm the mentor here")
    assert (after.phase, after.origin.phase) == (before.phase, "inferred")
    assert (after.stage, after.origin.stage) == (None, "default")
