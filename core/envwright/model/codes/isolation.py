"""Codes EW600-EW699: isolation and secrets."""

ISOLATION: dict[str, str] = {
    "EW600": "a cluster-scoped object in an isolated environment",
    "EW601": "an object in a foreign namespace",
    "EW602": "a secret value would leave its Secret",
    "EW603": "a Secret with data",
    "EW604": "an object was left out of an isolated environment",
    "EW605": "an object was narrowed to the namespace",
}
