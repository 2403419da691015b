// A registry of images, pinned: what tests/plugins/builders builds and runs.
module envwright.dev/tests/registry

go 1.26.0

require github.com/google/go-containerregistry v0.22.1
