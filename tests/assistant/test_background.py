"""Who somebody is: left out where it is background, and left where it is the subject."""

import json
import re
import time

import pytest

from assistant.background import find_subjects, without_background
from eval.dataset import DATASETS_FOLDER


@pytest.fixture(scope="session")
def words_of(board):
    return board.retriever().words_of


@pytest.fixture(scope="session")
def texts(board):
    """Return what the fit halves and the guides ask, each once."""
    found = list(board.retriever().snapshot.question_texts)
    for path in sorted(DATASETS_FOLDER.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            if record.get("split") == "fit":
                turns = record.get("turns", [record])
                found += [turn.get("question") or turn["about"] for turn in turns]
    return list(dict.fromkeys(found))


def identity_pairs():
    pairs = {}
    for line in (DATASETS_FOLDER / "identity.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if record["split"] == "fit":
            pairs.setdefault(record["pair"], []).append(record["question"])
    return sorted(pairs.items())


def test_where_a_degree_is_from_is_left_out_however_the_place_is_called(words_of):
    said = words_of("I did my degree, in geography.")
    for place in ("Exeter", "Sheffield Hallam University", "the University of Leeds"):
        assert words_of(f"I did my degree at {place}, in geography.") == said


def test_the_same_question_is_searched_by_the_same_words_whoever_asks(words_of):
    pairs = identity_pairs()
    assert len(pairs) == 200
    differ = [id for id, (one, other) in pairs if words_of(one) != words_of(other)]
    # No list holds every town and school: some ways of telling them are not seen through yet.
    assert len(differ) <= 18, differ
    assert [id for id in differ if id.startswith("idn")] == []
    assert all(one != other for _, (one, other) in pairs)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # names
        ("I'm Oliver, four months in. How do I begin?", "I'm Oluwaseun, four months in. How do I begin?"),
        ("My name is Grace and I manage a shop.", "my name is priya and I manage a shop."),
        ("Mark missed our last three sessions.", "Tyrone missed our last three sessions."),
        ("How do I say no to Grace?", "How do I say no to Nguyen Thi Lan?"),
        ("Should Tom tell my boss?", "Should Łukasz tell my boss?"),
        ("Mr Baker wants me to leave.", "Dr. Okafor wants me to leave."),
        ("My mentor, Anna, is late.", "My mentor Xiaoming is late."),
        ("Anna here. I manage a depot.", "Dimitrios here. I manage a depot."),
        # ages
        ("I'm 27 and want to leave.", "I'm 55 and want to leave."),
        ("im 22 and new here, what do i do", "im 61 and new here, what do i do"),
        ("I'm 45yo and stuck.", "I'm thirty years old and stuck."),
        ("I'm 30, no degree, in a warehouse.", "I'm 58, no degree, in a warehouse."),
        ("I'm 24 and my industry is going.", "I am sixty-two and my industry is going."),
        ("My deputy, 54, wants my job.", "My deputy, 25, wants my job."),
        ("My mentee's 24, and afraid of it.", "My mentee's 58, and afraid of it."),
        ("I was let go at 30 after a year.", "I was let go at fifty-seven after a year."),
        ("I mentor a 29-year-old baker.", "I mentor a 61 year old baker."),
        ("I'm 29, and my mentee (he's in his early fifties) is silent.", "I'm 51, and my mentee (he's in his late thirties) is silent."),
        ("I look after a new driver, born in 1971, who argues.", "I look after a new driver, born in 2002, who argues."),
        ("A colleague of 58 asked me.", "A colleague of 24 asked me."),
        # gender
        ("hes late and shes cross", "shes late and hes cross"),
        ("The chairman wants his nephew in.", "The chairwoman wants her niece in."),
        ("My boss says he's busy. How do I ask him?", "My boss says she's busy. How do I ask her?"),
        ("The man I mentor lost his wife.", "The woman I mentor lost her husband."),
        ("I'm a female engineer in my first job.", "I'm a male engineer in my first job."),
        # where somebody studied and comes from
        ("I'm an intern from Cambridge.", "I'm an intern from Wolverhampton."),
        ("I have a degree from Oxford.", "I have a degree from a community college in Ohio."),
        ("I studied at the University of Lagos.", "I studied at Yale."),
        ("My mentee is from Brazil and silent.", "My mentee is from the Netherlands and silent."),
        ("I work as a nurse in Ghana and want more.", "I work as a nurse in Spain and want more."),
        ("Here in Manila I mentor two people.", "Here in Mombasa I mentor two people."),
        ("We opened a shop in leicester last year.", "We opened a shop in karachi last year."),
        ("I'm doing a phd (at UNAM) and I'm stuck.", "I'm doing a phd (at UCL) and I'm stuck."),
        ("Our analyst, ex-UNAM, has left.", "Our analyst, ex-Oxford, has left."),
        ("A Kumasi nurse asked me.", "A Bristol nurse asked me."),
        ("Spanish is my first language, and I present on Friday.", "Tigrinya is my first language, and I present on Friday."),
        ("my mentee tomasz keeps asking", "my mentee deshawn keeps asking"),
        # ethnicity and faith
        ("I'm an Irish engineer in my first job.", "I'm a Nigerian engineer in my first job."),
        ("i'm polish and the first in my team", "i'm black and the first in my team"),
        ("Two Polish colleagues ignore me.", "Two Kurdish colleagues ignore me."),
        ("I mentor Polish carers.", "I mentor Filipino carers."),
        ("My boss is a Sikh. How do I begin?", "My boss is a Catholic. How do I begin?"),
        ("I speak Polish with clients.", "I speak Tamil with clients."),
    ],
)  # fmt: skip
def test_background_moves_nothing(words_of, one, other):
    assert words_of(one) == words_of(other)


@pytest.mark.parametrize(
    ("text", "searched"),
    [
        ("I'm Marco and I lead a team.", "I lead a team."),
        ("I'm 25 and got a team of eight.", "I got a team of eight."),
        ("I'm 33, a nurse and tired.", "I'm a nurse and tired."),
        ("He's 58 and afraid of it.", "They're afraid of it."),
        ("I'm an Irish engineer.", "I'm an engineer."),
        ("I'm an English teacher, an hour with an MBA.", "I'm an English teacher, an hour with an MBA."),
        ("I'm a PhD student from Vietnam.", "I'm a PhD student from another country."),
        ("My wife is in Japan.", "My partner is in another country."),
        ("Heikki has run our boiler house for years.", "They has run our boiler house for years."),
        ("My boss told Anna's team.", "My boss told their team."),
        ("Does YouTube help?", "Does them help?"),
        ("I sell tiles in Kumasi, near Accra.", "I sell tiles."),
        ("He is a trainee stationmaster, and a kitchen of forty waits.", "They is a trainee stationmaster, and a kitchen of forty waits."),
    ],
)  # fmt: skip
def test_what_is_left_reads_on(words_of, text, searched):
    assert words_of(text) == searched


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Am I too old to change at 58?", "age"),
        ("My boss is younger than me, I'm 49. How do I work with her?", "age"),
        ("I'm 27 and half my new team could be my parents.", "age"),
        ("I'm thirty and I mentor a colleague of fifty-five.", "age"),
        ("I retire at 64, what now?", "age"),
        ("I'm the only woman in the team, how do I speak up?", "gender"),
        ("As a man, may I meet a woman I mentor for dinner?", "gender"),
        ("My boss changed since I'm pregnant. What do I say to him?", "gender"),
        ("People laugh at my accent, I'm Polish. What do I do?", "origin"),
        ("As a Muslim I pray at noon. How do I tell my boss?", "origin"),
        ("Is it because I'm black?", "origin"),
        ("She asked for a mentor who is also black.", "origin"),
        ("As a first-generation Turkish-German lawyer I am alone.", "origin"),
    ],
)
def test_what_a_message_is_about_stays(words_of, text, subject):
    assert find_subjects(text) == {subject}
    gone = set(re.findall(r"\w+", text.lower())) - set(re.findall(r"\w+", words_of(text).lower()))
    assert gone <= {"he", "she", "him", "her", "his"}
    assert subject == "gender" or not gone & {"pregnant"}


@pytest.mark.parametrize(
    "text",
    [
        "I manage 25 people and one of them is rude.",
        "My meeting is at 9 am, the next at 17:30 and one at 16 o'clock.",
        "What is a 30-60-90 plan?",
        "After 20 years I was let go. In 20 weeks I start.",
        "I have 40 applications out. There are 25 of us.",
        "We are 30 in the team. We are 70 people.",
        "I earn 45k, I want 60k, and the budget is 50, not £20.",
        "My score is 62. The limit was 45, it is thirty years old.",
        "My experience is twenty years old. My mentee's 25 applications failed.",
        "I was 20 minutes late, it's 25 degrees, 20% of 30 or 40.",
        "Chapters 12, 20, 25, 30 are due.",
        "Salaries are capped at 40.",
        "We met 1:1 on Tuesdays, Monday's call was at 16.30.",
        "Both came out at 71 points.",
    ],
)
def test_a_number_that_counts_something_stays(words_of, text):
    assert words_of(text) == text


@pytest.mark.parametrize(
    "text",
    [
        # a capital is no name because it opens a sentence, or is short for something
        "People here tell me to be more assertive. Everyone here is smarter than me.",
        "Mentor here. New here, what do I do?",
        "Measuring a programme. Negotiating an offer. Outgrowing a boss.",
        "Compose a song. Lyrics of a song. Can't see the wood for the trees.",
        "Should I tell my boss I'm bored? Now I'm late. When I've time, I'd say so. Who'd help?",
        "Do CEOs read CVs? What are the four Cs and the S's? My PhD supervisor left.",
        "I dread Mondays, Slack and LinkedIn. Hi, I need help. Ok, what now?",
        "Will you help? May I ask? Hope this helps. Mark it down.",
        # words that only look like background
        "The white paper, the black box, the polish of my talk.",
        "I want to teach for a year after university.",
        "I finished my degree in June and have an MBA in Marketing.",
        "My intern at the shop asked a lecturer at college.",
        "I don't know, I can't, I won't, I am not here. No one is there.",
        "Where is the theme of the chapter there? The shelf, the usher, this lasting gift.",
        "A blackmailing colleague at the whiteboard, polished, blackened and finnicky.",
        "my name is never mentioned, why?",
    ],
)  # fmt: skip
def test_what_is_no_background_stays(words_of, text):
    assert words_of(text) == text


@pytest.mark.parametrize("text", ["I'm 23.", "Sarah here", "My name is Grace.", "Hi", "?", ""])
def test_something_is_always_left_to_search(words_of, text):
    assert words_of(text) == text


def test_a_message_without_background_comes_back_letter_for_letter(words_of):
    for text in ("I’m lost – what now ?", "my  boss ; is rude", "an hour, a one-off", " ,so"):
        assert words_of(text) == text


@pytest.mark.parametrize("piece", ["a", "Aa-", "A's", "a.", "xab", "http:/", "."])
def test_a_message_of_one_endless_word_is_read_in_no_time(words_of, piece):
    text = piece * 60_000
    start = time.perf_counter()
    words_of(text)
    assert time.perf_counter() - start < 20


def test_a_name_is_any_capital_that_the_library_does_not_write_small():
    text = "I asked Heron about it."
    assert without_background(text, lambda word: word == "heron") == text
    assert without_background(text, lambda word: False) == "I asked them about it."


NEGATION = re.compile(r"n't\b|\b(?:not|no|never|without|nobody|none|nothing|cannot)\b")
NUMBER = re.compile(r"(?<!\w)(?:\d[\d.,:/-]*\d|\d)(?!\w)")
STANDS_IN = set(
    [
        "they",
        "their",
        "them",
        "themselves",
        "re",
        "ve",
        "d",
        "ll",
        "person",
        "partner",
        "parent",
        "child",
        "sibling",
        "relative",
        "grandparent",
        "chairperson",
        "salesperson",
        "businessperson",
        "craftsperson",
        "tradesperson",
        "policeperson",
        "fireperson",
        "sportsperson",
        "spokesperson",
        "foreman",
        "waiter",
        "actor",
        "head",
        "teacher",
        "university",
        "another",
        "country",
        "language",
        "a",
        "an",
        "i",
        "m",
    ]
)


def test_no_question_is_emptied_or_broken(board, texts):
    is_ordinary = board.retriever().wording.is_ordinary
    assert len(texts) > 10_000
    for text in texts:
        left = without_background(text, is_ordinary)
        plain, lowered = text.lower().replace("’", "'"), left.lower().replace("’", "'")
        assert re.search(r"\w", left)
        assert "\0" not in left
        if left == text:
            continue
        assert not re.search(r"  | [,;?!](?:\s|$)", left), left
        assert len(NEGATION.findall(lowered)) == len(NEGATION.findall(plain)), left
        words = set(re.findall(r"\w+", lowered)) - set(re.findall(r"\w+", plain))
        assert words <= STANDS_IN, (words, left)
        lost = set(NUMBER.findall(text)) - set(NUMBER.findall(left))
        ages_or_years = (*range(16, 80), *range(1940, 2013))
        assert all(int(number) in ages_or_years for number in lost if number.isdigit()), left
        assert all(number.isdigit() for number in lost), left
