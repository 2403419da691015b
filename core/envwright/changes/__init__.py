"""What follows from changed files: for each file the units that it touches, the rule, and what that asks for."""
