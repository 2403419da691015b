"""Entry points for pre-commit: each module has `main(argv) -> int`."""
