"""Elixir and Phoenix for envwright."""
