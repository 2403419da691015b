"""`envwright promote`: the versions and images of one environment become those of another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from envwright.adapters.git.repository import Repository
from envwright.adapters.git.source import SourceRepository
from envwright.envrepo.deployed import deployed_at
from envwright.envrepo.engine import others
from envwright.envrepo.guards import refuse_held, refuse_overspending
from envwright.envrepo.landing import Attempt, Change, Prepared, carry_out_one
from envwright.envrepo.record import Record
from envwright.envrepo.render import recorded_rendering
from envwright.envrepo.requests import MACHINE, Committed, PromoteRequest, Selected
from envwright.envrepo.source import open_recorded, source_repository
from envwright.envrepo.stored import Stored
from envwright.host import Host
from envwright.model.diagnostic import Diagnostic, diagnostic, refuse
from envwright.model.pins import Pins
from envwright.model.plan import Inputs, Plan
from envwright.model.suggest import did_you_mean
from envwright.plan.notes import note_files


def promote(request: PromoteRequest) -> Committed:
    """Pin versions and images in an environment, or lift its pins, and render it again at its own recorded source.

    Raises Refused: EW737 for an environment that is held, EW740 where nothing is deployed, EW747 for variables that
    are not passed, EW752 for names that neither or only one environment has, and what rendering raises.
    """
    with source_repository(request.source) as sources, Repository(request.remote) as repository:
        run = _Promotion(request, repository, sources)
        return carry_out_one(Attempt(repository, request.to, request.hand, run.prepare), dry_run=request.dry_run)


class _Promotion:
    """One environment that gets the versions and images of another."""

    def __init__(self, request: PromoteRequest, repository: Repository, sources: SourceRepository) -> None:
        self.request = request
        self.repository = repository
        self.sources = sources

    def prepare(self, stored: Stored) -> Prepared:
        """Say what the promotion changes in the directory of the environment that gets it."""
        request = self.request
        deployed = deployed_at(self.repository, request.to)
        plan = deployed.stored.tree.plan if deployed.stored.tree else None
        if plan is None:
            raise refuse("EW742", f"{deployed.info.commit[:12]} has no plan")
        refuse_held(stored.hold, request.to)
        pins = self._unpinned(stored.pins) if request.from_place is None else self._pinned(stored.pins, plan)
        source = open_recorded(self.sources, deployed.record)
        rendering = recorded_rendering(source, request.source, deployed.record, plan)
        selected = Selected(environment=plan.environment, slot=plan.slot)
        asked = rendering.request(selected, deployed.record.cluster_scope).but(pins=pins)
        response = rendering.render(asked)
        files = {**response.files, **note_files(pins, None)}
        changed = stored.changed(files)
        warnings = (*_other_engine(deployed.record, source.world.host), *response.diagnostics)
        if not changed:
            return Prepared(response.rendered.digest, None, response.diagnostics)
        stored.read(*changed)
        content, record = rendering.content(asked, response, files, stored, request.to.path)
        if not request.allow_prune:
            refuse_overspending(stored.tree, response.plan, content.transition)
        change = Change(self._title(), content, record, MACHINE, source.commit.date)
        return Prepared(response.rendered.digest, change, warnings)

    def _title(self) -> str:
        place = self.request.from_place
        return f"{self.request.to.title}: " + ("unpinned" if place is None else f"promoted from {place.instance}")

    def _pinned(self, pins: Pins, plan: Plan) -> Pins:
        """Return the pins of the target with those of the source laid over: names that both environments have."""
        place = self.request.from_place
        assert place is not None  # noqa: S101  # the caller looked
        deployed = deployed_at(self.repository, place)
        if deployed.stored.tree is None:
            raise refuse("EW742", f"{deployed.info.commit[:12]} has no plan")
        from_, to = deployed.stored.tree.plan.inputs, plan.inputs
        versions = {name: from_.versions[name] for name in from_.versions.keys() & to.versions.keys()}
        images = {name: reference for name, reference in _references(from_).items() if name in _references(to)}
        self._check_names({*versions, *images})
        now = pins.but(
            versions={**pins.versions, **self._chosen(versions)}, images={**pins.images, **self._chosen(images)}
        )
        # pins that are there already came from where they say, whatever else was committed there since
        return pins if now == pins else now.but(promoted_from=place.instance, commit=deployed.info.commit)

    def _unpinned(self, pins: Pins) -> Pins:
        """Return the pins that stay."""
        self._check_names({*pins.versions, *pins.images})
        only = set(self.request.only) or {*pins.versions, *pins.images}
        return pins.but(
            versions={name: text for name, text in pins.versions.items() if name not in only},
            images={name: text for name, text in pins.images.items() if name not in only},
        )

    def _chosen(self, found: Mapping[str, str]) -> dict[str, str]:
        return {name: found[name] for name in sorted(found) if not self.request.only or name in self.request.only}

    def _check_names(self, known: set[str]) -> None:
        for name in self.request.only:
            if name not in known:
                hint = did_you_mean(name, known) or f"there are: {', '.join(sorted(known)) or 'none'}"
                to = "move" if self.request.from_place else "lift"
                raise refuse("EW752", f'no version and no image "{name}" to {to}', hint=hint)


def _references(inputs: Inputs) -> dict[str, str]:
    """Return the references of the images that an environment has."""
    return {name: image.reference for name, image in inputs.images.items() if image.reference is not None}


def _other_engine(record: Record, host: Host) -> Iterator[Diagnostic]:
    """Yield a warning (EW773) if something else rendered the environment: more may change than what is promoted."""
    for what, made, here in others(record, host):
        fault = f"the environment was made with {what} {made}, here is {here}: what that changes comes along"
        yield diagnostic("warning", "EW773", fault, hint="look at it with --dry-run, or promote with what made it")
