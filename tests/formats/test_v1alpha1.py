from collections.abc import Callable
from typing import Any

import pytest

from envwright.formats.v1alpha1.origin import VIA
from envwright.model.diagnostic import Report
from envwright.model.nodes import Map
from tests.formats.trees import under

Convert = Callable[[str], tuple[dict[str, Any], Report, Map]]


def codes(report: Report) -> list[str]:
    return [item.code for item in report.items]


# Environments


def test_an_environment_takes_slots_by_its_name_or_its_template(v1alpha1: Convert) -> None:
    spec, report, _ = v1alpha1("""
        environments:
          production: {namespaceTemplate: "{{ .Project }}-prod"}
          dev:
          ai: {from: production, namespaceTemplate: "{{ .Project }}-dev-{{ .Slot }}"}
          preview: {namespaceTemplate: "p-{{ if .Slot }}{{ .Slot }}{{ end }}"}
          heir: {from: preview}
    """)
    assert codes(report) == []
    kinds = {name: environment["kind"] for name, environment in spec["environments"].items()}
    assert kinds == {
        "production": "production", "dev": "development", "ai": "slot", "preview": "slot", "heir": "slot"
    }  # fmt: skip
    assert spec["environments"]["ai"]["slots"]["max"] >= 1000
    assert "slots" not in spec["environments"]["dev"]


def test_environments_with_one_template_share_the_namespace(v1alpha1: Convert) -> None:
    spec, _, tree = v1alpha1("""
        environments:
          ai-repair: {from: production, namespaceTemplate: "{{ .Project }}-prod"}
          production: {namespaceTemplate: "{{ .Project }}-prod"}
          later: {from: ai-repair}
          named: {namespaceTemplate: "{{ .Project }}-{{ .Env }}"}
          named-too: {namespaceTemplate: "{{ .Project }}-{{ .Env }}"}
    """)
    shared = {name: item.get("sharesNamespaceOf") for name, item in spec["environments"].items()}
    assert shared == {
        "ai-repair": "production", "production": None, "later": "production", "named": None, "named-too": None
    }  # fmt: skip
    assert spec["environments"]["ai-repair"]["kind"] == "production"
    added = under(tree, "spec", "environments", "ai-repair", "sharesNamespaceOf")
    assert (added.via, added.mark.line) == (VIA, 6)


def test_a_namespace_counts_however_it_is_written(v1alpha1: Convert) -> None:
    spec, _, _ = v1alpha1("""
        environments:
          production:
          repair: {namespaceTemplate: "shop-production"}
          odd: {namespaceTemplate: '{{ printf "%s-production" .Project }}'}
          other: {namespaceTemplate: "{{ .Nonsense }}"}
    """)
    shared = {name: item.get("sharesNamespaceOf") for name, item in spec["environments"].items()}
    assert shared == {"production": None, "repair": "production", "odd": "production", "other": None}


def test_without_production_the_ancestor_owns_the_namespace(v1alpha1: Convert) -> None:
    spec, _, _ = v1alpha1("""
        environments:
          repair: {from: staging}
          staging: {namespaceTemplate: "one"}
    """)
    assert spec["environments"]["repair"]["sharesNamespaceOf"] == "staging"
    assert "sharesNamespaceOf" not in spec["environments"]["staging"]


def test_environments_without_templates_share_nothing(v1alpha1: Convert) -> None:
    spec, _, _ = v1alpha1("environments: {dev: {}, production: {}}")
    assert all("sharesNamespaceOf" not in item for item in spec["environments"].values())


def test_inheritance_in_a_cycle_is_left_to_the_pipeline(v1alpha1: Convert) -> None:
    spec, report, _ = v1alpha1("environments: {a: {from: b}, b: {from: a}}")
    assert codes(report) == []
    assert set(spec["environments"]) == {"a", "b"}


# Conditions


@pytest.mark.parametrize("written", ["1", "t", "T", "true", "TRUE", "True", '"true"', "' t '", '"1"'])
def test_parse_bool_knows_these_as_true(v1alpha1: Convert, written: str) -> None:
    spec, report, _ = v1alpha1(f"services: [{{name: api, when: {written}}}]")
    assert codes(report) == []
    assert spec["services"][0]["when"] is True


@pytest.mark.parametrize("written", ["0", "f", "F", "false", "FALSE", "False", '"0"'])
def test_parse_bool_knows_these_as_false(v1alpha1: Convert, written: str) -> None:
    spec, _, _ = v1alpha1(f"infrastructure: [{{name: api, when: {written}}}]")
    assert spec["infrastructure"][0]["when"] is False


@pytest.mark.parametrize("written", ["''", "'  '", "~", ""])
def test_an_empty_condition_is_true(v1alpha1: Convert, written: str) -> None:
    spec, report, _ = v1alpha1(f"services:\n  - name: api\n    when: {written}")
    assert codes(report) == []
    assert spec["services"][0].get("when") in (None, True)


@pytest.mark.parametrize("written", ["nope", "2", "[true]", "{a: b}", "'false false'"])
def test_other_conditions_are_refused_at_their_place(v1alpha1: Convert, written: str) -> None:
    _, report, _ = v1alpha1(f"services:\n  - name: api\n    when: {written}")
    assert codes(report) == ["EW102"]
    assert report.items[0].where is not None
    assert (report.items[0].where.line, report.items[0].where.column) == (7, 13)


def test_a_templated_condition_stays_for_step_6(v1alpha1: Convert) -> None:
    spec, _, _ = v1alpha1("""services: [{name: api, when: '{{ ternary (eq .Env "ai") "false" "true" }}'}]""")
    assert spec["services"][0]["when"] == '{{ ternary (eq .Env "ai") "false" "true" }}'


# Units


def test_a_singleton_is_on_in_production_only(v1alpha1: Convert) -> None:
    spec, _, tree = v1alpha1("""
        services:
          - {name: proxy, scope: infrastructure-singleton}
          - {name: api, scope: environment}
    """)
    proxy, api = spec["services"]
    assert (proxy["scope"], proxy["enabled"]) == ("singleton", '{{ eq .Env "production" }}')
    assert api == {"name": "api", "scope": "environment"}
    assert under(tree, "spec", "services", 0, "enabled").via == VIA


def test_an_unknown_scope_is_refused(v1alpha1: Convert) -> None:
    _, report, _ = v1alpha1("services: [{name: api, scope: cluster}]")
    assert codes(report) == ["EW106"]


def test_a_services_own_image_becomes_an_image_of_the_stack(v1alpha1: Convert) -> None:
    spec, report, tree = v1alpha1("""
        images:
          api: {type: build, repository: r/api, tagTemplate: '{{ .Env }}-1'}
        services:
          - {name: api, image: {repository: r/other, tagTemplate: '{{ .Env }}-2'}}
          - {name: web, image: {repository: r/web}}
          - {name: bare, image: {}}
    """)
    assert codes(report) == []
    api, web, bare = spec["services"]
    assert spec["images"][api["image"]] == {"type": "external", "from": "r/other:{{ .Env }}-2"}
    assert spec["images"][web["image"]] == {"type": "external", "from": "r/web"}
    assert web["image"] == "web"
    assert "image" not in bare
    assert next(iter(spec["images"])) == "api"
    assert under(tree, "spec", "images", api["image"], "from").mark.line == 8


def test_empty_settings_count_as_left_out(v1alpha1: Convert) -> None:
    spec, report, _ = v1alpha1("""services: [{name: api, deployGroup: ""}]""")
    assert codes(report) == []
    assert spec["services"] == [{"name": "api"}]


# Images, versions, webhookRuntime


@pytest.mark.parametrize(
    ("image", "kind"),
    [
        ("from: nginx", "external"),
        ("local: r/nginx", "external"),
        ("repository: r/api", "build"),
        ("type: skip", "skip"),
    ],
)
def test_an_image_without_a_type_has_the_one_that_its_keys_say(v1alpha1: Convert, image: str, kind: str) -> None:
    spec, _, _ = v1alpha1(f"images: {{api: {{{image}}}}}")
    assert spec["images"]["api"]["type"] == kind


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        ("external", {"from", "local"}),
        ("build", {"repository", "tagTemplate", "context"}),
        ("skip", {"repository", "tagTemplate", "context"}),
        ("'{{ .Env }}'", {"from", "local", "repository", "tagTemplate", "context"}),
    ],
)
def test_keys_without_effect_beside_the_type_are_left_out(v1alpha1: Convert, kind: str, kept: set[str]) -> None:
    spec, report, _ = v1alpha1(
        f"images: {{api: {{type: {kind}, from: a, local: b, repository: c, tagTemplate: d, context: e}}}}"
    )
    assert codes(report) == []
    assert spec["images"]["api"].keys() == {"type", *kept}


def test_versions_are_text_or_value_with_paths(v1alpha1: Convert) -> None:
    spec, report, _ = v1alpha1("""
        versions:
          api: 0.1.0
          node: 22
          web: {value: "1.0", bumpOn: [./services/web, go.sum]}
    """)
    assert codes(report) == []
    assert spec["versions"]["web"]["bumpOn"] == ["services/web", "services/web/**", "go.sum", "go.sum/**"]
    assert spec["versions"]["api"] == "0.1.0"


def test_triggers_are_lower_cased_and_trimmed(v1alpha1: Convert) -> None:
    spec, _, _ = v1alpha1("""
        webhookRuntime:
          triggerModes: {" Vision ": code-only, dev: full-env}
          defaultNamespaceTTL: 24h
          namespaceTTLByRole: {QA: 8h}
    """)
    assert spec["webhookRuntime"] == {
        "triggerModes": {"vision": "code-only", "dev": "full-env"},
        "defaultNamespaceTTL": "24h",
        "namespaceTTLByRole": {"qa": "8h"},
    }


def test_two_triggers_that_differ_in_case_are_refused(v1alpha1: Convert) -> None:
    _, report, _ = v1alpha1("webhookRuntime: {triggerModes: {Vision: code-only, vision: full-env}}")
    assert codes(report) == ["EW105"]


# What v1 has no place for


def test_what_v1_has_no_place_for_is_carried_beside_the_spec(v1alpha1: Convert) -> None:
    spec, report, tree = v1alpha1("""
        secretResolution:
          environmentAliases: {production: [prod]}
          keyOverrides: [{sourceKey: ID, overrideKeys: {ai: ID_AI}}]
          patterns:
            - {sourcePrefix: SHOP_, excludeSuffixes: [_AI], environments: [ai], overrideTemplate: "{key}_{env_upper}"}
        projectDocs: [{path: README.md, roles: [dev, qa], description: "Обзор 📖", optional: true}]
        roleDocTemplates: {pm: [{repository: policies, path: docs/prd.md}]}
    """)
    assert codes(report) == []
    assert not {"secretResolution", "projectDocs", "roleDocTemplates"} & spec.keys()
    assert isinstance(under(tree, "v1alpha1", "secretResolution"), Map)
    assert spec["documents"] == [
        {"path": "README.md", "roles": ["dev", "qa"], "description": "Обзор 📖", "optional": True},
        {"roles": ["pm"], "template": True, "elsewhere": {"repository": "policies", "path": "docs/prd.md"}},
    ]


# Refusals in the words of the user's file


@pytest.mark.parametrize(
    ("spec", "code", "hint"),
    [
        ("servics: []", "EW101", "services"),
        ("services: [{name: api, deploygroup: x}]", "EW101", "deployGroup"),
        ("images: {api: {type: buidl}}", "EW106", "build"),
        ("environments: {ai: {ttl: 3h}}", "EW101", ""),
        ("services: [{}]", "EW103", "name"),
        ("services: [{name: api}, {name: api}]", "EW105", ""),
        ("webhookRuntime: {defaultMode: full}", "EW106", ""),
        ("orchestration: {cleanupPolicy: {fullEnvIdleTTL: soon}}", "EW106", ""),
        ("components: [{name: a, serviceDefaults: {when: 'true'}}]", "EW101", ""),
    ],
)
def test_unknown_keys_and_values_are_refused(v1alpha1: Convert, spec: str, code: str, hint: str) -> None:
    _, report, _ = v1alpha1(spec)
    assert [item.code for item in report.items] == [code]
    assert hint in report.items[0].hint
