"""How much of a file is read before it is refused: each limit is far above honest use and far below what hurts."""

MAX_CHARACTERS = 4 * 1024 * 1024
"""Length of one file or one rendered manifest file."""

MAX_DEPTH = 100
"""How deep maps and sequences may nest, aliases followed."""

MAX_ALIASED_NODES = 100_000
"""How many nodes the aliases of one document may bring in, all together."""
