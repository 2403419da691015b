"""`python -m envwright_hooks` and the console script `envwright-validate`, which pre-commit runs."""

from __future__ import annotations

from envwright.__main__ import exit_with


def main() -> None:
    """Validate the stacks that the changed files belong to, and exit: 0 valid, 1 not."""
    exit_with(validated)


def validated() -> int:
    """Validate them; return the exit code."""
    from envwright_hooks.validate import main as validate  # without a look for cycles among what it loads, too

    return validate()


if __name__ == "__main__":
    main()
