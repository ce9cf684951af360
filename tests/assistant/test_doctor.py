import pytest

from assistant.doctor import examine
from knowledge.catalogue import Catalogue


def found(name):
    return next(check for check in examine() if check.name == name)


@pytest.fixture
def home(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MENTOR_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_nothing_built_is_told_with_the_next_command(home):
    checks = {check.name: check for check in examine()}
    assert not checks["index"].ok
    assert checks["index"].todo == "Build it: mentor ingest"
    assert not checks["fast encoder"].ok
    assert all(checks[name].ok for name in ("settings", "python", "sqlite", "disk", "encoder"))
    assert not home.exists()


def test_what_is_built_is_well(library_home, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MENTOR_HOME", str(library_home))
    checks = examine()
    assert [check.name for check in checks if not check.ok] == []
    assert all(check.todo == "" for check in checks)
    assert "documents" in found("index").found


def test_a_build_that_was_cut_short_is_told(ingested, monkeypatch):
    monkeypatch.setenv("MENTOR_HOME", str(ingested.home))
    catalogue = Catalogue(ingested.catalogue_path)
    with catalogue.transaction():
        catalogue.put("dirty", "1")
    catalogue.close()
    assert not found("index").ok
    assert "cut short" in found("index").found
    assert found("index").todo == "Finish it: mentor ingest"


def test_a_damaged_index_is_told(home):
    home.mkdir()
    (home / "catalogue.sqlite").write_bytes(b"this is no database at all " * 100)
    assert not found("index").ok
    assert found("index").todo == "Build it again: mentor ingest --rebuild"


def test_an_unknown_setting_suggests_the_nearest(home, monkeypatch):
    monkeypatch.setenv("MENTOR_CHAT_MODLE", "x")
    (check,) = examine()
    assert (check.name, check.ok) == ("settings", False)
    assert "MENTOR_CHAT_MODEL" in check.found


def test_a_model_that_cannot_be_used_is_told(home, monkeypatch):
    monkeypatch.setenv("MENTOR_CHAT_MODEL", "anthropic:claude-sonnet-4-5")
    assert not found("chat model").ok
    assert "langchain-anthropic" in found("chat model").found
    assert "unset MENTOR_CHAT_MODEL" in found("chat model").todo


def test_contacts_that_cannot_be_read_are_told(home, monkeypatch, tmp_path):
    monkeypatch.setenv("MENTOR_CONTACTS", str(tmp_path / "gone.yaml"))
    assert not found("contacts").ok
    (tmp_path / "gone.yaml").write_text("self_harm:\n  - {name: Line, how: Ring.}\n")
    assert found("contacts").found == "your own for self_harm"


def test_another_encoder_is_your_own_choice(home, monkeypatch):
    monkeypatch.setenv("MENTOR_EMBEDDING_MODEL", "hash")
    assert found("encoder").found == "hash (your own choice)"
    assert found("fast encoder").ok


def test_a_home_below_a_file_is_told(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("MENTOR_HOME", str(tmp_path / "file"))
    assert [check.name for check in examine() if not check.ok]
