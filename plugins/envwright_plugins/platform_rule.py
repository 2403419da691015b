"""The platform rule: where the platform `codex-k8s` itself lives.

Agents and bootstrap find the platform by its namespace, so its production environment may not choose one freely: its
template is `{{ .Project }}-production`, or `{{ .Project }}-prod` in older stacks, or what these give; the namespace is
`codex-k8s-prod` for all of them, also in an environment that shares it.
"""

from __future__ import annotations

import re

from envwright.hookspecs import EnvironmentFacts
from envwright.host import hookimpl
from envwright.model.diagnostic import Diagnostic, diagnostic

PROJECT = "codex-k8s"
NAMESPACE = "codex-k8s-prod"
ALLOWED = ("{{ .Project }}-production", "{{ .Project }}-prod", "codex-k8s-production", "codex-k8s-prod")

_ACTION = re.compile(r"\{\{\s*(.*?)\s*\}\}")


def is_platform_template(template: str) -> bool:
    """Return whether a namespace template is one that the platform's namespace may have; spaces are no difference."""
    return _ACTION.sub(r"{{ \1 }}", template.strip()) in ALLOWED


@hookimpl
def envwright_check_namespace(facts: EnvironmentFacts) -> tuple[Diagnostic, ...]:
    """Refuse another template in the platform's production environment (EW320)."""
    if facts.project != PROJECT or facts.environment != "production" or is_platform_template(facts.namespace_template):
        return ()
    summary = f'the production of {PROJECT} has the namespace template "{facts.namespace_template}"'
    hint = f'write namespaceTemplate: "{ALLOWED[0]}"'
    return (diagnostic("error", "EW320", summary, facts.mark, hint=hint),)


@hookimpl
def envwright_namespace(facts: EnvironmentFacts) -> str | None:
    """Give the platform's namespace to every environment whose template names it."""
    if facts.project == PROJECT and is_platform_template(facts.namespace_template):
        return NAMESPACE
    return None
