from __future__ import annotations

import pytest

from envwright.images.stage import Copied, StageFacts, stage_facts

TEXT = """\
# syntax=docker/dockerfile:1
ARG ROOT=/srv
FROM golang:1.26 AS Build
ARG VERSION
ENV OUT=/out
WORKDIR ${ROOT}
COPY go.mod go.sum ./
RUN go mod download
COPY cmd/ ./cmd/
RUN go build -o $OUT ./cmd/api

FROM node:24 AS assets
WORKDIR /web
COPY web/package*.json .
COPY --chown=1000 web .

FROM build AS dev
RUN go install air
USER 10001:10001

FROM scratch
COPY --from=build /out /api
COPY --from=2 /x /y
COPY ["a file.txt", "/etc/"]
ADD https://example.org/x.tar.gz /tmp/
ENTRYPOINT ["/api"]
CMD ["serve", "--all"]
"""


def test_a_stage_has_what_the_one_it_begins_with_has() -> None:
    dev = stage_facts(TEXT, "DEV")
    assert dev is not None
    assert (dev.working_directory, dev.user) == ("/srv", "10001")
    assert dev.copied == (Copied("go.mod", "/srv"), Copied("go.sum", "/srv"), Copied("cmd", "/srv/cmd"))
    assert dev.runs == (("go mod download", "/srv"), ("go build -o $OUT ./cmd/api", "/srv"), ("go install air", "/srv"))
    assert dev.sources == {"go.mod", "go.sum", "cmd"}


def test_the_last_stage_is_the_image() -> None:
    last = stage_facts(TEXT)
    assert last is not None
    assert last.starts == ("/api", "serve", "--all")
    assert last.copied == (Copied("a file.txt", "/etc"),)


def test_a_stage_is_made_of_what_it_takes_from_others_too() -> None:
    last, assets = stage_facts(TEXT), stage_facts(TEXT, "1")
    assert last is not None
    assert assets is not None
    assert last.sources == {"go.mod", "go.sum", "cmd", "a file.txt"}  # of stage 2, which is `dev`, too
    assert assets.sources == {"web/package*.json", "web"}


@pytest.mark.parametrize("target", ["nothing", "7"])
def test_a_stage_that_is_not_there(target: str) -> None:
    assert stage_facts(TEXT, target) is None
    assert stage_facts("# nothing\n") is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('CMD ["a", "b c"]', ("a", "b c")),
        ("CMD uvicorn app:app --port=80 --name 'my app'", ("uvicorn", "app:app", "--port=80", "--name", "my app")),
        ("CMD exec serve $PORT", ("/bin/sh", "-c", "exec serve $PORT")),
        ("CMD A=1 serve", ("/bin/sh", "-c", "A=1 serve")),
        ("CMD say 'open", ("/bin/sh", "-c", "say 'open")),
        ('CMD ["a", 1]', ("[a,", "1]")),
    ],
)
def test_what_a_command_starts(line: str, words: tuple[str, ...]) -> None:
    assert stage_facts(f"FROM x\n{line}\n") == StageFacts(command=words)


def test_an_entrypoint_takes_the_command_that_was_inherited_away() -> None:
    facts = stage_facts('FROM x AS a\nCMD ["old"]\nFROM a\nENTRYPOINT ["new"]\n')
    assert facts is not None
    assert facts.starts == ("new",)


@pytest.mark.parametrize(
    ("lines", "directory"),
    [
        ("WORKDIR /a\nWORKDIR b/c/", "/a/b/c"),
        ("WORKDIR a", "/a"),
        ("ENV D /x y\nWORKDIR $D", "/x y"),
        ("WORKDIR /\nWORKDIR .", "/"),
        ('WORKDIR "/a b"', "/a b"),
    ],
)
def test_working_directories(lines: str, directory: str) -> None:
    facts = stage_facts(f"FROM x\n{lines}\n")
    assert facts is not None
    assert facts.working_directory == directory


def test_a_bound_context_is_all_of_it() -> None:
    facts = stage_facts("FROM x\nRUN --mount=type=bind,target=. make\n")
    assert facts is not None
    assert facts.sources == {"."}
    cached = stage_facts("FROM x\nRUN --mount=type=cache,target=/root make\n")
    assert cached is not None
    assert cached.sources == frozenset()
