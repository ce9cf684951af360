from assistant import readiness as module
from assistant.readiness import Readiness, build_in_background
from ingest.pipeline import Progress, ingest_guidance
from knowledge.catalogue import Catalogue
from knowledge.ownership import own


def test_a_build_in_the_background_ends_ready(settings, guidance, monkeypatch):
    def ingest_small(settings, **options):
        return ingest_guidance(
            settings, folder=guidance.folder, sources=guidance.sources, **options
        )

    monkeypatch.setattr(module, "ingest_guidance", ingest_small)
    readiness, states = Readiness(), []
    build_in_background(settings, readiness, lambda: states.append(readiness.state)).join(60)
    assert (readiness.state, readiness.message) == ("ready", "")
    assert states == ["ready"], "questions are answered before everything is warm"
    assert readiness.step == "indexing"
    catalogue = Catalogue(settings.catalogue_path, read_only=True)
    assert catalogue.counts()["document"] == 4
    catalogue.close()


def test_progress_is_taken_over():
    readiness = Readiness()
    readiness.note(Progress("embedding", 3, 7))
    assert (readiness.step, readiness.done, readiness.total) == ("embedding", 3, 7)
    assert readiness.state == "building"


def test_an_index_in_use_is_said(settings):
    readiness = Readiness()
    with own(settings):
        build_in_background(settings, readiness, lambda: None).join(60)
    assert readiness.state == "failed"
    assert "in use" in readiness.message or "owns" in readiness.message


def test_a_home_that_cannot_be_made_is_said(settings):
    settings.home.write_text("a file, not a folder")
    readiness = Readiness()
    build_in_background(settings, readiness, lambda: None).join(60)
    assert readiness.state == "failed"
    assert str(settings.home) in readiness.message
    assert "Traceback" not in readiness.message
