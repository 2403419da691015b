"""Plans: made from what was rendered, written as bytes, read back, compared with their predecessor and shown."""
