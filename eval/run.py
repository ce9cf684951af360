"""Run datasets through the assistant as people use it, and through its rivals.

Questions are asked with what a person states on the screen (chair and stage). A conversation is
asked turn by turn in a thread of its own. Replies are kept in a scratch memory, never in the
user's. A case that fails is an error row, never a zero.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from assistant.build import Assistant
from assistant.conversation import Finished, Found, Profile, Question, Reply, clean_question
from assistant.profile import build_profile, stated_profile
from assistant.ranking import Retrieved
from assistant.retriever import Retriever
from eval.case import ANSWERS, LEAVE_ONE_OUT, Case, Dataset
from eval.kept_back import iter_stored_questions
from eval.naive import WHOLE_FILES
from eval.outcome import (
    OURS,
    RAW_WORDS,
    STANDALONE,
    WITHOUT_PHRASINGS,
    WORDS_ALONE,
    Outcome,
)
from eval.prose import plain
from eval.rival import Rival
from eval.scorers import is_answered
from knowledge.vocabulary import Audience

TOPICS = "topics"
SEED = 7
USUAL_WORDS = 275
"""Words a rival is given where we did not answer: the median length of our answers."""

OnCase = Callable[[str, int, int], None]
"""Told the dataset, how many cases are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What is measured: the assistant, and rankers to put beside it by name.

    ``phrasings`` are the ids of rewordings: in the strict form of leave-one-out they are taken out
    with a library question, because a rewording of it may give the answer away.
    """

    assistant: Assistant
    rivals: Mapping[str, Rival] = field(default_factory=dict)
    phrasings: Sequence[str] = ()

    @property
    def retriever(self) -> Retriever:
        """Return the retriever that answers people."""
        return self.assistant.retriever()


async def run_dataset(
    bench: Bench, dataset: Dataset, on_case: OnCase = lambda name, done, total: None
) -> list[Outcome]:
    """Return one outcome for each case, in order."""
    outcomes = []
    for done, case in enumerate(dataset.cases, start=1):
        outcomes.append(await run_case(bench, case))
        on_case(dataset.name, done, len(dataset.cases))
    return outcomes


async def run_case(bench: Bench, case: Case) -> Outcome:
    """Answer one case and rank guides for it; whatever goes wrong becomes its error."""
    try:
        if case.left_out:
            return Outcome(case, None, _rank_left_out(bench, case))
        reply, found = await _ask(bench, case)
        rankings = _rank(bench, case, reply, found) if case.guides else {}
        return Outcome(case, reply, rankings, answers=_rival_answers(bench, case, reply))
    except Exception as error:  # one bad case must not end the run
        return Outcome(case, error=f"{type(error).__name__}: {error}")


def _question_of(case: Case) -> Question:
    return Question(
        text=case.question,
        audience=case.audience,
        stage=case.stage,
        phase=case.phase,
        thread=f"eval-{case.dataset}-{case.thread}" if case.thread else "",
        id=case.id,
    )


async def _ask(bench: Bench, case: Case) -> tuple[Reply, tuple[str, ...]]:
    """Return the reply and the guides found for it; none where nothing was searched."""
    guides: tuple[str, ...] = ()
    async for event in bench.assistant.stream(_question_of(case)):
        if isinstance(event, Found):
            guides = event.guides
        elif isinstance(event, Finished):
            return event.reply, guides
    raise AssertionError("a turn ends in Finished or raises")


# -- ranking


def _rank(
    bench: Bench, case: Case, reply: Reply, found: tuple[str, ...]
) -> dict[str, tuple[str, ...]]:
    """Rank guides as the assistant searched, and by the case's own words in other ways."""
    stated = stated_profile(case.audience, case.stage, case.phase)
    text = clean_question(case.question)
    # A disclosure is not searched for; what would have been found still counts.
    ours = found or rank_guides(bench.retriever, reply.searched, reply.profile)
    rankings = {OURS: ours}
    if case.dataset == TOPICS:
        return rankings  # the opening stands in its guide word for word: no rival is fairly beaten
    if not case.thread:
        rankings[WORDS_ALONE] = rank_guides(bench.retriever, text, _read_profile(text))
    if case.standalone:
        rankings[STANDALONE] = rank_guides(bench.retriever, case.standalone, stated)
    if case.thread:
        rankings[RAW_WORDS] = rank_guides(bench.retriever, text, stated)
    return rankings | _rank_rivals(bench, text)


def _rival_answers(bench: Bench, case: Case, reply: Reply) -> dict[str, str]:
    """Return what each rival hands over at our length, where points are counted."""
    if not case.needs or case.thread:
        return {}
    words = len(plain(reply.text).split()) if is_answered(reply) else USUAL_WORDS
    text = clean_question(case.question)
    return {name: rival.answer(text, words) for name, rival in bench.rivals.items() if rival.answer}


def _rank_left_out(bench: Bench, case: Case) -> dict[str, tuple[str, ...]]:
    """Rank guides for one of the library's own questions, its vector and text out of the index.

    Only questions are asked that the change they are read with was not trained on
    (`eval/kept_back.py`). Whole files hold the question word for word, so that rival is left out.
    """
    stated = stated_profile(case.audience, case.stage, case.phase)
    retriever = bench.retriever
    query = retriever.read(case.question)

    def rank(profile: Profile, *without: str) -> tuple[str, ...]:
        found = retriever.search(query, profile, k=1, without_questions=(case.left_out, *without))
        return _first_guides(found)

    return {
        OURS: rank(stated),
        WITHOUT_PHRASINGS: rank(stated, *bench.phrasings),
        WORDS_ALONE: rank(_read_profile(case.question)),
        **_rank_rivals(bench, case.question, without=WHOLE_FILES),
    }


def _rank_rivals(bench: Bench, text: str, *, without: str = "") -> dict[str, tuple[str, ...]]:
    return {
        name: tuple(rival.rank(text)[:10])
        for name, rival in bench.rivals.items()
        if name != without
    }


def _read_profile(text: str) -> Profile:
    return build_profile(Question(text=text), text)


def rank_guides(retriever: Retriever, text: str, profile: Profile) -> tuple[str, ...]:
    """Return the ten best guides for a text and a profile."""
    return _first_guides(retriever.search(retriever.read(text), profile, k=1))


def _first_guides(found: Retrieved) -> tuple[str, ...]:
    return tuple(ranked.document.id for ranked in found.documents[:10])


# -- the library's own questions


def leave_one_out_dataset(retriever: Retriever, limit: int | None = None) -> Dataset:
    """Return the guides' own questions that are kept back, titles excepted.

    ``limit`` takes a fixed sample.
    """
    cases = list(_left_out_cases(retriever))
    if limit is not None and limit < len(cases):
        chosen = np.random.default_rng(SEED).permutation(len(cases))[:limit]
        cases = [cases[i] for i in sorted(int(place) for place in chosen)]
    return Dataset(LEAVE_ONE_OUT, tuple(cases), "all")


def _left_out_cases(retriever: Retriever) -> Iterator[Case]:
    for question in iter_stored_questions(retriever):
        if not question.is_kept_back:
            continue
        guide = question.guide
        yield Case(
            id=f"{guide.id}/{question.id}",
            dataset=LEAVE_ONE_OUT,
            question=question.text,
            audience=Audience(guide.audience[0]) if len(guide.audience) == 1 else None,
            guides={guide.id: ANSWERS},
            kind="/".join(guide.audience),
            left_out=question.id,
        )


def find_phrasings(retriever: Retriever) -> tuple[str, ...]:
    """Return the ids of question vectors that are neither a guide's own questions nor its title."""
    return tuple(question.id for question in iter_stored_questions(retriever) if not question.own)
