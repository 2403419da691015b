"""The hooks that all builders share: the settings, their checks, and the Jobs that mirror."""

from __future__ import annotations

from envwright.hookspecs import ContractSection, ImageBuilder, ImageJob, ImageRequest, Settings
from envwright.host import hookimpl
from envwright.kubernetes.places import Place
from envwright.model.diagnostic import Diagnostic
from envwright.model.resolved import ResolvedEnvironment
from envwright_plugins.builders.settings import NAME, Builders

MIRROR = "mirror"


@hookimpl
def envwright_contract_section() -> ContractSection:
    """Bring `plugins.builders`."""
    return ContractSection(NAME, Builders)


@hookimpl
def envwright_check_environment(
    environment: ResolvedEnvironment, place: Place, settings: Settings
) -> tuple[Diagnostic, ...]:
    """Check where the environment's trust level pushes, and where it builds."""
    own: Builders = settings[NAME]
    if own.trust_levels.of(environment.declared.kind) is None:
        return ()
    from envwright_plugins.builders.checks import check  # few stacks build, every run loads this

    return tuple(check(environment, own, place))


@hookimpl
def envwright_image_builder() -> ImageBuilder:
    """Register what copies images of somebody else's, whichever builder is chosen."""
    return ImageBuilder(MIRROR, mirror)


def mirror(request: ImageRequest) -> ImageJob | None:
    """Return the Job that copies an image, None for one that is built and for a trust level that is not listed."""
    settings: Builders = request.settings[NAME]
    level = settings.trust_levels.of(request.environment.declared.kind)
    if request.purpose != MIRROR or level is None:
        return None
    from envwright_plugins.builders.job import Context, mirror_job  # as above

    return mirror_job(Context(request, settings, level))
