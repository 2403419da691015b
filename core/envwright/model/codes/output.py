"""Codes EW700-EW799: the plan and the output folder."""

OUTPUT: dict[str, str] = {
    "EW700": "the output folder holds files of something else",
    "EW701": "the output folder cannot be written",
    "EW702": "the predecessor's plan cannot be read",
    "EW703": "the render would empty the environment",
    "EW704": "a first file cannot be written",
    "EW705": "a partial render over a whole one",
}
