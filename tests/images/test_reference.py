import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envwright.images.reference import Reference, parse
from envwright.model.diagnostic import Refused
from envwright.model.mark import Mark

DIGEST = "sha256:" + "0a" * 32


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("postgres", ("", "postgres", "", "")),
        ("postgres:16", ("", "postgres", "16", "")),
        ("library/postgres:16", ("", "library/postgres", "16", "")),
        ("quay.io/oauth2-proxy/oauth2-proxy:v7.6.0", ("quay.io", "oauth2-proxy/oauth2-proxy", "v7.6.0", "")),
        ("127.0.0.1:5000/shop/api", ("127.0.0.1:5000", "shop/api", "", "")),
        ("registry:5000/api:1", ("registry:5000", "api", "1", "")),
        ("localhost/api", ("localhost", "api", "", "")),
        ("[2001:db8::1]:5000/api:1", ("[2001:db8::1]:5000", "api", "1", "")),
        (f"reg.example.org/a/b:1@{DIGEST}", ("reg.example.org", "a/b", "1", DIGEST)),
        (f"a@{DIGEST}", ("", "a", "", DIGEST)),
        ("a__b.c-d---e", ("", "a__b.c-d---e", "", "")),
        ("Registry/api", ("Registry", "api", "", "")),  # upper case can only be a registry's
        ("a:" + "t" * 128, ("", "a", "t" * 128, "")),
        ("a:_T.x-1", ("", "a", "_T.x-1", "")),
    ],
)
def test_parts(text, parts):
    reference = parse(text)
    assert reference == Reference(*parts)
    assert str(reference) == text


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ("", "empty", "shop/api:1.0"),
        ("my image:1", "space", 'did you mean "myimage:1"?'),
        ("https://reg.example.org/api:1", "scheme", 'did you mean "reg.example.org/api:1"?'),
        ("reg.example.org/Shop/API:1.0", "lower-case", 'did you mean "reg.example.org/shop/api:1.0"?'),
        ("Postgres:16", "lower-case", 'did you mean "postgres:16"?'),
        ("a" * 64, "image's id", "NAME@sha256:"),
        ("reg_istry:5000/api", '"reg_istry:5000" is not a registry', "host name"),
        ("reg.example.org/", "no repository", "shop/api"),
        ("reg.example.org//api", "part of its path is empty", "doubled"),
        ("shop/api/", "part of its path is empty", "doubled"),
        ("shop/-api", '"-api" is not a part of a path', "lower-case letters"),
        ("shop/a___b", '"a___b" is not a part of a path', "one or two `_`"),
        ("shop/{{ .Env }}", "space", ""),
        ("shop/" + "a" * 252, "257 characters", ""),
        ("api:", "the tag after `:` is empty", "leave out the `:`"),
        ("api:1:2", "two tags", "without one"),
        ("shop/api:1/x", '"1/x" is not a tag', "at the end"),
        ("api:-1", '"-1" is not a tag', "the first is none of"),
        ("api:1+2", '"1+2" is not a tag', "allowed are"),
        ("api:" + "t" * 129, "129 characters, 128 are allowed", ""),
        ("api@", "is not a digest", "`sha256:...`"),
        ("api@md5:" + "0" * 32, "is not a digest", "`sha512:...`"),
        ("api@sha256:" + "A" * 64, "not lower-case hexadecimal", "64 digits"),
        ("api@sha256:" + "a" * 63, "63 digits, `sha256` has 64", ""),
    ],
)
def test_what_is_wrong(text, what, hint):
    with pytest.raises(Refused) as refused:
        parse(text, Mark("services.yaml", 7, 3))
    (found,) = refused.value.diagnostics
    assert (found.code, found.where) == ("EW311", Mark("services.yaml", 7, 3))
    assert what in found.summary
    assert hint in found.hint


@pytest.mark.parametrize(
    ("text", "floats"),
    [
        ("golang", True),
        ("golang:latest", True),
        ("golang:1.26", False),
        (f"golang@{DIGEST}", False),
        (f"golang:latest@{DIGEST}", False),
    ],
)
def test_a_reference_floats_without_version_or_digest(text, floats):
    assert parse(text).floats is floats


COMPONENT = st.from_regex(r"[a-z0-9]{1,5}((\.|_|__|-{1,3})[a-z0-9]{1,4})?", fullmatch=True)


@settings(max_examples=100)
@given(
    st.sampled_from(["", "reg.example.org/", "reg:5000/", "localhost/"]),
    st.lists(COMPONENT, min_size=1, max_size=3),
    st.one_of(st.just(""), st.from_regex(r":[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}", fullmatch=True)),
    st.sampled_from(["", f"@{DIGEST}"]),
)
def test_what_the_grammar_makes_is_taken_apart_and_put_together_again(domain, components, tag, digest):
    text = domain + "/".join(components) + tag + digest
    # `reg.x/...` and the like would be read as a registry
    if domain or len(components) == 1 or not {".", ":"} & set(components[0]):
        reference = parse(text)
        assert str(reference) == text
        assert (reference.path, reference.digest) == ("/".join(components), digest[1:])


@settings(max_examples=200)
@given(st.text("aB1.-_/:@ [é", max_size=12))
def test_any_text_is_a_reference_or_a_diagnostic(text):
    try:
        found = str(parse(text))
    except Refused as refused:
        found = [item.code for item in refused.diagnostics]
    assert found in (text, ["EW311"])
