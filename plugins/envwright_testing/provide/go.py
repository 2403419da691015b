"""Programs of Go."""

from __future__ import annotations

from pathlib import Path

from envwright_testing.cache import cache_folder, kept, program, run, writable
from envwright_testing.service import Progress, Provide, Provided

# the Go that is here and the pins of the module decide, nothing else that lies around
ENVIRONMENT = {"GOTOOLCHAIN": "local", "GOWORK": "off", "GOFLAGS": "-mod=readonly", "CGO_ENABLED": "0"}


def go_programs(module: Path, *packages: str, caches: str = "/cache") -> Provide:
    """Bring Go and programs that are built from packages which a module pins, such as `github.com/air-verse/air`.

    `module` is the folder of its `go.mod` and `go.sum`. `caches` is where the container caches what it builds: that is
    kept between runs.
    """

    def provide(_folder: Path, progress: Progress) -> Provided:
        go = program("go")
        key = [(module / name).read_bytes() for name in ("go.mod", "go.sum")]
        version = run([go, "env", "GOVERSION"], module, ENVIRONMENT)

        def make(place: Path) -> None:
            for package in packages:
                run([go, "build", "-trimpath", "-o", f"{place}/", package], module, ENVIRONMENT)

        place = kept("go", (*key, *(each.encode() for each in packages), version.encode()), make, progress)
        cache = writable(cache_folder() / "go-cache")
        return Provided((place, Path(go).parent), {caches: cache}, {"GOTOOLCHAIN": "local", "GOPROXY": "off"})

    return provide
