"""The command line as people type it: what is printed where, and the exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import cli

ROOT = Path(__file__).parents[2]
QUESTION = "My mentee cancels our meetings again and again. What can I do?"
REPLY_KEYS = {
    "kind", "text", "citations", "searched", "profile", "follow_ups", "topics", "nearest",
    "contacts", "confidence", "engine", "timings_ms", "id", "thread", "notice",
}  # fmt: skip
CITATION_KEYS = {
    "marker", "guide", "title", "section", "chunk", "quote", "origin", "page", "sources",
}  # fmt: skip


@pytest.fixture
def home(library_home, tmp_path, monkeypatch):
    """Return a home of the test's own that shares the index and the encoder."""
    home = tmp_path / "home"
    home.mkdir()
    for name in ("catalogue.sqlite", "encoder"):
        (home / name).symlink_to(library_home / name)
    monkeypatch.setenv("MENTOR_HOME", str(home))
    monkeypatch.setenv("TOKENIZERS_PARALLELISM", "false")
    monkeypatch.chdir(tmp_path)
    return home


@pytest.fixture
def hash_home(tmp_path, monkeypatch):
    """Return an empty home of the encoder that needs no weights."""
    monkeypatch.setenv("MENTOR_HOME", str(tmp_path / "empty"))
    monkeypatch.setenv("MENTOR_EMBEDDING_MODEL", "hash")
    monkeypatch.setenv("TOKENIZERS_PARALLELISM", "false")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "empty"


class Said:
    """What a command printed, and its exit code."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def json(self):
        assert self.code == 0, self.err
        return json.loads(self.out)

    def check_is_one_plain_message(self):
        assert self.code == 2
        assert self.out == ""
        assert "Traceback" not in self.err
        assert len(self.err.strip().splitlines()) == 1
        return self.err


@pytest.fixture
def mentor(monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["mentor", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        captured = capsys.readouterr()
        return Said(left.value.code or 0, captured.out, captured.err)

    return run


def run_process(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "assistant.cli", *map(str, arguments)],
        capture_output=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        timeout=120,
        **options,
    )


# -- ask


def test_a_reply_is_one_json_object_with_the_keys_of_the_interface(home, mentor):
    said = mentor("ask", QUESTION, "--audience", "mentor", "--stage", "mid", "--json")
    reply = said.json
    assert set(reply) == REPLY_KEYS
    assert said.err == ""
    assert (reply["kind"], reply["engine"], reply["searched"]) == ("answer", "extractive", QUESTION)
    assert set(reply["citations"][0]) == CITATION_KEYS
    sources = [source for citation in reply["citations"] for source in citation["sources"]]
    assert sources
    assert all({"id", "label", "kind", "url"} <= set(source) for source in sources)
    assert set(reply["topics"][0]) == {"title", "question", "guide"}
    assert set(reply["timings_ms"]) == {"encode", "search", "compose", "total"}
    assert reply["profile"] == {
        "audience": "mentor", "stage": "mid", "phase": None,
        "from": {"audience": "stated", "stage": "stated", "phase": "default"},
    }  # fmt: skip


def test_an_answer_is_readable_in_a_terminal(home, mentor):
    said = mentor("ask", QUESTION)
    assert said.code == 0
    assert "Taken from your words: mentor" in said.out
    assert "[1]" in said.out
    assert "The mentee who cancels" in said.out
    assert "You could ask next:" in said.out
    assert max(map(len, said.out.splitlines())) <= 88


def test_a_real_process_prints_json_and_nothing_else(home):
    done = run_process("ask", QUESTION, "--json")
    assert done.returncode == 0
    assert done.stderr == b""
    assert json.loads(done.stdout)["kind"] == "answer"
    assert done.stdout.count(b"\n") == 1


def test_a_question_may_come_through_a_pipe(home):
    done = run_process("ask", "--json", input=QUESTION.encode())
    assert json.loads(done.stdout)["searched"] == QUESTION


def test_what_is_piped_in_and_is_no_text_is_refused(home):
    done = run_process("ask", input=bytes(range(256)) * 20)
    assert done.returncode == 2
    assert done.stdout == b""
    assert b"not text I can read" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("", "no question in that"),
        ("  ?!  ", "no question in that"),
        ("word " * 10_000, "10,000 words; at most 2,000"),
        ("\x01\x02\x03\x04", "not text I can read"),
    ],
)
def test_what_cannot_be_asked_is_one_plain_message(home, mentor, monkeypatch, question, words):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    assert words in mentor("ask", question, "--json").check_is_one_plain_message()


def test_debug_shows_the_traceback(home, monkeypatch):
    done = run_process("ask", "?!", "--debug")
    assert done.returncode != 0
    assert b"Traceback" in done.stderr


def test_another_language_is_declined_and_that_is_a_success(home, mentor):
    text = "Wie bitte ich meine Chefin um eine Beförderung, ohne dass sie es mir übel nimmt?"
    reply = mentor("ask", text, "--json").json
    assert (reply["kind"], reply["citations"]) == ("decline", [])
    assert "English" in reply["text"]


def test_an_unknown_stage_is_a_wrong_call(home, mentor):
    said = mentor("ask", QUESTION, "--stage", "junior")
    assert said.code == 2
    assert said.out == ""
    assert "junior" in said.err
    assert all(stage in said.err for stage in ("entry", "mid", "senior"))
    assert "Traceback" not in said.err


def test_an_unknown_setting_suggests_the_nearest(home, mentor, monkeypatch):
    monkeypatch.setenv("MENTOR_CHAT_MODLE", "x")
    err = mentor("ask", QUESTION).check_is_one_plain_message()
    assert "Did you mean MENTOR_CHAT_MODEL?" in err


def test_another_encoder_than_the_index_is_told(home, mentor, monkeypatch):
    monkeypatch.setenv("MENTOR_EMBEDDING_MODEL", "hash")
    assert "mentor ingest" in mentor("ask", QUESTION).check_is_one_plain_message()


def test_a_damaged_index_is_told(hash_home, mentor):
    hash_home.mkdir()
    (hash_home / "catalogue.sqlite").write_bytes(b"this is no database at all " * 400)
    assert "mentor ingest --rebuild" in mentor("ask", QUESTION).check_is_one_plain_message()


def test_a_damaged_memory_is_told_and_kept(home, mentor):
    content = b"this is no database at all " * 400
    (home / "memory.sqlite").write_bytes(content)
    err = mentor("ask", QUESTION, "--thread", "t").check_is_one_plain_message()
    assert "memory.sqlite" in err
    assert (home / "memory.sqlite").read_bytes() == content


def test_a_missing_chat_package_is_told(home, mentor, monkeypatch):
    monkeypatch.setenv("MENTOR_CHAT_MODEL", "anthropic:claude-sonnet-4-5")
    assert "langchain-anthropic" in mentor("ask", QUESTION).check_is_one_plain_message()


def test_a_thread_goes_on_in_another_process(home, mentor):
    mentor("ask", QUESTION, "--thread", "t", "--json")
    done = run_process("ask", "And what if she says no?", "--thread", "t", "--json")
    reply = json.loads(done.stdout)
    assert reply["searched"] == f"What if she says no? (About: {QUESTION})"
    assert reply["thread"] == "t"


# -- ask --batch


def test_a_batch_is_answered_in_order_and_by_thread(home, mentor, tmp_path):
    records = [
        {"id": "a", "question": QUESTION, "thread": "one", "audience": "mentor"},
        {"id": 2, "question": "How do I find a mentor?", "stage": "entry"},
        {"id": "c", "question": ""},
        {"id": "d", "question": "And what if she says no?", "thread": "one"},
    ]
    (tmp_path / "batch.jsonl").write_text("\n\n".join(map(json.dumps, records)))
    said = mentor("ask", "--batch", "batch.jsonl")
    replies = [json.loads(line) for line in said.out.splitlines()]
    assert [reply["id"] for reply in replies] == ["a", "2", "c", "d"]
    assert all(set(reply) == REPLY_KEYS for reply in replies)
    assert replies[1]["profile"]["from"]["stage"] == "stated"
    assert replies[2]["kind"] == "decline"
    assert replies[3]["searched"] == f"What if she says no? (About: {QUESTION})"
    assert replies[3]["profile"]["audience"] == "mentor"
    assert replies[1]["thread"] not in {"", "one"}


@pytest.mark.parametrize(
    "line",
    ["{", "[1]", '"x"', '{"id": "x"}', '{"question": "x"}', '{"id": 1, "question": "x", "stage": "old"}',
     '{"id": 1, "question": 5}'],
)  # fmt: skip
def test_a_bad_line_of_a_batch_is_named(home, mentor, tmp_path, line):
    (tmp_path / "batch.jsonl").write_text(f'{{"id": 1, "question": "How?"}}\n{line}\n')
    err = mentor("ask", "--batch", "batch.jsonl").check_is_one_plain_message()
    assert "batch.jsonl:2: not a question" in err


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00\x01"])
def test_a_batch_that_cannot_be_read_is_named(home, mentor, tmp_path, content):
    if content is not None:
        (tmp_path / "batch.jsonl").write_bytes(content)
    err = mentor("ask", "--batch", "batch.jsonl").check_is_one_plain_message()
    assert "batch.jsonl: cannot be read" in err


# -- chat


def test_a_chat_streams_and_ends_with_an_empty_line(home):
    done = run_process(
        "chat", "--audience", "mentor", input=f"{QUESTION}\nmake it shorter\n\n".encode()
    )
    out = done.stdout.decode()
    assert done.returncode == 0, done.stderr.decode()
    assert "From: The mentee who cancels" in out
    assert f"(searched for: {QUESTION})" in out
    assert "mentor chat --thread" in done.stderr.decode()


# -- topics and search


def test_topics_have_the_keys_of_the_interface(home, mentor):
    found = mentor(
        "topics", "--audience", "mentee", "--stage", "entry", "--goal", "find my feet in a new team",
        "--covered", "What do you expect of me?", "-n", "4", "--json",
    ).json  # fmt: skip
    assert found["profile"]["audience"] == "mentee"
    assert len(found["topics"]) == 4
    keys = {"title", "why", "opening", "follow_ups", "guide", "section", "minutes"}
    assert all(keys <= set(topic) for topic in found["topics"])


def test_topics_make_an_agenda(home, mentor):
    said = mentor("topics", "--audience", "mentor", "--minutes", "30", "-n", "2", "--markdown")
    assert said.out.startswith("# Agenda, 30 minutes\n")
    assert said.out.count(" min · ") == 4
    assert mentor("topics", "--audience", "mentor", "-n", "2").out.count("\n  – ") >= 2


@pytest.mark.parametrize("wrong", [("-n", "0"), ("--minutes", "5"), ("--phase", "later")])
def test_a_wrong_option_is_a_wrong_call(home, mentor, wrong):
    said = mentor("topics", *wrong)
    assert (said.code, said.out) == (2, "")
    assert wrong[0] in said.err
    assert "Traceback" not in said.err


def test_a_search_has_the_keys_of_the_interface(home, mentor):
    hits = mentor("search", "first meeting", "-k", "7", "--audience", "mentor", "--json").json
    assert [hit["rank"] for hit in hits] == list(range(1, 8))
    keys = {
        "rank",
        "score",
        "chunk",
        "guide",
        "title",
        "section",
        "audience",
        "stages",
        "text",
        "parts",
    }
    assert all(keys <= set(hit) for hit in hits)
    assert set(hits[0]["parts"]) == {"dense", "question", "lexical", "profile"}
    assert "first" in mentor("search", "first meeting").out.lower()


def test_a_search_for_nothing_is_refused(home, mentor):
    assert "no question" in mentor("search", "").check_is_one_plain_message()
    err = mentor("search", "x", "--collection", "nowhere").check_is_one_plain_message()
    assert "'nowhere' is empty" in err


def test_a_run_is_written_for_a_file_of_queries(home, mentor, tmp_path):
    (tmp_path / "queries.jsonl").write_text('{"_id": "q1", "text": "first meeting"}\n')
    assert (
        "--run FILE" in mentor("search", "--queries", "queries.jsonl").check_is_one_plain_message()
    )
    said = mentor("search", "--queries", "queries.jsonl", "--run", "run.trec", "-k", "5")
    assert (said.code, said.out) == (0, "")
    assert len((tmp_path / "run.trec").read_text().splitlines()) == 5


# -- the library


def test_the_library_is_listed_and_shown(home, mentor):
    listed = mentor("library", "list", "--json").json
    assert len(listed) >= 30
    assert set(listed[0]) >= {"guide", "title", "audience", "stages"}
    shown = mentor("library", "show", listed[0]["guide"])
    assert shown.out.startswith("---\n")
    assert listed[0]["title"] in shown.out
    assert listed[0]["guide"] in mentor("library", "list").out


def test_a_guide_that_is_not_there_suggests_the_nearest(home, mentor):
    err = mentor("library", "show", "your-first-meting").check_is_one_plain_message()
    assert "mentor library show your-first-meeting" in err


def test_the_library_is_clean_and_counted(home, mentor):
    assert mentor("library", "lint", "--json").json == []
    stats = mentor("library", "stats", "--json").json
    keys = {"guides", "by_audience", "by_stage", "sources", "questions", "words", "chunks"}
    assert keys <= set(stats)
    assert stats["guides"] == len(mentor("library", "list", "--json").json)
    assert stats["chunks"] > stats["guides"]


def test_the_sources_are_listed_the_strongest_first(home, mentor):
    listed = mentor("library", "sources", "--json").json
    assert len(listed) == mentor("library", "stats", "--json").json["sources"]
    assert set(listed[0]) >= {"title", "authors", "year", "kind", "strength", "badge", "guides"}
    assert (listed[0]["strength"], listed[-1]["strength"]) == ("strong", "practice")
    shown = mentor("library", "sources").out
    assert listed[0]["title"] in shown and "cited by 1 guide\n" in shown


def test_the_map_is_one_page_with_every_guide(home, mentor, tmp_path):
    out = tmp_path / "somewhere" / "map.html"
    assert str(out) in mentor("library", "map", "--out", out).err
    page = out.read_text(encoding="utf-8")
    for row in mentor("library", "list", "--json").json:
        assert f'<article id="{row["guide"]}"' in page


def test_a_map_that_cannot_be_written_says_so(home, mentor, tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    err = mentor("library", "map", "--out", tmp_path / "file" / "map.html")
    assert "cannot be written" in err.check_is_one_plain_message()


def test_without_an_index_chunks_are_unknown_and_not_zero(hash_home, mentor):
    assert mentor("library", "stats", "--json").json["chunks"] is None


# -- ingest


def test_a_dry_run_says_what_would_be_done_and_does_nothing(hash_home, mentor):
    first = mentor("ingest", "--dry-run", "--json").json
    assert first["added"] >= 30
    assert first["embedded"] == 0
    assert mentor("ingest", "--dry-run", "--json").json["added"] == first["added"]
    assert mentor("search", "mentor").code == 0, "the index is still made by itself"


def test_own_files_are_taken_in_and_kept_in_step(hash_home, mentor, tmp_path):
    folder = tmp_path / "handbook"
    folder.mkdir()
    for name in ("leave", "pay"):
        (folder / f"{name}.md").write_text(f"# {name}\n\nAsk about {name} in good time.\n")
    report = mentor("ingest", folder, "--json").json
    keys = {
        "added",
        "updated",
        "removed",
        "unchanged",
        "quarantined",
        "failed",
        "chunks",
        "seconds",
        "embedded",
    }
    assert keys <= set(report)
    assert (report["added"], report["failed"]) == (2, [])
    (folder / "pay.md").unlink()
    again = mentor("ingest", folder, "--sync", "--json").json
    assert (again["removed"], again["unchanged"], again["embedded"]) == (1, 1, 0)
    assert "0 added" in mentor("ingest", folder).out


def test_a_path_that_is_not_there_is_named(hash_home, mentor, tmp_path):
    assert "'nowhere'" in mentor("ingest", "nowhere").check_is_one_plain_message()
    (tmp_path / "x.md").write_text("# x\n")
    err = mentor("ingest", "x.md", "--collection", "guidance").check_is_one_plain_message()
    assert "choose another name" in err


def test_a_search_in_own_files_shows_the_document(hash_home, mentor, tmp_path):
    (tmp_path / "handbook").mkdir()
    (tmp_path / "handbook" / "leave.md").write_text("# Leave\n\nAsk for leave in good time.\n")
    assert mentor("ingest", "handbook").code == 0
    (hit,) = mentor("search", "leave", "--collection", "own", "--json").json
    assert (hit["guide"], hit["document"]) == (None, "leave.md")


# -- doctor and help


def test_the_doctor_says_what_to_do(hash_home, mentor):
    said = mentor("doctor", "--json")
    checks = {check["name"]: check for check in json.loads(said.out)}
    assert said.code == 1
    assert set(checks["index"]) == {"name", "ok", "found", "todo"}
    assert "mentor ingest" in checks["index"]["todo"]
    assert "Build it: mentor ingest" in mentor("doctor").out


def test_the_doctor_is_content_where_all_is_well(home, mentor):
    said = mentor("doctor")
    assert said.code == 0
    assert "--" not in said.out


def test_the_evaluation_hangs_on_the_same_command(home, mentor):
    assert "run" in mentor("eval", "--help").out
    assert "eval" in mentor("--help").out
