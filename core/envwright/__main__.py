"""`python -m envwright` and the console script."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and exit: 0 done, 1 bad input, 2 a wrong call, 3 a fault of ours, 130 interrupted."""
    from envwright.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
