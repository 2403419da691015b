"""Machinery over the contract's types: shapes, checks, values, the JSON Schema and the reference.

`envwright.model.contract` declares each type once; here stands what is made of the declarations:

- `shapes`: what a place of the file may hold, derived from annotations and facts
- `check`: nodes against a shape, as diagnostics
- `evaluate`: templates of nodes to values of the right type (step 6)
- `build`: checked nodes to frozen values
- `naming`, `paths`: what merging and imports need to know: the keys of named lists, the places of relative paths
- `jsonschema`, `reference`, `generate`: the published schema and the documentation
"""
