"""Templates in Go's syntax (`.tpl`, scalars of services.yaml) and in Jinja's (`.j2`), rendered as pure functions.

The border is three modules: `scope` (what a template may see), `render` (`evaluate` a scalar, `render` a file, run a
`prelude`) and `rendered` (the result, and which line of which template made which line of it).

Inside: `lexer`, `literals`, `parser` make a `tree` of a Go template and `interpreter` walks it; `jinja` walks what
Jinja2's own parser returns. Both are a `run`: it counts what is spent (`limits`), notes what is read, writes the output
and calls functions of the one table in `functions`. `formatting`, `quoting`, `printf` and `comparison` behave as Go
does. `markers` stand in for values that must not be seen. `fault` is how all of them refuse.
"""
