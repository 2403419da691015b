"""The message of a commit: a subject, what changes, the trailers."""

from __future__ import annotations

from itertools import zip_longest

from envwright.envrepo.record import Record
from envwright.model.transition import Transition
from envwright.plan.views.changes import summary, transition_text
from envwright.plan.views.escape import unlinked

MOST_LINES = 40


def commit_message(title: str, transition: Transition, record: Record) -> str:
    """Return the message of a commit that brings a transition.

    `title` begins the subject: the environment, and what is done to it unless that is an update.
    """
    trailers = "\n".join(f"{name}: {_one_line(value)}" for name, value in record.trailers().items())
    parts = [f"{title}: {summary(transition)}", _body(transition), trailers]
    return "\n\n".join(part for part in parts if part) + "\n"


def misstated(message: str, title: str, transition: Transition) -> tuple[str, str] | None:
    """Return what a message says of a transition, and what it would say, None if it says that.

    The operations stand in it as they are. Its subject tells them too where it begins with the environment, `title`: a
    forge may put the number of a pull request behind it, and people another subject in its place.
    """
    subject, _, rest = message.partition("\n")
    told = f": {summary(transition)}"
    if subject.startswith(f"{title}:") and not (subject.endswith(told) or f"{told} (" in subject):
        return subject, f"{title}{told}"
    said, body = rest.strip("\n"), _body(transition)
    if not body or f"\n\n{body}\n\n" in f"\n\n{said}\n\n":
        return None
    pairs = zip_longest(said.splitlines(), body.splitlines(), fillvalue="")
    return next((pair for pair in pairs if pair[0] != pair[1]), ("", ""))


def _body(transition: Transition) -> str:
    lines = unlinked(transition_text(transition)).splitlines()[:-1]  # the last one is the summary
    more = [f"and {len(lines) - MOST_LINES} more" for _ in lines[MOST_LINES : MOST_LINES + 1]]
    return "\n".join([*lines[:MOST_LINES], *more])


def _one_line(value: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in value)
