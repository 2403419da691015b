"""The version of the engine; it is part of every plan's `engine` field."""

__version__ = "0.1.0"
