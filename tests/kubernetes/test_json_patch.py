from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envwright.kubernetes.json_patch import CannotApply, json_patch

# cases of RFC 6902, appendix A, and of RFC 6901, section 5
APPLIES: list[tuple[Any, list[dict[str, Any]], Any]] = [
    ({"foo": "bar"}, [{"op": "add", "path": "/baz", "value": "qux"}], {"foo": "bar", "baz": "qux"}),
    ({"foo": ["bar", "baz"]}, [{"op": "add", "path": "/foo/1", "value": "qux"}], {"foo": ["bar", "qux", "baz"]}),
    ({"baz": "qux", "foo": "bar"}, [{"op": "remove", "path": "/baz"}], {"foo": "bar"}),
    ({"foo": ["bar", "qux", "baz"]}, [{"op": "remove", "path": "/foo/1"}], {"foo": ["bar", "baz"]}),
    ({"baz": "qux"}, [{"op": "replace", "path": "/baz", "value": "boo"}], {"baz": "boo"}),
    (
        {"foo": {"bar": "baz", "waldo": "fred"}, "qux": {"corge": "grault"}},
        [{"op": "move", "from": "/foo/waldo", "path": "/qux/thud"}],
        {"foo": {"bar": "baz"}, "qux": {"corge": "grault", "thud": "fred"}},
    ),
    (
        {"foo": ["all", "grass", "cows", "eat"]},
        [{"op": "move", "from": "/foo/1", "path": "/foo/3"}],
        {"foo": ["all", "cows", "eat", "grass"]},
    ),
    ({"baz": "qux", "foo": ["a", 2]}, [{"op": "test", "path": "/foo/1", "value": 2}], {"baz": "qux", "foo": ["a", 2]}),
    ({"foo": "bar"}, [{"op": "add", "path": "/child", "value": {"a": {}}}], {"foo": "bar", "child": {"a": {}}}),
    ({"foo": "bar"}, [{"op": "add", "path": "/baz", "value": 1, "xyz": 2}], {"foo": "bar", "baz": 1}),
    ({"/": 9, "~1": 10}, [{"op": "test", "path": "/~01", "value": 10}], {"/": 9, "~1": 10}),
    ({"foo": ["bar"]}, [{"op": "add", "path": "/foo/-", "value": ["abc"]}], {"foo": ["bar", ["abc"]]}),
    ({"a": 1}, [{"op": "replace", "path": "", "value": [1]}], [1]),
    ({"": 1}, [{"op": "replace", "path": "/", "value": 2}], {"": 2}),
    ([1], [{"op": "copy", "from": "/0", "path": "/1"}], [1, 1]),
    ({"a": 1}, [{"op": "move", "from": "/a", "path": "/a"}], {"a": 1}),
    ({"a": 1.0}, [{"op": "test", "path": "/a", "value": 1}], {"a": 1.0}),
    ({"a": None}, [{"op": "test", "path": "/a", "value": None}], {"a": None}),
    ({"a": 1}, [{"op": "add", "path": "/b", "value": 2}, {"op": "remove", "path": "/a"}], {"b": 2}),
    ({"a": [1, 2]}, [{"op": "replace", "path": "/a/0", "value": {"x": [1]}}], {"a": [{"x": [1]}, 2]}),
]

REFUSED: list[tuple[Any, list[Any], str]] = [
    ({"baz": "qux"}, [{"op": "test", "path": "/baz", "value": "bar"}], "operation 1: /baz is 'qux', not 'bar'"),
    ({"foo": "bar"}, [{"op": "add", "path": "/baz/bat", "value": 1}], "operation 1: nothing at /baz"),
    ({"/": 9, "~1": 10}, [{"op": "test", "path": "/~01", "value": "10"}], "operation 1: /~01 is 10, not '10'"),
    ({"a": 1}, [{"op": "test", "path": "/a", "value": True}], "operation 1: /a is 1, not True"),
    ({"a": [1]}, [{"op": "test", "path": "/a", "value": [True]}], "operation 1: /a is [1], not [True]"),
    ({"a": 1}, [{"op": "remove", "path": "/b"}], "operation 1: nothing at /b"),
    (
        {"a": 1},
        [{"op": ["remove"], "path": "/a"}],
        "operation 1: op is ['remove'], not one of add, remove, replace, move, copy, test",
    ),
    ({"a": 1}, [{"op": "replace", "path": "/b", "value": 1}], "operation 1: nothing at /b"),
    ({"a": 1}, [{"op": "replace", "path": "/a/b", "value": 1}], "operation 1: nothing at /a/b"),
    ({"a": 1}, [{"op": "add", "path": "/a/b", "value": 1}], "operation 1: nothing at /a"),
    ({"a": [1]}, [{"op": "add", "path": "/a/2", "value": 1}], "operation 1: /a/2: the list ends at 1"),
    ({"a": [1]}, [{"op": "remove", "path": "/a/1"}], "operation 1: /a/1: the list ends at 0"),
    ({"a": []}, [{"op": "remove", "path": "/a/0"}], "operation 1: /a/0: an empty list"),
    ({"a": [1]}, [{"op": "remove", "path": "/a/-"}], "operation 1: /a/-: '-' is not a position in a list"),
    ({"a": [1, 2]}, [{"op": "remove", "path": "/a/01"}], "operation 1: /a/01: '01' is not a position in a list"),
    ({"a": [1, 2]}, [{"op": "remove", "path": "/a/1e0"}], "operation 1: /a/1e0: '1e0' is not a position in a list"),
    ({"a": [1]}, [{"op": "remove", "path": "/a/" + "9" * 5000}], "the list ends at 0"),
    ({"a": {"b": 1}}, [{"op": "move", "from": "/a", "path": "/a/b"}], "operation 1: /a/b lies inside /a"),
    ({"a": 1}, [{"op": "move", "from": "/b", "path": "/b"}], "operation 1: nothing at /b"),
    ({"a": 1}, [{"op": "remove", "path": ""}], "operation 1: the whole document cannot be removed"),
    ({"a": 1}, [{"op": "remove", "path": "a"}], "operation 1: path is 'a', not a JSON Pointer such as /spec/replicas"),
    ({"a": 1}, [{"op": "remove"}], "operation 1: remove needs path"),
    ({"a": 1}, [{"op": "add", "path": "/a"}], "operation 1: add needs value"),
    ({"a": 1}, [{"op": "merge", "path": "/a"}], "op is 'merge', not one of add, remove, replace, move, copy, test"),
    ({"a": 1}, ["remove"], "operation 1: not a map with op and path"),
    ({"a": 1}, [{"op": "remove", "path": "/a"}, {"op": "remove", "path": "/a"}], "operation 2: nothing at /a"),
]


@pytest.mark.parametrize(("document", "operations", "result"), APPLIES)
def test_operations(document: Any, operations: list[dict[str, Any]], result: Any) -> None:
    before = copy.deepcopy(document)
    assert json_patch(document, operations) == result
    assert document == before


@pytest.mark.parametrize(("document", "operations", "reason"), REFUSED)
def test_operations_that_do_not_fit(document: Any, operations: list[Any], reason: str) -> None:
    before = copy.deepcopy(document)
    with pytest.raises(CannotApply) as caught:
        json_patch(document, operations)
    assert str(caught.value).endswith(reason)
    assert document == before


DOCUMENTS = st.recursive(
    st.integers(0, 3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab/~"), inner, max_size=3),
    max_leaves=8,
)
POINTERS = st.lists(st.sampled_from(["a", "b", "~1", "~0", "0", "1", "-"]), max_size=3).map(
    lambda tokens: "".join("/" + token for token in tokens)
)


@settings(max_examples=200, deadline=None)
@given(DOCUMENTS, POINTERS, st.integers(4, 9))
def test_what_is_added_is_found_and_removing_it_undoes_it(document: Any, path: str, value: int) -> None:
    try:
        added = json_patch(document, [{"op": "add", "path": path, "value": value}])
    except CannotApply:
        return
    if not path.endswith("-"):
        json_patch(added, [{"op": "test", "path": path, "value": value}])
    try:
        json_patch(document, [{"op": "test", "path": path, "value": "never"}])
    except CannotApply as reason:
        if "nothing at" in str(reason):  # a new member of a map, which removing takes out again
            assert json_patch(added, [{"op": "remove", "path": path}]) == document
