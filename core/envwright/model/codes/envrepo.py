"""Codes EW736-EW759: what is committed to the environment repository, and what is read there."""

ENVREPO: dict[str, str] = {
    "EW736": "a pin of a name that the stack lacks",
    "EW737": "the environment is held",
    "EW738": "the source is older than what is deployed",
    "EW739": "more would be deleted than the budget allows",
    "EW740": "nothing is deployed there",
    "EW741": "not a place in the environment repository",
    "EW742": "a commit that envwright did not make",
    "EW743": "a file is not what the source makes",
    "EW744": "a trailer is not what the commit says",
    "EW745": "a merge in the environment repository",
    "EW746": "made by another engine",
    "EW747": "variables that are needed again",
    "EW748": "a commit reaches outside of its environment",
    "EW749": "pins or hold cannot be read",
    "EW750": "a signature that does not count",
    "EW751": "nothing to go back to",
    "EW752": "nothing of that name to promote",
    "EW753": "the source lacks the fix",
}
