"""The pipeline: ten pure steps from `services.yaml` to a plan, each a module of its own name."""
