"""Codes EW800-EW899: older formats."""

FORMATS: dict[str, str] = {
    "EW800": "a format that must be converted first",
    "EW801": "a part that could not be carried over",
    "EW802": "the conversion would overwrite a file",
}
