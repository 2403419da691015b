"""The checks that a stack's recipe keeps its promise, each on the recipe's own command over real files.

    from pathlib import Path

    from envwright_testing.conformance import StackConformance
    from envwright_testing.service import Answer, Change, Edit, FixtureService

    class TestZig(StackConformance):
        stack = "zig"
        service = FixtureService(
            folder=Path(__file__).parent / "zig",
            ...
        )

Every check has a process, a folder, an address and a port of its own, and ends all that it started.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import pytest

from envwright.host import Host
from envwright.pipeline.change_rules import rule_for
from envwright_testing.availability import provided_for
from envwright_testing.hosts import host_of
from envwright_testing.machine import Endpoint, free_endpoint, local_process, source_mounts
from envwright_testing.running import Running
from envwright_testing.service import Edit, FixtureService
from envwright_testing.stack_file import CLAIM, DOMAIN, NAME, Rendered, lay_out, render
from envwright_testing.tree import MAIN, OTHER, Tree

# Some reloaders set their watch once they have started the program. Nobody edits so soon: the kubelet's probe, which is
# what tells that a pod is ready, looks every five seconds.
SETTLED = 0.5


class Laid(NamedTuple):
    """A fixture service in a stack of its own, and what was rendered of it."""

    folder: Path
    endpoint: Endpoint
    rendered: Rendered


class Subject(NamedTuple):
    """A fixture service under its reloader: the process that runs, and the files that it serves."""

    running: Running
    tree: Tree


class StackConformance:
    """The checks, for a subclass whose name begins with `Test`.

    `stack` names the stack, `service` is what it is proved with. `plugins` are those under test, modules or objects
    with hooks, besides the built-in ones; where none is named, those that are installed take part. After `patience`, in
    seconds, what has not happened is taken to hang: it is no measure of speed.
    """

    stack: ClassVar[str]
    service: ClassVar[FixtureService]
    plugins: ClassVar[tuple[object, ...]] = ()
    patience: ClassVar[float] = 180

    @pytest.fixture
    def host(self) -> Host:
        """Return the plugins that are in force."""
        return host_of(self.plugins)

    @pytest.fixture
    def laid(self, tmp_path: Path, host: Host) -> Laid:
        """Return the service in a stack of its own."""
        folder, endpoint = tmp_path / "stack", free_endpoint()
        lay_out(folder, self.service, endpoint.port, "" if self.service.detected else self.stack)
        return Laid(folder, endpoint, render(folder, host))

    @pytest.fixture
    def subject(self, laid: Laid, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Subject]:
        """Yield the service, started and ready.

        Skips with the reason if something is missing that it needs; fails where `CI=true`.
        """
        provided = provided_for(self.service, request)
        root = tmp_path / "root"
        pod, container = laid.rendered.pod, laid.rendered.container
        tree = Tree(laid.folder, NAME, source_mounts(pod, container, CLAIM, root), tmp_path / "repositories")
        tree.branch([self.service.edit, self.service.new])
        process = local_process(container, provided, laid.endpoint, root)
        with Running(process, laid.endpoint, DOMAIN, tmp_path / "container.log", self.patience) as running:
            _wait_until_ready(running, container)
            running.until_answered(self.service.answer, "it starts")
            time.sleep(SETTLED)
            yield Subject(running, tree)

    def test_the_stack_is_told_from_the_files(self, laid: Laid) -> None:
        """The engine takes the service for one of this stack."""
        assert laid.rendered.stack == self.stack

    def test_rules_say_that_source_is_reloaded(self, host: Host) -> None:
        """The stack's rules say of the files that the reloader takes up that it does."""
        rules = host.stacks[self.stack].value.changes
        for change in (self.service.edit, *self.service.also, self.service.new):
            for path in (*change.files, *(edit.path for edit in change.edits)):
                assert rule_for(rules, path).effect == "hot-reload", path

    def test_an_edit_becomes_live(self, subject: Subject) -> None:
        """An edit in place becomes live, and right after it one by a new file in the place of the old."""
        running, tree = subject
        for change in (self.service.edit, *self.service.also):
            tree.apply(change)
            running.until_answered(change.answer, "an edit becomes live")
            tree.take_back(change, replace=True)
            running.until_answered(self.service.answer, "a second edit becomes live")

    def test_a_new_file_is_served(self, subject: Subject) -> None:
        """A new file is served."""
        running, tree = subject
        assert not running.ask(self.service.new.answer.path).fits(self.service.new.answer)
        tree.apply(self.service.new)
        running.until_answered(self.service.new.answer, "a new file is served")

    def test_a_deleted_file_is_gone(self, subject: Subject) -> None:
        """A file that is deleted is served no longer, and the rest still is."""
        running, tree = subject
        tree.apply(self.service.new)
        running.until_answered(self.service.new.answer, "a new file is served")
        tree.take_back(self.service.new)
        running.until("a deleted file is gone", lambda: _is_gone(running, self.service))
        running.until_answered(self.service.answer, "the rest is still served")

    def test_a_syntax_error_is_survived(self, subject: Subject) -> None:
        """A syntax error does not end the container, and what comes after it becomes live."""
        running, tree = subject
        live, other = self.service.answer, self.service.edit.answer
        for mistake in self.service.broken:
            running.let_notice(partial(tree.edit, mistake))
            running.ask(live.path, patience=1)  # some look at a file when they are asked for it, others do not answer
            tree.edit(mistake.reversed)
            # something else than before, which nothing but a reload brings
            tree.apply(self.service.edit)
            running.until_answered(other, "it recovers")
            tree.take_back(self.service.edit)
            running.until_answered(live, "an edit becomes live")

    def test_another_branch_is_checked_out_in_place(self, subject: Subject) -> None:
        """`git checkout` of another branch and back: all of its changes become live, none of them stays."""
        running, tree = subject
        tree.checkout(OTHER)
        running.until_answered(self.service.edit.answer, "an edit of the branch becomes live")
        running.until_answered(self.service.new.answer, "a new file of the branch is served")
        tree.checkout(MAIN)
        running.until_answered(self.service.answer, "the first branch is back")
        running.until("the new file is gone", lambda: _is_gone(running, self.service))

    def test_a_changed_lockfile_asks_for_another_image(self, laid: Laid, host: Host) -> None:
        """Its rule says `rebuild`, and the image for development gets another name, which it does not for an edit.

        Of a recipe that installs for itself, its rule says that the reloader or a restart will do.
        """
        effect = rule_for(host.stacks[self.stack].value.changes, self.service.lockfile.path).effect
        if self.service.installed is not None:
            assert effect in ("hot-reload", "restart")
            return
        assert effect == "rebuild"
        image = laid.rendered.container["image"]
        _edit(laid.folder, self.service.edit.edits)
        assert render(laid.folder, host).container["image"] == image
        _edit(laid.folder, [self.service.lockfile])
        assert render(laid.folder, host).container["image"] != image

    def test_a_changed_lockfile_ends_nothing(self, subject: Subject, host: Host) -> None:
        """Until the new image is there, what runs goes on and takes up edits.

        A recipe that installs for itself has done so, after a restart if its rule says `restart`.
        """
        running, tree = subject
        tree.edit(self.service.lockfile)
        if self.service.installed is not None:
            if rule_for(host.stacks[self.stack].value.changes, self.service.lockfile.path).effect == "restart":
                running.terminate()
                running.start()
            running.until_answered(self.service.installed, "it installs for itself")
            return
        running.until_answered(self.service.answer, "it goes on")
        tree.apply(self.service.edit)
        running.until_answered(self.service.edit.answer, "an edit becomes live")

    def test_it_ends_and_starts_again(self, subject: Subject) -> None:
        """It ends at SIGTERM with all that it started, and starts again with the files as they are."""
        running, tree = subject
        tree.apply(self.service.edit)
        running.until_answered(self.service.edit.answer, "an edit becomes live")
        running.terminate()
        assert running.ask(self.service.answer.path).status == 0, "something still listens"
        running.start()
        running.until_answered(self.service.edit.answer, "it starts again")


def _edit(folder: Path, edits: Iterable[Edit]) -> None:
    for edit in edits:
        file = folder / NAME / edit.path
        file.write_text(edit.of(file.read_text(encoding="utf-8")), encoding="utf-8")


def _wait_until_ready(running: Running, container: Mapping[str, Any]) -> None:
    """Wait as the kubelet does, if the probe asks by HTTP."""
    probe = container.get("readinessProbe", {}).get("httpGet")
    if probe is not None:
        running.until("it is ready", lambda: 200 <= running.is_probed(probe["path"]).status < 400)


def _is_gone(running: Running, service: FixtureService) -> bool:
    """Return whether something answers, and not with the new file."""
    reply = running.ask(service.new.answer.path)
    return reply.status != 0 and not reply.fits(service.new.answer)
