from ingest.plan import plan


def test_the_plan_is_a_set_difference_over_content_hashes():
    made = plan({"a": "1", "b": "1", "c": "1"}, {"b": "1", "c": "2", "d": "1"}, remove=True)
    assert made.added == ("d",)
    assert made.updated == ("c",)
    assert made.removed == ("a",)
    assert made.unchanged == ("b",)
    assert not made.is_empty


def test_nothing_is_removed_where_files_are_only_added():
    assert plan({"a": "1"}, {"b": "1"}, remove=False).removed == ()


def test_the_same_again_is_an_empty_plan():
    assert plan({"a": "1"}, {"a": "1"}, remove=True).is_empty
    assert plan({}, {}, remove=True).is_empty


def test_every_list_is_sorted():
    made = plan({}, {"c": "1", "a": "1", "b": "1"}, remove=True)
    assert made.added == ("a", "b", "c")
