"""Jobs that make images: built by BuildKit, Buildah or kaniko, or mirrored, each asking the registry first."""
