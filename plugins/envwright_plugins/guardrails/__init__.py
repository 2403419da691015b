"""Guardrails: what a slot may ask of its cluster, so that it cannot hurt its neighbours.

The engine's own isolation keeps cluster-scoped objects and foreign namespaces out. What is left lives in the slot's
namespace, and can still reach out of it: this plugin holds it to allow-lists.

`plugin` has the hooks, `settings` the platform's lists, `bounds` what one environment is held to. A module per topic
looks at objects and yields findings (`finding`); `enforce` does with them what the mode says. `network` writes a slot's
network policies; `webhooks` and `orchestration` look at environments that are not isolated too.
"""
