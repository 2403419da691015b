"""A call that does not fit the stack: the user named something that is not there."""

from __future__ import annotations

from envwright.model.diagnostic import Refused


class WrongCall(Refused):
    """A Refused that is the caller's fault, not the file's: the command line exits with 2 instead of 1."""
