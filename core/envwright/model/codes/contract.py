"""Codes EW100-EW199: the contract of services.yaml."""

CONTRACT: dict[str, str] = {
    "EW100": "unknown apiVersion or kind",
    "EW101": "unknown key",
    "EW102": "a value of the wrong type",
    "EW103": "a required key is missing",
    "EW104": "unknown component",
    "EW105": "a name defined twice",
    "EW106": "a value that is not allowed here",
    "EW107": "keys that exclude each other",
    "EW108": "a plugin's section is not known",
    "EW109": "a path leads out of the repository",
    "EW110": "unknown unit in overrides",
}
