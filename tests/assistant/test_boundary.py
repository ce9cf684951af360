import pytest

from assistant.boundary import (
    build_signpost,
    find_disclosure,
    find_pattern,
    is_about_other,
    line_on_qualified,
    load_contacts,
    load_signposts,
    qualified_kind,
)
from assistant.question_encoder import question_encoder_for
from assistant.retriever import build_query
from assistant.triage import triage_for
from knowledge.errors import SettingsError

OWN = """
harassment_assault:
  - {name: Our listening line, how: "Ring 4455.", when: Day and night}
"""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I keep thinking about ending my life", "self_harm"),
        ("My mentee told me he's suicidal", "self_harm"),
        ("Everybody would be better off without me", "self_harm"),
        ("I don’t see any point in going on", "self_harm"),
        ("My boss groped me at the party", "harassment_assault"),
        ("I am being bullied by two colleagues", "harassment_assault"),
        ("My husband hits me and I am scared to go home", "danger_abuse"),
        ("He beat her to the ground behind the shop", "danger_abuse"),
        ("She cut herself in the staff room", "self_harm"),
        ("She is being stalked: her stalker waits outside the lab", "danger_abuse"),
        ("They make racist jokes about me", "discrimination"),
        ("He has been cold to me since I'm pregnant", "discrimination"),
        ("I have panic attacks every morning before work", "health_crisis"),
        ("There is vodka before work now, most days", "health_crisis"),
    ],
)
def test_a_disclosure_is_found_by_plain_words(text, kind):
    assert find_pattern(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "I am dying to leave this job",
        "People say that going part time is career suicide",
        "This deadline is killing me",
        "My boss will kill me if I am late again",
        "I am being bullied by my inbox",
        "I was beaten to the promotion by a colleague",
        "My colleague beat me to the promotion",
        "My boss beat me to it",
        "She hit her targets and he hit the roof",
        "I want to end it well with my mentor",
        "How do I cut myself some slack?",
        "I would rather be at the beach",
        "He shoots me down in every meeting",
        "I cannot see the point of this report",
    ],
)
def test_a_figure_of_speech_is_no_disclosure(text):
    assert find_pattern(text) is None


def test_the_model_finds_what_no_pattern_foresees(onnx_encoder):
    triage = triage_for(onnx_encoder)
    text = "He slides his hand onto my waist during every shift and laughs when I move away."
    assert find_pattern(text) is None
    query = build_query(text, question_encoder_for(onnx_encoder))
    assert find_disclosure(text, query, None) is None
    assert find_disclosure(text, query, triage).kind == "harassment_assault"


@pytest.mark.parametrize(
    "text",
    [
        "I am nervous about my first meeting with my mentor.",
        "I cried in the toilets after my review, and I feel silly about it.",
        "I am furious that they gave the project to somebody else.",
        "How do I lead a team in which somebody is ill?",
    ],
)
def test_an_ordinary_worry_is_no_disclosure(text, onnx_encoder):
    triage = triage_for(onnx_encoder)
    assert (
        find_disclosure(text, build_query(text, question_encoder_for(onnx_encoder)), triage) is None
    )


@pytest.mark.parametrize(
    "text",
    [
        "My mentee told me that her supervisor harasses her",
        "My mentee told me he's suicidal",
        "An intern on my team says her partner beats her",
        "She told me in confidence that she wants to die",
    ],
)
def test_what_somebody_was_told_is_about_the_other(text):
    assert is_about_other(text)


@pytest.mark.parametrize(
    "text",
    [
        "I want to die",
        "My manager told me to sleep with the client",
        "A colleague groped me",
        "My colleague told me I'm too old for this",
        "I was assaulted by one of our interns",
    ],
)
def test_what_happens_to_the_writer_is_about_the_writer(text):
    assert not is_about_other(text)


def test_the_words_fit_the_person_it_happens_to_and_the_person_who_was_told():
    for kind, record in load_signposts().items():
        mine = build_signpost(kind, "I need help", None)
        told = build_signpost(kind, "My mentee told me about it", None)
        assert mine.contacts == told.contacts
        assert len(mine.contacts) >= 2
        assert mine.text == " ".join(record["self"].split())
        assert told.about_other == ("other" in record) == (not mine.is_qualified)
        assert (told.text != mine.text) == told.about_other


def test_nothing_is_promised():
    for record in load_signposts().values():
        words = f"{record['self']} {record.get('other', '')}".lower()
        assert "i promise" not in words
        assert "will keep it secret" not in words


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Can I sue them for unfair dismissal?", "qualified_legal"),
        ("Does my work permit end when I resign?", "qualified_visa"),
        ("Should I put my savings into shares of the company?", "qualified_money"),
        ("What dose of the tablets helps against pain in the wrist?", "qualified_medical"),
        ("Could you be my therapist once a week?", "qualified_medical"),
    ],
)
def test_a_question_for_the_qualified_goes_to_the_right_one(text, kind):
    assert qualified_kind(text) == kind
    signpost = build_signpost(kind, text, None)
    assert signpost.is_qualified
    assert not signpost.about_other


def test_the_contacts_of_an_organisation_come_first(tmp_path):
    (tmp_path / "contacts.yaml").write_text(OWN, encoding="utf-8")
    signpost = build_signpost("harassment_assault", "He groped me", tmp_path / "contacts.yaml")
    shipped = build_signpost("harassment_assault", "He groped me", None)
    assert signpost.contacts[0].name == "Our listening line"
    assert signpost.contacts[1:] == shipped.contacts
    other = build_signpost("self_harm", "I want to die", tmp_path / "contacts.yaml")
    assert "Our listening line" not in [contact.name for contact in other.contacts]


def test_an_empty_contacts_file_changes_nothing(tmp_path):
    (tmp_path / "contacts.yaml").write_text("")
    assert load_contacts(tmp_path / "contacts.yaml") == load_contacts(None) == {}


@pytest.mark.parametrize(
    "text",
    [
        "self_harm: [",
        "just words",
        "- a list",
        "self_harm: 4455",
        "self_harm:\n  - {nane: Line, how: Ring.}",
        "self_harm:\n  - {name: Line}",
    ],
)
def test_contacts_that_cannot_be_read_are_explained(tmp_path, text):
    path = tmp_path / "contacts.yaml"
    path.write_text(text)
    with pytest.raises(
        SettingsError, match=r"MENTOR_CONTACTS=.*contacts\.yaml.*\{name, how, when\}"
    ):
        load_contacts(path)


def test_a_missing_contacts_file_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"gone\.yaml.*cannot be used"):
        load_contacts(tmp_path / "gone.yaml")


def test_an_unknown_kind_of_contact_is_answered_with_the_known_ones(tmp_path):
    (tmp_path / "contacts.yaml").write_text(OWN.replace("harassment_assault", "harrasment"))
    with pytest.raises(SettingsError, match=r"names 'harrasment'; the kinds are: self_harm, "):
        load_contacts(tmp_path / "contacts.yaml")


@pytest.mark.parametrize("kind", sorted(load_signposts()))
def test_only_legal_and_money_questions_may_be_answered_in_part(kind):
    in_part = kind in {"qualified_legal", "qualified_money"}
    assert bool(line_on_qualified(kind)) == in_part
