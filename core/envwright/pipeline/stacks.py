"""Which stack a service is of: as it says, or as its files tell."""

from __future__ import annotations

from typing import NamedTuple

from envwright.host import Host, Registered
from envwright.model.language import LanguageStack
from envwright.model.ports import Listing, Reader
from envwright.pipeline.service_files import FilesBelow


class StackAnswer(NamedTuple):
    """The stack of a service and why it is that one, or None and why there is none."""

    stack: Registered[LanguageStack] | None
    why: str

    @property
    def name(self) -> str:
        """The stack's name, empty if there is none."""
        return "" if self.stack is None else self.stack.value.name


class Stacks:
    """Tells the stacks of one run's services; the files of a directory are looked at once."""

    def __init__(self, reader: Reader, host: Host, listing: Listing | None = None) -> None:
        self._reader = reader
        self._listing = listing or reader.entries
        self._host = host
        self._files: dict[str, FilesBelow] = {}
        self._detected: dict[str, StackAnswer] = {}

    def files(self, directory: str) -> FilesBelow:
        """Return the files of a service as plugins read them."""
        if directory not in self._files:
            self._files[directory] = FilesBelow(self._reader, directory, self._listing)
        return self._files[directory]

    def of(self, declared: str | None, directory: str | None) -> StackAnswer:
        """Return the stack of a service: `declared`, or detected in its directory. Raises Refused: EW990."""
        if declared is not None:
            known = self._host.stacks.get(declared)
            return StackAnswer(known, "declared" if known else f'no installed plugin brings the stack "{declared}"')
        if directory is None:
            return StackAnswer(None, "neither `inputs` nor a built image says where its code is")
        if directory not in self._detected:
            self._detected[directory] = self._detect(directory)
        return self._detected[directory]

    def _detect(self, directory: str) -> StackAnswer:
        files = self.files(directory)
        found: dict[str, tuple[Registered[LanguageStack], str]] = {}
        for name, stack in self._host.stacks.items():
            if evidence := stack.answer(str, stack.value.detect, files):
                found[name] = (stack, evidence)
        general = {name for stack, _ in found.values() for name in stack.value.special_of}
        special = {name: each for name, each in found.items() if name not in general}
        if len(special) == 1:
            return StackAnswer(*next(iter(special.values())))
        if not special:
            return StackAnswer(None, f"no installed stack knows the files in {directory}")
        said = ", ".join(f"{name} ({evidence})" for name, (_, evidence) in special.items())
        return StackAnswer(None, f"it could be {said}")
