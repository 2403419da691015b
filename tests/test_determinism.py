"""Same source, same bytes: whatever machine renders it, from wherever, in whatever order its files were made."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from envwright import api
from tests.support.goldens import ROOT, Golden, goldens, variables

SMALL = Golden("shop", "ai", 7)
LARGE = Golden("platform", "production", 0)
# of a process that starts with nothing: where Python finds what it needs
CLEAN = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH", "VIRTUAL_ENV") if name in os.environ}


def source_of(golden: Golden) -> Path:
    return ROOT / "golden" / golden.stack


def rendered(
    golden: Golden, file: str | Path, folder: Path, cwd: Path = ROOT, umask: int = 0o022, **environ: str
) -> dict[str, bytes]:
    """Render into a folder in a process of its own; return every file with its bytes, and what it printed as `-`."""
    slot = ["--slot", str(golden.slot)] if golden.slot else []
    passed = [f"--var={name}={value}" for name, value in variables(source_of(golden)).items()]
    command = [
        sys.executable,
        "-m",
        "envwright",
        "render",
        "-f",
        str(file),
        "--env",
        golden.environment,
        *slot,
        *passed,
    ]
    done = subprocess.run(
        [*command, "--out", str(folder)],
        cwd=cwd,
        env={**CLEAN, **environ},
        umask=umask,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return files_of(folder)


def files_of(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> dict[Golden, dict[str, bytes]]:
    """What the library makes of each in this process."""
    found = {}
    for golden in (SMALL, LARGE):
        folder = tmp_path_factory.mktemp("usual")
        api.write(golden.render(), folder)
        found[golden] = files_of(folder)
    return found


class Setting(NamedTuple):
    """One way to differ: where the process runs, how it names the file, and in what surroundings."""

    name: str
    cwd: str = "."
    file: str = "{source}/services.yaml"
    umask: int = 0o022
    environ: Mapping[str, str] = {}

    def __str__(self) -> str:
        return self.name


SETTINGS = [
    Setting("hash seed 0", environ={"PYTHONHASHSEED": "0"}),
    Setting("hash seed 424242", environ={"PYTHONHASHSEED": "424242"}),
    Setting("far east", environ={"TZ": "Pacific/Kiritimati"}),
    Setting("Turkish", environ={"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "LANGUAGE": "tr"}),
    Setting(
        "no locale", environ={"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    ),
    Setting("another user", environ={"USER": "ada", "HOME": "/nonexistent", "COLUMNS": "20", "CI": "true"}),
    Setting("strict umask", umask=0o077),
    Setting("no umask", umask=0),
    Setting("from its own directory", cwd="golden/{stack}", file="services.yaml"),
    Setting("from beside it", cwd="golden/hello", file="../{stack}/services.yaml"),
    Setting("from the root of the disk", cwd="/"),
    Setting("by its directory", file="golden/{stack}"),
]


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_surroundings_change_nothing(setting: Setting, usual: dict[Golden, dict[str, bytes]], tmp_path: Path) -> None:
    file = setting.file.format(source=source_of(SMALL), stack=SMALL.stack)
    cwd = ROOT / setting.cwd.format(stack=SMALL.stack)
    found = rendered(SMALL, file, tmp_path / "out", cwd, setting.umask, **setting.environ)
    assert found == usual[SMALL]


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """Return a folder where directories list their files in another order than on a disk, if there is one."""
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if os.access(shared, os.W_OK) else tmp_path) as folder:
        yield Path(folder)


def copied(source: Path, target: Path, names: list[Path], time: int) -> Path:
    """Copy files one after the other in the order of their names, all with one time."""
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source / name, target / name, follow_symlinks=False)
        os.utime(target / name, (time, time), follow_symlinks=False)
    return target


def test_another_copy_made_in_another_order_at_another_time_gives_the_same(
    usual: dict[Golden, dict[str, bytes]], tmp_path: Path, memory: Path
) -> None:
    source = source_of(LARGE)
    names = sorted(path.relative_to(source) for path in source.rglob("*") if path.is_file())
    backwards = copied(source, memory / "a name with spaces, и буквы", names[::-1], time=1)
    mixed = random.Random(0).sample(names, len(names))
    everything = {"PYTHONHASHSEED": "7", "TZ": "America/St_Johns", "LC_ALL": "C"}
    found = rendered(LARGE, backwards / "services.yaml", tmp_path / "1", Path("/"), 0o077, **everything)
    assert found == usual[LARGE]
    later = copied(source, tmp_path / "copy", mixed, time=2**31)
    (tmp_path / "link").symlink_to(later)
    assert rendered(LARGE, tmp_path / "link", tmp_path / "2", PYTHONHASHSEED="8") == usual[LARGE]


def test_standard_input_gives_the_same(usual: dict[Golden, dict[str, bytes]], tmp_path: Path) -> None:
    source = source_of(SMALL)
    command = [sys.executable, "-m", "envwright", "plan", "-f", "-", "--base-dir", str(source), "-o", "json"]
    command += ["--env", SMALL.environment, "--slot", str(SMALL.slot)]
    done = subprocess.run(
        command, input=(source / "services.yaml").read_bytes(), env=CLEAN, capture_output=True, check=True
    )
    assert done.stdout == usual[SMALL]["plan.json"]


def test_printed_bytes_are_the_same_in_every_locale(tmp_path: Path) -> None:
    spec = "{environments: {production: {}}, vars: {city: Ереван ☕}}"
    (tmp_path / "services.yaml").write_text(
        f"apiVersion: envwright.dev/v1\nkind: ServiceStack\nmetadata: {{name: demo}}\nspec: {spec}\n", encoding="utf-8"
    )
    command = [sys.executable, "-m", "envwright", "plan", "-o", "json"]
    printed = {
        subprocess.run(
            command, cwd=tmp_path, env={**CLEAN, "PYTHONIOENCODING": encoding}, capture_output=True, check=True
        ).stdout
        for encoding in ("utf-8", "koi8-r", "ascii")
    }
    assert ["Ереван ☕" in found.decode() for found in printed] == [True]


# The predecessor


def test_a_predecessor_changes_the_transition_alone(usual: dict[Golden, dict[str, bytes]], tmp_path: Path) -> None:
    former, folder = tmp_path / "former", tmp_path / "rendered"
    shutil.copytree(source_of(SMALL), former)
    component = former / "services/orders/service.yaml"
    component.write_text(component.read_text(encoding="utf-8").replace("2.0.1", "2.0.0"), encoding="utf-8")
    older = api.render(api.Request(environment=SMALL.environment, slot=SMALL.slot), api.open_world(former))
    api.write(older, folder)
    found = rendered(SMALL, source_of(SMALL), folder)
    assert {path for path, content in found.items() if content != usual[SMALL].get(path)} == {"transition.json"}
    assert json.loads(found["transition.json"])["predecessor"] == older.rendered.digest
    assert json.loads(found["transition.json"])["changed"]
    again = rendered(SMALL, source_of(SMALL), folder)
    assert again == found


def test_the_digest_of_the_plan_does_not_depend_on_what_is_rendered_with_it(tmp_path: Path) -> None:
    world = api.open_world(source_of(SMALL))
    request = api.Request(environment=SMALL.environment, slot=SMALL.slot)
    first = api.render(request, world).files
    api.render(api.Request(environment="production"), world)
    api.validate(api.Request(), world, manifests=True)
    assert api.render(request, world).files == first


# The order of keys


def shuffled(value: Any, generator: random.Random, key: str = "") -> Any:
    """Return a value with the keys of its maps in another order.

    That of `env` is kept: Kubernetes replaces `$(NAME)` by what stands before, so there the order has a meaning.
    """
    if isinstance(value, list):
        return [shuffled(item, generator) for item in value]
    if not isinstance(value, dict):
        return value
    items = list(value.items())
    if key != "env":
        generator.shuffle(items)
    return {name: shuffled(item, generator, name) for name, item in items}


@pytest.mark.parametrize(
    "golden", [found for found in goldens() if found.stack in ("hello", "shop", "platform")], ids=str
)
def test_the_order_of_keys_has_no_meaning(golden: Golden, tmp_path: Path) -> None:
    source = source_of(golden)
    usual = golden.render().files
    for seed in range(2):
        folder = shutil.copytree(source, tmp_path / str(seed))
        files = [file for file in folder.rglob("*.yaml") if "apiVersion: envwright.dev/" in file.read_text()]
        for file in files:
            document = shuffled(yaml.safe_load(file.read_text()), random.Random(seed))
            file.write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True))
        request = api.Request(environment=golden.environment, slot=golden.slot, variables=variables(source))
        found = api.render(request, api.open_world(folder)).files
        differing = {path for path in {*usual, *found} if usual.get(path) != found.get(path)}
        assert not differing


def test_the_order_of_variables_and_of_what_is_public_has_no_meaning() -> None:
    world = api.open_world(source_of(LARGE))
    passed = {**variables(source_of(LARGE)), "UNUSED": "1", "ANOTHER": "2"}
    plans = {
        api.render(
            api.Request(
                environment=LARGE.environment,
                variables=dict(sorted(passed.items(), reverse=backwards)),
                public=frozenset(sorted(passed, reverse=backwards)),
            ),
            world,
        ).files["plan.json"]
        for backwards in (False, True)
    }
    assert len(plans) == 1
