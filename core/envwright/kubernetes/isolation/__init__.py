"""What an isolated environment must not own: cluster-scoped objects, and anything in a namespace of others.

Three modes: `refuse` reports each, `drop` leaves it out, `narrow` makes roles of the namespace of cluster roles and
drops the rest. The environment's own Namespace object belongs to the platform and is left out in all three.

`isolate` is the way in; `boundary` says what becomes of an object outside; `roles` narrows roles and bindings,
`rules` their rules, `subjects` whom they are bound to.
"""
