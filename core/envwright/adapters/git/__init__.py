"""Git, as a program that is run: the environment repository (`repository`, `land`) and the source (`source`)."""
