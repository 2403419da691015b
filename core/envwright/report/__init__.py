"""Diagnostics as text for people and as data for tools: pure functions from diagnostics to text."""
