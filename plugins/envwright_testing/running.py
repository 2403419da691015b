"""A local process that runs: started, asked by HTTP, ended."""

from __future__ import annotations

import http.client
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from envwright_testing import reaper
from envwright_testing.machine import Endpoint, LocalProcess
from envwright_testing.service import Answer

NOTICE = 10.0  # seconds; the most that a reloader is left alone with a mistake
PAUSES = (0.05, 0.5)  # the first and the longest
SHOWN = 3000


class Reply(NamedTuple):
    """What came back: the status and the body, or status 0 and why nothing came."""

    status: int
    body: str

    def fits(self, answer: Answer) -> bool:
        """Return whether it is the answer that was hoped for."""
        return self.status == answer.status and answer.text in self.body


class Running:
    """The process of a container. Within `with` it runs, and all that it started is gone afterwards.

    `host` is the name that requests from outside carry. After `patience`, in seconds, what has not happened hangs.
    """

    def __init__(self, process: LocalProcess, endpoint: Endpoint, host: str, log: Path, patience: float) -> None:
        self._process = process
        self._endpoint = endpoint
        self._host = host
        self._log = log
        self._patience = patience
        self._keeper: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Start the command; what it prints goes to the log."""
        with self._log.open("ab") as log:
            self._keeper = subprocess.Popen(  # noqa: S603  # the command of the recipe is what is proved
                [sys.executable, "-I", reaper.__file__, *self._process.command],
                cwd=self._process.folder,
                env=dict(self._process.env),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """End everything at once."""
        if self._keeper is not None:
            self._keeper.communicate()  # closes its input
            self._keeper = None

    def terminate(self) -> None:
        """End it as the kubelet does, by SIGTERM to the first process; fail if it does not end within its time."""
        keeper = self._running()
        keeper.terminate()
        try:
            keeper.wait(self._patience)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it has not ended {self._patience:.0f} s after SIGTERM\n{self.shown}") from None
        self.kill()

    def let_notice(self, change: Callable[[], object]) -> None:
        """Make a change, and give the reloader time to say something about it: most do, and then this returns."""
        printed = self._log.stat().st_size
        change()
        deadline = time.monotonic() + NOTICE
        while self._log.stat().st_size == printed and time.monotonic() < deadline:
            time.sleep(PAUSES[0])

    @property
    def shown(self) -> str:
        """The end of what it printed, for a message."""
        text = self._log.read_text(encoding="utf-8", errors="replace")[-SHOWN:]
        return f"$ {' '.join(self._process.command)}\n{text}"

    def ask(self, path: str, host: str | None = None, patience: float = 10) -> Reply:
        """Ask once, by the name that requests from outside carry unless another is given, with seconds to answer in."""
        connection = http.client.HTTPConnection(self._endpoint.address, self._endpoint.port, timeout=patience)
        try:
            connection.request("GET", path, headers={"Host": self._host if host is None else host})
            response = connection.getresponse()
            return Reply(response.status, response.read().decode("utf-8", "replace"))
        except (OSError, http.client.HTTPException) as error:
            return Reply(0, f"{type(error).__name__}: {error}")
        finally:
            connection.close()

    def is_probed(self, path: str) -> Reply:
        """Ask once as the kubelet's probe does: by the address."""
        return self.ask(path, f"{self._endpoint.address}:{self._endpoint.port}")

    def until(self, what: str, is_so: Callable[[], bool]) -> None:
        """Wait until something is so. Fails when the process ends, and when it does not become so."""
        deadline = time.monotonic() + self._patience
        pause, longest = PAUSES
        while not is_so():
            if (ended := self._running().poll()) is not None:
                raise AssertionError(f"{what}: the process ended with status {ended}\n{self.shown}")
            if time.monotonic() > deadline:
                raise AssertionError(f"{what}: not within {self._patience:.0f} s\n{self.shown}")
            time.sleep(pause)
            pause = min(pause * 1.2, longest)

    def until_answered(self, answer: Answer, what: str) -> None:
        """Wait until a question has its answer."""
        last = Reply(0, "")

        def is_so() -> bool:
            nonlocal last
            last = self.ask(answer.path)
            return last.fits(answer)

        try:
            self.until(what, is_so)
        except AssertionError as error:
            hoped = f"GET {answer.path}: wanted {answer.status} with {answer.text!r}"
            raise AssertionError(f"{error}\n{hoped}, got {last.status}: {last.body[:500]}") from None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._keeper is None:
            raise RuntimeError("it does not run")
        return self._keeper
