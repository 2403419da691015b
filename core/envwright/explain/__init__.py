"""Where a value came from.

- `declared`: a value of services.yaml by its path
- `rendered`: a field of a rendered object
- `layers`: what makes a unit's objects, one after the other
"""
