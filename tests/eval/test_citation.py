"""Faults of citations, one by one."""

from assistant.conversation import Citation, Reply
from eval.citation import find_faults, find_repeats
from knowledge.chunk import Chunk

CHUNK = Chunk("c1", "asking", 0, "What to do", "Ask on Monday. Bring one page.", "Asking")
CITATION = Citation(
    marker=1,
    guide="asking",
    title="Asking",
    section="What to do",
    chunk="c1",
    quote="Ask on Monday.",
)


def faults(
    text: str = "**Ask** on Monday. [1]", kind: str = "answer", **changes: object
) -> list[str]:
    citation = CITATION.model_copy(update=changes)
    reply = Reply(id="r", thread="t", kind=kind, text=text, citations=(citation,))
    return find_faults(reply, {"c1": CHUNK})


def test_a_sound_reply_has_no_fault():
    assert faults() == []


def test_a_marker_that_resolves_to_nothing_is_a_fault():
    assert faults("Ask on Monday. [1] Or not. [2]") == ["marker [2] resolves to nothing"]


def test_a_citation_nobody_points_at_is_a_fault():
    assert faults("Ask on Monday.") == ["citation [1] has no marker in the text"]


def test_a_quote_one_letter_off_is_a_fault():
    found = faults("Ask on monday. [1]", quote="Ask on monday.")
    assert found == ["[1] is not word for word in its chunk: 'Ask on monday.'"]


def test_an_empty_quote_proves_nothing():
    assert any("not word for word" in fault for fault in faults(quote=" "))


def test_a_chunk_that_is_gone_or_of_another_guide_is_a_fault():
    assert "not in the index" in faults(chunk="c9")[0]
    assert "its chunk is of 'asking'" in faults(guide="telling")[0]


def test_words_the_reply_does_not_hold_are_a_fault():
    assert "quotes words the reply does not hold" in faults("Ask soon. [1]")[0]


def test_a_decline_that_cites_is_a_fault():
    assert "a decline carries a citation" in faults(kind="decline")


def test_a_sentence_said_twice_is_found_through_markup_and_markers():
    text = "1. **Send two short lines beforehand.** [1]\n\nSend two short lines beforehand. [2]"
    assert find_repeats(text) == ["Send two short lines beforehand."]
    assert find_repeats("Ask why. [1] Ask why. [2]") == []
