"""The message of a commit: a subject, what changes, the trailers."""

from __future__ import annotations

from envwright.envrepo.record import Record
from envwright.model.transition import Transition
from envwright.plan.views.changes import summary, transition_text

MOST_LINES = 40


def commit_message(title: str, transition: Transition, record: Record) -> str:
    """Return the message of a commit that brings a transition.

    `title` begins the subject: the environment, and what is done to it unless that is an update.
    """
    lines = transition_text(transition).splitlines()[:-1]  # the last one is the summary
    more = [f"and {len(lines) - MOST_LINES} more" for _ in lines[MOST_LINES : MOST_LINES + 1]]
    body = "\n".join([*lines[:MOST_LINES], *more])
    trailers = "\n".join(f"{name}: {_one_line(value)}" for name, value in record.trailers().items())
    parts = [f"{title}: {summary(transition)}", body, trailers]
    return "\n\n".join(part for part in parts if part) + "\n"


def _one_line(value: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in value)
