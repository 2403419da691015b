import io
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from envwright.yaml.emit import emit
from envwright.yaml.manifests import load_documents

# --- the shape --------------------------------------------------------------------------------------------------------


def test_an_object_looks_as_kubectl_would_write_it_with_the_usual_keys_first() -> None:
    value = {
        "data": {"b": "2", "a": "1"},
        "spec": {"ports": [{"port": 80, "name": "http"}, {"port": 81}], "empty": {}, "none": [], "args": ["-c", "x"]},
        "kind": "Thing",
        "apiVersion": "v1",
        "aaa": None,
        "metadata": {"name": "x", "labels": {"app": "x"}, "namespace": "shop"},
    }
    assert emit(value) == (
        "apiVersion: v1\n"
        "kind: Thing\n"
        "metadata:\n"
        "  labels:\n"
        "    app: x\n"
        "  name: x\n"
        "  namespace: shop\n"
        "spec:\n"
        "  args:\n"
        "  - -c\n"
        "  - x\n"
        "  empty: {}\n"
        "  none: []\n"
        "  ports:\n"
        "  - name: http\n"
        "    port: 80\n"
        "  - port: 81\n"
        "aaa: null\n"
        "data:\n"
        '  a: "1"\n'
        '  b: "2"\n'
    )


def test_the_usual_keys_come_first_only_in_the_object_itself() -> None:
    assert emit({"x": {"spec": 1, "kind": 2, "a": 3}}) == "x:\n  a: 3\n  kind: 2\n  spec: 1\n"


def test_lists_in_lists() -> None:
    assert emit([["a", ["b"]], [], [{"k": ["c"]}]]) == "- - a\n  - - b\n- []\n- - k:\n    - c\n"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("api", "api"),
        ("registry.local:5000/shop/api:1.2@sha256:ab", "registry.local:5000/shop/api:1.2@sha256:ab"),
        ("--port=8080", "--port=8080"),
        ("$(POD_NAME)", "$(POD_NAME)"),
        ("it's", "it's"),
        ("Привет, мир", "Привет, мир"),
        ("👩‍💻", "👩‍💻"),
        ("100m", "100m"),
        ("", '""'),
        ("yes", '"yes"'),
        ("Off", '"Off"'),
        ("y", '"y"'),
        ("null", '"null"'),
        ("~", '"~"'),
        ("<<", '"<<"'),
        ("=", '"="'),
        ("8080", '"8080"'),
        ("0777", '"0777"'),
        ("0o17", '"0o17"'),
        ("1_000", '"1_000"'),
        ("1,000", '"1,000"'),
        ("12:30:45", '"12:30:45"'),
        ("8080:80", '"8080:80"'),
        ("1.2", '"1.2"'),
        ("1.2.3", '"1.2.3"'),
        ("10.0.0.1", '"10.0.0.1"'),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("1e3", '"1e3"'),
        (".5", '".5"'),
        (".inf", '".inf"'),
        ("0x1F", '"0x1F"'),
        ("2026-01-01", '"2026-01-01"'),
        ("2026-01-01T10:00:00Z", '"2026-01-01T10:00:00Z"'),
        ("---", '"---"'),
        ("- x", '"- x"'),
        ("a: b", '"a: b"'),
        ("a:", '"a:"'),
        ("a #b", '"a #b"'),
        ("a#b", "a#b"),
        (" a", '" a"'),
        ("a ", '"a "'),
        ("*", '"*"'),
        ("%", '"%"'),
        ("@x", '"@x"'),
        ('{"a": 1}', "'{\"a\": 1}'"),
        ("C:\\dir", "C:\\dir"),
        ("\\d+: '", "'\\d+: '''"),
        ("a\tb", '"a\\tb"'),
        ("a\rb", '"a\\rb"'),
        ("\u202eevil", '"\\u202eevil"'),
        ("\x07\x85\ufeff", '"\\x07\\x85\\ufeff"'),
        ("\U000e0041", '"\\U000e0041"'),
    ],
)
def test_how_a_text_is_written(text: str, written: str) -> None:
    assert emit({"k": text}) == f"k: {written}\n"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a\nb\n", "k: |\n  a\n  b\n"),
        ("a\nb", "k: |-\n  a\n  b\n"),
        ("a\n\n  b\n\n\n", "k: |+\n  a\n\n    b\n\n\n"),
        ("\n\na\n", "k: |\n\n\n  a\n"),
        ("all:\n\tgo build \n", "k: |\n  all:\n  \tgo build \n"),
        (" a\nb\n", 'k: " a\\nb\\n"\n'),
        ("\ta\nb\n", 'k: "\\ta\\nb\\n"\n'),
        ("a\r\nb\r\n", 'k: "a\\r\\nb\\r\\n"\n'),
        ("\n", 'k: "\\n"\n'),
    ],
)
def test_how_a_text_of_several_lines_is_written(text: str, written: str) -> None:
    assert emit({"k": text}) == written
    assert load_documents(written, "f.yaml")[0].value == {"k": text}


def test_long_texts_are_never_folded() -> None:
    text = "word " * 500 + "end"
    assert emit({"k": text}) == f"k: {text}\n"


@pytest.mark.parametrize(
    ("number", "written"),
    [(1, "1"), (-1, "-1"), (1.0, "1.0"), (0.1, "0.1"), (1e21, "1.0e+21"), (1e-7, "1.0e-07"), (10**18, "1" + "0" * 18)],
)
def test_how_a_number_is_written(number: float, written: str) -> None:
    assert emit({"k": number}) == f"k: {written}\n"


def test_another_type_is_refused() -> None:
    with pytest.raises(TypeError, match="set"):
        emit({"k": {1}})


# --- laws -------------------------------------------------------------------------------------------------------------

_WORDS = """
y n yes no on off true null ~ = << 0777 0o17 0b1 0x1F 1_0 1:30 12:30:45 190:20:30.15 1e3 1.5e3 1.5e+3 .5 . .. -.
+ - -- --- .inf -.INF .nan 2026-01-01 2001-12-14t21:59:43.10-05:00 # ? : :a a: * & ! % @ ` | > ' " { [ , \\
"""
_TRICKY = st.sampled_from(_WORDS.split())
_LINES = st.text(st.sampled_from("ab \t\n#:-'\"\\|>é\u2028\r\x85\xa0\ufeff👩"), max_size=12)
_TEXTS = _TRICKY | _LINES | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
_VALUES = st.recursive(
    st.none() | st.booleans() | _NUMBERS | _TEXTS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(_TEXTS, below, max_size=3),
    max_leaves=6,
)
laws = settings(max_examples=150, deadline=None)


def ruamel(text: str, version: str) -> Any:
    parser = YAML(typ="safe", pure=True)
    parser.version = version  # type: ignore[assignment]  # its setter takes the text
    return parser.load(io.StringIO(text))


def same(left: Any, right: Any) -> bool:
    """Equality that tells 1 from 1.0 and from True, and 0.0 from -0.0."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and repr(left) == repr(right)


@laws
@given(_VALUES)
def test_every_parser_of_both_versions_reads_the_value_back(value: Any) -> None:
    text = emit(value)
    assert same(yaml.safe_load(text), value)
    assert same(ruamel(text, "1.1"), value)
    assert same(ruamel(text, "1.2"), value)


@laws
@given(st.dictionaries(_TEXTS, _VALUES, min_size=1, max_size=3))
def test_reading_canonical_text_and_writing_it_again_changes_nothing(value: dict[str, Any]) -> None:
    text = emit(value)
    (document,) = load_documents(text, "f.yaml")
    assert emit(document.value) == emit(_as_kubectl(value))


def _as_kubectl(value: Any) -> Any:
    """A number without a fraction is an integer to kubectl."""
    if isinstance(value, dict):
        return {key: _as_kubectl(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_as_kubectl(item) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return int(value)
    return value


def _turned(value: Any) -> Any:
    """The same value with every map built in the opposite order."""
    if isinstance(value, dict):
        return {key: _turned(value[key]) for key in reversed(value)}
    return [_turned(item) for item in value] if isinstance(value, list) else value


@laws
@given(_VALUES)
def test_the_order_of_keys_in_memory_shows_nowhere(value: Any) -> None:
    assert emit(_turned(value)) == emit(value)
