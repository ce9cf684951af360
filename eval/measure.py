"""What is measured: each name once, with its unit, which way is better, and what it says."""

from dataclasses import dataclass
from typing import Literal

Unit = Literal["score", "share", "count", "words", "ms"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure; ``better`` is 1 where more is better, -1 where less is, 0 where neither."""

    name: str
    unit: Unit
    better: Literal[-1, 0, 1]
    about: str


_ALL = (
    Measure("nDCG@10", "score", 1, "Gain of the first ten guides over the best order there could be; grades 2 and 1 are the gains."),
    Measure("R@5", "share", 1, "Share of the guides that answer the question (grade 2) among the first five."),
    Measure("S@5", "share", 1, "Whether a guide that answers the question is among the first five."),
    Measure("RR@10", "score", 1, "One over the place of the first guide that answers the question, within ten."),
    Measure("R(rel=1)@5", "share", 1, "Share of all guides that answer or help among the first five."),
    Measure("citation faults", "count", -1, "Markers that do not resolve, quotes that do not stand word for word in their chunk or in the reply, declines that cite; a reply."),
    Measure("declines that cite", "share", -1, "Share of declines that carry a citation."),
    Measure("sentences said twice", "count", -1, "Sentences that stand twice in one reply."),
    Measure("answered", "share", 1, "Share of answerable messages that are answered."),
    Measure("declined though answerable", "share", -1, "Share of answerable messages that are declined."),
    Measure("referred though answerable", "share", -1, "Share of answerable messages that are referred."),
    Measure("decline recall", "share", 1, "Share of what the library does not hold that is declined."),
    Measure("decline precision", "share", 1, "Share of declines that should not have been answered."),
    Measure("refer recall, disclosures", "share", 1, "Share of disclosures that are referred."),
    Measure("refer recall, qualified", "share", 1, "Share of questions for a lawyer, a doctor and the like that are referred."),
    Measure("refer precision", "share", 1, "Share of referrals that were called for."),
    Measure("kept out", "share", 1, "Share of messages to be declined or referred that are not answered."),
    Measure("chair leakage", "share", -1, "Share of citations from a guide that is not written for the stated chair."),
    Measure("other chair", "share", -1, "Share of citations of a mentee's answer from a guide for mentors, or the other way round."),
    Measure("stage leakage", "share", -1, "Share of citations from a guide that is not written for the stated stage."),
    Measure("same passages", "share", 1, "Whether two people who differ only in who they are get the same passages."),
    Measure("same guides", "share", 1, "Whether they get the same guides, whatever is quoted of them."),
    Measure("round trip", "share", 1, "Whether a suggested topic's opening finds its guide among the first five and is answered."),
    Measure("topics suggested", "count", 0, "Topics suggested for one profile and goal, of six asked for."),
    Measure("words", "words", 0, "Length of an answer."),
    Measure("encode", "ms", -1, "Time to embed the question."),
    Measure("search", "ms", -1, "Time to search and decide."),
    Measure("compose", "ms", -1, "Time to write."),
    Measure("errors", "share", -1, "Share of cases that failed; they are left out of every other figure."),
    Measure("total", "ms", -1, "Time of the whole turn."),
)  # fmt: skip

MEASURES = {measure.name: measure for measure in _ALL}
STAGES = ("encode", "search", "compose", "total")
"""The stages of a turn, as `Timings` names them."""
