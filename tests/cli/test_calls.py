"""The command line as other tools call it."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from envwright.cli.main import COMMANDS, run
from envwright.version import __version__
from tests.support.stacks import stack, write

SPEC = """
environments: {production: {}, ai: {kind: slot, slots: {max: 3}}}
images: {api: {type: external, from: "nginx:1.29"}, none: {type: skip}}
versions: {api: "1.10"}
infrastructure: [{name: db, manifests: [db.yaml]}]
services:
  - name: api
    dependsOn: [db]
    image: api
    workload: {kind: deployment, ports: [{name: http, port: 80}]}
  - {name: idle, enabled: false, deployGroup: edge, codeUpdateStrategy: restart}
"""
DB = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: db\ndata:\n  a: b\n"


class Said(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path, {"services.yaml": stack(SPEC), "db.yaml": DB})
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> object:
    def made(*arguments: str) -> Said:
        code = run(arguments)
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return made


def test_resolve_is_one_object_with_defaults_and_nulls(folder: Path, call) -> None:
    (folder / "db.yaml").unlink()  # no manifest is opened
    said = call("resolve", "--env", "ai", "--slot", "2", "-o", "json")
    assert (said.code, said.err) == (0, "")
    found = json.loads(said.out)
    assert {name: found[name] for name in ("project", "environment", "slot", "namespace", "domain")} == {
        "project": "demo",
        "environment": "ai",
        "slot": 2,
        "namespace": "demo-ai-2",
        "domain": None,
    }
    assert found["instanceScope"] == "isolated"
    assert found["versions"] == {"api": "1.10"}
    assert (found["images"]["api"]["ref"], found["images"]["none"]["ref"]) == ("nginx:1.29", None)
    assert found["order"] == ["db", "api"]
    assert found["infrastructure"] == [
        {
            "name": "db",
            "phase": "stateful",
            "enabled": True,
            "dependsOn": [],
            "manifests": ["db.yaml"],
            "codeUpdateStrategy": None,
            "image": None,
        }
    ]
    assert [(unit["name"], unit["enabled"], unit["phase"]) for unit in found["services"]] == [
        ("api", True, "internal"),
        ("idle", False, "edge"),
    ]
    assert found["services"][0]["codeUpdateStrategy"] == "rebuild"
    assert found["webhookRuntime"]["defaultMode"] == "full-env"
    assert found["orchestration"]["deployOrder"] == ["stateful", "migrations", "internal", "edge", "frontend"]


def test_plan_prints_exactly_the_bytes_of_plan_json(folder: Path, call) -> None:
    assert call("render", "--env", "production", "--out", "out").code == 0
    said = call("plan", "--env", "production", "-o", "json")
    assert said.out.encode() == (folder / "out/plan.json").read_bytes()


@pytest.mark.parametrize("form", ["text", "markdown", "mermaid", "dot"])
def test_every_form_of_the_plan_names_its_steps(folder: Path, call, form: str) -> None:
    said = call("plan", "--env", "production", "-o", form)
    assert said.code == 0
    assert "api" in said.out
    assert "\x1b" not in said.out


def test_render_twice_leaves_every_file_untouched(folder: Path, call) -> None:
    assert call("render", "--env", "production", "--out", "out").out.endswith(" 0 removed\n")
    before = {path: path.stat() for path in folder.glob("out/**/*") if path.is_file()}
    said = call("render", "--env", "production", "--out", "out")
    after = {path: path.stat() for path in folder.glob("out/**/*") if path.is_file()}
    assert {path: (s.st_mtime_ns, s.st_ino) for path, s in before.items()} == {
        path: (s.st_mtime_ns, s.st_ino) for path, s in after.items()
    }
    assert " 0 written, " in said.out
    assert {path.name for path in before} >= {"plan.json", "transition.json", "PLAN.md", "kustomization.yaml"}


def test_render_to_a_stream_is_yaml_of_every_object(folder: Path, call) -> None:
    from ruamel.yaml import YAML

    said = call("render", "--env", "production", "-o", "-")
    kinds = [document["kind"] for document in YAML(typ="safe").load_all(said.out)]
    assert kinds == ["ConfigMap", "Service", "Deployment"]


def test_only_renders_a_part_and_never_over_a_whole(folder: Path, call) -> None:
    said = call("render", "--env", "production", "--only", "db", "--out", "part")
    assert said.code == 0
    steps = json.loads((folder / "part/plan.json").read_text())["steps"]
    assert [step["verb"] for step in steps] == ["apply", "wait-ready"] or [step["verb"] for step in steps] == ["apply"]
    assert call("render", "--env", "production", "--out", "whole").code == 0
    again = call("render", "--env", "production", "--only", "db", "--out", "whole")
    assert (again.code, "EW705" in again.err) == (1, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("resolve", "--env", "prod"),
        ("resolve", "--env", "ai"),
        ("resolve", "--env", "production", "--slot", "1"),
        ("resolve", "--env", "ai", "--slot", "4"),
        ("resolve", "--env", "ai", "--slot", "0"),
        ("resolve", "--env", "production", "--var", "X"),
        ("resolve", "--env", "production", "--env-file", "missing.env"),
        ("resolve", "--base-dir", "."),
        ("render", "--env", "production"),
        ("resolv",),
        ("resolve", "--nope"),
        ("plan", "--env", "production", "-o", "xml"),
    ],
)
def test_a_wrong_call_exits_with_2_and_says_why_on_stderr_alone(folder: Path, call, arguments: tuple[str, ...]) -> None:
    said = call(*arguments)
    assert (said.code, said.out) == (2, "")
    assert said.err


def test_bad_input_exits_with_1_without_output(folder: Path, call) -> None:
    (folder / "services.yaml").write_text(stack("servces: []"))
    for command in ("validate", "resolve", "plan"):
        said = call(command)
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith("services.yaml:6:3: error[EW101]: ")


def test_a_missing_file_is_bad_input_with_a_hint(folder: Path, call) -> None:
    said = call("validate", "-f", "service.yaml")
    assert said.code == 1
    assert 'did you mean "services.yaml"?' in said.err


def test_validate_says_nothing_if_all_is_well_and_all_errors_at_once_if_not(folder: Path, call) -> None:
    assert call("validate", "--manifests") == Said(0, "", "")
    bad = "environments: {a: {namespaceTemplate: '{{ .Env }}_'}, b: {namespaceTemplate: '{{ .Env }}_'}}"
    (folder / "services.yaml").write_text(stack(bad))
    said = call("validate")
    assert said.code == 1
    assert said.err.count("error[EW305]") == 2
    assert said.err.rstrip().splitlines()[-1] == "2 errors"


def test_formats_of_diagnostics(folder: Path, call) -> None:
    (folder / "services.yaml").write_text(stack("servces: []"))
    found = json.loads(call("validate", "--format", "json").err)["diagnostics"]
    assert [(item["code"], item["where"]["line"], item["where"]["column"]) for item in found] == [("EW101", 6, 3)]
    log = json.loads(call("validate", "--format", "sarif").err)
    assert log["runs"][0]["results"][0]["ruleId"] == "EW101"
    github = call("validate", "--format", "github").err
    assert github.startswith("::error file=services.yaml,line=6,col=3,title=EW101::")


def test_standard_input_with_a_base_dir(folder: Path, call, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (folder / "services.yaml").read_bytes()
    monkeypatch.chdir("/")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text)))
    said = call("plan", "-f", "-", "--base-dir", str(folder), "--env", "production", "-o", "json")
    assert said.code == 0, said.err
    assert json.loads(said.out)["project"] == "demo"


def test_diagnostics_of_standard_input_show_their_line(folder: Path, call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stack("servces: []").encode())))
    said = call("validate", "-f", "-")
    assert said.err.splitlines()[1] == "    6 |   servces: []"


def test_variables_come_from_options_files_and_the_environment_in_this_order(
    folder: Path, call, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("ONE", "TWO", "THREE")
    spec = "environments: {dev: {}}\nvars:\n" + "".join(
        f'  {name}: \'{{{{ envOr "{name}" "-" }}}}\'\n' for name in names
    )
    (folder / "services.yaml").write_text(stack(spec))
    (folder / "a.env").write_text('# comment\nexport ONE=file # tail\nTWO="fi\\"le"\n\n')
    for name in names:
        monkeypatch.setenv(name, "environment")
    options = ["--pass-env", "T*", "--env-file", "a.env", "--var", "ONE=option"]
    plan = json.loads(call("plan", *options, "-o", "json").out)
    assert plan["inputs"]["variables"] == ["ONE", "THREE", "TWO"]
    assert plan["inputs"]["vars"]["ONE"] == '{{ envOr "ONE" "-" }}'  # a value that is not public stays as written
    unpassed = json.loads(call("plan", "-o", "json").out)
    assert unpassed["inputs"]["vars"] == {"ONE": "-", "TWO": "-", "THREE": "-"}
    public = json.loads(call("plan", *options, "--public", "O*", "-o", "json").out)["inputs"]
    assert (public["publicVariables"], public["variables"]) == ({"ONE": "option"}, ["THREE", "TWO"])
    assert public["vars"]["ONE"] == "option"
    everything = json.loads(call("plan", *options, "--public", "*", "-o", "json").out)["inputs"]
    assert everything["vars"] == {"ONE": "option", "TWO": 'fi"le', "THREE": "environment"}


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("render --env ", ["plain,ai", "plain,production"]),
        ("render --env p", ["plain,production"]),
        ("plan -f . --only ", ["plain,api", "plain,db", "plain,idle"]),
        ("plan -f missing.yaml --env ", []),
        ("validate -f serv", ["file,serv"]),
    ],
)
def test_the_shell_completes_names_of_the_stack(folder: Path, line: str, offered: list[str]) -> None:
    words = ["envwright", *line.split(" ")]
    asked = {"_ENVWRIGHT_COMPLETE": "bash_complete", "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    command = [sys.executable, "-c", "from envwright.__main__ import main; main()"]
    found = subprocess.run(
        command, cwd=folder, env={**os.environ, **asked}, capture_output=True, text=True, check=False
    )
    assert (found.stdout.split(), found.stderr) == (offered, "")


def test_validate_finds_a_manifest_that_is_not_there(folder: Path, call) -> None:
    (folder / "db.yaml").rename(folder / "dbs.yaml")
    said = call("validate")
    assert said.code == 1
    assert "services.yaml:9:43: error[EW001]: db.yaml: no such file or directory" in said.err
    assert 'did you mean "dbs.yaml"?' in said.err
    assert said.err.count("EW001") == 1


def test_every_command_has_help_and_the_table_is_complete(call) -> None:
    listed = call("--help").out
    for name in COMMANDS:
        assert f"  {name} " in listed
        said = call(name, "--help")
        assert (said.code, said.out.startswith("Usage: envwright")) == (0, True)


def test_version(call) -> None:
    assert call("version").out == f"{__version__}\n"
    assert call("--version").out == f"{__version__}\n"
    assert json.loads(call("version", "-o", "json").out)["version"] == __version__


def test_init_writes_a_stack_that_is_valid_and_never_overwrites(tmp_path: Path, call) -> None:
    said = call("init", str(tmp_path / "My Shop"))
    assert said.code == 0
    file = tmp_path / "My Shop/services.yaml"
    assert "name: my-shop" in file.read_text()
    assert call("validate", "--manifests", "-f", str(file)) == Said(0, "", "")
    before = file.read_bytes()
    again = call("init", str(tmp_path / "My Shop"))
    assert (again.code, "EW704" in again.err) == (1, True)
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == ["services.yaml"]


def test_schema_prints_what_is_published_with_the_sections_of_plugins(call) -> None:
    for what in ("services", "plan", "transition"):
        assert json.loads(call("schema", what).out)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_plugins_lists_the_built_in_ones(call) -> None:
    found = {plugin["name"]: plugin for plugin in json.loads(call("plugins", "-o", "json").out)}
    assert "envwright_check_namespace" in found["platform_rule"]["hooks"]
    assert found["platform_rule"]["origin"] == "envwright"


def process(*arguments: str, folder: Path, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "envwright", *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a test run in the background ignores it
    )


def test_ctrl_c_ends_without_a_traceback(folder: Path) -> None:
    running = process("validate", "-f", "-", folder=folder)
    time.sleep(1)  # it waits for standard input
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=20)
    assert running.returncode in (130, -signal.SIGINT)  # where the machine is busy, Python does not know of it yet
    assert b"Traceback" not in err


def test_a_reader_that_goes_away_is_no_error(folder: Path) -> None:
    shell = f"set -o pipefail; {sys.executable} -m envwright plan --env production -o json | true"
    done = subprocess.run(["bash", "-c", shell], cwd=folder, capture_output=True, timeout=20, check=False)
    assert (done.returncode, done.stderr) in ((0, b""), (1, b""))  # 0 if all of it was in the pipe before


def test_colours_are_for_terminals_and_no_color_wins(folder: Path) -> None:
    (folder / "services.yaml").write_text(stack("servces: []"))
    _, err = process("validate", folder=folder).communicate(timeout=20)
    assert b"\x1b" not in err
    terminal = f"script -qec '{sys.executable} -m envwright validate' /dev/null"
    for setting, coloured in (("", True), ("1", False)):
        environment = {**os.environ, "NO_COLOR": setting, "TERM": "xterm"}
        done = subprocess.run(["bash", "-c", terminal], cwd=folder, env=environment, capture_output=True, check=False)
        assert (b"\x1b[" in done.stdout) == coloured


def test_an_internal_error_is_a_report_without_values(folder: Path, call, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError(os.environ["CANARY"])

    monkeypatch.setenv("CANARY", "canary-value")
    monkeypatch.setattr("envwright.api.resolve", broken)
    said = call("resolve", "--env", "production", "--var", "TOKEN=canary-value")
    assert (said.code, said.out) == (3, "")
    assert "error[EW999]: an internal error: KeyError" in said.err
    assert "canary-value" not in said.err
    assert "Traceback" not in said.err


def test_of_very_many_mistakes_the_first_hundred_are_shown(folder: Path, call) -> None:
    units = "\n".join(f"  - {{name: s{number}, dependsOn: [nope{number}]}}" for number in range(150))
    (folder / "services.yaml").write_text(stack(f"environments: {{dev: {{}}}}\nservices:\n{units}"))
    said = call("validate")
    assert said.err.count("error[EW401]") == 100
    assert said.err.splitlines()[-2:] == ["... and 50 more", "150 errors"]
    assert len(json.loads(call("validate", "--format", "json").err)["diagnostics"]) == 150


def test_a_folder_of_another_environment_is_left_as_it_is(folder: Path, call) -> None:
    assert call("render", "--env", "production", "--out", "out").code == 0
    before = (folder / "out/plan.json").read_bytes()
    said = call("render", "--env", "ai", "--slot", "1", "--out", "out")
    assert (said.code, "error[EW754]: out holds demo production, not demo ai-1" in said.err) == (1, True)
    assert (folder / "out/plan.json").read_bytes() == before


def test_an_interrupt_before_the_command_begins_is_no_traceback() -> None:
    """The module that it comes in stands for any that is imported at the start."""
    script = (
        "import sys; from envwright.__main__ import main\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'envwright.cli.main': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupting()); sys.argv = ['envwright', 'version']; main()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "interrupted\n")
