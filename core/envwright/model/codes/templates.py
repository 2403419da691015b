"""Codes EW200-EW299: templates."""

TEMPLATES: dict[str, str] = {
    "EW200": "a template does not parse",
    "EW201": "an undefined name",
    "EW202": "unknown function",
    "EW203": "a function was called with the wrong arguments",
    "EW204": "a key that the map does not have",
    "EW205": "printf: the verb does not fit its value",
    "EW206": "a template went over its limit",
    "EW207": "a template's result has the wrong type",
    "EW208": "an impure function",
    "EW209": "not allowed in a template",
    "EW210": "unknown partial template",
    "EW211": "the template itself refuses",
    "EW212": "a value that cannot be used this way",
}
