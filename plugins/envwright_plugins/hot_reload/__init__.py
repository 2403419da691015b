"""The strategy `hot-reload`: pods that run a service's reloader over its mounted source."""
