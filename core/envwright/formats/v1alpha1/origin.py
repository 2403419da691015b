"""What `explain` says of a value that no file holds, because the format implies it."""

VIA = "rules of codex-k8s.dev/v1alpha1"
