"""Suggestions for words that nobody knows."""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """Return `did you mean "go-service"?` with the candidate nearest to `word`, or the empty text if none is near.

    Case is no difference; the first of equally near candidates wins.
    """
    from difflib import get_close_matches  # only a mistake pays for its import

    by_folded: dict[str, str] = {}
    for candidate in candidates:
        by_folded.setdefault(candidate.lower(), candidate)
    near = get_close_matches(word.lower(), by_folded, n=1)
    return f'did you mean "{by_folded[near[0]]}"?' if near else ""
