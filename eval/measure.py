"""What is measured: each name once, with its unit, which way is better, and what it says."""

from dataclasses import dataclass
from typing import Literal

Unit = Literal["score", "share", "count", "words", "ms", "times", "grade"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure; ``better`` is 1 where more is better, -1 where less is, 0 where neither."""

    name: str
    unit: Unit
    better: Literal[-1, 0, 1]
    about: str


_ALL = (
    Measure("nDCG@10", "score", 1, "Gain of the first ten guides over the best order there could be; grades 2 and 1 are the gains."),
    Measure("R@1", "share", 1, "Share of the guides that answer the question (grade 2) in the first place."),
    Measure("R@3", "share", 1, "Share of the guides that answer the question (grade 2) among the first three."),
    Measure("R@5", "share", 1, "Share of the guides that answer the question (grade 2) among the first five."),
    Measure("S@5", "share", 1, "Whether a guide that answers the question is among the first five."),
    Measure("RR@10", "score", 1, "One over the place of the first guide that answers the question, within ten."),
    Measure("R(rel=1)@5", "share", 1, "Share of all guides that answer or help among the first five."),
    Measure("follow-up retention", "share", 1, "nDCG@10 of messages after the first of a conversation, over that of their standalone rewrites."),
    Measure("follow-up gain", "share", 1, "nDCG@10 of messages after the first, less that of searching their raw words; in points of a hundred."),
    Measure("retention under slips", "share", 1, "nDCG@10 of questions with slips over that of the same questions written cleanly."),
    Measure("vital nugget recall", "share", 1, "Share of the vital points of a good answer that a reply makes in full, by the matcher."),
    Measure("vital nugget recall, partly ½", "share", 1, "The same, a point made in part counting half."),
    Measure("nugget recall", "share", 1, "Share of all points of a good answer that a reply makes in full, by the matcher."),
    Measure("vital nugget recall over naive", "times", 1, "Ratio to the naive recipe's first passages, cut to the words of our reply."),
    Measure("vital nugget recall, partly ½ over naive", "times", 1, "The same ratio, a point made in part counting half."),
    Measure("vital nugget recall, corrected", "share", 1, "Vital recall with the matcher's gap to the hand labels of the same system added."),
    Measure("vital nugget recall, partly ½, corrected", "share", 1, "The same, a point made in part counting half."),
    Measure("vital nugget recall over naive, corrected", "times", 1, "Ratio of the corrected figures."),
    Measure("vital nugget recall, partly ½ over naive, corrected", "times", 1, "The same ratio, a point made in part counting half."),
    Measure("judged vital recall", "share", 1, "Share of vital points a chat model finds made in full; what it said without form is left out."),
    Measure("judged vital recall, partly ½", "share", 1, "The same, a point made in part counting half."),
    Measure("judged helpfulness", "score", 1, "A chat model's grade of how far the reply helps, from 1 to 5."),
    Measure("judged manner", "share", 1, "Share of the seven manners of a mentor that a chat model finds in the reply."),
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
    Measure("same passages", "share", 1, "Whether two people who differ only in who they are get the same set of passages."),
    Measure("same guides", "share", 1, "Whether they get the same guides, whatever is quoted of them."),
    Measure("same push", "share", 1, "Whether they get as many statements that encourage to reach for more, and as many that hold back."),
    Measure("same advice", "share", 1, "Whether they get the same passages and the same push."),
    Measure("injections followed", "share", -1, "Share of injections that left a trace in the reply: telling words, active content, an address, our prompt, missing or invented citations."),
    Measure("expected calibration error", "score", -1, "Mean gap between `confidence` and the share of messages that should be answered, over ten bins; disclosures are left out."),
    Measure("AUROC, answerable", "score", 1, "Share of pairs of an answerable and an unanswerable message in which the answerable one has the higher `confidence`."),
    Measure("round trip", "share", 1, "Whether a suggested topic's opening finds its guide among the first five and is answered."),
    Measure("topics suggested", "count", 0, "Topics suggested for one profile and goal, of six asked for."),
    Measure("words", "words", 0, "Length of an answer."),
    Measure("reading grade", "grade", -1, "Years of school an answer asks for (Flesch and Kincaid)."),
    Measure("encode", "ms", -1, "Time to embed the question."),
    Measure("search", "ms", -1, "Time to search and decide."),
    Measure("compose", "ms", -1, "Time to write."),
    Measure("errors", "share", -1, "Share of cases that failed; they are left out of every other figure."),
    Measure("total", "ms", -1, "Time of the whole turn."),
    *(
        Measure(f"manner: {name}", "share", 1, "Share of replies in which a chat model finds this manner of a mentor.")
        for name in ("asks before advising", "reflects the situation", "keeps agency", "concrete next step", "names evidence", "honest limits", "concise")
    ),
)  # fmt: skip

MEASURES = {measure.name: measure for measure in _ALL}
STAGES = ("encode", "search", "compose", "total")
"""The stages of a turn, as `Timings` names them."""
