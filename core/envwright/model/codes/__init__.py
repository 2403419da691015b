"""Every diagnostic code with its title. A code is never used for a second meaning; each has a page in the docs.

The hundreds say which room reports it: 0 reading, 1 contract, 2 templates, 3 environments and images, 4 deploy graph,
5 manifests, 6 isolation and secrets, 7 plan, output and environment repository, 8 older formats, migrations and
plugins of others, 9 the call itself.
"""

from envwright.model.codes.call import CALL
from envwright.model.codes.contract import CONTRACT
from envwright.model.codes.environments import ENVIRONMENTS
from envwright.model.codes.envrepo import ENVREPO
from envwright.model.codes.formats import FORMATS
from envwright.model.codes.graph import GRAPH
from envwright.model.codes.isolation import ISOLATION
from envwright.model.codes.manifests import MANIFESTS
from envwright.model.codes.output import OUTPUT
from envwright.model.codes.reading import READING
from envwright.model.codes.templates import TEMPLATES

CODES: dict[str, str] = {
    **READING,
    **CONTRACT,
    **TEMPLATES,
    **ENVIRONMENTS,
    **GRAPH,
    **MANIFESTS,
    **ISOLATION,
    **OUTPUT,
    **ENVREPO,
    **FORMATS,
    **CALL,
}
