"""Names that git is given, branches and paths: none that means something else to git or to who checks it out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping

from envwright.model.diagnostic import refuse

MAX_NAME = 255  # bytes: what file systems take
MAX_PATH = 1000  # bytes below the repository's root
# what nearly every path is, and needs no closer look
PLAIN_NAME = r"\w(?:[\w.@+=,-]*[\w@+=,-])?"
PLAIN = re.compile(rf"(?:{PLAIN_NAME}/)*{PLAIN_NAME}", re.ASCII)
# git-check-ref-format(1), and `-` at the start, which git would take for an option
FORBIDDEN_IN_REF = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/\.|\.lock(/|$)|^[-./@]|[/.]$|/-")
# what macOS and Windows take for `.git` and the files that steer it (CVE-2014-9390, CVE-2019-1353, CVE-2021-21300)
STEERS_GIT = re.compile(r"\.git(modules|attributes|ignore)?|git~\d+|git(mod|att|ign)~\d+|gi[0-9a-f]{4}~\d+")


def is_branch(name: str) -> bool:
    """Return whether `name` can be a branch, without `refs/heads/`."""
    short = len(name.encode("utf-8", "surrogatepass")) <= MAX_NAME
    return bool(name) and short and not FORBIDDEN_IN_REF.search(name) and name.isprintable()


def check_branch(name: str) -> str:
    """Return a branch's name, without `refs/heads/`. Raises Refused: EW724."""
    if not is_branch(name):
        raise refuse("EW724", f"{name!r} cannot be a branch", hint="see git-check-ref-format for what a name may hold")
    return name


def check_paths(directory: str, paths: Collection[str]) -> None:
    """Check every path of a commit, each below `directory` (empty: the root). Raises Refused: EW723."""
    written: dict[str, str] = {}  # by what a file system that ignores case makes of it
    folders: set[str] = set()
    for path in paths:
        whole = f"{directory}/{path}" if directory else path
        fault = fault_of(whole)
        if fault:
            raise refuse("EW723", f"{whole!r} cannot be committed: {fault}", hint="rename it in the stack")
        _claim(whole, written)
        folder = whole.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            _claim(folder, written)
            folder = folder.rpartition("/")[0]
    start = len(directory) + 1 if directory else 0
    both = min((folder for folder in folders if folder[start:] in paths), default=None)
    if both is not None:
        raise refuse("EW723", f"{both!r} is a file and a directory", hint="rename one of them")


def _claim(path: str, written: dict[str, str]) -> None:
    other = written.setdefault(_folded(path), path)
    if other != path:
        raise refuse("EW723", f"{path!r} and {other!r} differ in case alone", hint="rename one of them")


def check_place(directory: str, there: Mapping[str, bool]) -> None:
    """Check that a directory can be made beside what is there: paths of one folder, and which of them are directories.

    Raises Refused: EW731.
    """
    parts = directory.split("/")
    for path, is_folder in there.items():
        wanted = "/".join(parts[: path.count("/") + 1])
        if path == wanted and not is_folder:
            raise refuse("EW731", f"{path!r} is there and is no directory", hint="see who committed it")
        if path != wanted and _folded(path) == _folded(wanted):
            hint = "one of them has to have another name"
            raise refuse("EW731", f"{path!r} is there, which differs from {wanted!r} in case alone", hint=hint)


def _folded(path: str) -> str:
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", path).casefold()


def fault_of(path: str) -> str:
    """Return why a path below the root cannot be in a commit, or nothing."""
    if len(path) <= MAX_NAME and PLAIN.fullmatch(path):
        return ""
    try:
        size = len(path.encode("utf-8"))
    except UnicodeEncodeError:
        return "it is not Unicode"
    if size > MAX_PATH:
        return f"it has more than {MAX_PATH} bytes"
    return next((fault for part in path.split("/") if (fault := _fault_of_name(part))), "")


def _fault_of_name(name: str) -> str:
    if name in ("", ".", ".."):
        return "it has an empty name, `.` or `..` in it"
    if len(name.encode("utf-8")) > MAX_NAME:
        return f"a name in it has more than {MAX_NAME} bytes"
    if any(unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp") for character in name):
        return "it holds control characters"
    if "\\" in name:
        return "it holds a backslash"
    if name[-1] in ". ":
        return "a name in it ends with a dot or a space"
    if name[0] == "-":
        return "a name in it begins with `-`"
    if STEERS_GIT.fullmatch(name.partition(":")[0].rstrip(". ").casefold()):
        return "it would steer git"
    return ""
