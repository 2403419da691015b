"""Security contexts: the Pod Security Standard `baseline`, which the platform's admission holds pods to.

https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from envwright_plugins.guardrails.allowed import CAPABILITIES, SELINUX_TYPES, SYSCTLS
from envwright_plugins.guardrails.bounds import Bounds
from envwright_plugins.guardrails.finding import Edit, Finding
from envwright_plugins.guardrails.parts import map_at, numbered

UNPRIVILEGED = "do without: what the program needs of its files, an init container or its image can prepare"
CAPABILITY = "leave it out: a port above 1024 and files of its own user need no capability"
PROFILE = "write RuntimeDefault"


def of_pod(value: Any, _bounds: Bounds) -> Iterator[Finding]:
    """Yield EW612 for the security context of a pod."""
    yield from of_both(value)
    for index, sysctl in numbered(map_at(value).get("sysctls")):
        name = str(sysctl.get("name"))
        if name not in SYSCTLS:
            hint = "leave it out: it changes the kernel of the node for others too"
            edit = Edit(("sysctls", index))
            yield Finding("EW612", f"sets the kernel parameter {name}", hint, narrow=(edit,), change=f"without {name}")


def of_container(value: Any, _bounds: Bounds) -> Iterator[Finding]:
    """Yield EW612 for the security context of a container."""
    yield from of_both(value)
    context = map_at(value)
    if context.get("privileged"):
        edits = (Edit(("privileged",)),)
        yield Finding(
            "EW612",
            "asks for all rights on its node (privileged)",
            UNPRIVILEGED,
            narrow=edits,
            change="without privileged",
        )
    added = context.get("capabilities")
    names = added.get("add") if isinstance(added, dict) else None
    wrong = [str(name) for name in names if str(name) not in CAPABILITIES] if isinstance(names, list) else []
    if wrong:
        kept = [name for name in names if str(name) in CAPABILITIES] if isinstance(names, list) else []
        listed = ", ".join(wrong)
        edits = (Edit(("capabilities", "add"), kept),)
        yield Finding("EW612", f"adds {listed}", CAPABILITY, narrow=edits, change=f"without the capabilities {listed}")
    mount = context.get("procMount")
    if mount not in (None, "Default"):
        edits = (Edit(("procMount",)),)
        yield Finding(
            "EW612", f"mounts /proc as {mount}", "leave procMount out", narrow=edits, change="without procMount"
        )


def of_both(value: Any) -> Iterator[Finding]:
    """Yield EW612 for what pods and containers have alike: profiles of the kernel, and Windows' host processes."""
    context = map_at(value)
    for key, said in (("seccompProfile", "seccomp"), ("appArmorProfile", "AppArmor")):
        if map_at(context, key).get("type") == "Unconfined":
            edits = (Edit((key,), {"type": "RuntimeDefault"}),)
            change = f"with the runtime's {said} profile"
            yield Finding("EW612", f"runs without a {said} profile (Unconfined)", PROFILE, narrow=edits, change=change)
    options = map_at(context, "seLinuxOptions")
    if str(options.get("type") or "") not in SELINUX_TYPES or options.get("user") or options.get("role"):
        edits = (Edit(("seLinuxOptions",)),)
        yield Finding(
            "EW612", "sets SELinux options", "leave them to the runtime", narrow=edits, change="without seLinuxOptions"
        )
    if map_at(context, "windowsOptions").get("hostProcess"):
        edits = (Edit(("windowsOptions", "hostProcess")),)
        yield Finding(
            "EW612", "is a process of its node (hostProcess)", UNPRIVILEGED, narrow=edits, change="without hostProcess"
        )
