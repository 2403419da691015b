"""Installs what the fixture services need, ahead of the tests: what `make conformance` does."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from envwright_testing.conformance import StackConformance
from envwright_testing.service import UnavailableError


def proofs() -> list[type[StackConformance]]:
    """Return the classes of this folder that prove a stack."""
    names = [f"tests.conformance.{file.stem}" for file in sorted(Path(__file__).parent.glob("test_*.py"))]
    for name in names:
        import_module(name)
    return [proof for proof in StackConformance.__subclasses__() if proof.__module__ in names]


def main() -> int:
    """Bring what is missing, and say what cannot be brought."""
    missing = 0
    for proof in proofs():
        try:
            proof.service.provide(proof.service.folder, lambda line: print(line, flush=True))
        except UnavailableError as error:
            print(f"{proof.__name__}: {error}", file=sys.stderr)
            missing += 1
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
