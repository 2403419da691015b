"""Codes EW000-EW099: reading files and YAML."""

READING: dict[str, str] = {
    "EW001": "a file is missing or cannot be read",
    "EW002": "not UTF-8",
    "EW003": "not valid YAML",
    "EW004": "duplicate key",
    "EW005": "merge keys are not supported",
    "EW006": "unknown tag",
    "EW007": "anchors expand beyond the limit",
    "EW008": "nested too deeply",
    "EW009": "more than one document",
    "EW010": "the file is too large",
    "EW011": "YAML 1.1 and YAML 1.2 read this scalar differently",
    "EW012": "a key that is not text",
    "EW013": "an empty file",
    "EW014": "nothing stands at this path",
    "EW020": "an import that leads nowhere",
    "EW021": "imports form a cycle",
    "EW022": "an import leads out of the repository",
}
