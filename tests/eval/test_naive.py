"""The rivals are real and rank as they should; their vectors are kept from run to run."""

from pathlib import Path

import numpy as np

from assistant.retriever import Retriever
from eval.naive import Naive, read_bodies
from eval.rival import build_dense_alone, build_words_alone, cut_to_words
from knowledge.catalogue import Catalogue
from knowledge.encoder import HashEncoder, Vectors


class CountingEncoder(HashEncoder):
    """Counts the texts it embeds."""

    embedded = 0

    def embed_documents(self, texts: object) -> Vectors:
        self.embedded += len(texts)  # type: ignore[arg-type]
        return super().embed_documents(texts)  # type: ignore[arg-type]


TEXTS = {
    "tea": "Boil water and pour the tea. " * 60,
    "bread": "Knead the dough for the bread. " * 60,
}


def test_the_naive_recipe_splits_overlaps_and_folds_hits_into_guides(tmp_path: Path):
    with Naive(TEXTS, HashEncoder(), tmp_path / "chroma") as naive:
        assert naive.size >= 4
        assert naive.rank("how do I knead dough") == ["bread", "tea"]


def test_a_second_run_takes_its_vectors_from_the_cache(tmp_path: Path):
    first, second = CountingEncoder(), CountingEncoder()
    cache = tmp_path / "cache" / "naive.npz"
    with Naive(TEXTS, first, tmp_path / "one", cache=cache) as naive:
        ranked = naive.rank("tea")
    with Naive(TEXTS, second, tmp_path / "two", cache=cache) as naive:
        assert naive.rank("tea") == ranked
    assert first.embedded - second.embedded == naive.size  # what is left is the question
    assert len(np.load(cache)["keys"]) == len(np.load(cache)["rows"])


def test_a_cache_that_cannot_be_read_is_made_again(tmp_path: Path):
    cache = tmp_path / "naive.npz"
    cache.write_bytes(b"no")
    with Naive(TEXTS, HashEncoder(), tmp_path / "one", cache=cache) as naive:
        assert naive.rank("tea")[0] == "tea"


def test_the_naive_answer_is_its_first_pieces_cut_to_a_number_of_words(tmp_path: Path):
    texts = {"tea": "1. **Boil** water and pour. [@tea-2004]\n\n## Why\n\n" * 40}
    with Naive(texts, HashEncoder(), tmp_path / "chroma") as naive:
        answer = naive.rival.answer("water", 9)
    assert answer.split() == [
        "Boil",
        "water",
        "and",
        "pour.",
        "Why",
        "Boil",
        "water",
        "and",
        "pour.",
    ]


def test_words_are_cut_with_their_line_breaks_kept():
    assert cut_to_words("one two\n\nthree four", 3) == "one two\n\nthree"
    assert cut_to_words("one", 3) == "one"
    assert cut_to_words("one", 0) == ""


def test_front_matter_is_left_out_unless_it_is_asked_for(guidance):
    bodies = read_bodies(guidance.folder)
    assert len(bodies) == 4
    assert bodies["ask-for-feedback"].startswith("## In short")
    whole = read_bodies(guidance.folder, front_matter=True)
    assert "questions:" in whole["ask-for-feedback"]


def test_half_a_retriever_ranks_guides_by_its_half(ingested):
    retriever = Retriever(lambda: Catalogue(ingested.catalogue_path, read_only=True), HashEncoder())
    for build in (build_dense_alone, build_words_alone):
        rival = build(retriever)
        ranked = rival.rank("how do I thank a colleague")
        assert ranked[0] == "thank-a-colleague"
        assert len(ranked) == len(set(ranked))
        handed = rival.answer("how do I thank a colleague", 60)
        assert len(handed.split()) == 60
        assert "thank a colleague" in handed and "[@" not in handed
    assert build_words_alone(retriever).rank("zzz") == []
    assert build_words_alone(retriever).answer("zzz", 60) == ""
    retriever.close()
