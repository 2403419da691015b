"""Codes EW736-EW759: what is committed to the environment repository, and what is read there."""

ENVREPO: dict[str, str] = {
    "EW736": "a pin of a name that the stack lacks",
    "EW737": "the environment is held",
    "EW738": "the source is older than what is deployed",
    "EW739": "more would be deleted than the budget allows",
    "EW741": "not a place in the environment repository",
    "EW742": "a commit that envwright did not make",
    "EW749": "pins or hold cannot be read",
    "EW753": "the source lacks the fix",
}
