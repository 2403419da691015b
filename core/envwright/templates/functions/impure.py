"""Functions of other tools that a pure render cannot have, each with what to do instead."""

from __future__ import annotations

_TIME = "pass the time as a variable, or leave it out: the same source gives the same output"
_RANDOM = "let the reconciler generate it: declare it in secrets with generate"
_OUTSIDE = "a render sees services.yaml, its imports and the passed variables, nothing else"
_PROCESS = 'a passed variable is read with envOr "NAME" "fallback"'

IMPURE = {
    **dict.fromkeys(["now", "date", "dateInZone", "dateModify", "ago", "htmlDate", "unixEpoch"], _TIME),
    **dict.fromkeys(["randAlpha", "randAlphaNum", "randAscii", "randNumeric", "randBytes", "randInt"], _RANDOM),
    **dict.fromkeys(["uuidv4", "shuffle", "htpasswd", "bcrypt", "derivePassword", "encryptAES"], _RANDOM),
    **dict.fromkeys(["genPrivateKey", "genCA", "genSelfSignedCert", "genSignedCert"], _RANDOM),
    **dict.fromkeys(["lookup", "getHostByName", "readFile", "fileExists", "exec"], _OUTSIDE),
    **dict.fromkeys(["expandenv", "getenv", "osenv"], _PROCESS),
}
