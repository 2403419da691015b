import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envwright.images.dockerfile import scan
from envwright.images.variables import expand


def bases(text, **arguments):
    return [base.image for base in scan(text).bases(arguments)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM golang:1.26", ["golang:1.26"]),
        ("from golang:1.26 as build\nFROM Build\nFROM scratch", ["golang:1.26"]),
        ("FROM --platform=$BUILDPLATFORM golang:1.26 AS build", ["golang:1.26"]),
        ("FROM build\nFROM golang:1.26 AS build", ["build", "golang:1.26"]),  # a stage further down is none
        ("FROM golang:1.26 AS golang:1.26\nFROM golang:1.26", ["golang:1.26"]),
        ('FROM "golang:1.26"', ["golang:1.26"]),
        ("FROM\\\n  golang:1.26 \\\n# comment\n\n  AS build", ["golang:1.26"]),
        ("\ufeffFROM a\r\nFROM b\r\n", ["a", "b"]),
        ("# escape=`\nRUN a `\n  FROM x\nFROM a", ["a"]),
        ("# syntax=docker/dockerfile:1\n# escape = `\nRUN c:\\\nFROM a", ["a"]),
        ("# note\n# escape=`\nRUN c:\\\nFROM x\nFROM a", ["a"]),  # too late for a directive
        ("RUN a \\\\\nFROM a", ["a"]),  # an escaped backslash continues nothing
        ("RUN <<EOF\nFROM x\nEOF\nFROM a", ["a"]),
        ("RUN <<-'E F' cat > /f\nFROM x\n\tE F\nFROM a", ["a"]),
        ("COPY <<one <<two /d/\nFROM x\none\nFROM x\ntwo\nFROM a", ["a"]),
        ("RUN cat << EOF\nFROM x\nEOF\nFROM a", ["a"]),
        ("ONBUILD RUN <<EOF\nFROM x\nEOF\nFROM a", ["a"]),
        ('RUN echo "<<EOF" $((1<<2)) <<< EOF\nFROM a', ["a"]),
        ("RUN echo it's <<EOF\nFROM a", ["a"]),
        ('RUN ["cat", "<<EOF"]\nFROM a', ["a"]),
        ("CMD <<EOF\nFROM a", ["a"]),
        ("RUN <<EOF\nFROM x", []),
        ("# FROM x\n  # FROM x\n", []),
        ("FROM", []),
        ("FROM a \\", ["a"]),
        ("", []),
    ],
)
def test_bases(text, expected):
    assert bases(text) == expected


@pytest.mark.parametrize(
    ("text", "arguments", "expected"),
    [
        ("ARG V=1.26\nFROM golang:${V}", {}, ["golang:1.26"]),
        ("ARG V=1.26\nFROM golang:$V", {"V": "1.27"}, ["golang:1.27"]),
        ("ARG V\nFROM golang:${V}", {"V": "1.27"}, ["golang:1.27"]),
        ("ARG V\nFROM golang:${V}", {}, ["golang:${V}"]),
        ("FROM golang:${V}", {"V": "1.27"}, ["golang:${V}"]),  # not declared
        ("ARG A=1 B='2'\nARG C=$A.$B\nFROM x:$C", {}, ["x:1.2"]),
        ("FROM a\nARG V=1\nFROM x:$V", {}, ["a", "x:$V"]),  # a stage's own argument
        ("ARG S=build\nFROM a AS build\nFROM $S", {}, ["a"]),
        ("FROM app-$TARGETARCH", {}, ["app-$TARGETARCH"]),
    ],
)
def test_arguments_in_from(text, arguments, expected):
    assert bases(text, **arguments) == expected


def test_images_that_files_are_taken_from():
    text = """\
FROM golang:1.26 AS build
COPY --from=ghcr.io/astral-sh/uv:latest /uv /bin/
COPY --chown=1:1 --from=build /a /b
COPY --from=0 /a /b
RUN --mount=type=cache,target=/c --mount=type=bind,from=node:22,target=/n make
COPY from=x /y
"""
    assert bases(text) == ["golang:1.26", "ghcr.io/astral-sh/uv:latest", "node:22"]


def test_places():
    found = scan("ARG V=1\nFROM --platform=linux/a a:$V AS b\nFROM \\\n  a:$V\nCOPY --from=x:1 / /\n").bases({})
    assert [(base.image, base.line, base.column, base.width) for base in found] == [
        ("a:1", 2, 25, 4),
        ("a:1", 4, 3, 4),
        ("x:1", 5, 13, 3),
    ]


@pytest.mark.parametrize(
    ("target", "there"),
    [("dev", True), ("DEV", True), ("runtime", True), ("0", True), ("2", True), ("3", False), ("prod", False)],
)
def test_targets(target, there):
    assert scan("FROM a AS Dev\nFROM b AS runtime\nFROM c").has_stage(target) is there


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$A-${A}$B", "1-12"),
        ("${A:-x}${N:-x}${E:-x}", "1xx"),
        ("${A-x}${N-x}${E-x}", "1x"),
        ("${A:+x}${N:+x}${E:+x}", "x"),
        ("${A+x}${N+x}${E+x}", "xx"),
        ("${N:-${A}.$B}", "1.2"),
        ("$N ${N} ${A#1} ${A/1/2} $", "$N ${N} ${A#1} ${A/1/2} $"),
    ],
)
def test_variables(text, expected):
    assert expand(text, {"A": "1", "B": "2", "E": ""}) == expected


@settings(max_examples=200)
@given(st.text("FROMARGUNCPY \n\\\"'<-=$#{}:a\t\r`", max_size=60))
def test_any_text_is_scanned(text):
    found = scan(text)
    assert all(base.line >= 1 and base.column >= 1 for base in found.bases({}))


@pytest.mark.parametrize(
    ("begin", "again", "end"),
    [
        ("RUN ", "<< '", ""),
        ("RUN <<a", ' "', '"'),
        ("FROM ${", "aaaa", ""),
        ("FROM ", "${A:-", ""),
        ("", "FROM a\\\n", ""),
        ("", "FROM a\n", ""),
        ("COPY ", "--from=a ", "/a /b"),
    ],
)
def test_time_grows_with_the_length_only(begin, again, end):
    def seconds(times):
        text = begin + again * times + end
        started = time.process_time()
        scan(text).bases({})
        return time.process_time() - started

    # four times the length takes four times as long, sixteen times if it were quadratic; a collection of garbage in one
    # of the runs takes longer than all of them
    assert min(seconds(20_000) for _ in range(3)) < 9 * max(seconds(5_000), 0.01)
