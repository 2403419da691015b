"""The value of a passed variable that a Secret is made of is never seen again: not in a file, not on the screen."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from itertools import cycle
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest

from envwright.cli.main import run
from envwright.cli.terminal import FORMATS
from tests.support.stacks import stack, write

TOKEN = "zQ7vK9xW2mJ4pR8tL5nB"
CANARY = f"{TOKEN}/+=&:é"
# so short a part of the canary is found too
WINDOW = 6

V1ALPHA1 = """\
apiVersion: codex-k8s.dev/v1alpha1
kind: ServiceStack
metadata: {{name: demo}}
spec:
  environments: {{production: {{}}}}
  services: [{{name: api, manifests: [{{path: {path}}}]}}]
"""
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {{name: api}}\nstringData:\n  KEY: {value}\n"
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: api}}\ndata:\n  KEY: {value}\n"
GO = '(envOr "T" "")'
JINJA = 'envOr("T", "")'


def shapes() -> dict[str, str]:
    """Return what the canary may look like, in lower case, by how it was made."""
    found = {f"part {at}": TOKEN[at : at + WINDOW] for at in range(len(TOKEN) - WINDOW + 1)}
    for shift in range(3):
        encoded = base64.b64encode(b"x" * shift + TOKEN.encode()).decode()
        found[f"base64, shifted by {shift}"] = encoded[4:-4]
    found |= {"backwards": TOKEN[::-1], "hex": TOKEN.encode().hex(), "hex in capitals": TOKEN.upper().encode().hex()}
    for text in (CANARY, TOKEN):
        found[f"sha256 of {text}"] = hashlib.sha256(text.encode()).hexdigest()
    found["url"] = quote(CANARY, safe="")
    return {how: shape.lower() for how, shape in found.items()}


SHAPES = shapes()


class Said(NamedTuple):
    code: int
    out: str
    err: str
    files: Mapping[str, str]

    @property
    def said_of_it(self) -> list[str]:
        """What diagnostics tell: an object that is no Secret may hold a value, but only if the render succeeds."""
        return self._replace(out="" if self.code == 0 else self.out, files={}).leaks()

    def leaks(self) -> list[str]:
        """Return where something of the canary is seen, and how; a marker that stands in for it counts as well."""
        texts = {"stdout": self.out, "stderr": self.err, **self.files}
        return [
            f"{where}: {how}"
            for where, text in texts.items()
            for how, shape in {**SHAPES, "marker": "\ufdd0", "escaped marker": "\\ufdd0"}.items()
            if shape in text.lower()
        ]


Call = Callable[..., Said]
formats = cycle(FORMATS)


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Runs a command on some files, with the canary as the variable T."""
    monkeypatch.chdir(tmp_path)

    def made(files: Mapping[str, str], *arguments: str, passed: tuple[str, ...] = ("--var", f"T={CANARY}")) -> Said:
        write(tmp_path, files)
        code = run([*(arguments or ("render", "--out", "out")), *passed])
        captured = capsys.readouterr()
        made = {path: path.read_text(encoding="utf-8") for path in tmp_path.glob("out/**/*") if path.is_file()}
        return Said(code, captured.out, captured.err, {path.name: text for path, text in made.items()})

    return made


def older(manifest: str, path: str = "api.yaml.tpl") -> dict[str, str]:
    """Return a stack of the format where a Secret's keys are kept."""
    return {"services.yaml": V1ALPHA1.format(path=path), path: manifest}


def newer(manifest: str, path: str = "api.yaml.tpl") -> dict[str, str]:
    """Return a stack of the format where a Secret is refused."""
    spec = f"environments: {{production: {{}}}}\nservices: [{{name: api, manifests: [{path}]}}]"
    return {"services.yaml": stack(spec), path: manifest}


def test_the_net_has_no_holes() -> None:
    for text in (CANARY, CANARY.upper(), TOKEN[3:10], base64.b64encode(f"Authorization: {CANARY}".encode()).decode()):
        assert Said(0, text, "", {}).leaks()
    assert Said(0, "", "", {"plan.json": json.dumps({"a": CANARY})}).leaks()
    assert not Said(0, "zQ7vK", "", {}).leaks()


# Ways of passing


@pytest.mark.parametrize("way", ["option", "file", "environment"])
def test_however_a_variable_is_passed(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    (tmp_path / "some.env").write_text(f"T='{CANARY}'\n")
    monkeypatch.setenv("T", CANARY)
    passed = {
        "option": ("--var", f"T={CANARY}"),
        "file": ("--env-file", "some.env"),
        "environment": ("--pass-env", "T*"),
    }[way]
    files = older(SECRET.format(value='{{ env "T" }}'))
    said = call(files, passed=passed)
    assert (said.code, said.leaks()) == (0, [])
    assert json.loads(said.files["plan.json"])["inputs"]["variables"] == ["T"]
    for arguments in (("plan",), ("plan", "-o", "json"), ("render", "-o", "-"), ("resolve", "-o", "json")):
        assert call(files, *arguments, passed=passed).leaks() == []


def test_a_public_variable_may_be_seen(call: Call) -> None:
    public = ("--var", f"T={TOKEN}", "--public", "T")
    said = call(older(CONFIG.format(value='{{ env "T" }}')), passed=public)
    assert said.code == 0
    assert json.loads(said.files["plan.json"])["inputs"]["publicVariables"] == {"T": TOKEN}
    assert TOKEN in said.files["configmap-api.yaml"]
    assert "T" in call(older(SECRET.format(value='{{ len (env "T") }}')), passed=public).files["plan.json"]


# What a template may do with it

KEPT = [
    "{go}",
    "{go} | b64enc",
    "{go} | sha256sum",
    "{go} | toLower",
    "{go} | toUpper",
    "{go} | trim",
    'trimPrefix {go} "zQ"',
    'trimSuffix {go} "é"',
    'replace "z" "y" {go}',
    "slug {go}",
    "truncSHA {go}",
    "quote {go}",
    "squote {go}",
    "indent 2 {go}",
    'printf "%q" {go}',
    'printf "%x" {go}',
    'printf "%.3s" {go}',
    'printf "%v" (list {go})',
    'printf "%d" {go}',
    "print {go}",
    "toJson {go}",
    'toYaml (dict "a" {go}) | quote',
    'toJson (dict "a" {go})',
    "urlquery {go}",
    "html {go}",
    "js {go}",
    'join (list {go} "b") ","',
    'default {go} "x"',
    'ternary true {go} "y"',
    'and {go} "x"',
    'or "" {go}',
    "not {go}",
    'eq {go} ""',
    'required "it must be set" {go}',
    "index (list {go}) 0",
    'get (dict "a" {go}) "a" ""',
    "toString {go}",
    "{jinja}|b64enc",
    "{jinja}|upper",
    '{jinja}|replace("z", "y")',
    '{jinja} ~ "x"',
    '{jinja} + "x"',
    "{jinja}|sha256sum",
    "{jinja}|tojson",
    "{jinja}|urlencode",
    '[{jinja}, "b"]|join(",")',
    '{{"a": {jinja}}}["a"]',
    '{jinja} if {jinja} else "b"',
    'printf("%x", {jinja})',
]
REFUSED = [
    "len {go}",
    'contains {go} "z"',
    'split {go} "9"',
    'hasPrefix {go} "z"',
    'eq {go} "a"',
    'lt {go} "a"',
    'ternary (ne {go} "a") "x" "y"',
    "index {go} 1",
    "slice {go} 1 3",
    'get (dict "a" "b") {go} "c"',
    'index (dict "a" "b") {go}',
    'dict {go} "x"',
    "int {go}",
    "add {go} 1",
    "printf {go} 1",
    "fail {go}",
    'required {go} ""',
    "image {go}",
    "include {go} .",
    "call {go}",
    "{go} | {go}",
    "{jinja}|length",
    "{jinja}[0]",
    "{jinja}[1:3]",
    "{jinja} * 3",
    '{jinja} == "a"',
    '"z" in {jinja}',
    '{jinja} < "z"',
    "{jinja}|int",
    "{jinja}.upper()",
    '"%s" % {jinja}',
    "fail({jinja})",
]


def secret_of(expression: str) -> tuple[str, str]:
    """Return the Secret whose value an expression makes, and the path of its file."""
    value = "|-\n    x{{ " + expression.format(go=GO, jinja=JINJA) + " }}"
    return SECRET.format(value=value), "api.yaml.j2" if "{jinja}" in expression else "api.yaml.tpl"


@pytest.mark.parametrize("expression", KEPT)
def test_of_a_value_that_is_put_into_a_secret_the_key_is_kept(call: Call, expression: str) -> None:
    manifest, path = secret_of(expression)
    said = call(older(manifest, path))
    assert (said.code, said.leaks()) == (0, [])
    (step,) = [step for step in json.loads(said.files["plan.json"])["steps"] if step["verb"] == "ensure-secret"]
    assert [key["name"] for key in step["keys"]] == ["KEY"]
    assert call(newer(manifest, path), "validate", "--manifests", "--format", next(formats)).leaks() == []


@pytest.mark.parametrize("expression", REFUSED)
@pytest.mark.parametrize("kind", ["Secret", "ConfigMap"])
def test_what_would_tell_something_of_it_is_refused_without_telling(call: Call, kind: str, expression: str) -> None:
    manifest, path = secret_of(expression)
    files = older(manifest.replace("kind: Secret", f"kind: {kind}").replace("stringData", "data"), path)
    for form in FORMATS:
        said = call(files, "plan", "--format", form)
        assert kind != "Secret" or said.code == 1
        assert said.said_of_it == []


@pytest.mark.parametrize("loop", ["range {go}", "with {go}", "if {go}", "range split {go} `z`", "range (list {go})"])
def test_control_structures_tell_no_more_than_whether_it_is_empty(call: Call, loop: str) -> None:
    body = "{{ " + loop.format(go=GO) + " }}{{ env `T` }}{{ else }}none{{ end }}"
    for form in FORMATS:
        assert call(older(SECRET.format(value=f"'x{body}'")), "render", "-o", "-", "--format", form).leaks() == []


# Where a marker may end

T = "'x{{ env `T` }}'"


@pytest.mark.parametrize(
    ("manifest", "place"),
    [
        (f"metadata: {{name: api, annotations: {{a: {T}}}}}\ndata: {{K: x}}", "metadata.annotations.a"),
        (f"metadata: {{name: api, labels: {{{T}: a}}}}\ndata: {{K: x}}", "a key of metadata.labels"),
        (f"metadata: {{name: {T}}}\ndata: {{K: x}}", "metadata.name"),
        (f"metadata: {{name: api}}\ntype: {T}\ndata: {{K: x}}", "type"),
        (f"metadata: {{name: api}}\nmore: [a, {{b: [{T}]}}]\ndata: {{K: x}}", "more[1].b[0]"),
        (f"metadata: {{name: api}}\ndata: {{{T}: x}}", "a key of data"),
        (f"metadata: {{name: api}}\nstringData: {{{T}: x}}", "a key of stringData"),
        (f"metadata: {{name: api}}\n{T}: x\ndata: {{K: x}}", "a key of the object"),
    ],
)
@pytest.mark.parametrize("form", FORMATS)
def test_outside_of_the_data_it_is_an_error_that_names_the_variable(
    call: Call, manifest: str, place: str, form: str
) -> None:
    said = call(older(f"apiVersion: v1\nkind: Secret\n{manifest}\n"), "plan", "--format", form)
    assert (said.code, said.leaks()) == (1, [])
    assert "EW602" in said.err
    assert f"the value of T would stand in {place}," in said.err


@pytest.mark.parametrize("data", [f"[{T}]", f"[{{K: {T}}}]", T])
def test_data_that_is_no_map_is_refused(call: Call, data: str) -> None:
    said = call(older(f"apiVersion: v1\nkind: Secret\nmetadata: {{name: api}}\ndata: {data}\n"))
    assert (said.code, said.leaks()) == (1, [])
    assert "EW507" in said.err


def test_another_object_in_the_file_of_a_secret_gets_no_value(call: Call) -> None:
    said = call(older(f"{SECRET.format(value=T)}---\n{CONFIG.format(value=T)}"))
    assert (said.code, said.leaks()) == (1, [])
    assert "EW602" in said.err


@pytest.mark.parametrize(
    "secret",
    [
        f"{{apiVersion: v1, kind: Secret, metadata: {{name: {T}}}, data: {{K: x}}}}",
        f'{{"apiVersion":"v1","kind":"Secret","metadata":{{"name":"{T[1:-1]}"}},"data":{{"K":"x"}}}}',
        *(
            f"apiVersion: v1\n{kind}\nmetadata: {{name: {T}}}\ndata: {{K: x}}"
            for kind in (
                'kind: "Secret"',
                "kind:   'Secret' # comment",
                "kind: !!str Secret",
                "kind: &kind Secret",
                "kind: >-\n  Secret",
                'kind: "\\u0053ecret"',
                "? kind\n: Secret",
                '"kind" : Secret',
                "kind: {{ print `Sec` `ret` }}",
                "kind: {{ envOr `UNSET` `Secret` }}",
            )
        ),
        f"apiVersion: v1\nkind: SecretList\nitems: [{{metadata: {{name: {T}}}, data: {{K: x}}}}]",
    ],
)
def test_a_secret_is_known_however_it_is_written(call: Call, secret: str) -> None:
    said = call(older(f"{secret}\n"))
    assert (said.code, said.leaks()) == (1, [])
    assert "EW602" in said.err


# Errors after rendering, in files without a Secret too

BROKEN = [
    "data:\n  {t}: a\n  {t}: b",
    "data:\n  a: {t}: b",
    "data: [{t}",
    "data: {{a: !{t} b}}",
    "data: {{a: *{t}}}",
    "data: {{a: {t}, b: {{{{ env `UNSET` }}}}}}",
    "metadata: {{name: '_{t}'}}",
    "metadata: {{name: api, namespace: '_{t}'}}",
    "metadata: {{name: api, labels: {{'{t}': 1}}}}",
    "metadata: {{name: api, uid: '{t}'}}",
    "metadata: {{name: api, finalizers: ['{t}']}}",
    "metadata: {{name: api, annotations: {{'{t}': 1}}}}",
    "kind: ['{t}']",
    "'{t}'",
]


@pytest.mark.parametrize("kind", ["ConfigMap", "Secret"])
@pytest.mark.parametrize("broken", BROKEN)
def test_an_error_after_rendering_does_not_quote_it(call: Call, broken: str, kind: str) -> None:
    head = {"apiVersion": "v1", "kind": kind, "metadata": "{name: api}"}
    text = broken.format(t="{{ env `T` }}")
    lines = [f"{key}: {value}" for key, value in head.items() if not text.startswith(f"{key}:")]
    for path in ("api.yaml.tpl", "api.yaml.j2"):
        manifest = "\n".join([*lines, text, ""])
        if path.endswith("j2"):
            manifest = manifest.replace("env `T`", "env('T')").replace("env `UNSET`", "env('UNSET')")
        for form in FORMATS:
            said = call(newer(manifest, path), "plan", "--format", form)
            assert said.code == 1
            assert said.said_of_it == []


FIELDS = [
    "environments: {production: {namespaceTemplate: '_%s'}}",
    "environments: {production: {domainTemplate: '_%s_'}}",
    "environments: {production: {kind: '%s'}}",
    "environments: {production: {imagePullPolicy: '%s'}}",
    "services: [{name: a, when: '%s'}]",
    "services: [{name: a, dependsOn: ['%s']}]",
    "services: [{name: a, deployGroup: '%s'}]",
    "services: [{name: a, image: '%s', workload: {kind: deployment}}]",
    "services: [{name: a, manifests: ['%s.yaml']}]",
    "services: [{name: a, workload: {kind: deployment, image: '{{ slice (env `T`) 0 20 }}'}}]",
    "services: [{name: a, workload: {kind: deployment, image: 'x:1', replicas: '%s'}}]",
    "services: [{name: a, workload: {kind: deployment, image: 'x:1', ports: [{name: '%s', port: 80}]}}]",
    "services: [{name: a, workload: {kind: deployment, image: 'x:1'}, exclude: [{kind: '%s', name: x}]}]",
    "services: [{name: a, workload: {kind: deployment, image: 'x:1'}, patches: [{target: {kind: '%s', name: x}}]}]",
    "services: [{name: a, workload: {kind: deployment, image: 'x:1', files: [{path: '%s', mountPath: /x}]}}]",
    "images: {a: {type: external, from: 'x//%s'}}",
    "images: {a: {type: build, repository: r, context: '%s'}}",
    "secrets: [{name: '_%s', keys: [{name: a}]}]",
    "orchestration: {readiness: {timeout: '%s'}}",
    "plugins: {none: {a: '%s'}}",
    "vars: {a: '{{ fail (env `T`) }}'}",
    "vars: {a: '{{ printf `%%d` (env `T`) | int }}'}",
    "vars: {a: '{{ index .Versions (env `T`) }}'}",
]


@pytest.mark.parametrize("field", FIELDS)
def test_an_error_of_a_field_does_not_quote_it(call: Call, field: str) -> None:
    spec = field.replace("%s", "{{ env `T` }}").replace("%%", "%")
    spec = spec if spec.startswith("environments") else f"environments: {{production: {{}}}}\n{spec}"
    for form in FORMATS:
        said = call({"services.yaml": stack(spec)}, "plan", "--format", form)
        assert said.code == 1
        assert said.leaks() == []


def test_lines_of_a_long_secret_and_its_escaped_forms_are_not_quoted(call: Call) -> None:
    passed = ("--var", f'T=first line\n{CANARY}\n"last"')
    for text in ("'{{ env `T` | toJson }}'", "'_{{ env `T` }}'", "{{ quote (env `T`) }}"):
        said = call(newer(f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {text}}}\n"), "plan", passed=passed)
        assert (said.code, said.leaks()) == (1, [])


def test_a_short_value_does_not_garble_messages(call: Call) -> None:
    said = call(newer("kind: x\n"), "plan", passed=("--var", "T=a", "--var", "U=example", "--var", "V=1"))
    assert "<" not in said.err.replace("<Kind>", "")
    spec = "environments: {production: {namespaceTemplate: '_{{ env `U` }}'}}"
    said = call({"services.yaml": stack(spec)}, "plan", passed=("--var", "U=prod"))
    assert '"_prod"' in said.err or '"_<U>"' in said.err


# Faults of the call and of the program


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "--var", "T", CANARY),
        ("plan", f"T={CANARY}"),
        ("plan", "--var", CANARY),
        ("plan", f"--vra=T={CANARY}"),
        ("plan", "--var", f"T={CANARY}", "rest of it", CANARY),
        ("plan", "--var", f"1T={CANARY}"),
        ("plan", "--var", f"T={CANARY}", "--nope"),
        ("plan", "--var", f"T={CANARY}\udcff"),
        ("resolve", "--env", "none", "--var", f"T={CANARY}"),
    ],
)
def test_a_wrong_call_does_not_repeat_it(call: Call, arguments: tuple[str, ...]) -> None:
    said = call(newer(""), *arguments, passed=())
    assert said.code == 2
    assert said.leaks() == []


@pytest.mark.parametrize("text", [f"T='{CANARY}", f"{CANARY}", f"T-={CANARY}", f"T='a'{CANARY}"])
def test_a_broken_env_file_is_not_quoted(call: Call, tmp_path: Path, text: str) -> None:
    (tmp_path / "some.env").write_text(f"{text}\n")
    for form in FORMATS:
        said = call(newer(""), "plan", "--format", form, passed=("--env-file", "some.env"))
        assert (said.code, said.leaks()) == (2, [])


@pytest.mark.parametrize("module", ["envwright.pipeline.rendering.render_units", "envwright.pipeline.context.scope_of"])
def test_an_internal_error_does_not_quote_it(call: Call, monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    def broken(state: object, *_: object) -> None:
        raise LookupError(CANARY, state) from ValueError(CANARY)

    monkeypatch.setattr(module, broken)
    said = call(older(SECRET.format(value=T)))
    assert (said.code, said.leaks()) == (3, [])
    assert "error[EW999]: an internal error: LookupError" in said.err
