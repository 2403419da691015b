"""What the kubelet makes of `$` in commands, arguments and variables.

https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# `$$` is `$`; `$(NAME)` is a variable's value where there is such a variable; any other `$` is itself
_DOLLAR = re.compile(r"\$(\$|\(([^)]*)\))?", re.DOTALL)


def substituted(text: str, variables: Mapping[str, str]) -> str:
    """Return a text as the process gets it."""

    def value(found: re.Match[str]) -> str:
        if found[1] == "$":
            return "$"
        return variables.get(found[2], found[0]) if found[1] else "$"

    return _DOLLAR.sub(value, text)
