"""Datasets: what is read, which half, and how a bad line is told."""

import json
from pathlib import Path

import pytest

from eval.dataset import check_half, load_asked, load_dataset
from eval.line import LINES
from eval.topic import load_topic_profiles
from knowledge.errors import DatasetError
from knowledge.library import GUIDANCE_FOLDER
from knowledge.vocabulary import Audience, Stage


def write(folder: Path, name: str, *records: object) -> Path:
    path = folder / f"{name}.jsonl"
    lines = [r if isinstance(r, str) else json.dumps(r) for r in records]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


BOUNDARY = {"id": "b1", "question": "Why?", "expect": "answer", "kind": "worry", "split": "fit"}


@pytest.mark.parametrize("name", LINES)
def test_every_shipped_dataset_is_read_whole(name):
    dataset = load_dataset(name, part="all")
    assert dataset.cases
    assert all(case.dataset == name and case.question.strip() for case in dataset.cases)


@pytest.mark.parametrize("name", ["boundary", "conversations", "injections"])
def test_the_two_halves_share_nothing_and_are_all_there_is(name):
    held, fit = (load_dataset(name, part=part) for part in ("held", "fit"))
    ids = [{case.id for case in dataset.cases} for dataset in (held, fit)]
    assert not ids[0] & ids[1]
    assert ids[0] | ids[1] == {case.id for case in load_dataset(name, part="all").cases}


def test_what_is_only_fitted_on_is_no_part_of_the_held_out_half():
    asked = load_asked()
    held = {case.question for case in load_dataset("questions", part="held").cases}
    assert len(asked.cases) >= 800
    assert not held & {case.question for case in asked.cases}


def test_every_label_names_a_guide_of_the_library():
    guides = {path.stem for path in GUIDANCE_FOLDER.glob("*/*.md")}
    for dataset in (load_dataset("questions", part="all"), load_asked()):
        assert not {slug for case in dataset.cases for slug in case.guides} - guides


def test_the_held_out_half_is_the_default(tmp_path):
    write(tmp_path, "boundary", BOUNDARY, {**BOUNDARY, "id": "b2", "split": "held"})
    dataset = load_dataset("boundary", folder=tmp_path)
    assert [case.id for case in dataset.cases] == ["b2"]
    assert dataset.part == "held"


def test_a_file_without_halves_is_read_whole_and_says_so(tmp_path):
    record = {
        "id": "q1",
        "question": "How?",
        "audience": "mentee",
        "stage": "any",
        "guides": {"a": 2},
    }
    write(tmp_path, "questions", record)
    dataset = load_dataset("questions", folder=tmp_path)
    assert dataset.part == "all"
    assert dataset.cases[0].audience == Audience.MENTEE
    assert dataset.cases[0].stage is None


def test_the_turns_of_a_conversation_share_a_thread_in_their_order(tmp_path):
    turns = [
        {"question": "How do I ask?", "standalone": "How do I ask?", "act": "new", "guides": ["a"]},
        {"question": "and if not?", "standalone": "If not?", "act": "follow", "stage": "mid"},
    ]
    write(tmp_path, "conversations", {"id": "c", "audience": "mentor", "turns": turns})
    first, second = load_dataset("conversations", folder=tmp_path).cases
    assert (first.id, first.thread, first.turn) == ("c/1", "c", 1)
    assert (second.id, second.thread, second.turn) == ("c/2", "c", 2)
    assert first.guides == {"a": 2}
    assert second.stage == Stage.MID


def test_every_bad_line_is_named_with_its_file_and_number(tmp_path):
    bad = {**BOUNDARY, "expect": "maybe"}
    path = write(tmp_path, "boundary", BOUNDARY, {**bad, "id": "b2"}, {**BOUNDARY, "extra": 1})
    with pytest.raises(DatasetError) as caught:
        load_dataset("boundary", folder=tmp_path)
    assert f"{path}:2: expect" in str(caught.value)
    assert f"{path}:3: extra" in str(caught.value)


def test_an_id_that_stands_twice_is_a_fault(tmp_path):
    path = write(tmp_path, "boundary", BOUNDARY, BOUNDARY)
    with pytest.raises(DatasetError, match=f"{path}:2: id 'b1' stands twice"):
        load_dataset("boundary", folder=tmp_path)


def test_a_line_that_is_not_json_is_named(tmp_path):
    path = write(tmp_path, "boundary", BOUNDARY, "{oops")
    with pytest.raises(DatasetError, match=f"{path}:2: not JSON"):
        load_dataset("boundary", folder=tmp_path)


def test_unknown_names_list_the_choices(tmp_path):
    with pytest.raises(DatasetError, match="questions, plain, boundary"):
        load_dataset("quests")
    with pytest.raises(DatasetError, match="cannot be read"):
        load_dataset("boundary", folder=tmp_path)
    with pytest.raises(DatasetError, match="held, fit, all"):
        check_half("left")


def test_sixty_profiles_for_topics_serve_every_chair_stage_and_phase():
    profiles = load_topic_profiles()
    assert len(profiles) == 60
    assert {profile.audience for profile in profiles} == set(Audience)
    assert set(Stage) <= {profile.stage for profile in profiles}
    assert len({profile.goal for profile in profiles if profile.goal}) >= 55
    assert any(profile.covered for profile in profiles)
