"""Forges: `github` speaks GitHub's REST API, `address` finds a repository's API and the token for it."""
