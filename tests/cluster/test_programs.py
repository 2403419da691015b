"""Where the programs come from, and what is said where there are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster import programs


def unheard(line: str) -> None:
    pytest.fail(f"nothing is to be built: {line}")


def install(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_text("#!/bin/sh\necho go1.9\n", encoding="utf-8")
        (folder / name).chmod(0o755)


def test_the_folder_that_is_named_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(tmp_path))
    install(tmp_path, "etcd", "kube-apiserver", "kubectl")
    with pytest.raises(programs.UnavailableError, match="has no kube-controller-manager"):
        programs.find(unheard)
    install(tmp_path, "kube-controller-manager")
    assert programs.find(unheard) == tmp_path


@pytest.mark.parametrize(("installed", "reason"), [((), "nor Go 1.26.0 installed"), (("go",), "is go1.9, needed is")])
def test_without_a_go_that_is_new_enough_nothing_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installed: tuple[str, ...], reason: str
) -> None:
    monkeypatch.delenv("KUBEBUILDER_ASSETS", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path))
    install(tmp_path, *installed)
    with pytest.raises(programs.UnavailableError, match=reason):
        programs.find(unheard)
    assert not (tmp_path / "cache").exists()
