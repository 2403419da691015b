"""envwright: one typed file, `services.yaml`, becomes a running Kubernetes environment.

Read `envwright.api` first: it holds the calls that the command line, the hooks and every other skin are made of.
"""

from envwright.version import __version__

__all__ = ["__version__"]
