"""The command line: a thin skin over `envwright.api`, a file per command."""
