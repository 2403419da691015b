"""Forges: `github` speaks GitHub's REST API over `rest`, `address` finds a repository's API and the token for it.

`text` keeps what people wrote in a pull request.
"""
