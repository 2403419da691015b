"""Which rule of a stack a changed file falls under."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from envwright.images.pattern import matcher
from envwright.model.language import ChangeRule

# a file that no rule speaks of may be anything that the image is made from
OTHERWISE = ChangeRule("**", "rebuild", "nothing says that less is enough")


def rule_for(rules: Iterable[ChangeRule], path: str) -> ChangeRule:
    """Return the first rule that matches a file, `path` being relative to the service's directory.

    Raises BadPattern for a rule whose pattern is none.
    """
    return next((rule for rule in rules if _matcher(rule.pattern)(path)), OTHERWISE)


@cache
def _matcher(pattern: str) -> Callable[[str], object]:
    return matcher(pattern)
