from knowledge.cited_source import STRENGTHS, rank_sources
from knowledge.library import load_library


def test_works_come_by_strength_then_by_use(guidance):
    guidance.change("refuse-a-task", "[@body-2020]", "[@pooled-2004]")
    guidance.change("refuse-a-task", "pooled-2004, body-2020", "pooled-2004")
    library = load_library(guidance.folder, guidance.sources)
    pooled, body = rank_sources(library.sources, library.guides.values())
    assert (pooled.source.id, len(pooled.guides)) == ("pooled-2004", 4)
    assert (body.source.id, len(body.guides)) == ("body-2020", 3)
    assert "refuse-a-task" not in dict(body.guides)
    assert [title for _, title in body.guides] == sorted(title for _, title in body.guides)


def test_a_work_nobody_cites_or_nobody_knows_is_left_out(guidance):
    library = load_library(guidance.folder, guidance.sources)
    only = {"pooled-2004": library.sources["pooled-2004"]}
    assert [c.source.id for c in rank_sources(only, library.guides.values())] == ["pooled-2004"]
    assert rank_sources(library.sources, []) == []


def test_of_the_shipped_library_every_work_is_there_once_the_strongest_first():
    library = load_library()
    ranked = rank_sources(library.sources, library.guides.values())
    assert {cited.source.id for cited in ranked} == library.sources.keys()
    order = [list(STRENGTHS).index(cited.source.strength) for cited in ranked]
    assert order == sorted(order)
    record = ranked[0].to_json()
    assert record["strength"] == "strong" and record["badge"].endswith("· strong")
    assert set(record["guides"]) <= library.guides.keys()


def test_what_people_read_of_a_work_is_no_note_to_ourselves():
    for source in load_library().sources.values():
        words = f"{source.label} {source.authors} {source.venue} {source.title}".lower()
        assert not [note for note in ("unseen", "stored", "not shown") if note in words], source.id
