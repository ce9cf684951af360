"""What an answer says of two guides, and which lines of ours stand behind it."""

from dataclasses import replace

import pytest

from assistant.act import Act
from assistant.answer import UNSURE_GAP, lines_after
from assistant.boundary import MENTION, PERHAPS, line_beside
from assistant.budget import MAX_WORDS_OF_TWO, count_words, explain, within_budget
from assistant.compose import EITHER, EXPLAINED, WORDS, Brief, compose
from assistant.concern import CLOSE_GAP, find_second_guide, is_close_call
from assistant.conversation import Profile
from assistant.draft import Block, render
from assistant.profile import stated_profile
from assistant.quotation import whole
from assistant.selection import named_steps
from assistant.shape import Shape
from assistant.triage import Disclosure
from assistant.understand import Understanding
from knowledge.vocabulary import Audience, Section

LEAD, OTHER = "when-the-relationship-stalls", "ending-well"
QUESTION = "My mentor has stopped answering and I do not know whether to go on."


@pytest.fixture
def brief(board):
    lead, other = board.shelf.guide(LEAD), board.shelf.guide(OTHER)
    return Brief(
        query=board.retriever().read(QUESTION),
        shape=Shape.STEPS,
        profile=Profile(),
        lead=lead,
        second=other,
        vectors=board.shelf.vectors(lead),
    )


def told(draft, slug):
    return [s for s in draft.statements if s.guide.slug == slug]


def gap(found, value):
    """Return what was found with this lead of the first document over the second."""
    first, second, *others = found.documents
    return replace(found, documents=(replace(first, score=second.score + value), second, *others))


def test_a_second_guide_gives_its_point_to_a_concern_of_its_own(brief):
    draft = compose(brief)
    (statement,) = told(draft, OTHER)
    assert statement.item.section == Section.IN_SHORT
    assert len(told(draft, LEAD)) > 5


def test_two_guides_that_may_be_meant_show_their_plans_under_their_names(brief):
    draft = compose(replace(brief, is_close_call=True))
    point, *steps, say = told(draft, OTHER)
    assert say.item.section == Section.SCRIPTS
    assert point.quote == brief.second.section(Section.IN_SHORT)[0].text
    assert [s.quote for s in steps] == [i.lead for i in brief.second.section(Section.STEPS)][
        : len(steps)
    ]
    assert len(steps) >= 2
    assert draft.opening.endswith(EITHER)
    assert draft.blocks[0].heading == f"**{brief.lead.title}**"
    assert draft.blocks[-4].heading.startswith("One question")
    assert draft.blocks[-3].heading == f"**{brief.second.title}**"
    assert count_words(list(draft.blocks)) <= MAX_WORDS_OF_TWO


def test_a_step_that_two_plans_share_is_named_once(brief):
    shared = brief.lead.section(Section.STEPS)[-1]
    items = tuple(
        replace(item, text=shared.text, lead=shared.lead)
        if item == brief.second.section(Section.STEPS)[0]
        else item
        for item in brief.second.items
    )
    draft = compose(replace(brief, second=replace(brief.second, items=items), is_close_call=True))
    assert told(draft, OTHER)
    assert sum(shared.lead in statement.quote for statement in draft.statements) == 1


def test_a_close_call_brings_in_the_next_guide_and_a_clear_lead_does_not(board):
    retriever = board.retriever()
    found = retriever.search(retriever.read("How do I ask somebody to mentor me?"))
    close, clear = gap(found, CLOSE_GAP / 2), gap(found, 3.0)
    assert is_close_call(close) and not is_close_call(clear)
    assert find_second_guide(close, retriever, Profile()) == found.documents[1].document.id
    assert find_second_guide(clear, retriever, Profile()) is None


def test_near_guides_are_named_behind_an_unsure_answer_only(board, brief):
    retriever = board.retriever()
    found = retriever.search(brief.query)
    understanding = Understanding(Act.NEW, Shape.STEPS, QUESTION, QUESTION)
    state = {"profile": Profile(audience="mentee"), "understanding": understanding}
    unsure = lines_after({**state, "found": gap(found, UNSURE_GAP / 2)}, board.parts, brief)
    assert unsure.startswith("Not quite it?")
    assert brief.lead.title not in unsure and brief.second.title not in unsure
    assert lines_after({**state, "found": gap(found, 3.0)}, board.parts, brief) == ""


@pytest.mark.parametrize(
    ("probability", "is_said"), [(MENTION + 0.01, True), (MENTION - 0.01, False)]
)
def test_an_answer_carries_where_to_turn_if_there_may_be_more_behind_it(
    board, probability, is_said
):
    triage = type(
        "Told", (), {"disclosure": lambda self, query: Disclosure(probability, "self_harm")}
    )()
    line = line_beside(board.retriever().read(QUESTION), triage)
    assert (line == PERHAPS) == is_said
    assert line_beside(board.retriever().read(QUESTION), None) == ""


def test_who_asks_for_words_gets_words_and_no_plan(brief):
    draft = compose(replace(brief, wants_words=True, follows=True))
    (block,) = draft.blocks
    assert block.heading == WORDS
    assert {s.item.section for s in block.statements} == {Section.SCRIPTS}
    assert len(block.statements) == 2


@pytest.mark.parametrize("follows", [True, False], ids=["went on with", "come back to"])
def test_a_guide_that_has_spoken_goes_on_and_says_again_only_what_is_the_answer(brief, follows):
    shown = brief.lead.section(Section.STEPS)[2]
    said = frozenset(item.text for item in brief.lead.section(Section.STEPS))
    query = replace(brief.query, vector=brief.vectors[shown.text])
    draft = compose(replace(brief, second=None, follows=follows, said=said, query=query))
    items = [s.item for s in draft.statements]
    assert [item for item in items if item.section == Section.STEPS] == [shown]
    assert len(items) == len(set(items))
    assert not any(block.kind == "steps" for block in draft.blocks)


def test_for_whom_a_guide_was_written_is_said_before_it_speaks(board, brief):
    profile = stated_profile(Audience.LEADER, None, None)
    draft = compose(replace(brief, second=None, profile=profile))
    text = render(draft, board.shelf.find_chunk, {}).text
    assert text.startswith("*This guide is written for")


def test_every_step_is_named_and_the_nearest_are_said_whole(brief):
    plan = brief.lead.section(Section.STEPS)
    query = replace(brief.query, vector=brief.vectors[plan[4].text])
    draft = compose(replace(brief, second=None, query=query))
    quotes = {s.item: s.quote for s in draft.statements if s.item.section == Section.STEPS}
    assert list(quotes) == list(plan)
    assert quotes[plan[4]] == plan[4].text
    whole = [step for step in plan if quotes[step] == step.text]
    assert len(whole) <= EXPLAINED
    assert all(quotes[step] == step.lead for step in plan if step not in whole)


def test_a_plan_without_room_explains_its_nearest_step_and_no_other(brief):
    plan = brief.lead.section(Section.STEPS)
    (block,) = explain([named_steps(brief.lead, plan)], [plan[3], *plan[:3]], 4, 0)
    assert [s.quote == s.item.text for s in block.statements] == [s is plan[3] for s in plan]


def test_what_is_too_long_loses_its_middle_and_keeps_point_plan_and_end(brief):
    sections = (Section.IN_SHORT, Section.WHY, Section.SCRIPTS, Section.TOPICS)
    point, reason, say, closing = [
        Block("paragraph", "", whole(brief.lead, brief.lead.section(section)[:1]))
        for section in sections
    ]
    plan = named_steps(brief.lead, brief.lead.section(Section.STEPS))
    assert within_budget([point, reason, plan, say, closing], 0) == [point, plan, closing]
    assert within_budget([point, reason, plan, say, closing], 1000)[1] == reason
