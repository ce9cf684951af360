import json

import pytest

from assistant.retriever import Retriever
from assistant.trec import TAG, iter_queries, rank_documents, write_run
from knowledge.catalogue import Catalogue
from knowledge.errors import SettingsError


@pytest.fixture
def retriever(ingested, encoder):
    made = Retriever(lambda: Catalogue(ingested.catalogue_path, read_only=True), encoder)
    yield made
    made.close()


@pytest.fixture
def queries(tmp_path):
    records = [
        {"_id": "1", "text": "How do I thank a colleague?"},
        {"_id": 2, "text": "refuse a task"},
    ]
    path = tmp_path / "queries.jsonl"
    path.write_text("\n".join(map(json.dumps, records)) + "\n\n")
    return path


def test_a_run_has_six_columns_and_the_best_first(retriever, queries, tmp_path):
    assert write_run(retriever, queries, tmp_path / "run.trec", 3) == 2
    rows = [line.split() for line in (tmp_path / "run.trec").read_text().splitlines()]
    assert [row[0] for row in rows] == ["1"] * 3 + ["2"] * 3
    assert [row[3] for row in rows] == ["1", "2", "3"] * 2
    assert {(row[1], row[5]) for row in rows} == {("Q0", TAG)}
    assert (rows[0][2], rows[3][2]) == ("thank-a-colleague", "refuse-a-task")
    scores = [float(row[4]) for row in rows[:3]]
    assert scores == sorted(scores, reverse=True)


def test_documents_are_ranked_once_each(retriever):
    ranked = rank_documents(retriever, "How do I thank a colleague?", 100)
    assert len({document for document, _ in ranked}) == len(ranked) == 4


@pytest.mark.parametrize("line", ["{", "[]", '"x"', '{"_id": "1"}', '{"text": "x"}'])
def test_a_bad_line_is_named(tmp_path, line):
    path = tmp_path / "queries.jsonl"
    path.write_text('{"_id": "1", "text": "x"}\n' + line)
    with pytest.raises(SettingsError, match=r"queries\.jsonl:2: not a query"):
        list(iter_queries(path))


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, content):
    path = tmp_path / "queries.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"queries\.jsonl: cannot be read"):
        list(iter_queries(path))
