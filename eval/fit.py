"""Fit the models of `assistant/triage.py` and write `assistant/triage.npz`.

    python -m eval.fit                   # trains the adapter as well: fifty minutes on two cores
    python -m eval.fit --keep-adapter    # the rest only, on kept logits: five minutes

What is fitted on is told in `example.py`, the adapter in `adapter.py`, what joins it with the rest
in `joint.py`. Everything is chosen by cross-validation on the fit part; the held-out half is
printed once, at the end, and chooses nothing.
"""

import argparse
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.retriever import Retriever
from assistant.triage import SCOPES, TRIAGE_FILE, Triage, load_triage, triage_for
from eval.calibration import expected_calibration_error
from eval.example import Example, library_examples, load_examples
from eval.joint import Reading, fit_joint
from eval.packaged import open_packaged
from eval.voice import read_logits, train_adapter
from knowledge.adapter import PREFIX

Matrix = NDArray[np.float64]


def main() -> None:
    """Fit, write the arrays, and print what was reached."""
    parser = argparse.ArgumentParser(prog="python -m eval.fit", description="Fit triage.")
    parser.add_argument("--keep-adapter", action="store_true", help="do not train it again")
    parser.add_argument("--fit-only", action="store_true", help="do not look at the held-out half")
    options = parser.parse_args()
    retriever, encoder = open_packaged()
    examples = load_examples(retriever, "fit")
    examples += library_examples(retriever, examples[-1].group + 1)
    print(f"fitting on {len(examples)} messages", flush=True)
    with np.load(TRIAGE_FILE) as file:
        arrays = {name: file[name] for name in file.files}
    if not options.keep_adapter:
        arrays |= train_adapter(examples).to_arrays()
        np.savez_compressed(TRIAGE_FILE, **arrays)  # kept whatever goes wrong from here on
    adapter = {name: array for name, array in arrays.items() if name.startswith(PREFIX)}
    reading = Reading(examples, read_logits(examples, encoder))
    fitted = fit_joint(reading)
    np.savez_compressed(TRIAGE_FILE, **fitted.arrays, **adapter)
    print(f"wrote {TRIAGE_FILE.name}, {TRIAGE_FILE.stat().st_size // 1024} KiB")
    print("cross-validated on the fit part:")
    for sources in (("boundary", "questions"), ("boundary_fit", "ordinary_plain_fit"), ("contrast_fit",), ("scope_fit",)):  # fmt: skip
        part = np.array([e.source in sources for e in examples])
        chosen = [e for e, kept in zip(examples, part, strict=True) if kept]
        _report(
            ", ".join(sources), chosen, fitted.disclosure[part], fitted.scope[part], fitted.arrays
        )
    if not options.fit_only:
        load_triage.cache_clear()
        triage = triage_for(encoder)
        assert triage is not None  # noqa: S101 - it was written above
        print("held out:")
        _report_held(load_examples(retriever, "held"), retriever, triage)


def _report_held(examples: list[Example], retriever: Retriever, triage: Triage) -> None:
    """Print what the models as they ship reach on questions nobody fitted on."""
    disclosure = np.array([triage.disclosure(e.query).probability for e in examples])
    scopes = [triage.scope(e.query, retriever.search(e.query)) for e in examples]
    scope = np.array([[s.answer, s.decline, s.qualified] for s in scopes])
    thresholds = {
        "disclosure_threshold": triage.disclosure_threshold,
        "answer_threshold": triage.answer_threshold,
    }
    _report("boundary", examples, disclosure, scope, thresholds)


def _report(
    name: str, examples: list[Example], disclosure: Matrix, scope: Matrix, arrays: dict[str, Any]
) -> None:
    """Print shares of what should and should not be referred and declined, patterns included."""
    patterns = np.array([e.has_pattern for e in examples])
    referred = patterns | (disclosure >= arrays["disclosure_threshold"])
    answered = ~referred & (scope[:, 0] >= arrays["answer_threshold"])
    labels = np.array(["disclosure" if e.is_disclosure else e.label for e in examples])
    parts = []
    for label in ("disclosure", *SCOPES):
        if n := (labels == label).sum():
            share = referred[labels == label].mean(), answered[labels == label].mean()
            parts.append(f"{label} (n={n}) referred {share[0]:.3f} answered {share[1]:.3f}")
    confidence = np.where(patterns, 0.0, (1 - disclosure) * scope[:, 0])
    told = labels != "disclosure"  # as in calibration.py: these are met before anything is searched
    error = expected_calibration_error(confidence[told], labels[told] == "answer")
    print(f"  {name}: {'; '.join(parts)}; calibration error {error:.3f}", flush=True)


if __name__ == "__main__":
    main()
