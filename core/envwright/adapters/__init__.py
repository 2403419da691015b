"""Side effects: files, folders, variables. The engine asks for them through `envwright.model.ports`."""
