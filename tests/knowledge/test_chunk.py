from knowledge.chunk import Chunk, chunk_id, text_hash


def test_an_id_is_stable():
    first = chunk_id("guide", "Title. What to do", "What to do", "Ask.")
    assert first == chunk_id("guide", "Title. What to do", "What to do", "Ask.")
    assert first == "c09421078da521fe", "ids of an index that people have must not change"


def test_an_id_changes_with_everything_it_addresses():
    base = ("guide", "context", "section", "text", 0)
    ids = {chunk_id(*base)}
    for i, other in enumerate(("b", "b", "b", "b", 1)):
        ids.add(chunk_id(*base[:i], other, *base[i + 1 :]))
    assert len(ids) == 6


def test_words_cannot_move_between_the_parts_of_an_id():
    assert chunk_id("a", "bc", "s", "t") != chunk_id("ab", "c", "s", "t")


def test_the_encoder_reads_the_context_and_people_do_not():
    chunk = Chunk(id="1", document="d", ordinal=0, section="s", text="Ask.", context="Title. s")
    assert chunk.embedded_text == "Title. s\nAsk."
    bare = Chunk(id="1", document="d", ordinal=0, section="", text="Ask.", context="")
    assert bare.embedded_text == "Ask."


def test_a_text_hash_tells_texts_apart():
    assert len(text_hash("a")) == 32
    assert text_hash("a") != text_hash("A")
