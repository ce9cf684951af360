import pytest

from assistant.conversation import Profile, ProfileOrigin
from assistant.fit import OTHER_CHAIR, fit_of
from assistant.profile import stated_profile
from knowledge.document import Document


def document(audience=(), stages=(), phases=()):
    return Document("a", "guidance", "guide", "A", audience, stages, phases, "", {})


def test_a_guide_for_this_person_costs_nothing():
    profile = stated_profile("mentor", "entry", "initiation")
    fits = document(("mentor",), ("entry", "mid"), ("initiation",))
    assert fit_of(profile, fits) == 0.0
    assert fit_of(profile, document()) == 0.0


def test_an_unknown_person_is_kept_from_nothing():
    assert fit_of(Profile(), document(("mentor",), ("senior",), ("separation",))) == 0.0


@pytest.mark.parametrize(("mine", "other"), [("mentee", "mentor"), ("mentor", "mentee")])
def test_the_other_chair_is_far_below(mine, other):
    profile = stated_profile(mine, None, None)
    assert fit_of(profile, document((other,))) == OTHER_CHAIR <= -5
    assert fit_of(profile, document((other, mine))) == 0.0
    assert OTHER_CHAIR < fit_of(profile, document(("leader",))) < 0


def test_a_leader_sits_nearer_to_both_chairs():
    leader = stated_profile("leader", None, None)
    for chair in ("mentor", "mentee"):
        assert OTHER_CHAIR / 2 < fit_of(leader, document((chair,))) < 0


def test_a_chair_that_was_only_inferred_counts_half():
    stated = stated_profile("mentor", None, None)
    inferred = stated.model_copy(update={"origin": ProfileOrigin(audience="inferred")})
    mentees = document(("mentee",))
    assert fit_of(inferred, mentees) == pytest.approx(fit_of(stated, mentees) / 2)


@pytest.mark.parametrize(
    ("origin", "low", "high"), [("stated", -3.0, -2.0), ("inferred", -1.0, -0.5)]
)
def test_another_stage_costs_more_when_it_was_chosen(origin, low, high):
    profile = Profile(stage="entry", origin=ProfileOrigin(stage=origin))
    assert low <= fit_of(profile, document(stages=("senior",))) <= high
    assert fit_of(profile, document(stages=("entry", "senior"))) == 0.0


def test_another_phase_costs_least():
    profile = stated_profile(None, "entry", "initiation")
    stage = fit_of(profile, document(stages=("mid",)))
    phase = fit_of(profile, document(phases=("separation",)))
    assert stage < phase < 0
