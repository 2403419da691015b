"""YAML: text to nodes, rendered manifests to plain objects, plain objects to canonical text."""
