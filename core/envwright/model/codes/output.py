"""Codes EW700-EW799: the plan, the output folder and git (EW720-EW735)."""

OUTPUT: dict[str, str] = {
    "EW700": "the output folder holds files of something else",
    "EW701": "the output folder cannot be written",
    "EW702": "the predecessor's plan cannot be read",
    "EW703": "the render would empty the environment",
    "EW704": "a first file cannot be written",
    "EW705": "a partial render over a whole one",
    "EW720": "git cannot be run",
    "EW721": "a repository's URL that is not taken",
    "EW722": "the repository cannot be reached",
    "EW723": "a path that cannot be committed",
    "EW724": "a name that cannot be a branch",
    "EW725": "an author, a date or a message that cannot be committed",
    "EW726": "the cache of the repository is broken",
    "EW727": "the push did not land",
    "EW728": "the source is not in a git repository",
    "EW729": "a key that cannot sign or check",
    "EW730": "the repository holds more than can be read",
    "EW731": "something is in the way of the environment's directory",
}
