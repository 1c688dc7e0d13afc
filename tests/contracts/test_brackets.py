"""Names with brackets, and names that are sent more than once."""

import pytest

from tests.contracts.brackets import Raw, Style, Unreadable, gathered

DEEP = {"a": Style("deepObject", array=True)}
FORM = {"a": Style(array=True)}


@pytest.mark.parametrize(
    ("names", "value"),
    [
        (["a"], "0"),
        (["a[b]"], {"b": "0"}),
        (["a[b]", "a[c]"], {"b": "0", "c": "1"}),
        (["a[b][c]", "a[b][d]"], {"b": {"c": "0", "d": "1"}}),
        (["a[]", "a[]"], ["0", "1"]),
        (["a[b][]", "a[b][]"], {"b": ["0", "1"]}),
        (["a[0][b]", "a[1][b]"], {"0": {"b": "0"}, "1": {"b": "1"}}),
    ],
)
def test_brackets_nest_where_the_style_has_them(names: list[str], value: Raw) -> None:
    assert gathered([(name, str(index)) for index, name in enumerate(names)], DEEP) == {"a": value}


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["a", "a"], "sent 2 times"),
        (["a[b]", "a[b]"], "sent twice"),
        (["a", "a[b]"], "something else"),
        (["a[b]", "a"], "with and without"),
        (["a[]", "a[b]"], "something else"),
        (["a[b]", "a[]"], "something else"),
        (["a[][b]"], "must stand last"),
    ],
)
def test_names_that_contradict_each_other_are_unreadable(names: list[str], why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        gathered([(name, "1") for name in names], DEEP)


def test_an_exploded_form_array_repeats_its_name() -> None:
    assert gathered([("a", "1"), ("a", "2")], FORM) == {"a": ("1", "2")}


def test_brackets_of_a_form_array_belong_to_another_name() -> None:
    assert gathered([("a[]", "1")], FORM) == {"a[]": ("1",)}


def test_a_name_that_is_declared_with_its_brackets_is_that_name() -> None:
    assert gathered([("page[size]", "5")], {"page[size]": Style()}) == {"page[size]": ("5",)}


def test_an_array_that_is_not_exploded_is_split() -> None:
    assert gathered([("a", "1,2")], {"a": Style(explode=False, array=True)}) == {"a": ("1", "2")}
    assert gathered([("a", "1|2")], {"a": Style("pipeDelimited", explode=False, array=True)}) == {"a": ("1", "2")}
    with pytest.raises(Unreadable, match="sent 2 times"):
        gathered([("a", "1"), ("a", "2")], {"a": Style(explode=False, array=True)})


def test_rails_arrays_need_their_brackets() -> None:
    rails = {"a": Style(array=True, rails=True)}
    assert gathered([("a[]", "1"), ("a[]", "2")], rails) == {"a": ["1", "2"]}
    with pytest.raises(Unreadable, match=r"written `a\[\]`"):
        gathered([("a", "1")], rails)
