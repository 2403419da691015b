"""Jinja templates: Jinja2's parser reads them, a walker of ours runs them.

Nothing is ever compiled to Python, so there is no object of Python that an expression could get hold of: `parsing`
refuses the syntax that has no place in a manifest, `walker` and `expressions` run the rest on plain values, with the
functions, limits, markers and diagnostics that Go templates have.
"""
