"""Directories for the tests, as a mapping of paths to what stands there."""

from pathlib import Path


class Link(str):
    """The text of a symbolic link."""

    __slots__ = ()


def write_tree(root, files):
    """Write `files` below `root`: path -> text, bytes or Link; a path that ends in `*` is executable."""
    for path, content in files.items():
        place = Path(root, path.removesuffix("*"))
        place.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Link):
            place.symlink_to(str(content))
            continue
        place.write_bytes(content.encode() if isinstance(content, str) else content)
        place.chmod(0o755 if path.endswith("*") else 0o644)
