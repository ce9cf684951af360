import pytest

from ingest.split import MAX_TOKENS, MIN_TOKENS, Block, split_blocks, split_guide
from knowledge.encoder import HashEncoder
from knowledge.guide import parse_guide, split_sentences
from knowledge.library import load_library

COUNT = HashEncoder().count_tokens


def _text(sentences: int, about: str = "work") -> str:
    return " ".join(
        f"Sentence {n} says one plain thing about {about} to a colleague." for n in range(sentences)
    )


def test_a_short_document_is_one_chunk_with_its_title_before_it():
    (chunk,) = split_blocks("a.md", "My notes", [Block("Feedback", "Ask early.")], COUNT)
    assert chunk.text == "Ask early." and chunk.section == "Feedback"
    assert chunk.embedded_text == "My notes. Feedback\nAsk early."


def test_no_blocks_make_no_chunks():
    assert split_blocks("a.md", "My notes", [], COUNT) == []


def test_small_sections_share_a_chunk_and_large_ones_do_not():
    small = [Block("One", "Ask early."), Block("Two", "Ask late.")]
    assert [c.section for c in split_blocks("a", "T", small, COUNT)] == ["One / Two"]
    large = [Block("One", _text(12)), Block("Two", _text(12))]
    assert COUNT(large[0].text) >= MIN_TOKENS
    assert [c.section for c in split_blocks("a", "T", large, COUNT)] == ["One", "Two"]


def test_a_chunk_never_crosses_a_page():
    blocks = [Block("", "Ask early.", page=1), Block("", "Ask late.", page=2)]
    assert [chunk.page for chunk in split_blocks("a.pdf", "T", blocks, COUNT)] == [1, 2]


@pytest.mark.parametrize("sentences", [1, 20, 60, 300])
def test_a_long_block_is_cut_between_sentences_and_loses_none(sentences):
    text = _text(sentences)
    chunks = split_blocks("a.md", "T", [Block("S", text)], COUNT)
    whole = set(split_sentences(text))
    assert all(set(split_sentences(chunk.text)) <= whole for chunk in chunks)
    assert " ".join(chunk.text for chunk in chunks) == text
    assert all(COUNT(chunk.embedded_text) <= MAX_TOKENS for chunk in chunks)
    assert [chunk.ordinal for chunk in chunks] == list(range(len(chunks)))


def test_a_quotation_at_the_end_of_a_sentence_is_not_cut_off():
    text = " ".join('He said "Go ahead." Then she left the room for good.' for _ in range(40))
    chunks = split_blocks("a.md", "T", [Block("S", text)], COUNT)
    assert len(chunks) > 1
    assert " ".join(chunk.text for chunk in chunks) == text


def test_a_sentence_without_an_end_is_cut_between_words():
    text = " ".join(f"word{n}" for n in range(1000))
    chunks = split_blocks("a.md", "T", [Block("S", text)], COUNT)
    assert " ".join(chunk.text for chunk in chunks) == text
    assert all(COUNT(chunk.embedded_text) <= MAX_TOKENS for chunk in chunks)


def test_many_small_sections_with_long_headings_stay_within_the_limit():
    blocks = [Block(f"A long path > to a part > {_text(1)} {n}", "Ask early.") for n in range(30)]
    for chunk in split_blocks("a.md", "T", blocks, COUNT):
        assert COUNT(chunk.embedded_text) <= MAX_TOKENS


def test_a_title_longer_than_a_chunk_does_not_shatter_the_text():
    chunks = split_blocks("a.md", _text(40), [Block("S", _text(40))], COUNT)
    assert len(chunks) < 10
    assert " ".join(chunk.text for chunk in chunks) == _text(40)


def test_repeated_texts_have_ids_of_their_own():
    blocks = [Block("S", _text(14)), Block("S", _text(14)), Block("S", _text(14))]
    ids = [chunk.id for chunk in split_blocks("a.md", "T", blocks, COUNT)]
    assert len(ids) == len(set(ids)) == 3


def test_ids_stay_when_other_parts_of_the_document_change():
    blocks = [Block(name, _text(14, name)) for name in ("One", "Two", "Three")]
    before = {chunk.section: chunk.id for chunk in split_blocks("a.md", "T", blocks, COUNT)}
    moved = [blocks[2], Block("One", _text(14, "something new")), blocks[1]]
    after = {chunk.section: chunk.id for chunk in split_blocks("a.md", "T", moved, COUNT)}
    assert after["Two"] == before["Two"] and after["Three"] == before["Three"]
    assert after["One"] != before["One"]


def test_ids_change_with_title_heading_and_document():
    def id_of(document: str, title: str, section: str) -> str:
        return split_blocks(document, title, [Block(section, "Ask early.")], COUNT)[0].id

    base = id_of("a", "T", "S")
    others = {id_of("b", "T", "S"), id_of("a", "U", "S"), id_of("a", "T", "R")}
    assert len(others) == 3 and base not in others


def test_every_item_of_a_guide_stands_whole_in_one_chunk(tmp_path, guide_text):
    guide, _ = parse_guide(tmp_path / "ask-for-feedback.md", guide_text)
    assert guide is not None
    chunks = split_guide(guide, COUNT)
    for item in guide.items:
        holding = [chunk for chunk in chunks if item.text in chunk.text]
        assert holding and item.section.value in holding[0].section


def test_every_shipped_guide_splits_within_the_limit_by_the_real_tokenizer(onnx_encoder):
    count = onnx_encoder.count_tokens
    for guide in load_library().guides.values():
        chunks = split_guide(guide, count)
        assert len({chunk.id for chunk in chunks}) == len(chunks)
        for chunk in chunks:
            assert count(chunk.embedded_text) <= MAX_TOKENS, (guide.slug, chunk.section)
        for item in guide.items:
            assert any(item.text in chunk.text for chunk in chunks), (guide.slug, item.line)
