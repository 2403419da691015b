"""`envwright verify`: make a commit again from what it says it was made of, and compare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from envwright.adapters.git.address import is_same_repository
from envwright.adapters.git.remote import Remote
from envwright.adapters.git.repository import Repository
from envwright.adapters.git.values import CommitInfo
from envwright.envrepo.compare import Difference, differences
from envwright.envrepo.deployed import commit_named
from envwright.envrepo.engine import NONE, others
from envwright.envrepo.message import misstated
from envwright.envrepo.place import directory_of
from envwright.envrepo.record import Record, is_recorded, read_record
from envwright.envrepo.render import Rendering, recorded_rendering
from envwright.envrepo.requests import Selected, Verified, VerifyRequest
from envwright.envrepo.source import open_recorded, source_repository
from envwright.envrepo.stored import Stored
from envwright.host import Host
from envwright.model.diagnostic import Diagnostic, Refused, diagnostic, refuse
from envwright.model.mark import Mark
from envwright.model.output import PLAN, instance_of
from envwright.model.plan import Plan
from envwright.plan.notes import note_files

MOST_SHOWN = 50


def verify(request: VerifyRequest) -> Verified:
    """Prove that a commit is what its source says, byte for byte.

    Raises Refused with what is not: EW742 a commit of somebody else, EW743 files that differ, EW744 trailers that
    differ, EW745 a merge that is not that of a pull request, EW746 another engine or other plugins, EW747 variables
    that are not passed, EW748 changes outside of the directory, EW750 a signature that does not count (for the merge of
    a pull request that of the commit which was proposed), and what reading and rendering raise.
    """
    with source_repository(request.source) as sources, Repository(request.remote) as repository:
        named = commit_named(repository, request.commit, request.place)
        info = _brought(repository, named)
        record = read_record(info.trailers, info.commit[:12])
        signer = _signer(repository, info, request)
        source = open_recorded(sources, record)
        _check_engine(record, source.world.host)
        stored = Stored(repository, info.commit, directory_of(record.directory))
        if stored.tree is None:
            raise refuse("EW743", f"{PLAN} was removed", Mark(PLAN))
        plan = stored.tree.plan
        rendering = recorded_rendering(source, request.source, record, plan)
        outside = [each for commit in dict.fromkeys((named, info)) for each in _outside(repository, commit, stored)]
        if found := [*outside, *_differences(rendering, record, plan, info, stored)]:
            raise Refused(found)
        return Verified(
            commit=named.commit,
            environment=Selected(environment=plan.environment, slot=plan.slot),
            path=record.directory,
            plan_digest=record.plan_digest,
            files=len(stored.files),
            signer=signer,
            warnings=tuple(_another_source(record, request.source.remote)),
        )


def _differences(
    rendering: Rendering, record: Record, plan: Plan, info: CommitInfo, stored: Stored
) -> Iterator[Diagnostic]:
    """Yield what differs between the commit and what is made again of its source."""
    selected = Selected(environment=plan.environment, slot=plan.slot)
    asked = rendering.request(selected, record.cluster_scope).but(pins=stored.pins)
    response = rendering.render(asked)
    files = {**response.files, **note_files(stored.pins, stored.hold)}
    before = Stored(stored.repository, info.parents[0] if info.parents else None, stored.directory)
    before.read(*(path for path, file in before.files.items() if stored.files.get(path) != file))  # all in one go
    content, made = rendering.content(asked, response, files, before, stored.directory)
    for path, file in stored.files.items():
        if file.kind != "file":
            yield diagnostic("error", "EW743", f"it is not a plain file, but: {file.kind}", Mark(path))
    for each in differences(content.files, stored.everything())[:MOST_SHOWN]:
        yield _file_differs(each)
    title = f"{plan.project} {instance_of(plan.environment, plan.slot)}"
    if (told := misstated(info.message, title, content.transition)) is not None:
        yield diagnostic("error", "EW744", f"the message says {told[0]!r}, it would be {told[1]!r}")
    yield from _trailers_differ(dict(info.trailers), made.trailers(), record.trailers())


def _file_differs(each: Difference) -> Diagnostic:
    if each.kind == "added":
        return diagnostic("error", "EW743", "the source makes no such file", Mark(each.path))
    if each.kind == "removed":
        return diagnostic("error", "EW743", "the source makes this file, and the commit lacks it", Mark(each.path))
    said = f"the commit says {each.new!r}, the source {each.old!r}"
    return diagnostic("error", "EW743", said, Mark(each.path, each.line, each.column))


def _trailers_differ(
    found: Mapping[str, str], made: Mapping[str, str], known: Mapping[str, str]
) -> Iterator[Diagnostic]:
    """Yield every trailer of ours that is not as it would be made; those of others are theirs."""
    for name in dict.fromkeys((*made, *known)):
        if found.get(name, "") != made.get(name, ""):
            said = f"the trailer {name} says {found.get(name, '')!r}, it would be {made.get(name, '')!r}"
            yield diagnostic("error", "EW744", said)


def _another_source(record: Record, given: Remote | None) -> Iterator[Diagnostic]:
    """Yield a warning (EW780) if the commit names another source than the one that it was made again of."""
    if given is not None and not is_same_repository(record.source_repo, given.url):
        said = f"the commit says it was made of {record.source_repo or 'no remote'}, it was made again of {given.url}"
        yield diagnostic("warning", "EW780", said, hint="see whether one is a mirror of the other")


def _brought(repository: Repository, info: CommitInfo) -> CommitInfo:
    """Return the commit that a merge brought, or the commit itself if it is none.

    A forge that merges a pull request makes such a merge: on the first parent's directory the second one was made, and
    that is what the merge has there. Raises Refused (EW745) for another: what git put together, nobody rendered.
    """
    if len(info.parents) < 2:
        return info
    merged = repository.find(info.parents[1])
    if len(info.parents) == 2 and len(merged.parents) == 1 and is_recorded(merged.trailers):
        directory = directory_of(read_record(merged.trailers, "").directory)
        had, has, was, made = (
            repository.tree_of(commit, directory)
            for commit in (info.parents[0], info.commit, merged.parents[0], merged.commit)
        )
        if (had, has) == (was, made):
            return merged
    recorded = is_recorded(info.trailers)
    directory = directory_of(read_record(info.trailers, "").directory) if recorded else ""
    own = repository.tree_of(info.commit, directory)
    same = [parent for parent in info.parents if repository.tree_of(parent, directory) == own]
    hint = f"its files are those of {same[0]}: verify that one" if same else "commit again from the source"
    raise refuse("EW745", f"{info.commit[:12]} merges {len(info.parents)} commits", hint=hint)


def _signer(repository: Repository, info: CommitInfo, request: VerifyRequest) -> str:
    """Return whose signature the commit bears, empty where none is asked for. Raises Refused: EW750."""
    if request.signers is None:
        return ""
    signature = repository.signature_of(info.commit, request.signers)
    if signature.verdict != "good":
        said = {"none": "it has none", "unknown": "its key is not allowed"}.get(signature.verdict, signature.verdict)
        raise refuse("EW750", f"the signature of {info.commit[:12]} does not count: {said}")
    return signature.signer


def _check_engine(record: Record, host: Host) -> None:
    """Raise Refused (EW746) if another engine or other plugins made the commit: their render may well differ."""
    for what, made, here in others(record, host):
        hint = f"install what made it: {made.replace('/', ' ')}" if made != NONE else "uninstall them"
        raise refuse("EW746", f"the commit was made with {what} {made}, here is {here}", hint=hint)


def _outside(repository: Repository, info: CommitInfo, stored: Stored) -> Iterator[Diagnostic]:
    """Yield what the commit changes outside of its directory."""
    if not stored.directory:
        return
    prefix = f"{stored.directory}/"
    after = repository.files_in(info.commit, "")
    before = repository.files_in(info.parents[0], "") if info.parents else {}
    changed = sorted(path for path in {*after, *before} if after.get(path) != before.get(path))
    for path in [path for path in changed if not path.startswith(prefix)][:MOST_SHOWN]:
        yield diagnostic("error", "EW748", f"{path} was changed, which is outside of {stored.directory}")
