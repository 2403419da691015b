"""A call that does not fit the stack: the user named something that is not there."""

from __future__ import annotations

from envwright.model.diagnostic import Refused, diagnostic


class WrongCall(Refused):
    """A Refused that is the caller's fault, not the file's: the command line exits with 2 instead of 1."""


def wrong_call(code: str, summary: str, *, hint: str = "") -> WrongCall:
    """Make the exception for a single error of a call; the caller raises it."""
    return WrongCall([diagnostic("error", code, summary, hint=hint)])
