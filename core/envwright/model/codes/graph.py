"""Codes EW400-EW499: the deploy graph."""

GRAPH: dict[str, str] = {
    "EW400": "dependencies form a cycle",
    "EW401": "unknown dependency",
    "EW402": "a dependency on a unit that is off",
    "EW403": "a dependency on a later phase",
    "EW404": "unknown phase",
    "EW405": "unknown unit",
    "EW406": "infrastructure comes first",
    "EW410": "a stack that Argo CD or Flux cannot carry",
}
