from __future__ import annotations

from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envwright.contract.build import build
from envwright.contract.evaluate import evaluate_templates
from envwright.contract.shapes import record
from envwright.model.contract.environment import Environment
from envwright.model.contract.image import Image
from envwright.model.contract.stack import ServiceStack, Spec, Version
from envwright.model.contract.unit import Dependency, ManifestFile, Patch, Service
from envwright.model.contract.workload import EnvValue, IngressHost, IngressPath, Resources, Workload
from envwright.model.diagnostic import Report
from envwright.model.value import Value
from envwright.yaml.reader import read
from tests.contract.documents import nodes, values
from tests.support.paths import ROOT

V = TypeVar("V", bound=Value)


def built(text: str, declared: type[V]) -> V:
    report = Report()
    value = build(read(text, "services.yaml"), declared, report)
    assert report.items == []
    assert value is not None
    return value


def test_defaults_fill_what_is_left_out_or_null() -> None:
    service = built("{name: api, enabled: null, when: , use: []}", Service)
    assert service == Service(name="api")
    assert (service.enabled, service.when, service.deploy_group, service.depends_on) == (True, True, "internal", ())


def test_short_forms_and_long_ones_are_one_value() -> None:
    assert built("{name: a, dependsOn: [b], manifests: [m.yaml]}", Service) == built(
        "{name: a, dependsOn: [{name: b, optional: false}], manifests: [{path: m.yaml}]}", Service
    )
    service = built("{name: a, dependsOn: [b, {name: c, optional: true}], manifests: [m.yaml]}", Service)
    assert service.depends_on == (Dependency(name="b"), Dependency(name="c", optional=True))
    assert service.manifests == (ManifestFile(path="m.yaml"),)
    assert built("1.10", Version) == Version(value="1.10")


def test_numbers_for_text_keep_their_letters() -> None:
    workload = built("{kind: job, image: x, args: [1.10, 0x1F, +5], env: {A: 007.5}, resources: {cpu: 0.50}}", Workload)
    assert workload.args == ("1.10", "0x1F", "+5")
    assert workload.env == {"A": EnvValue(value="007.5")}
    assert workload.resources == Resources(cpu="0.50")


def test_numbers_and_truth_values() -> None:
    workload = built(
        "{kind: deployment, replicas: 0x10, runAsUser: 10, ports: [{name: a, port: 80}], serviceAccount: "
        "{name: a, create: TRUE}}",
        Workload,
    )
    assert (workload.replicas, workload.run_as_user, workload.ports[0].port) == (16, 10, 80)
    assert workload.service_account is not None
    assert workload.service_account.create is True


def test_nested_defaults() -> None:
    workload = built(
        "{kind: deployment, ingress: {hosts: [a.example.org, {host: b.example.org, paths: [/x]}]}}", Workload
    )
    assert workload.ingress is not None
    assert workload.ingress.hosts == (
        IngressHost(host="a.example.org", paths=(IngressPath(path="/"),)),
        IngressHost(host="b.example.org", paths=(IngressPath(path="/x"),)),
    )


def test_paths_are_in_normal_form() -> None:
    image = built("{type: build, repository: r, dockerfile: ./a//b/../Dockerfile, context: ../x/}", Image)
    assert (image.dockerfile, image.context) == ("a/Dockerfile", "../x")
    assert built("{type: skip}", Image).context == "."


def test_null_is_a_value_in_a_merge_patch_and_in_free_json() -> None:
    patch = built("{target: {kind: ConfigMap}, merge: {data: null, metadata: {labels: null}}}", Patch)
    assert patch.merge == {"data": None, "metadata": {"labels": None}}
    assert built("{vars: {a: null, b: {c: null}}}", Spec).vars == {"b": {"c": None}}


def test_partial_units_are_merged_and_never_read() -> None:
    environment = built("{overrides: {api: {workload: {replicas: 1}}}, ttl: 1h}", Environment)
    assert environment == Environment(ttl="1h")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{name: api, nam: x}", "EW101"),
        ("{name: api, enabled: '{{ true }}'}", "EW102"),
        ("{name: api, deployGroup: '{{ x }}'}", "EW106"),
        ("{}", "EW103"),
    ],
)
def test_what_does_not_check_is_not_built(text: str, code: str) -> None:
    report = Report()
    assert build(read(text, "services.yaml"), Service, report) is None
    assert [item.code for item in report.items] == [code]


def test_a_rule_that_waited_for_a_template_is_checked_after_it() -> None:
    node = read("{type: '{{ x }}', repository: r, from: x}", "services.yaml")
    for result, codes in (("build", ["EW107"]), ("external", ["EW107"]), ("mirror", ["EW103", "EW107"])):
        report = Report()
        value = build(evaluate_templates(node, Image, lambda _s, result=result: result, report), Image, report)
        assert (value, [item.code for item in report.items]) == (None, codes)


def test_text_that_a_template_made_may_hold_braces() -> None:
    node = evaluate_templates(
        read("{kind: job, args: ['{{ x }}']}", "services.yaml"), Workload, lambda _s: "{{ literal }}", Report()
    )
    assert build(node, Workload, Report()) == Workload(kind="job", args=("{{ literal }}",))


def test_the_complete_document_builds() -> None:
    node = read((ROOT / "tests/contract/complete.yaml").read_text(encoding="utf-8"), "complete.yaml")
    results = {"{{ .Vars.type }}": "external", "{{ .Vars.strategy }}": "restart", "{{ .Project }}-{{ .Slot }}": "x-1"}
    report = Report()
    evaluated = evaluate_templates(node, ServiceStack, lambda scalar: results.get(scalar.text, "1"), report)
    stack = build(evaluated, ServiceStack, report)
    assert report.items == []
    assert stack is not None
    api = stack.spec.services[0]
    assert (api.code_update_strategy, api.migrations[0].timeout) == ("restart", "5m")
    assert api.workload is not None
    assert api.workload.ports[0].target_port == 1
    assert stack.spec.images["either"].type == "external"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_checks_is_built_and_nothing_else(data: st.DataObject) -> None:
    declared = data.draw(st.sampled_from([Service, Workload, Image, Environment, Spec]))
    report = Report()
    value = build(nodes(data.draw(values(record(declared)))), declared, report)
    assert (value is None) == report.failed
    assert value is None or isinstance(value, declared)
