"""Names that git is given, branches and paths: none that means something else to git or to who checks it out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping

from envwright.model.diagnostic import refuse

MAX_NAME = 255  # bytes: what file systems take
MAX_PATH = 1000  # bytes below the repository's root
# what nearly every path is, and needs no closer look
PLAIN_NAME = r"\w(?:[\w.@+=,-]*[\w@+=,-])?"
PLAIN = re.compile(rf"(?:{PLAIN_NAME}/)*{PLAIN_NAME}", re.ASCII)
# the same for many paths at once: characters, and what does not stand together; `/` is before and after each
PLAIN_TEXT = re.compile(r"[\w./-]*", re.ASCII)
NOT_PLAIN = ("//", "/.", "./", "/-")
# git-check-ref-format(1), and `-` at the start, which git would take for an option
FORBIDDEN_IN_REF = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/\.|\.lock(/|$)|^[-./@]|[/.]$|/-")
# what macOS and Windows take for `.git` and the files that steer it (CVE-2014-9390, CVE-2019-1353, CVE-2021-21300)
STEERS_GIT = re.compile(r"\.git(modules|attributes|ignore)?|git~\d+|git(mod|att|ign)~\d+|gi[0-9a-f]{4}~\d+")


def is_branch(name: str) -> bool:
    """Return whether `name` can be a branch, without `refs/heads/`."""
    short = len(name.encode("utf-8", "surrogatepass")) <= MAX_NAME
    return name not in ("", "HEAD") and short and not FORBIDDEN_IN_REF.search(name) and name.isprintable()


def check_branch(name: str) -> str:
    """Return a branch's name, without `refs/heads/`. Raises Refused: EW724."""
    if not is_branch(name):
        raise refuse("EW724", f"{name!r} cannot be a branch", hint="see git-check-ref-format for what a name may hold")
    return name


def check_paths(directory: str, paths: Collection[str]) -> None:
    """Check every path of a commit, each below `directory` (empty: the root). Raises Refused: EW723."""
    whole = [f"{directory}/{path}" for path in paths] if directory else list(paths)
    folders = _folders(whole)
    if not _are_plain(whole, folders):
        _check_each(whole, folders)


def _folders(paths: Iterable[str]) -> set[str]:
    """Return every directory that paths lead through, less the root."""
    found: set[str] = set()
    inner = {path.rpartition("/")[0] for path in paths}
    while inner:
        found |= inner
        inner = {folder.rpartition("/")[0] for folder in inner} - found
    return found - {""}


def _are_plain(paths: Collection[str], folders: Collection[str]) -> bool:
    """Return whether paths have no fault for sure: to look at them one by one takes as long as git takes for them."""
    text = f"/{'/'.join(paths)}/"
    if max(map(len, paths), default=0) > MAX_NAME or not PLAIN_TEXT.fullmatch(text):
        return False
    files, above = set(map(str.lower, paths)), set(map(str.lower, folders))
    alone = len(files) == len(paths) and len(above) == len(folders) and files.isdisjoint(above)
    return alone and not any(pair in text for pair in NOT_PLAIN)


def _check_each(paths: Collection[str], folders: Collection[str]) -> None:
    written: dict[str, str] = {}  # by what a file system that ignores case makes of it
    for path in paths:
        fault = fault_of(path)
        if fault:
            raise refuse("EW723", f"{path!r} cannot be committed: {fault}", hint="rename it in the stack")
        _claim(path, written)
    named = frozenset(paths)
    for folder in sorted(folders):
        if folder in named:
            raise refuse("EW723", f"{folder!r} is a file and a directory", hint="rename one of them")
        _claim(folder, written)


def _claim(path: str, written: dict[str, str]) -> None:
    other = written.setdefault(_folded(path), path)
    if other != path:
        raise refuse("EW723", f"{path!r} and {other!r} differ in case alone", hint="rename one of them")


def check_place(directory: str, there: Mapping[str, bool]) -> None:
    """Check that a directory can be made beside what is there: paths of one folder, and which of them are directories.

    Raises Refused: EW731.
    """
    depth = next((path.count("/") + 1 for path in there), 0)
    wanted = "/".join(directory.split("/")[:depth])
    folded = _folded(wanted)
    for path, is_folder in there.items():
        if path == wanted and not is_folder:
            raise refuse("EW731", f"{path!r} is there and is no directory", hint="see who committed it")
        if path != wanted and _folded(path) == folded:
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
