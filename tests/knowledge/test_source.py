from typing import Any

import pytest

from knowledge.errors import GuidanceError
from knowledge.source import load_sources, parse_source
from knowledge.vocabulary import SourceKind


def _record(**changes: Any) -> dict[str, Any]:
    record = {
        "id": "allen-2004",
        "authors": "Allen, T. D.; Eby, L. T.; Poteet, M. L.",
        "year": 2004,
        "title": "Career benefits",
        "venue": "Journal",
        "kind": "meta-analysis",
        "doi": "10.1037/0021",
        "checked": "primary",
        "findings": ["One."],
    }
    return {name: value for name, value in (record | changes).items() if value is not ...}


@pytest.mark.parametrize(
    ("kind", "checked", "strength"),
    [
        ("meta-analysis", "primary", "strong"),
        ("review", "primary", "moderate"),
        ("meta-analysis", "secondary", "moderate"),
        ("study", "primary", "moderate"),
        ("framework", "primary", "practice"),
        ("book", "secondary", "practice"),
    ],
)
def test_strength_follows_the_kind_and_how_it_was_checked(kind, checked, strength):
    assert parse_source(_record(kind=kind, checked=checked)).strength == strength


def test_a_review_is_strong_where_it_is_systematic_and_practice_where_nobody_refereed_it():
    def strength(**changes):
        return parse_source(_record(kind="review", checked="primary", **changes)).strength

    assert strength(title="Mentoring: a Systematic Review") == "strong"
    assert strength() == "moderate"
    assert strength(refereed=False) == "practice"
    assert strength(title="Mentoring: a Systematic Review", refereed=False) == "practice"


@pytest.mark.parametrize(
    ("authors", "year", "label"),
    [
        ("Kram, K. E.", 1983, "Kram (1983)"),
        ("Ragins, B.; Kram, K.", 2007, "Ragins and Kram (2007)"),
        ("Allen, T.; Eby, L.; Poteet, M.", 2004, "Allen et al. (2004)"),
        ("European Mentoring Council", None, "European Mentoring Council (n.d.)"),
    ],
)
def test_the_label_is_how_people_cite_it(authors, year, label):
    assert parse_source(_record(authors=authors, year=year)).label == label


def test_the_badge_says_what_it_is_how_strong_and_how_it_was_seen():
    assert parse_source(_record()).badge == "Meta analysis · strong"
    seen = parse_source(_record(kind="university-guide", checked="secondary"))
    assert seen.badge == "University guide · practice, seen in summary"


def test_only_studies_and_what_pools_them_are_research():
    assert {kind for kind in SourceKind if kind.is_research} == {
        SourceKind.META_ANALYSIS,
        SourceKind.REVIEW,
        SourceKind.STUDY,
    }


def test_a_doi_becomes_the_address_where_there_is_no_other():
    assert parse_source(_record()).url == "https://doi.org/10.1037/0021"
    assert parse_source(_record(url="https://x.org")).url == "https://x.org"
    assert parse_source(_record(doi=...)).url == ""


@pytest.mark.parametrize(
    "yaml",
    [
        "- {id: a, authors: A, title: T, kind: study}",
        "- {id: a, authors: A, title: T, kind: rumour, checked: primary}",
        "- {id: a, authors: A, title: T, kind: study, checked: maybe}",
        "- {id: a, authors: A, title: T, kind: study, checked: primary, refereed: maybe}",
        "- just a word",
        "- null",
    ],
)
def test_a_wrong_record_is_named(tmp_path, yaml):
    path = tmp_path / "sources.yaml"
    path.write_text(yaml, encoding="utf-8")
    with pytest.raises(GuidanceError, match=rf"{path}:1: source "):
        load_sources(path)


def test_all_wrong_records_and_doubles_are_reported_together(tmp_path):
    good = "- {id: a, authors: A, title: T, kind: study, checked: primary}\n"
    path = tmp_path / "sources.yaml"
    path.write_text(good + good + "- {id: b}\n- {id: c}\n", encoding="utf-8")
    with pytest.raises(GuidanceError) as caught:
        load_sources(path)
    assert len(str(caught.value).splitlines()) == 3
    assert "source 'a' stands twice" in str(caught.value)


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"word", b"3", b""])
def test_a_bibliography_that_is_none_is_one_plain_error(tmp_path, content):
    path = tmp_path / "sources.yaml"
    path.write_bytes(content)
    with pytest.raises(GuidanceError, match="the bibliography"):
        load_sources(path)


def test_a_missing_bibliography_is_one_plain_error(tmp_path):
    with pytest.raises(GuidanceError, match="cannot be read"):
        load_sources(tmp_path / "none.yaml")
