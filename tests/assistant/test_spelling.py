"""Typing errors over the shipped guides, and a small vocabulary for what depends on counts."""

import json

import pytest

from assistant.spelling import Speller
from eval.dataset import DATASETS_FOLDER


@pytest.fixture(scope="session")
def mend(board):
    return board.retriever().mend


@pytest.fixture
def speller():
    texts = [
        "What is a mentor? Ask a mentor. A mentor asks. What a slip",
        "How, how? What, show what, why",
    ]
    return Speller(lambda: texts, lambda word: word in {"figma", "ask"})


def fit_questions():
    for path in sorted(DATASETS_FOLDER.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            if record.get("split") == "fit" and path.stem != "perturbed":
                turns = record.get("turns", [record])
                yield from (turn.get("question") or turn["about"] for turn in turns)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("my metnor cancels", "my mentor cancels"),  # swapped
        ("i need feedbak", "i need feedback"),  # dropped
        ("my mentorr left", "my mentor left"),  # doubled
        ("my mentpr left", "my mentor left"),  # a key beside
        ("a seperate meeting", "a separate meeting"),  # heard so
        ("the supervsior adn his maneger", "the supervisor and his manager"),
        ("a good mentroship oppurtunity", "a good mentorship opportunity"),
        ("tellmy boss aswell", "tell my boss as well"),  # a space is missing
        ("wich one is alot better", "which one is a lot better"),
        ("my manger says noone ment it", "my manager says no one meant it"),
        ("the metnor's view", "the mentor's view"),
        ("a co-wroker, self-relfection", "a co-worker, self-reflection"),
        ("my menteeeee is sooo late, aaaargh", "my mentee is so late, aaaargh"),
    ],
)
def test_a_slip_is_read_as_the_word_that_was_meant(mend, written, meant):
    assert mend(written) == meant


def test_a_word_that_questions_open_with_counts_there_too(mend):
    assert mend("hwo do i start, waht do i say") == "how do i start, what do i say"


def test_capitals_stay_as_they_were_written(mend):
    assert mend("Hwo do I ask my metnor?") == "How do I ask my mentor?"
    assert mend("I left. Shoud I go back?") == "I left. Should I go back?"
    assert mend("MY METNOR CANCELS AGIAN") == "MY MENTOR CANCELS AGAIN"
    assert mend("FIRST LINE\nSHOUD I GO") == "FIRST LINE\nSHOULD I GO"


@pytest.mark.parametrize(
    "text",
    [
        # trades and their words
        "i am a banksman, she is a sonographer and he a commis chef de partie",
        "the groundworker, the scaffolder and the plasterer are on lates and earlies",
        "a fullstack devops job with kubernetes, backend and frontend",
        "our okrs, kpis, standups and retros",
        "the trainee was rematched, rostered and underqualified, and the learnings were few",
        # spellings of both sides
        "deputised, organise the programme, favour the colour, practise judgement, learnt whilst enrolled",
        "organize the program, favor the color, a counselor, two counselors, learned judgment",
        # short forms, and words without an apostrophe
        "thx, idk tbh, pls help asap, my gf and my uni, wfh since eod, erm, comms ppl",
        "dont, cant, wont, isnt, theyre, youve, whos, theres, shouldve, ive, im",
        # names
        "Priyanka cancels again. Saeed left. Amit came. Oluwaseun and Aoife stayed. Noor, too.",
        "I asked Metnor about it, and Calum said no",
        "i work at deloitte with figma and jira, and at insead",
        "camelCase and getMentor and LinkdIn, OKRs and SENCOs",
        # numbers and addresses
        "our 1:1, the 30-60-90 plan, the 2nd and the 3rd time, at 9am, 60k, p45, b2b, Q3",
        "write to jsmth@exmple.com, see https://exmple.com/abuot or www.mentrs.org/hlep",
        "@jsmth put it in #mentring, in noets.docx and snake_caes",
        # what somebody else wrote
        'he wrote "ur work is shoddi" and I left',
        "she wrote “recieve teh mesage”",
        # letters beyond English
        "My protégé is naïve, a señor with a résumé, a café and a façade",
        "Wie bitte ich meinen Chef um mehr Gehalt?",
        "Comment demander une augmentation à mon chef sans le vexer ?",
        "Jak poprosić szefa o podwyżkę w tym roku?",
        "我应该怎么跟老板谈升职的事情？",
        "",
    ],
)
def test_what_may_be_meant_so_is_left_alone(mend, text):
    assert mend(text) == text


def test_a_short_capital_at_the_start_is_a_name_rather_than_a_slip(mend):
    for name in ("Ade", "Amit", "Asif", "Calum", "Gert", "Noor", "Nour", "Olu", "Saeed", "Thi"):
        assert mend(f"{name} cancels again. {name} is late.") == f"{name} cancels again. {name} is late."  # fmt: skip


def test_the_guides_own_questions_are_right_as_they_are(board, mend):
    changed = [text for text in board.retriever().snapshot.question_texts if mend(text) != text]
    assert changed == []


def test_hardly_a_word_of_what_people_wrote_is_changed_and_none_a_second_time(mend):
    texts = list(fit_questions())
    changed = [text for text in texts if mend(text) != text]
    assert len(changed) < 0.004 * len(texts)
    assert all(mend(mend(text)) == mend(text) for text in changed)


def test_slips_of_the_perturbed_questions_are_mostly_mended(mend):
    lines = (DATASETS_FOLDER / "perturbed.jsonl").read_text(encoding="utf-8").splitlines()
    records = [record for line in lines if (record := json.loads(line))["split"] == "fit"]
    written = meant = mended = 0
    for record in records:
        if record["how"] == "typos":
            words = record["clean"].lower().split()
            meant += len(words)
            written += sum(word in record["question"].lower().split() for word in words)
            mended += sum(word in mend(record["question"]).lower().split() for word in words)
    assert written < 0.72 * meant
    assert mended > 0.86 * meant


def test_the_nearest_word_is_the_one_used_most(speller):
    assert speller.mend("waht is a metnor") == "what is a mentor"
    assert speller.mend("how") == "how"


def test_a_word_the_library_writes_once_stands_in_for_nothing(speller):
    assert speller.mend("silp") == "silp"
    assert speller.mend("a slip") == "a slip"


def test_a_word_the_encoder_knows_is_left_alone(speller):
    assert speller.mend("figma") == "figma"
    assert speller.mend("metnor figma") == "mentor figma"


def test_the_library_is_read_only_where_a_word_is_not_known_otherwise():
    def texts():
        raise AssertionError("the library was read")

    speller = Speller(texts, lambda word: True)
    assert speller.mend("how do i ask a metnor") == "how do i ask a metnor"
    assert speller.is_ordinary("how")
    with pytest.raises(AssertionError):
        Speller(texts, lambda word: False).mend("how do i ask a metnor")


@pytest.mark.parametrize(
    ("word", "ordinary"),
    [("mentor", True), ("mentors", True), ("mentor's", True), ("mentoring", True), ("mented", False),
     ("slip", False), ("show", False), ("how", True), ("can't", False)],
)  # fmt: skip
def test_a_word_is_ordinary_where_the_library_writes_it_small_more_than_once(
    speller, word, ordinary
):
    assert speller.is_ordinary(word) == ordinary
