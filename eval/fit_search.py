"""Train how questions to the guides are read, and write `assistant/question_encoder.npz`.

    python -m eval.fit_search                    # what ships: about twenty minutes on two cores
    python -m eval.fit_search --library-only     # leaves the labelled questions out, to judge by them

It is trained on the library's own questions but for those kept back, on phrasings and stories, on the
labelled questions of the fit half and of `asked_fit.jsonl`; the held-out half is not read. After it, fit
triage again: `python -m eval.fit`.
"""

import argparse
from typing import Any

import numpy as np

from assistant.question_encoder import QUESTIONS_FILE
from assistant.retriever import Retriever
from eval.case import ANSWERS
from eval.dataset import load_asked, load_dataset
from eval.kept_back import iter_stored_questions
from eval.packaged import open_packaged
from eval.search_adapter import Asked, SearchRecipe, train_change


def main() -> None:
    """Train and write the arrays."""
    parser = argparse.ArgumentParser(prog="python -m eval.fit_search", description="Fit search.")
    parser.add_argument("--library-only", action="store_true", help="leave labelled questions out")
    options = parser.parse_args()
    retriever, _ = open_packaged()
    asked = library_questions(retriever)
    if not options.library_only:
        asked += labelled_questions(retriever)
    print(f"training on {len(asked)} questions", flush=True)
    change = train_change(
        asked, retriever.snapshot, SearchRecipe(), lambda line: print(line, flush=True)
    )
    arrays: dict[str, Any] = dict(change.to_arrays())
    np.savez_compressed(QUESTIONS_FILE, **arrays)
    print(f"wrote {QUESTIONS_FILE.name}, {QUESTIONS_FILE.stat().st_size // 1024} KiB")


def library_questions(retriever: Retriever) -> list[Asked]:
    """Return the questions, phrasings and stories of the library in the words they are searched by.

    What is kept back for judging is not among them.

    What names, ages and the like leave behind reads oddly ("they cancels again"): trained on texts
    as they were written, the change found the guide less often for what people ask.
    """
    owners = retriever.snapshot.question_document.tolist()
    stored = iter_stored_questions(retriever)
    return [
        Asked(retriever.words_of(question.text), (owner,), place)
        for place, (question, owner) in enumerate(zip(stored, owners, strict=True))
        if not question.is_kept_back
    ]


def labelled_questions(retriever: Retriever) -> list[Asked]:
    """Return the labelled questions that may be fitted on, as they are searched."""
    place = retriever.snapshot.document_place
    asked = []
    for case in (*load_dataset("questions", part="fit").cases, *load_asked().cases):
        answers = tuple(place[slug] for slug, grade in case.guides.items() if grade == ANSWERS)
        if answers:
            asked.append(Asked(retriever.words_of(case.question), answers))
    return asked


if __name__ == "__main__":
    main()
