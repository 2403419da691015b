"""The first files of a plugin: what `envwright plugin new` writes."""
