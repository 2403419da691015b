from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envwright.ast.plain import plain
from envwright.formats.pre_api_version.comments import comments_of
from envwright.formats.pre_api_version.writer import text, write
from envwright.model.mark import Mark
from envwright.model.nodes import Entry, Map, Node, Seq
from envwright.yaml.reader import read

NOWHERE = Mark("")


def rewritten(source: str) -> str:
    root = read(source, "services.yaml")
    assert isinstance(root, Map)
    return write(root, comments_of(source, root))


FILE = """\
# head

project: shop  # beside
# above
services:
  # the first
  - name: api # short
    run: |
      # text, not a comment
      echo "a # b"

    list: [a, "b # c"]

  - name: web
    text: "two
      # lines"
# after all
"""


def test_a_file_keeps_its_comments() -> None:
    expected = FILE.replace('"two\n      # lines"', '"two # lines"').replace("api # short", "api  # short")
    assert rewritten(FILE) == expected


@pytest.mark.parametrize(
    "source",
    [
        "a: it's # comment\n",
        "a: 'it''s # text' # comment\n",
        'a: "\\" # text" # comment\n',
        "a: b#c # comment\n",
        "a: [ 'x # y' ] # comment\n",
        "a: # comment\n  b: c\n",
    ],
)
def test_a_comment_beside_a_value_is_told_from_text(source: str) -> None:
    root = read(source, "f")
    assert isinstance(root, Map)
    found = comments_of(source, root)
    assert found.beside == {1: "# comment"}
    again = read(rewritten(source), "f")
    assert plain(again) == plain(root)


def test_a_block_that_ends_with_less_indentation_leaves_the_comment_after_it() -> None:
    source = dedent("""\
        a:
          b: |
            text
            # text too
          # comment
          c: >-
            folded
            # text
        d: 1
        """)
    root = read(source, "f")
    assert isinstance(root, Map)
    assert comments_of(source, root).above == {6: ("# comment",)}


words = st.text(max_size=12)
scalars = words.map(lambda word: text(word, NOWHERE))


def maps(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    entries = st.dictionaries(words.filter(lambda word: word not in ("", "<<")), nodes, max_size=3)
    return entries.map(lambda found: Map({name: Entry(NOWHERE, node) for name, node in found.items()}, NOWHERE))


def sequences(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.lists(nodes, max_size=3).map(lambda found: Seq(tuple(found), NOWHERE))


trees = maps(st.recursive(scalars, lambda nodes: maps(nodes) | sequences(nodes), max_leaves=8))


@settings(max_examples=150, deadline=None)
@given(trees)
def test_what_is_written_reads_back_the_same(tree: Node) -> None:
    assert isinstance(tree, Map)
    if not tree.entries:
        return
    written = write(tree, comments_of("", Map({}, NOWHERE)))
    assert plain(read(written, "f")) == plain(tree)
