"""Runs one program as a container does, for the program's end is the end of all that it started.

    python reaper.py PROGRAM ARGUMENT...

The program is to this process what the first process is to a container. SIGTERM goes to it alone, and not at all if it
does not handle it, as the kernel holds it with a first process. When it ends, everything that it left behind is killed,
and its status becomes this one's. When standard input ends, which it does however the process at its other end ends,
all of it is killed at once.

Runs by its path, with the standard library alone.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import FrameType

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
PROCESSES = Path("/proc")


def main(command: list[str]) -> int:
    """Run the command to its end, and return its status: 128 and the signal's number where one ended it."""
    adopt_orphans()
    # a signal that comes before anybody hears it would end this process alone
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    nothing = (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)
    first = os.posix_spawnp(command[0], command, os.environ, file_actions=[nothing], setsid=True, setsigmask=())

    def forward(number: int, _frame: FrameType | None) -> None:
        if handles(first, number):
            os.kill(first, number)

    signal.signal(signal.SIGTERM, forward)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    threading.Thread(target=kill_with_input, args=(first,), daemon=True).start()
    while True:
        ended, status = os.wait()
        if ended == first:
            break
    kill_the_rest(first)
    code = os.waitstatus_to_exitcode(status)
    return 128 - code if code < 0 else code


def adopt_orphans() -> None:
    """Become the parent of every descendant that loses its own: Linux can, elsewhere a process group has to do."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def handles(pid: int, number: int) -> bool:
    """Return whether a process has a handler for a signal, True where nothing tells."""
    try:
        lines = (PROCESSES / str(pid) / "status").read_text().splitlines()
    except OSError:
        return True
    caught = next((int(line.split()[1], 16) for line in lines if line.startswith("SigCgt:")), -1)
    return bool(caught >> (number - 1) & 1)


def kill_with_input(first: int) -> None:
    """Kill the program when nobody holds the other end of standard input any more."""
    while os.read(0, 1):
        pass
    with suppress(ProcessLookupError):  # it has just ended
        os.kill(first, signal.SIGKILL)


def kill_the_rest(first: int) -> None:
    """Kill what the program left behind: each round those that became children of this process."""
    while True:
        with suppress(OSError):  # it has no others in its group, or none any more
            os.killpg(first, signal.SIGKILL)
        for pid in children():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        try:
            os.wait()
        except ChildProcessError:
            return


def children() -> list[int]:
    """Return the processes whose parent this one is."""
    own = str(os.getpid())
    found = []
    for entry in PROCESSES.glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        if fields[1] == own:
            found.append(int(entry.name))
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
