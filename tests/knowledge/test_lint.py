from datetime import date

import pytest

from knowledge.errors import GuidanceError
from knowledge.library import load_library, load_topics, read_guides
from knowledge.lint import lint_library
from knowledge.lint.coverage import count_coverage


def test_the_shipped_library_is_lint_clean():
    assert [str(problem) for problem in lint_library()] == []


def test_a_good_guide_has_no_problem(guidance, problems_of):
    assert problems_of("ask-for-feedback") == {}


def test_a_missing_section_is_reported(guidance, problems_of):
    guidance.change("ask-for-feedback", "## Topics to raise\n", "")
    assert "section 'Topics to raise' is missing or empty" in problems_of("ask-for-feedback")


def test_an_unknown_section_does_not_hide_the_other_problems_of_the_guide(
    guidance, problems_of, line_of
):
    guidance.change("ask-for-feedback", "## Topics to raise", "## Chats to have")
    guidance.change("ask-for-feedback", "A wide request", "It is crucial: a wide request")
    problems = problems_of("ask-for-feedback")
    line = line_of("ask-for-feedback", "Chats to have")
    assert problems["unknown section 'Chats to have'"] == line
    assert any("'crucial'" in message for message in problems)


def test_a_citation_that_is_not_in_the_bibliography_is_reported_at_its_line(
    guidance, problems_of, line_of
):
    guidance.change("ask-for-feedback", "easy to answer. [@body-2020]", "easy. [@nobody-1999]")
    problems = problems_of("ask-for-feedback")
    line = line_of("ask-for-feedback", "@nobody-1999")
    assert problems["cites 'nobody-1999', which is not in the bibliography"] == line
    assert "cites 'nobody-1999', which 'sources' does not list" in problems
    assert "lists 'body-2020', which nothing cites" in problems


def test_research_may_not_be_said_of_a_guide_of_a_professional_body(guidance, problems_of, line_of):
    guidance.change("ask-for-feedback", "studies differ. [@pooled-2004]", "differ. [@body-2020]")
    problems = problems_of("ask-for-feedback")
    line = line_of("ask-for-feedback", "Research finds")
    wanted = "'research finds' without a meta-analysis, review or study behind it"
    assert problems[wanted] == line


def test_many_guides_needs_a_citation(guidance, problems_of):
    guidance.change("ask-for-feedback", " [@body-2020]\n", "\n")
    assert "'many guides' without a citation" in problems_of("ask-for-feedback")


def test_a_figure_among_the_evidence_needs_a_citation(guidance, problems_of):
    guidance.change("ask-for-feedback", "answer. [@body-2020]", "answer for 40% of people.")
    assert "a figure without a citation" in problems_of("ask-for-feedback")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("**In the talk, ask for feedback with two open questions.**", "Ask.", "no bold lead"),
        ('To open: "Could I', 'To open, say "Could I', "not of the form 'To open"),
        ("feedback with others?", "feedback with others.", "an open question"),
        ("- **Arguing at once.** An", "- An", "the mistake has no bold name"),
        ("feedback with others?", "feedback — with others?", "long dash"),
        ("within the week.", "within the week. Take 20 mg first.", "names a dose"),
        ("  - Can I ask for feedback by e-mail?\n", "", "6 questions; 7 to 10 are wanted"),
        ("Can I ask for feedback by e-mail?", "How do I ask for feedback?", "stands twice"),
        (
            "my manager never says a word about my work, and I would like to",
            "may I",
            "fewer than two",
        ),
        ("topics: [feedback]", "topics: [weather]", "unknown topic 'weather'"),
        (
            "related: [thank-a-colleague, refuse-a-task]",
            "related: [no-such-guide, refuse-a-task]",
            "which is no guide",
        ),
        (
            "related: [thank-a-colleague, refuse-a-task]",
            "related: [ask-for-feedback, refuse-a-task]",
            "links to itself",
        ),
        ("related:", "pair: refuse-a-task\nrelated:", "written for the same chair"),
        ("Go back in a month", "Go back " + "and back " * 40, "'In short' has"),
        ("Go back in a month", "Go back " + "and back " * 140, "words; 400 to 820 are wanted"),
    ],
)
def test_each_rule_of_the_contract_is_held(guidance, old, new, message, problems_of):
    guidance.change("ask-for-feedback", old, new)
    assert any(message in found for found in problems_of("ask-for-feedback"))


@pytest.mark.parametrize(
    ("key", "old", "new"),
    [
        ("topics", "topics: [feedback]", "topics: [feedback, weather]"),
        ("topics", "topics: [feedback]", "topics: [feedback, feedback, feedback, feedback]"),
        ("questions", "  - Can I ask for feedback by e-mail?\n", ""),
        ("sources", "sources: [pooled-2004, body-2020]", "sources: [pooled-2004]"),
        ("related", "refuse-a-task]", "no-such-guide]"),
    ],
)
def test_a_problem_of_the_front_matter_is_told_at_its_key(
    guidance, key, old, new, problems_of, line_of
):
    guidance.change("ask-for-feedback", old, new)
    assert set(problems_of("ask-for-feedback").values()) == {line_of("ask-for-feedback", f"{key}:")}


@pytest.mark.parametrize(
    ("today", "message"),
    [
        (date(2026, 11, 1), None),
        (date(2028, 11, 30), None),
        (date(2028, 12, 1), "last reviewed in 2026-11, more than 24 months ago; read it again"),
        (date(2026, 10, 31), "reviewed in 2026-11, which is still to come"),
    ],
)
def test_a_review_is_neither_old_nor_still_to_come(guidance, line_of, today, message):
    path = guidance.path("ask-for-feedback")
    found = lint_library(guidance.folder, guidance.sources, today=today)
    told = {p.message: p.line for p in found if p.path == path}
    assert told == ({message: line_of("ask-for-feedback", "reviewed:")} if message else {})


def test_a_month_of_the_wrong_form_is_told_once(guidance, problems_of, line_of):
    guidance.change("ask-for-feedback", "reviewed: 2026-11", "reviewed: soon")
    wanted = {"'reviewed' is 'soon'; a month is YYYY-MM": line_of("ask-for-feedback", "reviewed:")}
    assert problems_of("ask-for-feedback") == wanted


def test_research_is_not_passed_off_as_the_advice_of_guides(guidance, problems_of, line_of):
    guidance.change("ask-for-feedback", "easy to answer. [@body-2020]", "easy. [@pooled-2004]")
    message = "'many guides' of research alone; say 'research finds', with its limits"
    assert problems_of("ask-for-feedback")[message] == line_of("ask-for-feedback", "Many guides")


def test_more_topics_than_a_reader_takes_in_are_reported(guidance):
    path = guidance.folder / "topics.yaml"
    line = "- {{id: {id}, label: Feedback, about: Giving and getting it.}}\n"
    path.write_text("".join(line.format(id=f"t{i}") for i in range(25)), encoding="utf-8")
    lint = lambda: [str(p) for p in lint_library(guidance.folder, guidance.sources)]  # noqa: E731
    assert f"{path}:1: 26 topics; at most 25 are wanted" not in lint()
    path.write_text(path.read_text(encoding="utf-8") + line.format(id="feedback"), encoding="utf-8")
    assert f"{path}:1: 26 topics; at most 25 are wanted" in lint()


def test_a_guide_in_the_wrong_folder_is_reported(guidance):
    path = guidance.folder / "elsewhere" / "ask-for-feedback.md"
    path.parent.mkdir()
    guidance.path("ask-for-feedback").rename(path)
    found = [p.message for p in lint_library(guidance.folder, guidance.sources) if p.path == path]
    assert "first topic 'feedback' is not the folder 'elsewhere'" in found


def test_two_guides_may_not_share_a_long_sentence(guidance, problems_of):
    problems = problems_of("thank-a-colleague")
    assert any(
        message.startswith("repeats a sentence of 'ask-for-feedback'") for message in problems
    )


def test_a_work_nobody_cites_and_an_empty_cell_are_reported(guidance):
    for slug in ("ask-for-feedback", "thank-a-colleague", "refuse-a-task", "hand-over-a-project"):
        guidance.change(slug, "[@body-2020]", "[@pooled-2004]")
        guidance.change(slug, "pooled-2004, body-2020", "pooled-2004")
    messages = [str(p) for p in lint_library(guidance.folder, guidance.sources)]
    assert f"{guidance.sources}:1: 'body-2020' is cited by no guide; drop it" in messages
    assert any("leader × mid × separation has 0 guides" in message for message in messages)


def test_coverage_counts_guides_by_audience_stage_and_phase(guidance):
    cells = count_coverage(read_guides(guidance.folder)[0])
    assert len(cells) == 3 * 3 * 4
    assert cells[("mentee", "entry", "initiation")] == 4
    assert cells[("leader", "entry", "initiation")] == 0


def test_loading_lists_every_problem_of_every_file(guidance):
    guidance.change("ask-for-feedback", "summary:", "#")
    guidance.change("refuse-a-task", "## In short", "## In brief")
    guidance.path("thank-a-colleague").write_bytes(b"\xff\xfe\x00broken")
    with pytest.raises(GuidanceError) as caught:
        load_library(guidance.folder, guidance.sources)
    message = str(caught.value)
    assert "ask-for-feedback.md:1: front matter lacks 'summary'" in message
    assert "unknown section 'In brief'" in message
    assert "thank-a-colleague.md:1: cannot be read as UTF-8 text" in message


def test_a_slug_that_stands_twice_is_reported_and_the_first_is_kept(guidance, guide_text):
    second = guidance.folder / "second" / "ask-for-feedback.md"
    second.parent.mkdir()
    second.write_text(guide_text, encoding="utf-8")
    guides, paths, problems = read_guides(guidance.folder)
    assert len(guides) == 4 and paths["ask-for-feedback"] == guidance.path("ask-for-feedback")
    assert [problem.path for problem in problems] == [second]


@pytest.mark.parametrize("content", [b"- {id: a}", b"3", b"- word", b"\xff\xfe", b"{", b""])
def test_topics_that_cannot_be_read_are_one_plain_error(guidance, content):
    (guidance.folder / "topics.yaml").write_bytes(content)
    with pytest.raises(GuidanceError, match="the topics cannot be read"):
        load_topics(guidance.folder)


def test_a_readme_is_no_guide(guidance):
    (guidance.folder / "README.md").write_text("# For authors\n", encoding="utf-8")
    assert len(load_library(guidance.folder, guidance.sources).guides) == 4
