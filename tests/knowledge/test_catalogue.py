import sqlite3

import numpy as np
import pytest

from ingest.entry import build_text_entry
from knowledge.catalogue import Catalogue
from knowledge.document import GUIDANCE, Entry
from knowledge.encoder import HashEncoder
from knowledge.errors import (
    IndexDamagedError,
    IndexLockedError,
    IndexMismatchError,
    IndexMissingError,
)
from knowledge.full_text import MAX_WORDS, telling_words


def _entry(id: str, text: str, collection: str = "notes") -> Entry:
    return build_text_entry(id, id, text, collection, HashEncoder().count_tokens)


def _write(catalogue: Catalogue, *entries: Entry, removed: tuple[tuple[str, str], ...] = ()):
    with catalogue.transaction():
        catalogue.write(entries, removed)


def _found(catalogue: Catalogue, query: str, collection: str = "notes") -> dict[str, float]:
    """Return the lexical score of each chunk and question of a collection."""
    ids = catalogue.full_text.rows(collection)
    scores: dict[str, float] = {}
    for word in telling_words(query):
        for row, score in catalogue.full_text.search_word(word):
            if row in ids:
                scores[ids[row]] = scores.get(ids[row], 0.0) + score
    return scores


def test_what_is_written_is_read_again(catalogue):
    entry = _entry("a.md", "# Feedback\n\nAsk for one thing to keep.")
    _write(catalogue, entry)
    assert catalogue.document("notes", "a.md") == entry.document
    assert catalogue.chunks("notes") == list(entry.chunks)
    assert catalogue.questions("notes") == list(entry.questions)
    assert catalogue.hashes("notes") == {"a.md": entry.document.content_hash}
    assert catalogue.collections() == ["notes"]
    assert catalogue.counts() == {"document": 1, "chunk": 1, "question": 1}


def test_a_transaction_is_all_or_nothing(catalogue):
    _write(catalogue, _entry("a.md", "Ask early."))
    with pytest.raises(ZeroDivisionError), catalogue.transaction():
        catalogue.write([_entry("b.md", "Ask late.")], [("notes", "a.md")])
        catalogue.put("encoder", "other")
        _ = 1 / 0
    assert list(catalogue.hashes("notes")) == ["a.md"]
    assert catalogue.get("encoder") is None and catalogue.generation == 1
    assert list(_found(catalogue, "early", "notes")) != []
    assert _found(catalogue, "late", "notes") == {}


def test_every_change_marks_dirty_and_starts_a_generation(catalogue):
    assert catalogue.generation == 0 and catalogue.get("dirty") is None
    _write(catalogue, _entry("a.md", "Ask."))
    assert catalogue.generation == 1 and catalogue.get("dirty") == "1"
    with catalogue.transaction():
        catalogue.put("dirty", "0")
    _write(catalogue, removed=(("notes", "a.md"),))
    assert catalogue.generation == 2 and catalogue.get("dirty") == "1"


def test_a_document_that_is_written_again_replaces_all_of_itself(catalogue):
    _write(catalogue, _entry("a.md", "Ask about zebras."), _entry("b.md", "Zebras again."))
    _write(catalogue, _entry("a.md", "Ask about giraffes."))
    assert catalogue.counts() == {"document": 2, "chunk": 2, "question": 2}
    assert len(_found(catalogue, "zebras", "notes")) == 1
    assert len(_found(catalogue, "giraffes", "notes")) == 1


def test_a_removed_document_leaves_no_trace_and_its_namesake_stays(catalogue):
    _write(catalogue, _entry("a.md", "Ask about zebras."))
    _write(catalogue, _entry("a.md", "Ask about zebras.", "other"))
    _write(catalogue, removed=(("notes", "a.md"),))
    assert catalogue.collections() == ["other"]
    assert _found(catalogue, "zebras", "notes") == {}
    assert len(_found(catalogue, "zebras", "other")) == 1
    assert catalogue.counts() == {"document": 1, "chunk": 1, "question": 1}


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   \n\t",
        'zebra" OR "giraffe',
        "zebra AND NOT (lion NEAR/2 tiger)",
        "body:zebra* ^zebra -lion +tiger {id}:x",
        "'; DROP TABLE chunk; --",
        "🦓🦒 👩‍🏫",
        "\x00\x01\x7f",
        "\ud800 lone surrogate",
        "ZEBRA Straße İstanbul שלום 斑马",
        "the and of to",
        "word " * 10_000,
        " ".join(f"word{n}" for n in range(10_000)),
        "x" * 100_000,
    ],
)
def test_no_question_is_read_as_a_query_language(catalogue, query):
    _write(catalogue, _entry("a.md", "A zebra is no giraffe."))
    found = _found(catalogue, query, "notes")
    assert all(score == score for score in found.values())
    assert catalogue.counts()["chunk"] == 1


def test_operators_in_a_question_are_only_words():
    assert telling_words('zebra" NEAR lion*') == ["zebra", "near", "lion"]
    assert telling_words("Is it the?") == []
    assert telling_words("zebra Zebra ZEBRA") == ["zebra"]
    assert len(telling_words(" ".join(f"w{n}x" for n in range(10_000)))) == MAX_WORDS


def test_more_shared_words_score_higher_and_stems_are_shared(catalogue):
    _write(
        catalogue,
        _entry("a.md", "Managers cancel meetings often."),
        _entry("b.md", "A meeting is a talk."),
        _entry("c.md", "Something else."),
    )
    found = _found(catalogue, "my manager cancelled the meeting", "notes")
    owner = {chunk.id: chunk.document for chunk in catalogue.chunks("notes")}
    ranked = sorted((-score, owner[id]) for id, score in found.items() if id in owner)
    assert [document for _, document in ranked] == ["a.md", "b.md"]


def test_vectors_are_kept_by_text_and_encoder(catalogue, encoder):
    texts = ["Ask early.", "Ask late.", "Ask early."]
    assert catalogue.vectors.missing(texts, encoder.name) == ["Ask early.", "Ask late."]
    catalogue.vectors.write(texts[:2], encoder.embed_documents(texts[:2]), encoder.name)
    assert catalogue.vectors.missing(texts, encoder.name) == []
    assert catalogue.vectors.missing(texts, "another") == ["Ask early.", "Ask late."]
    kept = catalogue.vectors.find(["Ask late.", "never seen"], encoder.name)
    assert list(kept) == ["Ask late."]
    assert np.array_equal(kept["Ask late."], encoder.embed_query("Ask late."))


def test_vectors_come_with_the_ids_they_belong_to(catalogue, encoder):
    entry = _entry("a.md", "# One\n\n" + "Ask early. " * 60 + "\n\n# Two\n\n" + "Ask late. " * 60)
    texts = [*entry.passages(), *entry.asked()]
    catalogue.vectors.write(texts, encoder.embed_documents(texts), encoder.name)
    _write(catalogue, entry)
    found = catalogue.vectors.load("chunk", "notes", encoder.name)
    assert found.ids == tuple(sorted(chunk.id for chunk in entry.chunks))
    for chunk in entry.chunks:
        row = found.rows[found.ids.index(chunk.id)]
        assert np.array_equal(row, encoder.embed_documents([chunk.embedded_text])[0])
    assert catalogue.vectors.load("chunk", "nothing", encoder.name).ids == ()


def test_vectors_nothing_uses_any_more_are_forgotten(catalogue, encoder):
    entry = _entry("a.md", "Ask early.")
    texts = [*entry.passages(), *entry.asked(), "left over"]
    catalogue.vectors.write(texts, encoder.embed_documents(texts), encoder.name)
    _write(catalogue, entry)
    with catalogue.transaction():
        catalogue.vectors.drop_unused()
    assert catalogue.vectors.missing(texts, encoder.name) == ["left over"]


def test_the_bibliography_is_replaced_as_a_whole(catalogue):
    record = {"id": "a", "authors": "A", "title": "T", "kind": "study", "checked": "primary"}
    for records in ({"b": record | {"id": "b"}}, {"a": record}):
        with catalogue.transaction():
            catalogue.write_sources(records)
    assert list(catalogue.source_records()) == ["a"]
    assert catalogue.sources(["a", "nobody"])["a"].title == "T"
    assert catalogue.sources([]) == {}


def test_a_reader_sees_what_a_writer_has_finished(catalogue):
    reader = Catalogue(catalogue.path, read_only=True)
    assert reader.generation == 0
    _write(catalogue, _entry("a.md", "Ask."))
    assert reader.generation == 1 and len(reader.chunks("notes")) == 1
    with pytest.raises(IndexDamagedError, match="readonly"):
        _write(reader, _entry("b.md", "Ask."))
    reader.close()


def test_reading_where_nothing_was_ingested_says_so(tmp_path):
    path = tmp_path / "none" / "catalogue.sqlite"
    with pytest.raises(IndexMissingError, match=r"Nothing has been ingested yet.*mentor ingest"):
        Catalogue(path, read_only=True)
    assert not path.parent.exists()


@pytest.mark.parametrize("read_only", [True, False])
@pytest.mark.parametrize(
    "content", [b"this is no database" * 100, b"SQLite format 3\x00" + b"x" * 999]
)
def test_a_damaged_file_names_the_command_that_makes_it_again(tmp_path, content, read_only):
    path = tmp_path / "catalogue.sqlite"
    path.write_bytes(content)
    with pytest.raises(IndexDamagedError, match="mentor ingest --rebuild"):
        Catalogue(path, read_only=read_only).chunks(GUIDANCE)
    assert path.read_bytes() == content


def test_a_catalogue_of_another_version_names_the_command_that_makes_it_again(catalogue):
    catalogue._db.execute("PRAGMA user_version = 99")
    for read_only in (True, False):
        with pytest.raises(IndexMismatchError, match=r"format 99.*mentor ingest --rebuild"):
            Catalogue(catalogue.path, read_only=read_only)


def test_a_file_that_was_cut_in_half_is_noticed(tmp_path):
    path = tmp_path / "catalogue.sqlite"
    whole = Catalogue(path)
    _write(whole, *(_entry(f"{n}.md", f"Ask number {n}. " * 50) for n in range(40)))
    whole.close()
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(IndexDamagedError, match="mentor ingest --rebuild"):
        Catalogue(path).check()


def test_a_catalogue_another_process_is_writing_says_so(catalogue):
    other = sqlite3.connect(catalogue.path)
    other.execute("BEGIN IMMEDIATE")
    catalogue._db.execute("PRAGMA busy_timeout = 50")
    with pytest.raises(IndexLockedError, match="Another process is writing"):
        _write(catalogue, _entry("a.md", "Ask."))
    other.rollback()
    other.close()
    _write(catalogue, _entry("a.md", "Ask."))
    assert catalogue.counts()["document"] == 1


def test_thousands_of_documents_are_replaced_in_one_pass(catalogue):
    entries = [_entry(f"{n}.md", f"Ask about number {n}.") for n in range(2000)]
    _write(catalogue, *entries)
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    catalogue._db.set_progress_handler(count, 1_000_000)
    _write(catalogue, *entries)
    assert catalogue.counts() == {"document": 2000, "chunk": 2000, "question": 2000}
    assert steps < 20, "the work grows with the square of the documents"
