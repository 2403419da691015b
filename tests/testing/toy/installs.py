"""The stack `toy` as if it installed for itself whenever its list of packages changes."""

from __future__ import annotations

import toy

from envwright.host import hookimpl
from envwright.model.language import ChangeRule, LanguageStack


@hookimpl
def envwright_stack() -> LanguageStack:
    """Bring the stack `toy` with another rule."""
    return toy.STACK._replace(changes=(ChangeRule("**", "hot-reload", "it is read when it is asked for"),))
