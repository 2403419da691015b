"""Functions on nodes: merging, filling, and telling where a value came from. None of them changes a node."""
