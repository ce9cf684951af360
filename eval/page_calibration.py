"""Calibration on the page: a reliability plot, and coverage against risk."""

from eval.calibration import Calibration
from eval.plot import Curve, draw_curves
from eval.report import Report


def write_calibration(report: Report) -> str:
    """Return whether `confidence` can be believed; empty where it was not measured."""
    found = report.extras.calibration
    if found is None:
        return ""
    return (
        '<h2 id="calibration">Calibration</h2>'
        f"<p>Is <code>confidence</code> the probability that a message should be answered? Over {found.n} questions and boundary "
        f"cases, {found.answerable} of them answerable, disclosures left out: expected calibration error {found.error:.3f} "
        f"({found.error_low:.3f} to {found.error_high:.3f}, ten bins), AUROC {found.area:.3f} ({found.area_low:.3f} to "
        f"{found.area_high:.3f}). As decided, {100 * found.reached.coverage:.1f}% were answered, and "
        f"{100 * found.reached.risk:.1f}% of those should not have been.</p>"
        f'<div class="pair"><figure>{_reliability(found)}<figcaption>Reliability: on the dashed line confidence is the share that '
        "should be answered; larger dots hold more messages</figcaption></figure>"
        f"<figure>{_risk(found)}<figcaption>Coverage against risk: answering the surest share first; the dot is what was decided"
        "</figcaption></figure></div>"
    )


def _reliability(found: Calibration) -> str:
    biggest = max(b.n for b in found.bins)
    dots = Curve(
        "bins",
        tuple((b.confidence, b.share) for b in found.bins),
        tuple(b.n / biggest for b in found.bins),
    )
    even = Curve("as it should be", ((0.0, 0.0), (1.0, 1.0)), ours=False)
    return draw_curves([even, dots], "confidence", "share that should be answered")


def _risk(found: Calibration) -> str:
    line = Curve("risk", tuple((trade.coverage, trade.risk) for trade in found.trades))
    decided = Curve("decided", ((found.reached.coverage, found.reached.risk),), (0.15,))
    top = max(0.05, *(trade.risk for trade in found.trades), found.reached.risk)
    return draw_curves([line, decided], "coverage", "risk", top)
