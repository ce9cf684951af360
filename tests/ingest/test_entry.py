import json

import pytest

from ingest.entry import (
    build_guide_entry,
    build_text_entry,
    guide_hash,
    iter_blocks,
    iter_corpus,
    read_text,
)
from knowledge.encoder import HashEncoder
from knowledge.errors import ConversionError
from knowledge.guide import parse_guide

COUNT = HashEncoder().count_tokens


def test_blocks_carry_the_path_of_their_headings():
    text = "Preface.\n\n# One\nFirst line\nsecond line.\n\n## Two\n\nInner.\n\n# Three\n\nLast."
    assert [(block.section, block.text) for block in iter_blocks(text)] == [
        ("", "Preface."),
        ("One", "First line second line."),
        ("One > Two", "Inner."),
        ("Three", "Last."),
    ]


@pytest.mark.parametrize("text", ["", "\n \n", "# Only a heading\n", "#no heading"])
def test_odd_texts_make_no_empty_block(text):
    assert all(block.text for block in iter_blocks(text))


def test_the_title_of_a_guide_counts_as_one_of_its_questions(tmp_path, guide_text):
    guide, _ = parse_guide(tmp_path / "ask-for-feedback.md", guide_text)
    assert guide is not None
    entry = build_guide_entry(guide, COUNT)
    assert [question.text for question in entry.questions] == [guide.title, *guide.questions]
    assert len({question.id for question in entry.questions}) == 8
    assert entry.document.kind == "guide" and entry.document.audience == ("mentee",)
    assert set(entry.items) == {item.text for item in guide.items}


def test_a_guides_hash_changes_with_any_of_its_words(tmp_path, guide_text):
    def hash_of(text: str) -> str:
        guide, _ = parse_guide(tmp_path / "ask-for-feedback.md", text)
        assert guide is not None
        return guide_hash(guide)

    assert hash_of(guide_text) == hash_of(guide_text)
    for old, new in (("e-mail?", "letter?"), ("count to five", "count to six"), ("entry, ", "")):
        assert hash_of(guide_text.replace(old, new)) != hash_of(guide_text)


def test_a_question_two_documents_share_has_two_ids():
    first = build_text_entry("a.md", "Notes", "Ask.", "c", COUNT)
    second = build_text_entry("b.md", "Notes", "Ask.", "c", COUNT)
    assert first.questions[0].id != second.questions[0].id


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.md", b"\xff\xfe\x00\x01", "not UTF-8 text"),
        ("a.txt", b"  \n\t ", "empty"),
        ("a.docx", b"PK", ".docx: only .markdown, .md, .txt are read"),
        ("README", b"text", "no suffix"),
    ],
)
def test_a_file_that_is_no_text_says_why(tmp_path, name, content, reason):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConversionError, match=reason):
        read_text(tmp_path / name)


def test_bad_lines_of_a_corpus_are_told_and_the_good_ones_kept(tmp_path):
    good = [
        json.dumps({"_id": 1, "title": "T", "text": "Ask."}).encode(),
        json.dumps({"_id": "2", "title": None, "text": "Ask – später."}).encode(),
    ]
    bad = [
        b"not json",
        b"[1, 2]",
        b'"word"',
        b'{"_id": "3"}',
        b'{"_id": "4", "text": null}',
        b'{"_id": "5", "text": "a", "title": 5}',
        b'{"_id": "6", "text": "lone \\ud800 surrogate"}',
        b'{"_id": "7", "text": "latin \xe9"}',
    ]
    path = tmp_path / "corpus.jsonl"
    path.write_bytes(b"\n".join([good[0], b"", *bad, good[1]]) + b"\n")
    told: list[int] = []
    records = list(iter_corpus(path, lambda number, reason: told.append(number)))
    assert records == [
        {"_id": "1", "title": "T", "text": "Ask."},
        {"_id": "2", "title": "", "text": "Ask – später."},
    ]
    assert told == list(range(3, 11))
