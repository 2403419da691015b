"""What authors of plugins test with: renders compared with files, and stacks run for real. A plugin of pytest."""
