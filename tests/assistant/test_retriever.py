from dataclasses import replace

import numpy as np
import pytest

from assistant.build import Assistant
from assistant.conversation import Profile
from assistant.profile import stated_profile
from assistant.retriever import FAVOUR, OF_GUIDES, Retriever, build_query, chunks_of
from assistant.settings import AssistantSettings
from ingest.pipeline import ingest_paths
from knowledge.catalogue import Catalogue
from knowledge.encoder import HashEncoder
from knowledge.errors import IndexMismatchError, IndexMissingError
from knowledge.index import DenseIndex
from knowledge.ownership import own

QUESTION = "How do I thank a colleague?"


@pytest.fixture
def open_retriever(ingested, encoder):
    opened = []

    def open_one(encoder=encoder, **options):
        catalogue = Catalogue(ingested.catalogue_path, read_only=True)
        opened.append(Retriever(lambda: catalogue, encoder, **options))
        return opened[-1]

    yield open_one
    for retriever in opened:
        retriever.close()


@pytest.fixture
def retriever(open_retriever):
    return open_retriever()


def slugs(found):
    return [ranked.document.id for ranked in found.documents]


def test_the_guide_that_answers_comes_first(retriever, encoder):
    found = retriever.search(build_query(QUESTION, encoder))
    assert slugs(found)[0] == found.chunks[0].chunk.document == "thank-a-colleague"
    assert sorted(slugs(found)) == sorted(d.id for d in found.snapshot.documents)
    scores = [hit.score for hit in found.chunks]
    assert scores == sorted(scores, reverse=True)
    assert [hit.rank for hit in found.chunks] == list(range(1, len(scores) + 1))


def test_no_more_is_returned_than_was_asked_for(retriever, encoder):
    found = retriever.search(build_query(QUESTION, encoder), k=3, running=2)
    assert len(found.chunks) == 3
    assert len(found.documents) == 2


def test_a_document_is_worth_its_best_chunk(retriever, encoder):
    found = retriever.search(build_query(QUESTION, encoder), k=1000)
    for ranked in found.documents:
        mine = [h.score for h in found.chunks if h.chunk.document == ranked.document.id]
        assert max(mine) == pytest.approx(ranked.score, abs=1e-3)
        assert ranked.fused + ranked.fit == pytest.approx(ranked.score, abs=1e-3)


def test_the_same_question_is_answered_the_same_way(retriever, encoder):
    first = retriever.search(build_query(QUESTION, encoder), k=100)
    again = retriever.search(build_query(QUESTION, encoder), k=100)
    assert first.chunks == again.chunks


def test_ties_are_broken_by_id(retriever, encoder):
    found = retriever.search(build_query("zebra xylophone quartz", encoder), k=1000)
    places = [(-hit.score, hit.chunk.id) for hit in found.chunks]
    assert len({score for score, _ in places}) < len(places)
    assert places == sorted(places)


def test_a_changed_catalogue_is_seen_by_itself(retriever, encoder, guidance, ingested, guide_text):
    assert "praise-an-intern" not in slugs(retriever.search(build_query(QUESTION, encoder)))
    guidance.write("praise-an-intern", guide_text.replace("ask for feedback", "praise an intern"))
    guidance.path("thank-a-colleague").unlink()
    guidance.ingest(ingested)
    found = slugs(retriever.search(build_query("How do I praise an intern?", encoder)))
    assert found[0] == "praise-an-intern"
    assert "thank-a-colleague" not in found


def test_an_empty_collection_names_the_command_that_fills_it(open_retriever, encoder):
    with pytest.raises(IndexMissingError, match="mentor ingest FOLDER --collection own"):
        open_retriever(collection="own").search(build_query(QUESTION, encoder))


def test_a_missing_index_names_the_command_that_makes_it(tmp_path):
    assistant = Assistant(AssistantSettings(home=tmp_path / "nowhere", embedding_model="hash"))
    with pytest.raises(IndexMissingError, match=r"nowhere yet\. Make it: mentor ingest"):
        assistant.search(QUESTION)


def test_another_encoder_is_refused_with_the_next_command(open_retriever):
    other = HashEncoder(64)
    with pytest.raises(IndexMismatchError, match=r"'hash-512'.*'hash-64'.*mentor ingest"):
        open_retriever(other).search(build_query(QUESTION, other))


def test_the_other_chair_falls_far_below(retriever, encoder, guidance, ingested, guide_text):
    twin = guide_text.replace("ask for feedback", "thank a colleague")
    guidance.write("thank-a-mentee", twin.replace("[mentee]", "[mentor]"))
    guidance.ingest(ingested)
    query = build_query(QUESTION, encoder)
    for chair, first in (("mentor", "thank-a-mentee"), ("mentee", "thank-a-colleague")):
        found = retriever.search(query, stated_profile(chair, None, None))
        assert slugs(found)[0] == first
        assert all(
            ranked.fit < -5 for ranked in found.documents if chair not in ranked.document.audience
        )


def test_a_profile_moves_scores_by_its_fit_alone(retriever, encoder):
    query = build_query(QUESTION, encoder)
    plain = retriever.search(query, Profile(), k=1000)
    mentor = retriever.search(query, stated_profile("mentor", None, None), k=1000)
    before = {hit.chunk.id: hit.score for hit in plain.chunks}
    for hit in mentor.chunks:
        assert hit.score == pytest.approx(before[hit.chunk.id] + hit.parts.profile, abs=1e-3)
        assert hit.parts.profile < 0


def test_the_guide_a_conversation_is_about_gets_a_head_start(retriever, encoder):
    query = build_query(QUESTION, encoder)
    plain = {d.document.id: d.score for d in retriever.search(query).documents}
    found = retriever.search(query, favour=["refuse-a-task", "no-such-guide"])
    favoured = {d.document.id: d.score for d in found.documents}
    assert favoured["refuse-a-task"] == pytest.approx(plain["refuse-a-task"] + FAVOUR, abs=1e-3)
    assert favoured["thank-a-colleague"] == pytest.approx(plain["thank-a-colleague"], abs=1e-3)


def test_a_question_of_the_library_can_be_left_out(retriever, encoder):
    snapshot = retriever.snapshot
    place = snapshot.question_texts.index(QUESTION)
    query = build_query(QUESTION, encoder)
    with_it = retriever.search(query).documents[0]
    without = retriever.search(query, without_questions=[snapshot.question_ids[place]])
    same = next(d for d in without.documents if d.document.id == with_it.document.id)
    assert same.question_cosine < with_it.question_cosine - 0.05


def test_the_chunks_of_a_document_come_in_reading_order(retriever):
    found = chunks_of(retriever.snapshot, "refuse-a-task")
    assert [chunk.ordinal for chunk in found] == sorted(chunk.ordinal for chunk in found)
    assert found[0].section.startswith("In short")


def test_chroma_and_the_exact_product_agree_on_a_small_library(ingested, encoder, monkeypatch):
    # What tells guides apart is solved from vectors in memory; a collection too large has none.
    monkeypatch.setattr("assistant.retriever.OF_GUIDES", replace(OF_GUIDES, told_apart=0.0))
    catalogue = Catalogue(ingested.catalogue_path, read_only=True)
    exact = Retriever(lambda: catalogue, encoder)
    with own(ingested):
        index = DenseIndex(ingested, "guidance")
        chroma = Retriever(lambda: catalogue, encoder, open_index=lambda name: index, exact_limit=0)
        query = build_query(QUESTION, encoder)
        one, other = exact.search(query, k=50), chroma.search(query, k=50)
        assert len(chroma.snapshot.chunk_rows) == 0
        index.close()
    assert [h.chunk.id for h in one.chunks] == [h.chunk.id for h in other.chunks]
    assert np.allclose([h.score for h in one.chunks], [h.score for h in other.chunks], atol=1e-3)
    exact.close()


def test_chroma_and_the_exact_product_mostly_agree_on_the_shipped_library(
    board, onnx_encoder, monkeypatch
):
    monkeypatch.setattr("assistant.retriever.OF_GUIDES", replace(OF_GUIDES, told_apart=0.0))
    library, exact = board.settings.library, board.retriever()
    texts = exact.snapshot.question_texts[5::60]
    first = shared = 0
    with own(library):
        index = DenseIndex(library, "guidance")
        catalogue = Catalogue(library.catalogue_path, read_only=True)
        chroma = Retriever(
            lambda: catalogue, onnx_encoder, open_index=lambda name: index, exact_limit=0
        )
        for text in texts:
            query = exact.read(text)
            one, other = slugs(exact.search(query)), slugs(chroma.search(query))
            first += one[0] == other[0]
            shared += len({*one[:5]} & {*other[:5]})
        chroma.close()
        index.close()
    assert first >= 0.95 * len(texts)
    assert shared >= 0.9 * 5 * len(texts)


TOLD = "My metnor Priya, 45, is late agian. What can she do?"


def test_a_message_is_mended_and_background_left_out_before_it_is_searched(board):
    retriever = board.retriever()
    assert retriever.mend(TOLD) == "My mentor Priya, 45, is late again. What can she do?"
    assert retriever.words_of(TOLD) == "My mentor, is late again. What can they do?"
    query = retriever.read(TOLD)
    assert query.text == retriever.words_of(TOLD)
    assert query.vector == pytest.approx(retriever.question_encoder.embed_query(query.text))


@pytest.mark.parametrize("collection", ["own", "beir"])
def test_only_guidance_is_asked_by_people(encoder, collection):
    def closed():
        raise AssertionError("the catalogue was opened")

    retriever = Retriever(closed, encoder, collection)
    assert retriever.mend(TOLD) == retriever.words_of(TOLD) == TOLD
    assert retriever.read(TOLD).text == TOLD


def test_new_words_of_the_library_are_known_at_once(retriever, guidance, ingested, guide_text):
    assert retriever.mend("praise an intrn") == "praise an intrn"
    guidance.write("praise-an-intern", guide_text.replace("ask for feedback", "praise an intern"))
    guidance.ingest(ingested)
    assert retriever.mend("praise an intrn") == "praise an intern"


def test_a_further_reading_has_its_share_of_the_score(retriever, encoder):
    one, other = (build_query(text, encoder) for text in (QUESTION, "How do I refuse a task?"))
    alone, beside = ({d.document.id: d.fused for d in retriever.search(query).documents}
                     for query in (one, other))  # fmt: skip
    both = retriever.search(one, beside=[(0.25, other)]).documents
    for ranked in both:
        id = ranked.document.id
        assert ranked.fused == pytest.approx(0.75 * alone[id] + 0.25 * beside[id], abs=1e-4)
    assert [d.score for d in both] == sorted((d.score for d in both), reverse=True)


def test_own_documents_are_searched_in_their_own_collection(ingested, encoder, tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "handbook.md").write_text(
        "# Leave\n\nAsk the people team for parental leave eight weeks before it begins.\n"
    )
    assert ingest_paths(ingested, [tmp_path / "own"], "own").added == 1
    assistant = Assistant(AssistantSettings(home=ingested.home, embedding_model="hash"))
    hits = assistant.search("parental leave", collection="own")
    assert [hit.to_json()["document"] for hit in hits] == ["handbook.md"]
    assert hits[0].to_json()["guide"] is None
    assert all(hit.to_json()["guide"] for hit in assistant.search("parental leave"))
    for name in ("own", "guidance"):
        assistant.retriever(name).close()


def test_the_best_questions_of_each_document_come_first_and_none_is_borrowed(retriever):
    snapshot = retriever.snapshot
    scores = np.random.default_rng(3).normal(size=len(snapshot.question_ids)).astype(np.float32)
    for most in (1, 2, 5, 50):
        ranked = snapshot.best_questions(scores, most)
        for place in range(len(snapshot.documents)):
            own = np.sort(scores[snapshot.question_document == place])[::-1][:most]
            there = ranked[place][~np.isnan(ranked[place])]
            assert np.array_equal(there, own)
            assert np.isnan(ranked[place][len(own) :]).all()
