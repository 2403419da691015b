"""What BuildKit 0.34 leaves of a context is the expectation of every row, taken down from its own `fsutil.WalkDir`."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envwright.images.context import walk
from envwright.images.ignore import parse
from envwright.images.pattern import matcher
from envwright.model.diagnostic import Refused
from envwright.model.mark import Mark
from envwright.model.ports import Entry

FILES = (
    "README.md",
    "Dockerfile",
    "main.go",
    "a/README.md",
    "a/b/c.go",
    "a/b/c.md",
    "a/temp.txt",
    "docs/x/y/z.md",
    "tempa/x",
    "tempb/y/x",
)


def listing_of(files):
    """Return a listing like a reader's over `files`."""
    held = {}
    for file in files:
        parts = file.split("/")
        for depth, name in enumerate(parts):
            kind = "file" if depth == len(parts) - 1 else "directory"
            held.setdefault("/".join(parts[:depth]) or ".", {})[name] = kind
    return lambda directory: tuple(Entry(name, kind) for name, kind in sorted(held.get(directory, {}).items()))


def left(text, files=FILES):
    """Return which of `files` a `.dockerignore` leaves."""
    return {path for path, _ in walk(".", parse(text), (), listing_of(files))}


def out(text):
    """Return which of FILES a `.dockerignore` leaves out."""
    return sorted(set(FILES) - left(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the examples of https://docs.docker.com/build/concepts/context/#dockerignore-files
        ("*/temp*", ["a/temp.txt"]),
        ("*/*/c*", ["a/b/c.go", "a/b/c.md"]),
        ("temp?", ["tempa/x", "tempb/y/x"]),
        ("**/*.go", ["a/b/c.go", "main.go"]),
        ("*.md\n!README.md", []),
        ("**/*.md\n!README.md", ["a/README.md", "a/b/c.md", "docs/x/y/z.md"]),
        ("*.md\n!README*.md\nREADME.md", ["README.md"]),
        # comments, blank lines, byte order mark, line ends
        ("# main.go\n\n  \nDockerfile\r\n", ["Dockerfile"]),
        ("\ufeff# main.go\nDockerfile", ["Dockerfile"]),
        ("  main.go\t", ["main.go"]),
        (" # main.go", []),
        # paths are from the context, cleaned
        ("/main.go", ["main.go"]),
        ("./a/../main.go", ["main.go"]),
        ("README.md", ["README.md"]),
        ("a/", ["a/README.md", "a/b/c.go", "a/b/c.md", "a/temp.txt"]),
        ("../main.go", []),
        (".", []),
        ("/", []),
        # a directory takes its content with it; the last rule that matches decides
        ("a\n!a/b", ["a/README.md", "a/temp.txt"]),
        ("a\n!a/b/c.go", ["a/README.md", "a/b/c.md", "a/temp.txt"]),
        ("*\n!a/b\n!main.go", sorted(set(FILES) - {"a/b/c.go", "a/b/c.md", "main.go"})),
        ("**\n!**/*.go", sorted(set(FILES) - {"a/b/c.go", "main.go"})),
        ("!a\na", ["a/README.md", "a/b/c.go", "a/b/c.md", "a/temp.txt"]),
        ("! main.go\nmain.go", ["main.go"]),
        ("*\n! main.go", sorted(set(FILES) - {"main.go"})),
        # BuildKit asks a rule only where it would change something, and remembers that for what lies inside
        ("a/b\n!a", ["a/b/c.go", "a/b/c.md"]),
        ("a\n!a/b\na", ["a/README.md", "a/temp.txt"]),
        # `**`
        ("**", sorted(FILES)),
        ("a/**", ["a/README.md", "a/b/c.go", "a/b/c.md", "a/temp.txt"]),
        ("**/b", ["a/b/c.go", "a/b/c.md"]),
        ("**/b/*.md", ["a/b/c.md"]),
        ("docs/**/z.md", ["docs/x/y/z.md"]),
        ("docs/x/y/**/z.md", ["docs/x/y/z.md"]),
        ("**md", ["README.md", "a/README.md", "a/b/c.md", "docs/x/y/z.md"]),
        ("**/x", ["docs/x/y/z.md", "tempa/x", "tempb/y/x"]),
        # classes
        ("temp[a]", ["tempa/x"]),
        ("temp[^a]", ["tempb/y/x"]),
        ("temp[!a]", ["tempa/x"]),
        ("[a-d]*/[b-r]*", ["a/b/c.go", "a/b/c.md"]),
        ("main.[f-h]o", ["main.go"]),
        # no regular expression
        ("main+go\nmain(go\nm{1}ain.go\nmain$go", []),
    ],
)
def test_what_is_left_out(text, expected):
    assert out(text) == expected


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a\n!", 2, "a `!` without a pattern"),
        ("!/", 1, "a `!` without a pattern"),
        ("a\n\n  x[", 3, "without its `]`"),
        ("x[]a]", 1, "is written `\\]`"),
        ("x[a-]", 1, "is written `\\]`"),
        ("x*\\", 1, "at the end"),
    ],
)
def test_what_no_builder_would_take(text, line, says):
    with pytest.raises(Refused) as refused:
        parse(text, "api/.dockerignore")
    (found,) = refused.value.diagnostics
    assert (found.code, found.where.file, found.where.line) == ("EW316", "api/.dockerignore", line)
    assert says in found.summary


def test_the_mark_covers_the_pattern():
    with pytest.raises(Refused) as refused:
        parse("  x[  ")
    assert refused.value.diagnostics[0].where == Mark(".dockerignore", 1, 3, 2)


def test_a_directory_that_nothing_brings_back_is_not_opened():
    opened = []
    listing = listing_of(("node_modules/x/y", "src/a", "src/b/c"))

    def spy(directory):
        opened.append(directory)
        return listing(directory)

    assert [path for path, _ in walk(".", parse("*\n!src/b/**"), (), spy)] == ["src/b/c"]
    assert opened == [".", "src", "src/b"]


@pytest.mark.parametrize("pattern", ["[[:x]", "[\\--x]", "[a&&b]", "[a||b]", "[~~]", "[\\]\\-\\^]", "a[b]{2}"])
def test_classes_that_python_reads_otherwise(pattern):
    # a warning of `re` would be an error here
    assert matcher(pattern)
    assert not matcher(pattern)("nothing of the kind")


NAMES = st.sampled_from(["a", "b", "ab", "c.go"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
RULES = st.lists(
    st.tuples(
        st.sampled_from(["", "!"]),
        st.lists(st.sampled_from(["a", "b", "*", "**", "?b", "*.go"]), min_size=1, max_size=3),
    ),
    max_size=4,
).map(lambda rules: "\n".join(mark + "/".join(parts) for mark, parts in rules))


@settings(max_examples=100)
@given(RULES, st.sets(PATHS, max_size=8))
def test_looking_into_fewer_directories_changes_nothing(text, paths):
    files = {path for path in paths if not any(other.startswith(f"{path}/") for other in paths)}
    ignored = parse(text)

    def everywhere(directory, inherited):
        for entry in listing_of(files)(directory or "."):
            path = f"{directory}/{entry.name}".lstrip("/")
            left_out, matched = ignored.decide(path, inherited)
            if entry.kind == "directory":
                yield from everywhere(path, matched)
            elif not left_out:
                yield path

    assert left(text, files) == set(everywhere("", ()))
