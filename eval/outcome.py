"""What a run leaves behind: one outcome a case, and scores made of outcomes."""

from dataclasses import dataclass, field

from assistant.conversation import Reply
from eval.case import Case

OURS = "ours"
WORDS_ALONE = "ours, nothing stated"
STANDALONE = "ours, standalone words"
RAW_WORDS = "ours, raw words"
WITHOUT_PHRASINGS = "ours, without phrasings"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case with its reply, the guides each system found for it (best first), or an error.

    ``reply`` is None where only retrieval was run, and where ``error`` says what went wrong: a
    failing case is never counted as a score of zero. ``answers`` are what rivals handed over, cut to
    the words of our reply, for cases with points to make.
    """

    case: Case
    reply: Reply | None = None
    rankings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    error: str = ""
    answers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Score:
    """One value of one measure for one case; the mean over cases is a figure of the report."""

    measure: str
    dataset: str
    case: str
    value: float
    system: str = OURS
    group: str = ""
    reason: str = ""
