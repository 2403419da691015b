"""The format before apiVersion: read once, and converted into a v1 stack.

`conversion` is where to begin. Templates are changed at the places that the template room's parser names (`rewriting`,
by the `translator`), manifests at those of their YAML (`manifest_text`, `pods`, `secrets`); what a section of the file
becomes is the module of its name; `writer` writes the new file with the older one's comments.
"""

from envwright.formats.pre_api_version.conversion import Migration, conflicts, migrate

__all__ = ["Migration", "conflicts", "migrate"]
