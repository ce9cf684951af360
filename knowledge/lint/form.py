"""The form of a guide: its sections, their sizes, and the shape of each item."""

from knowledge.guide import OPTIONAL_SECTIONS, Guide
from knowledge.library import Library
from knowledge.lint.check import GuideCheck, GuideFindings
from knowledge.vocabulary import Section

MIN_WORDS, MAX_WORDS = 400, 820
MIN_SHORT, MAX_SHORT = 40, 100
MIN_STEPS, MAX_STEPS = 4, 8
MIN_QUESTIONS, MAX_QUESTIONS = 7, 10
LONG_QUESTION = 25


def _check_sections(guide: Guide, library: Library) -> GuideFindings:
    seen = list(dict.fromkeys(item.section for item in guide.items))
    for section in Section:
        if section not in seen and section not in OPTIONAL_SECTIONS:
            yield 1, f"section {section.value!r} is missing or empty"
    if seen != [section for section in Section if section in seen]:
        yield 1, "sections are not in their order"


def _check_length(guide: Guide, library: Library) -> GuideFindings:
    if not MIN_WORDS <= guide.words <= MAX_WORDS:
        yield 1, f"{guide.words} words; {MIN_WORDS} to {MAX_WORDS} are wanted"
    short = guide.section(Section.IN_SHORT)
    words = sum(len(item.text.split()) for item in short)
    if short and not MIN_SHORT <= words <= MAX_SHORT:
        message = f"'In short' has {words} words; {MIN_SHORT} to {MAX_SHORT} are wanted"
        yield short[0].line, message


def _check_steps(guide: Guide, library: Library) -> GuideFindings:
    steps = guide.section(Section.STEPS)
    if not MIN_STEPS <= len(steps) <= MAX_STEPS:
        yield 1, f"{len(steps)} steps; {MIN_STEPS} to {MAX_STEPS} are wanted"
    for step in steps:
        if not step.lead:
            yield step.line, "the step has no bold lead"
        elif not step.body:
            yield step.line, "the step has a lead and nothing behind it"


def _check_scripts(guide: Guide, library: Library) -> GuideFindings:
    for script in guide.section(Section.SCRIPTS):
        if not script.label:
            yield script.line, "not of the form 'To open: \"…\"'"


def _check_topics_to_raise(guide: Guide, library: Library) -> GuideFindings:
    for topic in guide.section(Section.TOPICS):
        if not topic.lead or not topic.body.endswith("?"):
            yield topic.line, "not of the form '**Name** – an open question?'"


def _check_mistakes(guide: Guide, library: Library) -> GuideFindings:
    for mistake in guide.section(Section.WATCH_OUT):
        if not mistake.lead:
            yield mistake.line, "the mistake has no bold name"


def _check_questions(guide: Guide, library: Library) -> GuideFindings:
    count = len(guide.questions)
    if not MIN_QUESTIONS <= count <= MAX_QUESTIONS:
        yield "questions", f"{count} questions; {MIN_QUESTIONS} to {MAX_QUESTIONS} are wanted"
    if sum(len(question.split()) >= LONG_QUESTION for question in guide.questions) < 2:
        yield "questions", f"fewer than two questions of {LONG_QUESTION} words or more"
    if len({question.lower() for question in guide.questions}) < count:
        yield "questions", "a question stands twice"


FORM_CHECKS: tuple[GuideCheck, ...] = (
    _check_sections,
    _check_length,
    _check_steps,
    _check_scripts,
    _check_topics_to_raise,
    _check_mistakes,
    _check_questions,
)
