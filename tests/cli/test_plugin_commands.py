"""Commands that plugins bring, and the list of plugins."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.plugins import install, run
from tests.support.stacks import stack, write

HELLO = '''
from envwright.hookspecs import Command
from envwright.host import hookimpl


def load():
    import click

    @click.command("hello")
    @click.argument("name")
    def command(name):
        """Say hello."""
        click.echo(f"hello {name}")

    return command


@hookimpl
def envwright_command():
    return Command("hello", "Say hello.", load)
'''


def test_a_command_of_a_plugin_is_listed_and_runs(tmp_path: Path) -> None:
    install(tmp_path, "acme-hello", HELLO)
    listed = run(["--help"], tmp_path, cwd=tmp_path)
    assert "  hello    Say hello.\n" in listed.stdout.partition("Commands of plugins:\n")[2]
    called = run(["hello", "world"], tmp_path, cwd=tmp_path)
    assert (called.returncode, called.stdout, called.stderr) == (0, "hello world\n", "")
    mistyped = run(["helo"], tmp_path, cwd=tmp_path)
    assert mistyped.returncode == 2
    assert 'did you mean "hello"?' in mistyped.stderr


VIEW = """
from envwright.hookspecs import View
from envwright.host import hookimpl


@hookimpl
def envwright_view():
    forms = {"names": lambda output: " ".join(unit.name for unit in output.units) + "\\n", "wrong": lambda output: 7}
    return View("glance", "Show the names.", forms)
"""
STACK = """
environments: {dev: {}}
services: [{name: api, workload: {kind: deployment, image: "nginx:1.29"}}]
"""


def test_a_view_of_a_plugin_is_a_command_that_renders(tmp_path: Path) -> None:
    install(tmp_path, "acme-glance", VIEW)
    write(tmp_path, {"services.yaml": stack(STACK)})
    listed = run(["--help"], tmp_path, cwd=tmp_path).stdout
    assert "  glance   Show the names.\n" in listed
    assert "  context  Tell what" in listed
    called = run(["glance", "--env", "dev"], tmp_path, cwd=tmp_path)
    assert (called.returncode, called.stdout, called.stderr) == (0, "api\n", "")
    wrong = run(["glance", "--env", "dev", "-o", "wrong"], tmp_path, cwd=tmp_path)
    assert wrong.returncode == 1
    assert "error[EW990]: plugin acme_glance failed in envwright_view: it returned int, not str" in wrong.stderr


def test_a_view_and_a_command_of_one_name_are_refused(tmp_path: Path) -> None:
    install(tmp_path, "acme-hello", HELLO.replace('"hello"', '"context"'))
    called = run(["--help"], tmp_path, cwd=tmp_path)
    assert called.returncode == 1
    assert "brings the command `context`, which the plugin context has" in called.stderr


def test_a_plugin_may_not_take_the_name_of_a_command(tmp_path: Path) -> None:
    install(tmp_path, "acme-render", HELLO.replace('"hello"', '"render"'))
    called = run(["--help"], tmp_path, cwd=tmp_path)
    assert called.returncode == 1
    assert "error[EW990]: the plugin acme_render brings the command `render`" in called.stderr


def test_a_command_that_cannot_be_loaded_is_a_diagnostic(tmp_path: Path) -> None:
    install(tmp_path, "acme-hello", HELLO.replace("import click", "import clack"))
    called = run(["hello"], tmp_path, cwd=tmp_path)
    assert called.returncode == 1
    assert "error[EW990]: plugin acme_hello failed in envwright_command: ModuleNotFoundError" in called.stderr


def test_plugins_are_listed_with_version_origin_and_hooks(tmp_path: Path) -> None:
    install(tmp_path, "acme-hello", HELLO)
    listed = run(["plugins"], tmp_path, cwd=tmp_path).stdout.splitlines()
    assert listed[:2] == ["acme_hello  1.2.0  (acme-hello)", "  envwright_command"]
    assert "platform_rule" in {line.split()[0] for line in listed}
    found = json.loads(run(["plugins", "-o", "json"], tmp_path, cwd=tmp_path).stdout)
    assert found[0] == {
        "name": "acme_hello",
        "version": "1.2.0",
        "origin": "acme-hello",
        "hooks": ["envwright_command"],
    }


def test_a_plugin_that_does_not_import_is_a_diagnostic(tmp_path: Path) -> None:
    install(tmp_path, "acme-hello", "import clack\n")
    listed = run(["plugins"], tmp_path, cwd=tmp_path)
    assert listed.returncode == 1
    assert "error[EW990]: plugin acme_hello cannot be imported" in listed.stderr


HOOK = """
from envwright.host import hookimpl
from envwright.hookspecs import ContractSection
from envwright.model.value import Value


class Settings(Value):
    pass


@hookimpl
"""
WRONG = {
    "raises when it is asked": (
        "def envwright_check_objects(objects):\n    raise KeyError('its own')\n",
        "plugin acme_bad failed in envwright_check_objects: KeyError: 'its own'",
    ),
    "raises at the start": (
        "def envwright_stack():\n    1 / 0\n",
        "plugin acme_bad failed in envwright_stack: ZeroDivisionError: division by zero",
    ),
    "takes a section that is another's": (
        "def envwright_contract_section():\n    return ContractSection('hot-reload', Settings)\n",
        "the plugins acme_bad and hot_reload both bring the contract section `plugins.hot-reload`",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_plugin_that_fails_is_named_and_exit_is_1(wrong: str, tmp_path: Path) -> None:
    code, says = WRONG[wrong]
    install(tmp_path, "acme-bad", HOOK + code)
    called = run(
        ["render", "-f", str(ROOT / "golden/hello/services.yaml"), "--env", "production", "-o", "-"],
        tmp_path,
        cwd=tmp_path,
    )
    assert (called.returncode, called.stdout) == (1, "")
    assert called.stderr.startswith(f"error[EW990]: {says}\n")
