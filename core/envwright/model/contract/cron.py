"""When a CronJob runs: its schedule and its time zone.

https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax
"""

from __future__ import annotations

from typing import Annotated

from envwright.model.contract.types import Pattern

MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"
DAYS = "sun mon tue wed thu fri sat"
MACROS = ("yearly", "annually", "monthly", "weekly", "daily", "midnight", "hourly")


def _names(words: str) -> str:
    """Return the pattern of a few names, each in lower, upper or title case."""
    return "|".join("".join(f"[{letter.upper()}{letter}]" for letter in word) for word in words.split())


# minute, hour, day of the month, month, day of the week: what one value of each may be
FIELDS = (
    "0?[0-9]|[1-5][0-9]",
    "0?[0-9]|1[0-9]|2[0-3]",
    "0?[1-9]|[12][0-9]|3[01]",
    "0?[1-9]|1[0-2]|" + _names(MONTHS),
    "0?[0-6]|" + _names(DAYS),
)


def _field(value: str) -> str:
    """Return the pattern of one field: values, ranges, `*` and `?`, each with a step, and lists of them."""
    item = f"([*?]|({value})(-({value}))?)(/0*[1-9][0-9]*)?"
    return f"{item}(,{item})*"


CronSchedule = Annotated[
    str,
    Pattern(
        f" *{' +'.join(map(_field, FIELDS))} *|@({'|'.join(MACROS)})",
        "five fields of cron, such as `*/10 * * * *` (minute, hour, day, month, day of the week), or `@daily` and such",
    ),
]
TimeZone = Annotated[
    str,
    Pattern("UTC|[A-Za-z]+(/[A-Za-z0-9_+-]+)+", "a time zone by its name, such as `Europe/Berlin` or `Etc/UTC`"),
]
