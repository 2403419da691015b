import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envwright.model.diagnostic import Diagnostic, Refused
from envwright.model.mark import Mark
from envwright.model.nodes import Map, Scalar, Seq
from envwright.yaml.limits import MAX_ALIASED_NODES, MAX_CHARACTERS
from envwright.yaml.reader import read, read_documents, read_stream
from tests.support.effort import cheap


def refused(text: str) -> list[Diagnostic]:
    with pytest.raises(Refused) as caught:
        read(text, "services.yaml")
    return list(caught.value.diagnostics)


def first(text: str) -> tuple[str, str, str]:
    found = refused(text)[0]
    return found.code, str(found.where), found.summary


def as_map(text: str) -> Map:
    node = read(text, "services.yaml")
    assert isinstance(node, Map)
    return node


# --- nodes and marks --------------------------------------------------------------------------------------------------


def test_nodes_know_their_place_in_characters() -> None:
    root = as_map("имя: 😀 # comment\nlist: [a, 'b c']\nblock: |\n  x\nempty:\n")
    assert root.entries["имя"].mark == Mark("services.yaml", 1, 1, 3)
    assert root.get("имя") == Scalar("😀", Mark("services.yaml", 1, 6, 1))
    items = root.get("list")
    assert isinstance(items, Seq)
    assert items.mark == Mark("services.yaml", 2, 7, 10)
    assert items.items[1] == Scalar("b c", Mark("services.yaml", 2, 11, 5), "'")
    assert root.get("block") == Scalar("x\n", Mark("services.yaml", 3, 8, 1), "|")
    assert root.get("empty") == Scalar("", Mark("services.yaml", 5, 7, 1))


def test_a_scalar_of_several_lines_is_as_wide_as_its_first() -> None:
    assert as_map("a: one\n  two\n").get("a") == Scalar("one two", Mark("services.yaml", 1, 4, 3))


def test_keys_are_text_whatever_they_look_like() -> None:
    assert list(as_map("on: 1\n8080: 2\n1.10: 3\n'<<': 4\n").entries) == ["on", "8080", "1.10", "<<"]


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert as_map("\ufeffa: 1").entries["a"].mark == Mark("services.yaml", 1, 1, 1)


def test_windows_line_ends_are_read() -> None:
    assert as_map("a: 1\r\nb: |\r\n  x\r\n").get("b") == Scalar("x\n", Mark("services.yaml", 2, 4, 1), "|")


def test_core_tags_say_what_quotes_and_their_absence_say() -> None:
    root = as_map("a: !!str 1\nb: !!int '2'\nc: !!map {}\nd: !!seq []\ne: ! x\nf: !!bool true\ng: !!float 1\n")
    assert [(node.text, node.style) for node in map(root.get, "abefg") if isinstance(node, Scalar)] == [
        ("1", '"'),
        ("2", ""),
        ("x", '"'),
        ("true", ""),
        ("1", ""),
    ]


def test_aliases_repeat_the_node_they_name() -> None:
    root = as_map("a: &x {k: [1]}\nb: *x\nc: *x\n")
    assert root.get("b") == root.get("a") == root.get("c")


def test_documents_that_hold_nothing_are_left_out() -> None:
    assert len(read_documents("---\n---\na: 1\n---\n# nothing\n---\nb: 2\n---\n", "f.yaml")) == 2
    assert read_stream("# nothing\n---\n", "f.yaml") == ()


# --- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "where", "summary"),
    [
        ("a:\n\t- b\n", "EW003", "2:1", "a tab where a value or a key should begin"),
        ("a: b\n\tc: d\n", "EW003", "2:1", "a tab in the indentation"),
        ("a: 'x\nb: 1\n", "EW003", "1:4", "the quote that begins here is never closed"),
        ('a: "x\n---\n', "EW003", "1:4", "the quote that begins here is never closed"),
        ("{a: b, c: https://x.y/z}\n", "EW003", "1:11", 'a plain text between brackets or braces cannot hold a ":"'),
        ("a: b: c\n", "EW003", "1:5", 'a ": " cannot stand here'),
        ("a:\n  - b\n c: d\n", "EW003", "3:2", "a key was expected here"),
        ("a: 'b' c\n", "EW003", "1:8", "nothing can follow the closing quote"),
        ("- a\nb: c\n", "EW003", "2:1", 'a "- " was expected here'),
        ("a:\n- b\n-c\n", "EW003", "3:1", 'a key without its ":"'),
        ("a: - b\n", "EW003", "1:4", 'a "- " cannot stand here'),
        ("a: [1, 2\n", "EW003", "1:4", "the list that begins here is never closed"),
        ("a: {x: 1\n", "EW003", "1:4", "the map that begins here is never closed"),
        ("a: [1, 2}\n", "EW003", "1:9", 'the list wants a "," or its "]" before this'),
        ("a: ]\n", "EW003", "1:4", "a value was expected here"),
        ("a: @x\n", "EW003", "1:4", "a plain text cannot begin with @"),
        ("a: *.log\n", "EW003", "1:5", "an alias or anchor without a name"),
        ("a: *x\n", "EW003", "1:4", "no anchor &x stands before the alias *x"),
        ('a: "\\d"\n', "EW003", "1:5", "an unknown escape after a backslash"),
        ("  a: 1\nb: 2\n", "EW003", "2:1", "a second value after the file's first one"),
        ("%YAML 3.0\n---\na: 1\n", "EW003", "1:1", "only YAML 1.1 and 1.2 are read"),
        ("a: 1\nb: \x00\n", "EW003", "2:4", "the character U+0000 has no place in YAML"),
        ("a: \x1b[0m\n", "EW003", "1:4", "the character U+001B has no place in YAML"),
        ("a: \ud800\n", "EW003", "1:4", "the character U+D800 has no place in YAML"),
        ("a: 1\nb: 2\na: 3\n", "EW004", "3:1", 'the key "a" stands twice in this map'),
        ("a: 1\n'a': 2\n", "EW004", "2:1", 'the key "a" stands twice in this map'),
        ("<<: {a: 1}\n", "EW005", "1:1", "merge keys (<<) are not supported"),
        ("a: &x {k: 1}\nb:\n  <<: *x\n", "EW005", "3:3", "merge keys (<<) are not supported"),
        ("a: !include b.yaml\n", "EW006", "1:4", "unknown tag !include"),
        ("a: !!python/object:os.system x\n", "EW006", "1:4", "unknown tag !!python/object:os.system"),
        ("a: !!binary aGk=\n", "EW006", "1:4", "unknown tag !!binary"),
        ("a: !!int x\n", "EW006", "1:4", 'the tag !!int does not fit "x"'),
        ("a: !!map [1]\n", "EW006", "1:4", "unknown tag !!map"),
        ("%TAG ! tag:x,1:\n---\na: !b c\n", "EW006", "1:1", "a %TAG directive"),
        ("a: &x [*x]\n", "EW007", "1:8", "*x stands inside its own anchor and would never end"),
        ("a: 1\n---\nb: 2\n", "EW009", "2:1", "a second document begins here"),
        ("? [a]\n: 1\n", "EW012", "1:3", "a key that is not text"),
        ("~: 1\n", "EW012", "1:1", "a key that is null"),
        ("{? : 1}\n", "EW012", "1:4", "a key that is null"),
        ("a:\n  [\n", "EW003", "2:4", "a value was expected here"),
        ("", "EW013", "1:1", "the file holds nothing"),
        ("# only a comment\n", "EW013", "1:1", "the file holds nothing"),
    ],
)
def test_what_is_refused_and_where(text: str, code: str, where: str, summary: str) -> None:
    assert first(text) == (code, f"services.yaml:{where}", summary)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("{a: https://x.y/z?q=1, c: d}\n", 'quote it: "https://x.y/z?q=1"'),
        ("a: [12:30]\n", 'quote it: "12:30"'),
        ("a: {b: c:d # e\n}\n", 'quote it: "c:d"'),
        ('a: [b:"c"]\n', "quote it"),
    ],
)
def test_a_text_with_a_colon_between_brackets_or_braces_is_told_how_to_quote_it(text: str, hint: str) -> None:
    assert [found.hint for found in refused(text)] == [hint]


def test_a_template_without_quotes_is_told_to_quote_it() -> None:
    for text in ("image: {{ .Project }}\n", "image: {{ .X }}/b\n"):
        (only,) = refused(text)
        assert (only.code, str(only.where), only.hint) == ("EW012", "services.yaml:1:8", 'quote it: "{{ ... }}"')
    (only,) = refused("a: x{{ if eq 1 2 }}: b\n")
    assert (only.code, only.hint) == ("EW003", 'quote a template: "{{ ... }}"')


def test_every_mistake_that_can_be_read_past_is_found_at_once() -> None:
    found = refused("a: 1\na: 2\nb: !x 1\nc: {<<: {}, ~: 1}\nd: {e: 1, e: 2}\nf: [\n")
    assert [(item.code, item.where and item.where.line) for item in found] == [
        ("EW004", 2),
        ("EW006", 3),
        ("EW005", 4),
        ("EW012", 4),
        ("EW004", 5),
        ("EW003", 6),
    ]


def test_a_duplicate_key_names_its_first_place() -> None:
    (only,) = refused("a: 1\nb:\n  c: 1\n  c: 2\n")
    assert [(item.message, str(item.where)) for item in only.related] == [("first here", "services.yaml:3:3")]


@pytest.mark.parametrize("opening", ["[", "{", "- ", "? ", "{a: ", "[\n", "[{", "- - - "])
def test_deep_nesting_is_refused_in_milliseconds(opening: str) -> None:
    text = opening * 200_000
    with cheap():  # quadratic time would be minutes
        assert first(text)[0] == "EW008"


def test_a_hundred_levels_are_read_and_one_more_is_not() -> None:
    assert isinstance(read("[" * 99 + "x" + "]" * 99, "f.yaml"), Seq)
    assert first("[" * 100 + "x" + "]" * 100)[0] == "EW008"


def test_aliases_that_nest_too_deeply_together_are_refused() -> None:
    text = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 300))
    assert first(text)[0] == "EW008"


def test_aliases_that_expand_beyond_the_limit_are_refused_in_milliseconds() -> None:
    lines = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 40)]
    with cheap():
        code, _, summary = first("a0: &a0 [x]\n" + "".join(lines))
    assert (code, str(MAX_ALIASED_NODES) in summary) == ("EW007", True)


def test_a_file_beyond_the_limit_is_refused_before_it_is_parsed() -> None:
    assert first("a: " + "x" * MAX_CHARACTERS)[0] == "EW010"


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("ab: \n-[]{},'\"&*!|>#%@?~<\t\\0\x00\ud800é"), max_size=30))
def test_no_text_brings_anything_but_nodes_or_diagnostics(text: str) -> None:
    refusal: tuple[Diagnostic, ...] = ()
    try:
        read_stream(text, "f.yaml")
    except Refused as refused:
        refusal = refused.diagnostics
    lines = text.count("\n") + 1
    assert all(item.where is not None and 1 <= item.where.line <= lines for item in refusal)
