from __future__ import annotations

import sys
import zipfile
from importlib.metadata import entry_points as standard
from pathlib import Path

import pytest

from envwright.adapters.entry_points import GROUP, entry_points, installed
from envwright.model.diagnostic import Refused

PLUGIN = "from envwright.host import hookimpl\n\n@hookimpl\ndef envwright_namespace(facts):\n    return None\n"


def install(place: Path, name: str, text: str, version: str = "1.0") -> None:
    metadata = place / f"{name}-{version}.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: {version}\n")
    (metadata / "entry_points.txt").write_text(text)


def found() -> set[tuple[str, str, str, str]]:
    return {(entry.name, entry.value, entry.origin, entry.version) for entry in entry_points()}


def expected() -> set[tuple[str, str, str, str]]:
    return {
        (entry.name, entry.value, entry.dist.name, entry.dist.version)
        for entry in standard(group=GROUP)
        if entry.dist is not None
    }


def test_it_finds_what_importlib_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "a", "acme_guard", "[console_scripts]\nx = y:z\n\n[envwright]\n# comment\nguard = acme.guard\n")
    install(tmp_path / "a", "other", "[console_scripts]\nx = y:z\n")
    install(tmp_path / "b", "acme_guard", "[envwright]\nguard = shadowed\n", "0.9")
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        archive.writestr("zipped-2.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: zipped\nVersion: 2.0\n")
        archive.writestr("zipped-2.0.dist-info/entry_points.txt", "[envwright]\nzipped = zipped:plugin\n")
    for place in ("c.zip", "b", "a", "missing"):
        monkeypatch.syspath_prepend(str(tmp_path / place))
    assert found() == expected()
    assert {name for name, *_ in found()} >= {"guard", "zipped", "platform_rule"}


def test_plugins_are_registered_sorted_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "zz", "[envwright]\nzz = plugin_zz\naa = plugin_zz:inner\n")
    (tmp_path / "plugin_zz.py").write_text(f"{PLUGIN}\nclass inner:\n    pass\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "plugin_zz", raising=False)
    names = [plugin.name for plugin in installed().plugins]
    assert names == sorted(names)
    assert {"aa", "zz"} <= set(names)


def test_a_plugin_that_cannot_be_imported_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "broken", "[envwright]\nbroken = no_such_module\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(Refused, match="EW990 plugin broken cannot be imported"):
        installed()
