"""Git: the environment repository and the source."""
