"""Suggestions for words that nobody knows."""

from __future__ import annotations

from collections.abc import Iterable

# Comparing costs 0.1 ms a pair: of many candidates only those are compared that begin and end most alike, so that a
# missing import of a thousand names does not cost a minute.
MOST_COMPARED = 20


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """Return `did you mean "go-service"?` with the candidate nearest to `word`, or the empty text if none is near.

    Case is no difference; the first of equally near candidates wins.
    """
    from difflib import get_close_matches  # only a mistake pays for its import

    by_folded: dict[str, str] = {}
    for candidate in candidates:
        by_folded.setdefault(candidate.lower(), candidate)
    folded = word.lower()
    likely: Iterable[str] = by_folded
    if len(by_folded) > MOST_COMPARED:
        likely = sorted(by_folded, key=lambda candidate: -_common_ends(folded, candidate))[:MOST_COMPARED]
    near = get_close_matches(folded, likely, n=1)
    return f'did you mean "{by_folded[near[0]]}"?' if near else ""


def _common_ends(word: str, candidate: str) -> int:
    """Return how many characters two words have in common at their beginning and at their end."""
    return _common_start(word, candidate) + _common_start(word[::-1], candidate[::-1])


def _common_start(word: str, candidate: str) -> int:
    for place, (mine, other) in enumerate(zip(word, candidate, strict=False)):
        if mine != other:
            return place
    return min(len(word), len(candidate))
