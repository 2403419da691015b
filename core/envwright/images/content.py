"""The name of a built image: a digest of all that the build is made of.

Same content, same name, on every machine and whatever the time: unchanged code is never built twice. Files count by
what git would store of the working tree, so a checkout and the tree that was committed agree.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple, TypeVar

from envwright.images.context import is_among, parse_inputs, walk
from envwright.images.dockerfile import Base, Dockerfile, scan
from envwright.images.ignore import IgnoreFile
from envwright.images.ignore import parse as parse_ignore_file
from envwright.images.paths import context_path, dockerfile_path, join
from envwright.images.reference import parse as parse_reference
from envwright.model.contract.image import Image
from envwright.model.diagnostic import Diagnostic, Refused, diagnostic, refuse
from envwright.model.mark import Mark
from envwright.model.ports import Entry, Listing, Reader

# one encoder for all images: `json.dumps` makes a new one at every call
_ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, check_circular=False).encode

# part of what is digested, so that a new way to do it gives new names and never a wrong one
SCHEMA = 1

T = TypeVar("T")


class Content(NamedTuple):
    """What a build is made of.

    `digest` is `sha256:` and 64 digits, None if there is an error among the diagnostics; `files` how many files count.
    The diagnostics are errors (EW312 what is not there to read, EW314 an input that is no pattern, EW315 no such stage,
    EW316 `.dockerignore`, EW022 outside the repository) and warnings (EW313, EW314); `where` is None for those that the
    image's declaration is to blame for.
    """

    digest: str | None
    files: int
    diagnostics: tuple[Diagnostic, ...]


class Blob(NamedTuple):
    """A file as git keeps it: `mode` 100644, 100755 or 120000, `id` the blob's SHA-1, `path` below the context."""

    mode: str
    id: str
    path: str


class Contents:
    """The contents of one run's images: a directory is listed once, a file read once, however many images hold it.

    `output` is the directory that the run writes to, if any: it is never content. `listing` is the reader's, unless
    others look at the same directories.
    """

    def __init__(self, reader: Reader, output: str | None = None, listing: Listing | None = None) -> None:
        self._reader = reader
        self._listing = listing or cache(reader.entries)
        self._output = None if output is None else posixpath.normpath(output)
        self._ids: dict[str, str] = {}
        self._files: dict[tuple[str, str, tuple[str, ...]], tuple[Blob, ...]] = {}
        self._dockerfiles: dict[str, str] = {}
        self._ignore_files: dict[tuple[str, str], tuple[str, IgnoreFile]] = {}

    def of(self, image: Image, generated: str = "") -> Content:
        """Return the content of a built image, its templates evaluated.

        `generated` is the text of a Dockerfile that stands in for the one that the repository lacks.
        """
        try:
            digest, bases, files = self._made_of(image, generated)
        except Refused as refused:
            return Content(None, 0, refused.diagnostics)
        warnings = (*_floating(bases, dockerfile_path(image)), *_without_match(image, files))
        return Content(digest, len(files), warnings)

    def digest(self, image: Image, generated: str = "") -> str | None:
        """Return the digest of `of` alone: for an image whose diagnostics are those of another one."""
        try:
            return self._made_of(image, generated)[0]
        except Refused:
            return None

    def _made_of(self, image: Image, generated: str) -> tuple[str, tuple[Base, ...], tuple[Blob, ...]]:
        """Return the digest, the base images and the files. Raises Refused as `Content` says."""
        dockerfile = dockerfile_path(image)
        found = scan(generated or self.dockerfile(image))
        _check_target(image.target, found, dockerfile)
        files = self.files(image)
        bases = found.bases(image.build_args)
        identity = blob_id(generated.encode()) if generated else self._ids[dockerfile]
        return _digest(image, identity, bases, files), bases, files

    def dockerfile(self, image: Image) -> str:
        """Return the text of a built image's Dockerfile. Raises Refused: EW312, EW022."""
        path = dockerfile_path(image)
        if path not in self._dockerfiles:
            # a comment in another encoding is no reason to refuse what builders take
            self._dockerfiles[path] = self._read(path, "the Dockerfile").decode("utf-8", "surrogateescape")
        return self._dockerfiles[path]

    def files(self, image: Image) -> tuple[Blob, ...]:
        """Return the files of a built image's context that count, sorted by path. Raises Refused as `Content` says."""
        context = context_path(image)
        text, ignored = self._ignore_file(image)
        inputs = parse_inputs(tuple(image.inputs))
        key = (context, text, tuple(image.inputs))
        if key not in self._files:
            every = self._files.get((context, text, ()))
            if every is not None:  # an image of the whole context was here before
                self._files[key] = tuple(blob for blob in every if is_among(join(context, blob.path), inputs))
            else:
                blobs = (self._blob(context, path, entry) for path, entry in walk(context, ignored, inputs, self._list))
                self._files[key] = tuple(sorted(blobs, key=lambda blob: blob.path))
        return self._files[key]

    def inputs_digest(self, patterns: Sequence[str]) -> str:
        """Return `sha256:...` of the files that match one of these globs, empty if none does.

        Raises Refused: EW314 for what is no pattern, EW312 for what cannot be read.
        """
        found: dict[str, str] = {}
        for item in parse_inputs(tuple(patterns)):
            # a pattern that names one file has no directory above what it matches
            prefix = item.prefix or "."
            context = posixpath.dirname(prefix) or "." if self._reader.exists(prefix) else prefix
            for path, entry in walk(context, IgnoreFile(), (item,), self._list):
                blob = self._blob(context, path, entry)
                found[join(context, path)] = f"{blob.mode} {blob.id}"
        return _sha256(found) if found else ""

    def _ignore_file(self, image: Image) -> tuple[str, IgnoreFile]:
        """Return what says which files are left out, its text first: as BuildKit, first beside the Dockerfile.

        Raises Refused: EW316, EW312, EW022.
        """
        places = f"{dockerfile_path(image)}.dockerignore", join(context_path(image), ".dockerignore")
        if places not in self._ignore_files:
            path = next(filter(self._reader.exists, places), "")
            # names of files that are not UTF-8 come from the operating system in the same way
            text = self._read(path, "the file").decode("utf-8", "surrogateescape") if path else ""
            self._ignore_files[places] = text, parse_ignore_file(text, path)
        return self._ignore_files[places]

    def _list(self, directory: str) -> tuple[Entry, ...]:
        if directory == self._output:
            return ()
        return _readable(self._listing, directory, "the directory")

    def _blob(self, context: str, path: str, entry: Entry) -> Blob:
        if entry.kind == "link":
            return Blob("120000", blob_id(entry.target.encode("utf-8", "surrogateescape")), path)
        file = join(context, path)
        if file not in self._ids:
            self._read(file, "the file")
        return Blob("100755" if entry.executable else "100644", self._ids[file], path)

    def _read(self, path: str, what: str) -> bytes:
        content = _readable(self._reader.read_bytes, path, what)
        self._ids[path] = blob_id(content)
        return content


def blob_id(content: bytes) -> str:
    """Return what git calls a blob with this content: 40 hexadecimal digits."""
    return hashlib.sha1(b"blob %d\0%b" % (len(content), content), usedforsecurity=False).hexdigest()


def _readable(read: Callable[[str], T], path: str, what: str) -> T:
    try:
        return read(path)
    except Refused as refused:
        # what leads out of the repository stays what it is: no checkout would make it right
        if any(found.code != "EW001" for found in refused.diagnostics):
            raise Refused(found._replace(where=None) for found in refused.diagnostics) from None
        raise refuse("EW312", f"{what} {path} is not there or cannot be read") from None


def _digest(image: Image, dockerfile: str, bases: Iterable[Base], files: Iterable[Blob]) -> str:
    """Return `sha256:...` of the canonical JSON of what a build is made of.

    Of the Dockerfile counts the content, not the path, and of files the path in the context, which is what the builder
    sees: a service that moves within the repository keeps its name.
    """
    made_of = {
        "schema": SCHEMA,
        "dockerfile": dockerfile,
        "target": image.target,
        "arguments": dict(image.build_args),
        "bases": [base.image for base in bases],
        "files": {blob.path: f"{blob.mode} {blob.id}" for blob in files},
    }
    return _sha256(made_of)


def _sha256(value: object) -> str:
    # ASCII, so that the names of files survive that are not UTF-8
    return f"sha256:{hashlib.sha256(_ENCODE(value).encode()).hexdigest()}"


def _check_target(target: str, found: Dockerfile, path: str) -> None:
    if not found.stages:
        raise refuse("EW315", f"{path} has no stage to build", Mark(path), hint="a Dockerfile needs a `FROM`")
    if target and not found.has_stage(target):
        names = ", ".join(f"`{stage.name}`" for stage in found.stages if stage.name)
        hint = f"it has {names}" if names else "none of its stages has a name: write `FROM ... AS NAME`"
        raise refuse("EW315", f'{path} has no stage "{target}"', hint=hint)


def _floating(bases: Iterable[Base], dockerfile: str) -> Iterator[Diagnostic]:
    for base in bases:
        try:
            reference = parse_reference(base.image)
        except Refused:
            # a variable without a value here, or an error that the builder explains better
            continue
        if reference.floats:
            yield diagnostic(
                "warning",
                "EW313",
                f'the base image "{base.image}" may mean another image tomorrow',
                Mark(dockerfile, base.line, base.column, base.width),
                hint="name a version, such as `:1.26`, or a digest",
            )


def _without_match(image: Image, files: Iterable[Blob]) -> Iterator[Diagnostic]:
    paths = [join(context_path(image), blob.path) for blob in files]
    for item in parse_inputs(tuple(image.inputs)):
        if not any(item.matches(path) for path in paths):
            yield diagnostic(
                "warning",
                "EW314",
                f'the input "{item.written}" matches no file of the context {context_path(image)}',
                hint="inputs are relative to the file that declares them, and `.dockerignore` goes first",
            )
