import pytest

from knowledge.front_matter import NoFrontMatterError, find_key_lines, read_front_matter


def _line(text, words):
    return next(n for n, line in enumerate(text.splitlines(), 1) if line.startswith(words))


def test_values_lines_and_body_are_taken_apart(guide_text):
    front = read_front_matter(guide_text)
    assert front.gaps == front.slips == ()
    assert front.values["topics"] == ["feedback"]
    assert front.lines["title"] == 2
    assert front.lines["reviewed"] == _line(guide_text, "reviewed:")
    assert front.body.lstrip().startswith("## In short")
    first = front.body.splitlines()[0]
    assert guide_text.splitlines()[front.body_line - 1] == first


def test_a_key_inside_a_list_or_the_body_is_no_key(guide_text):
    text = guide_text.replace("questions:\n", "questions:\n  - title: is this a key?\n")
    assert find_key_lines(text + "\nsources: in the body\n") == find_key_lines(text)
    assert find_key_lines(text)["title"] == 2


def test_every_problem_is_told_at_the_line_of_its_key(guide_text):
    text = guide_text.replace("audience: [mentee]", "audience: [wizard, witch]")
    text = text.replace("phase: [", "phase: [sunrise, ").replace("related: [", "related: [3, ")
    text = text.replace("summary:", "summery:").replace("reviewed: 2026-11", "reviewed: 2026-13")
    front = read_front_matter(text)
    assert front.gaps == (
        (1, "front matter lacks 'summary'"),
        (_line(text, "audience:"), _unknown("wizard", "audience", "mentee, mentor, leader")),
        (_line(text, "audience:"), _unknown("witch", "audience", "mentee, mentor, leader")),
        (
            _line(text, "phase:"),
            _unknown("sunrise", "phase", "initiation, cultivation, separation, redefinition"),
        ),
        (_line(text, "related:"), "front matter: 'related' is not a list of words"),
    )
    assert front.slips == (
        (_line(text, "summery:"), "front matter has an unknown key 'summery'"),
        (_line(text, "reviewed:"), "'reviewed' is '2026-13'; a month is YYYY-MM"),
    )


def _unknown(word, key, wanted):
    return f"front matter: {word!r} is not one of {wanted} ({key!r})"


def test_a_key_that_stands_twice_is_told_at_the_second(guide_text):
    text = guide_text.replace("reviewed: 2026-11\n", "reviewed: 2026-10\nreviewed: 2026-11\n")
    second = _line(text, "reviewed:") + 1
    assert read_front_matter(text).slips == ((second, "front matter has 'reviewed' a second time"),)


def test_keys_out_of_order_are_told_at_the_first_that_is(guide_text):
    text = guide_text.replace("reviewed: 2026-11\n", "")
    text = text.replace("topics:", "reviewed: 2026-11\ntopics:", 1)
    ((line, message),) = read_front_matter(text).slips
    assert (line, message[:26]) == (_line(text, "reviewed:"), "keys are not in the order ")


@pytest.mark.parametrize("month", ["2026-00", "2026-13", "2026", "November", "2026-11-02"])
def test_a_review_is_a_month(guide_text, month):
    text = guide_text.replace("reviewed: 2026-11", f"reviewed: {month}")
    ((line, message),) = read_front_matter(text).slips
    assert line == _line(text, "reviewed:")
    assert month in message


@pytest.mark.parametrize("text", ["", "# A heading\n", "---\n- a list\n---\n", "---\na: {\n---\n"])
def test_what_is_no_front_matter_is_one_error_with_a_line(text):
    with pytest.raises(NoFrontMatterError) as caught:
        read_front_matter(text)
    assert caught.value.line >= 1
    assert "\n" not in str(caught.value)
