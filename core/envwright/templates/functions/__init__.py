"""The one table of functions, for both syntaxes: a module for each group, in the order of the reference."""

from __future__ import annotations

from collections.abc import Mapping

from envwright.templates.functions.collections import COLLECTIONS
from envwright.templates.functions.encoding import ENCODING
from envwright.templates.functions.function import Function
from envwright.templates.functions.logic import LOGIC
from envwright.templates.functions.numbers import NUMBERS
from envwright.templates.functions.output import OUTPUT
from envwright.templates.functions.surroundings import SURROUNDINGS
from envwright.templates.functions.text import TEXT

GROUPS: Mapping[str, tuple[Function, ...]] = {
    "Logic and comparison": LOGIC,
    "Variables, images and partial templates": SURROUNDINGS,
    "Text": TEXT,
    "Lists and maps": COLLECTIONS,
    "Numbers": NUMBERS,
    "Printing": OUTPUT,
    "Encoding": ENCODING,
}

FUNCTIONS: Mapping[str, Function] = {function.name: function for group in GROUPS.values() for function in group}
