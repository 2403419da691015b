"""Services, Ingresses, routes and network policies: ways into the slot, and out of it."""

from __future__ import annotations

from typing import Any

from tests.plugins.guardrails.vectors.vector import (
    DOMAIN,
    GONE,
    NAMESPACE,
    Json,
    Vector,
    backend,
    deployment,
    ingress,
    policy,
    route,
    service,
)

NODE_PORT = [{"name": "http", "port": 80, "targetPort": 8080, "nodePort": 30080}]

SERVICES = [
    Vector(
        "a port of every node",
        (service(type="NodePort", ports=NODE_PORT),),
        "EW608",
        "type ClusterIP, and an Ingress",
        narrow={"spec.type": "ClusterIP", "spec.ports.0": {"name": "http", "port": 80, "targetPort": 8080}},
        allowed_by={"serviceTypes": ["ClusterIP", "NodePort"]},
    ),
    Vector(
        "a load balancer",
        (
            service(
                type="LoadBalancer",
                loadBalancerIP="192.0.2.1",
                loadBalancerSourceRanges=["0.0.0.0/0"],
                externalTrafficPolicy="Local",
            ),
        ),
        "EW608",
        "type ClusterIP, and an Ingress",
        narrow={
            "spec.type": "ClusterIP",
            "spec.loadBalancerIP": GONE,
            "spec.loadBalancerSourceRanges": GONE,
            "spec.externalTrafficPolicy": GONE,
        },
        allowed_by={"serviceTypes": ["LoadBalancer"]},
    ),
    Vector(
        "addresses of the outside",
        (service(externalIPs=["192.0.2.1"]),),
        "EW608",
        "write an Ingress",
        narrow={"spec.externalIPs": GONE, "spec.selector": {"app": "x"}},
    ),
    Vector(
        "a name of elsewhere",
        (service(type="ExternalName", externalName="db.production.svc.cluster.local"),),
        "EW608",
        "`network.egress`",
        allowed_by={"serviceTypes": ["ExternalName"]},
    ),
]


def host(name: str, what: str, settings: Json | None = None) -> Vector:
    """A host beside one that may be served."""
    kept = {"spec.rules": [{"host": DOMAIN, **backend()}]}
    hint = f"serve {DOMAIN} or a host below it"
    return Vector(what, (ingress(name, DOMAIN),), "EW609", hint, drop=kept, narrow=kept, allowed_by=settings)


INGRESSES = [
    Vector(
        "an Ingress for every host",
        (ingress(None),),
        "EW609",
        f"serve {DOMAIN} or a host below it",
        narrow={"spec.rules.0.host": DOMAIN, "spec.rules.0.http": backend()["http"]},
    ),
    Vector(
        "a default backend",
        (ingress(DOMAIN, defaultBackend={"service": {"name": "x", "port": {"number": 80}}}),),
        "EW609",
        "write a rule with a host instead",
        drop={"spec.defaultBackend": GONE, "spec.rules.0.host": DOMAIN},
        narrow={"spec.defaultBackend": GONE, "spec.rules.0.host": DOMAIN},
    ),
    Vector(
        "a default backend and nothing else",
        (ingress(defaultBackend={"service": {"name": "x", "port": {"number": 80}}}),),
        "EW609",
        "write a rule with a host instead",
    ),
    host("*.example.org", "a wildcard host"),
    host(f"*.{DOMAIN}", "a wildcard host below its own domain"),
    host("shop.example.org", "a host of another environment", {"domains": ["shop.example.org"]}),
    host("pr-77.example.org", "a host of another slot", {"domains": ["pr-77.example.org"]}),
    host("xpr-7.example.org", "a host that only ends like its own", {"domains": ["xpr-{slot}.example.org"]}),
    Vector(
        "an Ingress of foreign hosts alone",
        (ingress("shop.example.org"),),
        "EW609",
        f"serve {DOMAIN} or a host below it",
        allowed_by={"domains": ["example.org"]},
    ),
    Vector(
        "a certificate for foreign hosts",
        (ingress(DOMAIN, tls=[{"secretName": "a", "hosts": ["shop.example.org"]}, {"secretName": "b"}]),),
        "EW609",
        f"serve {DOMAIN} or a host below it",
        drop={"spec.tls": [{"secretName": "b"}]},
        narrow={"spec.tls": [{"secretName": "b"}]},
    ),
    Vector(
        "a certificate for some foreign hosts",
        (ingress(DOMAIN, tls=[{"secretName": "a", "hosts": ["shop.example.org", DOMAIN, f"*.{DOMAIN}"]}]),),
        "EW609",
        f"serve {DOMAIN} or a host below it",
        drop={"spec.tls": [{"secretName": "a", "hosts": [DOMAIN, f"*.{DOMAIN}"]}]},
        narrow={"spec.tls": [{"secretName": "a", "hosts": [DOMAIN, f"*.{DOMAIN}"]}]},
    ),
    Vector(
        "an ingress class that the platform does not list",
        (ingress(DOMAIN, ingressClassName="internal"),),
        "EW610",
        "the platform allows nginx",
        narrow={"spec.ingressClassName": "nginx"},
        settings={"ingressClasses": ["nginx"]},
        allowed_by={"ingressClasses": ["nginx", "internal"]},
    ),
    Vector(
        "the same in the older form",
        (ingress(DOMAIN, annotations={"kubernetes.io/ingress.class": "internal"}),),
        "EW610",
        "the platform allows nginx",
        narrow={"metadata.annotations": {"kubernetes.io/ingress.class": "nginx"}, "spec.ingressClassName": GONE},
        settings={"ingressClasses": ["nginx"]},
    ),
    Vector(
        "no ingress class where the platform lists some",
        (ingress(DOMAIN),),
        "EW610",
        "the platform allows nginx",
        narrow={"spec.ingressClassName": "nginx"},
        settings={"ingressClasses": ["nginx"]},
    ),
]

GATEWAYS = {"gateways": ["gateways/public"]}
PUBLIC = {"name": "public", "namespace": "gateways"}


def leading_to(*backends: Json, filters: list[Json] | None = None) -> Json:
    rule: Json = {"backendRefs": list(backends), **({"filters": filters} if filters else {})}
    return route(DOMAIN, parentRefs=[PUBLIC], rules=[rule])


HOME = {"name": "x", "port": 80}
AWAY = {"name": "db", "namespace": "production", "port": 80}

ROUTES = [
    Vector(
        "a route for every host",
        (route(parentRefs=[PUBLIC]),),
        "EW609",
        f"serve {DOMAIN} or a host below it",
        narrow={"spec.hostnames": [DOMAIN]},
        settings=GATEWAYS,
    ),
    Vector(
        "foreign hosts of a route",
        (route("shop.example.org", DOMAIN, "*.example.org", parentRefs=[PUBLIC]),),
        "EW609",
        f"serve {DOMAIN} or a host below it",
        drop={"spec.hostnames": [DOMAIN]},
        narrow={"spec.hostnames": [DOMAIN]},
        settings=GATEWAYS,
    ),
    Vector(
        "a gateway that the platform does not list",
        (route(DOMAIN, parentRefs=[{"name": "public", "namespace": "production"}]),),
        "EW610",
        "let it list one in `plugins.guardrails.gateways`",
        allowed_by={"gateways": ["production/public"]},
    ),
    Vector(
        "a gateway that the platform does not list, beside one that it does",
        (route(DOMAIN, parentRefs=[{"name": "private", "namespace": "gateways"}, PUBLIC]),),
        "EW610",
        "a gateway that the platform allows: gateways/public",
        drop={"spec.parentRefs": [PUBLIC]},
        narrow={"spec.parentRefs": [PUBLIC]},
        settings=GATEWAYS,
    ),
    Vector(
        "a backend in another namespace",
        (leading_to(AWAY, HOME),),
        "EW610",
        "a Service of the environment's own namespace",
        drop={"spec.rules.0.backendRefs": [HOME]},
        narrow={"spec.rules.0.backendRefs": [HOME]},
        settings=GATEWAYS,
    ),
    Vector(
        "a mirror in another namespace",
        (leading_to(HOME, filters=[{"type": "RequestMirror", "requestMirror": {"backendRef": AWAY}}]),),
        "EW610",
        "a Service of the environment's own namespace",
        drop={"spec.rules.0.filters": []},
        narrow={"spec.rules.0.filters": []},
        settings=GATEWAYS,
    ),
    Vector(
        "a filter that only a controller knows",
        (leading_to(HOME, filters=[{"type": "ExtensionRef", "extensionRef": {"kind": "Snippet", "name": "a"}}]),),
        "EW610",
        "the filters that the Gateway API itself defines",
        drop={"spec.rules.0.filters": []},
        narrow={"spec.rules.0.filters": []},
        settings=GATEWAYS,
    ),
]

INSIDE: Json = {"podSelector": {"matchLabels": {"app": "other"}}}


def namespaces(**labels: str) -> Json:
    return {"namespaceSelector": {"matchLabels": labels}}


def of(name: str) -> Json:
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}


def block(cidr: str, **more: Any) -> Json:
    return {"ipBlock": {"cidr": cidr, **more}}


def opening(direction: str, peer: Json, name: str, allowed_by: Json | None = None, **rule: Any) -> Vector:
    """A peer that is not allowed beside one that is."""
    side = "from" if direction == "ingress" else "to"
    kept = {f"spec.{direction}": [{side: [INSIDE], **rule}]}
    return Vector(
        name,
        (policy(**{direction: [{side: [peer, INSIDE], **rule}]}),),
        "EW621",
        "name pods of the namespace by podSelector",
        drop=kept,
        narrow=kept,
        allowed_by=allowed_by,
    )


HTTPS = [{"protocol": "TCP", "port": 443}]
WEB = {"network": {"defaultDeny": False, "egress": [{"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"], "ports": [443]}]}}

POLICIES = [
    Vector(
        "a policy that lets everybody in",
        (policy(ingress=[{}]),),
        "EW621",
        "name pods of the namespace by podSelector",
        drop={"spec.ingress": []},
        narrow={"spec.ingress": [{"from": [{"podSelector": {}}]}]},
    ),
    Vector(
        "a policy that lets everybody in on a port",
        (policy(ingress=[{"ports": HTTPS}, {"from": [INSIDE]}]),),
        "EW621",
        "name pods of the namespace by podSelector",
        drop={"spec.ingress": [{"from": [INSIDE]}]},
        narrow={"spec.ingress": [{"ports": HTTPS, "from": [{"podSelector": {}}]}, {"from": [INSIDE]}]},
    ),
    Vector(
        "a policy that lets everything out",
        (policy(policyTypes=["Egress"], egress=[{}]),),
        "EW621",
        "`plugins.guardrails.network.egress`",
        drop={"spec.egress": []},
        narrow={"spec.egress": [{"to": [{"podSelector": {}}]}]},
    ),
    opening("ingress", {"namespaceSelector": {}}, "every namespace may come in"),
    opening("ingress", namespaces(team="a"), "namespaces by a label may come in"),
    opening(
        "ingress",
        of("production"),
        "another namespace may come in",
        {"network": {"ingress": [{"namespace": "production"}]}},
    ),
    opening("ingress", block("0.0.0.0/0"), "every address may come in"),
    opening("egress", of("kube-system"), "the system's namespace, not on the port of DNS", ports=HTTPS),
    opening("egress", block("0.0.0.0/0"), "every address may be called"),
    opening(
        "egress", block("192.0.2.0/24"), "an address may be called", {"network": {"egress": [{"cidr": "192.0.0.0/16"}]}}
    ),
    opening(
        "egress",
        block("0.0.0.0/0"),
        "more of a range than the platform lists",
        ports=HTTPS,
    )._replace(settings=WEB),
    opening("egress", block("0.0.0.0/0", **{"except": ["10.0.0.0/8"]}), "more ports than the platform lists")._replace(
        settings=WEB
    ),
    Vector(
        "a rule whose only peer is not allowed goes as a whole",
        (policy(egress=[{"to": [block("169.254.169.254/32")]}, {"to": [INSIDE]}]),),
        "EW621",
        "name pods of the namespace by podSelector",
        drop={"spec.egress": [{"to": [INSIDE]}]},
        narrow={"spec.egress": [{"to": [INSIDE]}]},
    ),
]

MOUNTED: Json = {"volumes": [{"name": "ws", "persistentVolumeClaim": {"claimName": "workspace"}}]}


def mounting(path: str) -> Json:
    return deployment({"volumeMounts": [{"name": "ws", "mountPath": "/workspace", "subPath": path}]}, **MOUNTED)


HARMLESS: list[tuple[str, Json, Json]] = [
    ("a part of a claim that the platform made for the slot", mounting("services/api"), {}),
    ("the slot's part of a shared claim", mounting("slots/7/src"), {"sharedClaims": {"workspace": "slots/{slot}"}}),
    ("the slot's part by convention", mounting("slots/7"), {}),
    ("a policy inside of the namespace", policy(ingress=[{"from": [INSIDE, {"podSelector": {}}]}]), {}),
    ("a policy for the own namespace by name", policy(ingress=[{"from": [of(NAMESPACE)]}]), {}),
    ("a policy for the ingress controllers", policy(ingress=[{"from": [of("ingress-nginx")]}]), {}),
    ("a policy that denies", policy(policyTypes=["Ingress", "Egress"]), {}),
    (
        "a policy for DNS",
        policy(
            egress=[
                {
                    "to": [{**of("kube-system"), "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}}}],
                    "ports": [{"protocol": "UDP", "port": 53}],
                }
            ]
        ),
        {},
    ),
    (
        "a policy for what the platform lists",
        policy(egress=[{"to": [block("0.0.0.0/0", **{"except": ["10.0.0.0/8", "192.168.0.0/16"]})], "ports": HTTPS}]),
        WEB,
    ),
    ("a Service without an address", service(clusterIP="None"), {}),
    ("an Ingress below the own domain", ingress(DOMAIN, f"api.{DOMAIN}"), {}),
    ("a route of an allowed gateway", route(DOMAIN, parentRefs=[PUBLIC], rules=[{"backendRefs": [HOME]}]), GATEWAYS),
]

NETWORK = [*SERVICES, *INGRESSES, *ROUTES, *POLICIES]
