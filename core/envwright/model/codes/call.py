"""Codes EW900-EW999: the call itself."""

CALL: dict[str, str] = {
    "EW900": "a wrong call",
    "EW901": "an option that cannot be read",
    "EW990": "a plugin failed",
    "EW999": "an internal error",
}
