"""Views of a plan and of a transition: for a terminal, for a reviewer, for graph tools.

Names and values come from strangers' files; each view escapes them for its place.
"""
