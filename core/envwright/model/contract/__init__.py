"""The contract: every type that `services.yaml` may hold, declared once.

The node checker, the JSON Schema and the reference are made from these classes (`envwright.contract`). A key is spelled
in camelCase in the file: `code_update_strategy` is `codeUpdateStrategy`; a trailing `_` only avoids a Python keyword;
`spelled` in a key's facts says the rest.
"""
