"""What a user sees in an editor: the published schema in the YAML language server.

Node and npm are needed. The server is pinned in `package-lock.json` and installed once into `node_modules` beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from envwright.model.contract.stack import Spec
from envwright.model.contract.unit import Dependency, Service
from envwright.model.contract.workload import Workload
from envwright.model.value import Value
from tests.editor.language_server import LanguageServer
from tests.support.npm import node_modules
from tests.support.paths import ROOT

HERE = Path(__file__).parent
SCHEMA = ROOT / "schema/services.schema.json"
HEAD = f"""\
# yaml-language-server: $schema={SCHEMA.as_uri()}
apiVersion: envwright.dev/v1
kind: ServiceStack
metadata: {{name: shop}}
spec:
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageServer]:
    program = node_modules(HERE, "what an editor sees of the schema") / "yaml-language-server/bin/yaml-language-server"
    with LanguageServer(program, tmp_path_factory.mktemp("editor")) as running:
        yield running


class Editor:
    """One document in the editor, by the text below `spec:`; `|` is where the cursor stands."""

    opened = 0

    def __init__(self, server: LanguageServer, text: str) -> None:
        before, _, after = (HEAD + text).partition("|")
        Editor.opened += 1
        self.server = server
        self.uri = server.open(f"services-{Editor.opened}.yaml", before + after)
        self.line, self.column = before.count("\n") + 1, len(before) - before.rfind("\n")

    def offers(self) -> list[str]:
        """Return the labels that completion offers at the cursor."""
        result = self.server.ask("completion", self.uri, self.line, self.column)
        return [item["label"] for item in (result["items"] if isinstance(result, dict) else result)]

    def hover(self) -> str:
        """Return the text of the hover at the cursor, as Markdown."""
        result = self.server.ask("hover", self.uri, self.line, self.column)
        return str(result["contents"]["value"])

    def complaints(self) -> list[tuple[int, str]]:
        """Return line, counted from the one below `spec:`, and message of every complaint, in their order."""
        found = [(item["range"]["start"]["line"] + 1, item["message"]) for item in self.server.complaints(self.uri)]
        return sorted((line - HEAD.count("\n"), message) for line, message in found)


def test_keys_are_completed(server: LanguageServer) -> None:
    assert {"services", "images", "environments", "orchestration"} <= set(Editor(server, "  |\n").offers())
    service = Editor(server, "  services:\n    - name: api\n      |\n").offers()
    assert {"dependsOn", "codeUpdateStrategy", "workload"} <= set(service)
    assert "name" not in service  # it is there already
    value = Editor(server, "  services:\n    - name: a\n      workload:\n        env:\n          A:\n            |\n")
    assert sorted(value.offers()) == ["config", "field", "secret", "value"]
    override = "  environments:\n    dev:\n      overrides:\n        api:\n          workload:\n            |\n"
    assert {"kind", "replicas", "disruptionBudget"} <= set(Editor(server, override).offers())


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("  gitops: |\n", {"envwright", "argocd", "flux"}),
        ("  services:\n    - name: a\n      workload:\n        kind: |\n", {"deployment", "statefulset", "cronjob"}),
        ("  services:\n    - name: a\n      codeUpdateStrategy: |\n", {"hot-reload", "rebuild", "restart"}),
        ("  images:\n    api:\n      type: |\n", {"external", "build", "mirror", "skip"}),
    ],
)
def test_values_are_completed_also_where_a_template_may_stand(
    server: LanguageServer, text: str, values: set[str]
) -> None:
    assert values <= set(Editor(server, text).offers())


@pytest.mark.parametrize(
    ("text", "declared", "attribute"),
    [
        ("  serv|ices: []\n", Spec, "services"),
        ("  services:\n    - name: api\n      stack: python\n      pru|ne: true\n", Service, "prune"),
        ("  services:\n    - name: api\n      work|load: {kind: job}\n", Service, "workload"),
        ("  services:\n    - {name: api, workload: {kind: job, repl|icas: 1}}\n", Workload, "replicas"),
        ("  services:\n    - name: api\n      dependsOn: [{opt|ional: true, name: b}]\n", Dependency, "optional"),
    ],
)
def test_a_hover_is_the_description(server: LanguageServer, text: str, declared: type[Value], attribute: str) -> None:
    shown = Editor(server, text).hover().replace("\\", "")
    assert declared.fields[attribute].facts["description"] in shown
    assert "Example:" in shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  services:\n    - name: api\n      nonsense: 1\n", [(3, "Property nonsense is not allowed.")]),
        (
            "  services:\n    - name: api\n      codeUpdateStrategy: hotreload\n",
            [(3, 'Value is not accepted. Valid values: "hot-reload", "rebuild", "restart", null.')],
        ),
        (
            "  images:\n    api:\n      type: external\n      from: x\n      repository: y\n",
            [(5, "goes with type build or skip")],
        ),
        ("  images:\n    db:\n      type: mirror\n", [(2, "local is missing: type mirror needs it")]),
        (
            "  services:\n    - name: api\n      workload:\n        kind: job\n        env:\n          A: {}\n",
            [(6, "needs one of value, secret, config, field")],
        ),
        (
            "  services:\n    - name: Api\n",
            [(2, "takes lower-case letters, digits and `-`, at most 63, no `-` at the ends")],
        ),
    ],
)
def test_a_mistake_is_marked_at_its_line(server: LanguageServer, text: str, expected: list[tuple[int, str]]) -> None:
    assert Editor(server, text).complaints() == expected


def test_a_complete_document_has_no_complaint(server: LanguageServer) -> None:
    text = (ROOT / "tests/contract/complete.yaml").read_text(encoding="utf-8")
    assert Editor(server, text.partition("spec:\n")[2]).complaints() == []
