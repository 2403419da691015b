"""What brings the reloader and the dependencies of a fixture service: by pip, npm or Go, or as they are on `PATH`."""
