"""A tiny evaluation from end to end: real SQLite, real Chroma, the encoder without weights."""

import json
from contextlib import closing

import pytest
from typer.testing import CliRunner

from assistant.build import Assistant
from assistant.settings import AssistantSettings
from eval.case import Case, Dataset
from eval.cli import app
from eval.evaluation import NAMES, Plan, evaluate
from eval.outcome import OURS, RAW_WORDS, STANDALONE, WITHOUT_PHRASINGS, WORDS_ALONE
from eval.run import Bench, find_phrasings, leave_one_out_dataset, run_dataset
from ingest.entry import build_guide_entry
from knowledge.catalogue import Catalogue
from knowledge.encoder import HashEncoder
from knowledge.errors import DatasetError, IndexMissingError


@pytest.fixture
async def assistant(ingested):
    made = Assistant(AssistantSettings(home=ingested.home, embedding_model="hash"))
    yield made
    await made.aclose()


async def test_a_run_over_the_library_reports_ours_beside_its_rivals(assistant, guidance, tmp_path):
    plan = Plan(("leave-one-out", "topics", "injections"))
    found = await evaluate(plan, assistant=assistant, guidance=guidance.folder)
    report = found.report
    assert list(report.parts) == ["injections", "topics", "leave-one-out"]
    assert all(part.errors == 0 for part in report.parts.values())
    for system in (
        OURS,
        WITHOUT_PHRASINGS,
        WORDS_ALONE,
        "naive",
        "dense alone",
        "BM25 alone",
    ):
        figure = report.find("nDCG@10", "leave-one-out", system)
        assert figure is not None and 0 < figure.value <= 1
        assert all(report.find(m, "leave-one-out", system) for m in ("R@1", "R@3", "RR@10"))
    # Whole files hold the left-out question itself.
    assert report.find("nDCG@10", "leave-one-out", "naive, whole files") is None
    faults = report.find("citation faults", "every")
    assert faults is not None and faults.value == 0


async def test_an_evaluation_leaves_the_users_memory_alone(assistant, guidance):
    path = assistant.settings.memory_path
    await evaluate(
        Plan(("injections",), rivals=False), assistant=assistant, guidance=guidance.folder
    )
    assert not path.exists()


async def test_conversations_are_asked_in_their_threads_and_searched_in_three_ways(assistant):
    thread = {"dataset": "conversations", "thread": "c", "guides": {"ask-for-feedback": 2}}
    cases = (
        Case(
            "c/1",
            question="How do I ask for feedback?",
            standalone="How do I ask for feedback?",
            **thread,
        ),
        Case(
            "c/2",
            question="and by e-mail?",
            standalone="Can I ask for feedback by e-mail?",
            turn=2,
            **thread,
        ),
    )
    outcomes = await run_dataset(Bench(assistant), Dataset("conversations", cases, "held"))
    assert [outcome.error for outcome in outcomes] == ["", ""]
    assert set(outcomes[1].rankings) == {OURS, STANDALONE, RAW_WORDS}
    assert "feedback" in outcomes[1].reply.searched


async def test_a_case_that_fails_is_an_error_row(assistant):
    cases = (Case("1", "questions", "\0\0"), Case("2", "questions", "How do I refuse a task?"))
    told = []
    outcomes = await run_dataset(
        Bench(assistant), Dataset("questions", cases, "all"), lambda *args: told.append(args)
    )
    assert outcomes[0].error.startswith("QuestionError")
    assert outcomes[0].reply is None
    assert outcomes[1].reply is not None
    assert told == [("questions", 1, 2), ("questions", 2, 2)]


@pytest.fixture
def all_kept_back(monkeypatch):
    """Ask every question of the small library and not one in eight."""
    monkeypatch.setattr("eval.kept_back.is_chosen", lambda question: True)


async def test_the_librarys_questions_are_left_out_of_their_own_search(assistant, all_kept_back):
    bench = Bench(assistant)
    dataset = leave_one_out_dataset(bench.retriever)
    assert len(dataset.cases) == 4 * 7
    assert leave_one_out_dataset(bench.retriever, 5) == leave_one_out_dataset(bench.retriever, 5)
    (case,) = (c for c in dataset.cases if c.question == "How do I thank a colleague?")
    (outcome,) = await run_dataset(bench, Dataset("leave-one-out", (case,), "all"))
    assert outcome.reply is None
    assert outcome.rankings[OURS][0] == "thank-a-colleague"


async def test_rewordings_are_left_out_too_and_are_no_cases(
    assistant, guidance, ingested, all_kept_back
):
    entry = build_guide_entry(
        assistant.guide("thank-a-colleague"),
        HashEncoder().count_tokens,
        ["Saying thanks to a peer"],
    )
    with closing(Catalogue(ingested.catalogue_path)) as catalogue:
        rows = HashEncoder().embed_documents(["Saying thanks to a peer"])
        catalogue.vectors.write(["Saying thanks to a peer"], rows, HashEncoder().name)
        with catalogue.transaction():
            catalogue.write([entry], [])
    found = find_phrasings(assistant.retriever())
    assert len(found) == 1
    cases = leave_one_out_dataset(assistant.retriever()).cases
    assert len(cases) == 4 * 7
    assert not {case.left_out for case in cases} & set(found)
    case = next(case for case in cases if case.question == "How do I thank a colleague?")
    bench = Bench(assistant, phrasings=found)
    (outcome,) = await run_dataset(bench, Dataset("leave-one-out", (case,), "all"))
    assert {OURS, WITHOUT_PHRASINGS} <= set(outcome.rankings)


async def test_what_is_missing_is_said_before_anything_is_run(tmp_path):
    empty = Assistant(AssistantSettings(home=tmp_path / "none", embedding_model="hash"))
    with pytest.raises(IndexMissingError, match="mentor ingest"):
        await evaluate(Plan(("questions",)), assistant=empty)
    with pytest.raises(DatasetError, match="questions, plain, boundary"):
        await evaluate(Plan(("quests",)), assistant=empty)
    assert NAMES[-1] == "leave-one-out"


async def test_a_quick_run_keeps_conversations_whole(assistant, guidance):
    plan = Plan(("conversations",), quick=True, half="all", rivals=False)
    found = await evaluate(plan, assistant=assistant, guidance=guidance.folder)
    threads = [outcome.case.thread for outcome in found.outcomes]
    assert 0 < len(threads) < 100
    first = [outcome for outcome in found.outcomes if outcome.case.turn == 1]
    assert len(first) == len(set(threads))


def test_the_command_writes_its_files_and_the_gate_fails_where_a_threshold_is_missed(
    ingested, tmp_path, monkeypatch
):
    monkeypatch.setenv("MENTOR_HOME", str(ingested.home))
    monkeypatch.setenv("MENTOR_EMBEDDING_MODEL", "hash")
    out = tmp_path / "reports"
    command = ["run", "--dataset", "questions", "--no-rivals", "--out", str(out)]
    runner = CliRunner()
    assert runner.invoke(app, command).exit_code == 0
    # Four guides about feedback cannot answer a hundred real questions.
    assert runner.invoke(app, [*command, "--gate"]).exit_code == 1
    assert {path.name for path in out.iterdir()} == {"report.json", "report.html", "replies.jsonl"}
    rows = [json.loads(line) for line in (out / "replies.jsonl").read_text().splitlines()]
    assert all(row["reply"]["profile"]["from"] for row in rows)
    assert runner.invoke(app, ["report", str(out)]).exit_code == 0
    assert runner.invoke(app, ["compare", str(out), str(out)]).exit_code == 0
