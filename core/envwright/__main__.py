"""`python -m envwright` and the console script."""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Callable
from typing import NoReturn


def main() -> None:
    """Run the command line and exit: 0 done, 1 bad input, 2 a wrong call, 3 a fault of ours, 130 interrupted."""
    exit_with(command_line)


def command_line() -> int:
    """Run the command line; return the exit code."""
    from envwright.cli.main import run  # without a look for cycles among what it loads, too

    write_utf_8()
    return run(sys.argv[1:])


def exit_with(call: Callable[[], int]) -> NoReturn:
    """Make the only call of this process, and exit with what it returns."""
    # a call makes values by the hundred thousand, keeps most of them and ends: looking for cycles among them takes 6 %
    # of the time of a render and finds no memory to give back
    gc.disable()
    try:
        status = call()
    except KeyboardInterrupt:  # while modules are imported; a command tells it itself
        sys.stderr.write("interrupted\n")
        status = 130
    # when it ends Python looks all the same, but not at what is frozen: 22 ms of `validate`, 50 of 1,000 services
    gc.freeze()
    sys.exit(status)


def write_utf_8() -> None:
    """Let files and pipes get UTF-8 whatever the locale, so that output is the same bytes everywhere.

    A terminal gets its own encoding, with a question mark for what it cannot show.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        if sys.stdout.isatty():
            sys.stdout.reconfigure(errors="replace")
        else:
            sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape", newline="\n")


if __name__ == "__main__":
    main()
