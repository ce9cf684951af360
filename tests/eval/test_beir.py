"""A BEIR set of three documents through the retriever that answers people."""

import json
from pathlib import Path

import pytest

from eval.beir import evaluate_beir, load_qrels
from knowledge.encoder import HashEncoder
from knowledge.errors import DatasetError

CORPUS = {
    "d1": ("Bridges", "A bridge carries a road over a river."),
    "d2": ("Bread", "Bread is made of flour, water and salt."),
    "d3": ("Bees", "Bees make honey from nectar."),
}


@pytest.fixture
def beir_set(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    (folder / "qrels").mkdir(parents=True)
    corpus = [json.dumps({"_id": id, "title": t, "text": x}) for id, (t, x) in CORPUS.items()]
    queries = [
        json.dumps({"_id": "q1", "text": "what is bread made of"}),
        json.dumps({"_id": "q2", "text": "honey nectar bees"}),
        json.dumps({"_id": "q3", "text": "nobody judged this"}),
    ]
    (folder / "corpus.jsonl").write_text("\n".join([*corpus, "broken"]), encoding="utf-8")
    (folder / "queries.jsonl").write_text("\n".join(queries), encoding="utf-8")
    # One judged document is not in the corpus, so that recall is not 1.
    qrels = "query-id\tcorpus-id\tscore\nq1\td2\t1\nq2\td3\t1\nq2\td9\t1\n"
    (folder / "qrels" / "test.tsv").write_text(qrels, encoding="utf-8")
    return folder


def test_a_set_is_ingested_searched_and_measured(beir_set, tmp_path):
    result = evaluate_beir(beir_set, encoder=HashEncoder(), run_file=tmp_path / "run.trec")
    assert (result.documents, result.failed) == (3, 1)
    # q1 finds its one document first; q2 finds one of two.
    assert result.figures["R@100"].value == (1 + 1 / 2) / 2
    assert result.figures["R@100"].n == 2
    lines = (tmp_path / "run.trec").read_text(encoding="utf-8").splitlines()
    first = lines[0].split()
    assert first[:4] == ["q1", "Q0", "d2", "1"]
    assert not any(line.startswith("q3") for line in lines)


def test_an_index_that_is_kept_is_not_made_again(beir_set, tmp_path):
    home = tmp_path / "kept"
    first = evaluate_beir(beir_set, encoder=HashEncoder(), home=home)
    again = evaluate_beir(beir_set, encoder=HashEncoder(), home=home, limit=1)
    assert again.documents == first.documents == 3
    assert again.figures["nDCG@10"].n == 1


def test_what_is_not_a_beir_set_is_said(beir_set, tmp_path):
    with pytest.raises(DatasetError, match="cannot be read"):
        evaluate_beir(tmp_path, encoder=HashEncoder())
    (beir_set / "qrels" / "dev.tsv").write_text("h\th\th\nq1\td2\tmany\n", encoding="utf-8")
    with pytest.raises(DatasetError, match=r"dev\.tsv:2"):
        load_qrels(beir_set / "qrels" / "dev.tsv")
    (beir_set / "corpus.jsonl").unlink()
    with pytest.raises(DatasetError, match=r"corpus\.jsonl"):
        evaluate_beir(beir_set, encoder=HashEncoder())
