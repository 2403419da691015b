"""The committed files are what the types say."""

from __future__ import annotations

from pathlib import Path

from envwright.contract.generate import main, stale
from tests.support.paths import ROOT


def test_the_committed_files_are_fresh() -> None:
    assert stale(ROOT) == (), "run `make schema` and commit what it wrote"


def test_generating_writes_what_is_stale_and_nothing_else(tmp_path: Path) -> None:
    texts = {"schema/a.json": "{}\n", "b.md": "# b\n"}
    generated = [(path, lambda path=path: texts[path]) for path in texts]
    assert main([str(tmp_path)], generated) == 0
    written = (tmp_path / "b.md").stat().st_mtime_ns
    (tmp_path / "schema/a.json").write_text("[]\n", encoding="utf-8")
    assert stale(tmp_path, generated) == ("schema/a.json",)
    main([str(tmp_path)], generated)
    assert stale(tmp_path, generated) == ()
    assert (tmp_path / "b.md").stat().st_mtime_ns == written
