"""How a format's own rules differ from v1's, as one frozen value that the steps consult."""

from __future__ import annotations

from typing import Literal

from envwright.model.value import Value


class Dialect(Value):
    """The rules of one `apiVersion`.

    `replace_lists`: merging replaces lists instead of merging named ones by their key. `components_fill_empty`:
    a component fills what is empty too (`[]`, an empty text), and earlier ones win. `templates_everywhere`: any scalar
    may hold a template, not only where the contract says so. `several_documents`: a file may hold several, merged in
    order. `bare_imports`: an imported file may lack `apiVersion` and `kind`. `root_paths`: paths are relative to the
    root file's directory, not to the file that declares them. `go_manifests`: manifests of any ending are Go templates.
    `lenient_templates`: a missing map key and a wrong printf verb behave as in Go, with a warning. `exact_images`:
    built images are named exactly as written. `off_counts_as_met`: a dependency on a unit that is off is met.
    `ungrouped_last`: a service without a group comes after all groups. `namespace_default`: a Go template for an
    environment without a `namespaceTemplate`. `secret_manifests`: a Secret with data becomes an `ensure-secret` step
    with its keys and a warning, instead of an error. `strategies_act`: `codeUpdateStrategy` changes images and objects;
    otherwise it is exported alone, for others to act on. `owners_keep`: an environment that shares a namespace plans
    only what the owner's render does not have. `environment_default`: the environment when the caller names none.
    """

    api_version: str
    replace_lists: bool = False
    components_fill_empty: bool = False
    templates_everywhere: bool = False
    several_documents: bool = False
    bare_imports: bool = False
    root_paths: bool = False
    go_manifests: bool = False
    lenient_templates: bool = False
    exact_images: bool = False
    off_counts_as_met: bool = False
    ungrouped_last: bool = False
    strategies_act: bool = True
    owners_keep: bool = True
    secret_manifests: Literal["refuse", "keys"] = "refuse"
    namespace_default: str = (
        '{{ if .Slot }}{{ printf "%s-%s-%d" .Project .Env .Slot }}{{ else }}{{ printf "%s-%s" .Project .Env }}{{ end }}'
    )
    environment_default: str = ""


V1 = Dialect(api_version="envwright.dev/v1")
V1ALPHA1 = Dialect(
    api_version="codex-k8s.dev/v1alpha1",
    replace_lists=True,
    components_fill_empty=True,
    templates_everywhere=True,
    several_documents=True,
    bare_imports=True,
    root_paths=True,
    go_manifests=True,
    lenient_templates=True,
    exact_images=True,
    off_counts_as_met=True,
    ungrouped_last=True,
    strategies_act=False,
    owners_keep=False,
    secret_manifests="keys",
    namespace_default=(
        '{{ if eq .Env "ai" }}{{ printf "%s-dev-%d" .Project .Slot }}{{ else }}{{ printf "%s-%s" .Project .Env }}'
        "{{ end }}"
    ),
    environment_default="production",
)
