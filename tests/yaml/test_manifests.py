import random

import pytest

from envwright.model.diagnostic import Refused
from envwright.yaml.manifests import load_documents, locate
from envwright.yaml.simple import read_simple

DEPLOYMENT = """\
# rendered
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  labels: {app: api, tier: 'web'}
spec:
  replicas: 2
  template:
    spec:
      containers:
        - name: app   # the only one
          image: registry.local:5000/shop/api:1.2
          args: ["--port=8080", -v, 'x']
          command:
          - sh
          - -ec
          - |
            set -e
            TABecho "tab: kept"

            exec app
          env:
            - name: MODE
              value: "on"
            - {name: LEVEL, value: info}
          resources: {}
          ports: []
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: api
data:
  01-init.sql: |-
    select 1;

  empty:
  switch: on
  mode: 0644
""".replace("TAB", "\t")


def test_a_manifest_as_people_write_it_needs_no_parser() -> None:
    documents = read_simple(DEPLOYMENT)
    assert documents is not None
    assert [document.line for document in documents] == [2, 30]
    container = documents[0].value["spec"]["template"]["spec"]["containers"][0]
    assert container["args"] == ["--port=8080", "-v", "x"]
    assert container["command"][2] == 'set -e\n\techo "tab: kept"\n\nexec app\n'
    assert container["env"] == [{"name": "MODE", "value": "on"}, {"name": "LEVEL", "value": "info"}]
    assert load_documents("'on': x\n", "f.yaml")[0].value == {"on": "x"}
    assert documents[1].value["data"] == {"01-init.sql": "select 1;", "empty": None, "switch": True, "mode": 420}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: >-\n  one\n  two\n", {"a": "one two"}),
        ('a: "x\\ty\\u00e9"\n', {"a": "x\tyé"}),
        ("a: 'it''s'\n", {"a": "it's"}),
        ("a: one\n  two\n", {"a": "one two"}),
        ("a: &x [1]\nb: *x\n", {"a": [1], "b": [1]}),
        ("a: {b: {c: [d]}}\n", {"a": {"b": {"c": ["d"]}}}),
        ("8080: x\ntrue: z\n1.5: z\n", {"8080": "x", "true": "z", "1.5": "z"}),
        ("a: !!str 8080\n", {"a": "8080"}),
        ("a: |2\n   x\n", {"a": " x\n"}),
        ("- - a\n- b\n", [["a"], "b"]),
        ("\ufeffa: 1\r\nb: 2\r\n", {"a": 1, "b": 2}),
        ("just text\n", "just text"),
    ],
)
def test_what_is_not_simple_is_left_to_the_parser(text: str, value: object) -> None:
    assert read_simple(text) is None
    assert [document.value for document in load_documents(text, "f.yaml")] == [value]


def test_aliases_share_nothing() -> None:
    value = load_documents("a: &x {k: [1]}\nb: *x\n", "f.yaml")[0].value
    value["a"]["k"].append(2)
    assert value["b"] == {"k": [1]}


def test_equal_flow_collections_share_nothing() -> None:
    first, second = (load_documents("a: [x]\nb: {k: v}\n", "f.yaml")[0].value for _ in range(2))
    first["a"].append("y")
    first["b"]["k"] = "w"
    assert second == {"a": ["x"], "b": {"k": "v"}}


def test_a_file_without_objects_has_no_documents() -> None:
    for text in ("", "\n", "# nothing\n", "---\n---\n", "---\n~\n"):
        assert load_documents(text, "f.yaml") == []


@pytest.mark.parametrize(
    ("text", "code", "where", "summary"),
    [
        ("a: 1\na: 2\n", "EW004", "2:1", 'the key "a" stands twice in this map'),
        ("b: {a: 1, a: 2}\n", "EW004", "1:11", 'the key "a" stands twice in this map'),
        ("a: b: c\n", "EW003", "1:5", 'a ": " cannot stand here'),
        ("a: !x 1\n", "EW006", "1:4", "unknown tag !x"),
        ("<<: {a: 1}\n", "EW005", "1:1", "merge keys (<<) are not supported"),
        ("on: 1\n", "EW012", "1:1", "kubectl reads this key as true"),
        ("k:\n  0777: 1\n", "EW012", "2:3", "kubectl reads this key as 511"),
        ("a: .inf\n", "EW500", "1:4", ".inf is no number in JSON"),
        ("a: [.nan]\n", "EW500", "1:5", ".nan is no number in JSON"),
        ("a: " + "[" * 200, "EW008", "1:103", "nested more than 100 levels deep"),
        ("".join("  " * n + "- a:\n" for n in range(120)), "EW008", "50:101", "nested more than 100 levels deep"),
        ("k" * 2000 + ": 1\n", "EW003", "1:2001", 'a ": " cannot stand here'),
    ],
)
def test_what_is_refused_and_where(text: str, code: str, where: str, summary: str) -> None:
    with pytest.raises(Refused) as caught:
        load_documents(text, "api.yaml")
    found = caught.value.diagnostics[0]
    assert (found.code, str(found.where), found.summary) == (code, f"api.yaml:{where}", summary)


def test_a_value_is_located_in_the_text() -> None:
    path = ("spec", "template", "spec", "containers", 0, "image")
    assert str(locate(DEPLOYMENT, "api.yaml", 0, path)) == "api.yaml:13:18"
    assert str(locate(DEPLOYMENT, "api.yaml", 1, ("data", "mode"))) == "api.yaml:40:9"
    assert str(locate(DEPLOYMENT, "api.yaml", 1, ("data", "absent", 3))) == "api.yaml:35:3"


# --- the quick reader gives what the parser gives, or nothing ---------------------------------------------------------

_BITS = [
    *[
        " ",
        "  ",
        "-",
        "- ",
        ":",
        ": ",
        "#",
        " #",
        "\n",
        "\n\n",
        "'",
        '"',
        "|",
        "|-",
        "|+",
        ">",
        "[",
        "]",
        "{",
        "}",
        ",",
    ],
    *[
        "a",
        "0",
        "1_0",
        "on",
        "~",
        "null",
        "\t",
        "---\n",
        "...\n",
        "&a ",
        "*a",
        "!x",
        "<<",
        "? ",
        "%",
        "@",
        "`",
        "\\",
        "é",
    ],
    *[
        "\u2028",
        "\ufeff",
        "\r",
        "\x07",
        ".inf",
        "a: b",
        "- a",
        "- - b",
        "key:\n",
        "b: |\n      t\n",
        "  # c\n",
        "   \n",
    ],
]
_SMALL = """\
a:
- b
- c: d
  e: |+
    x

     y

- [f, "g"]
h: # i
  - 'j'
  -   k: {l: 1}
      m: n
---
o: |-
 p
"""


def _spoiled(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    start = chance.randrange(len(lines))
    lines = lines[start : start + chance.randint(3, 14)]
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(lines))
        change = chance.randrange(4)
        if change == 0:
            lines.insert(at, chance.choice(lines))
        elif change == 1:
            lines[at] = " " * chance.randint(0, 6) + lines[at].lstrip()
        else:
            whole = "\n".join(lines)
            place = chance.randint(0, len(whole))
            lines = (whole[:place] + chance.choice(_BITS) + whole[place + chance.randint(0, 2) :]).split("\n")
    return "\n".join(lines) + chance.choice(["\n", "\n", ""])


def test_the_quick_reader_never_differs_from_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(20260101)
    texts = [_spoiled(chance, chance.choice([DEPLOYMENT, _SMALL, _SMALL])) for _ in range(4000)]
    quick = {text: read_simple(text) for text in texts}
    monkeypatch.setattr("envwright.yaml.manifests.read_simple", lambda _text: None)
    answered = {text: documents for text, documents in quick.items() if documents is not None}
    assert len(answered) > 200
    for text, documents in answered.items():
        assert repr(load_documents(text, "f.yaml")) == repr(documents), text
