"""What `explain` tells."""

from __future__ import annotations

from typing import Any

from envwright.ast.explain import Origin
from envwright.model.value import Value


class Explanation(Value):
    """A value and how it came about.

    `value` is the value that holds, as plain JSON values, after templates if an environment was selected. `origins` is
    what was written: the declaration that holds first, then each that it overrode; empty for a default of the contract.
    `default` says that no file declares it, `note` how it was found out then.
    """

    path: str
    value: Any
    origins: tuple[Origin, ...] = ()
    default: bool = False
    note: str = ""
