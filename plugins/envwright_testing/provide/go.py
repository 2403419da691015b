"""Programs of Go."""

from __future__ import annotations

from pathlib import Path

from envwright_testing.cache import cache_folder, kept, program, run
from envwright_testing.service import Progress, Provide, Provided

# the Go that is here and the pins of the module decide, nothing else that lies around
ENVIRONMENT = {"GOTOOLCHAIN": "local", "GOWORK": "off", "GOFLAGS": "-mod=readonly", "CGO_ENABLED": "0"}


def go_programs(*packages: str, module: str = "tools", caches: str = "/cache") -> Provide:
    """Bring Go and programs that are built from packages which a module in the service's folder pins.

    `module` is the module's directory, `packages` are import paths, such as `github.com/air-verse/air`. `caches` is
    where the container caches what it builds: that is kept between runs.
    """

    def provide(folder: Path, progress: Progress) -> Provided:
        go = program("go")
        pins = folder / module
        key = [(pins / name).read_bytes() for name in ("go.mod", "go.sum")]
        version = run([go, "env", "GOVERSION"], folder, ENVIRONMENT)

        def make(place: Path) -> None:
            for package in packages:
                run([go, "build", "-trimpath", "-o", f"{place}/", package], pins, ENVIRONMENT)

        place = kept("go", (*key, *(each.encode() for each in packages), version.encode()), make, progress)
        cache = cache_folder() / "go-cache"
        cache.mkdir(parents=True, exist_ok=True)
        return Provided((place, Path(go).parent), {caches: cache}, {"GOTOOLCHAIN": "local", "GOPROXY": "off"})

    return provide
