"""Codes EW800-EW899: older formats, what only its tool can tell of a migration, and plugins of others."""

FORMATS: dict[str, str] = {
    "EW800": "a format that must be converted first",
    "EW801": "a part that could not be carried over",
    "EW802": "the conversion would overwrite a file",
    "EW803": "a migration that lacks what its tool needs",
    "EW804": "a migration that its tool cannot run backwards",
    "EW805": "the package of a new plugin cannot be written",
    "EW806": "what an installed plugin found",
}
