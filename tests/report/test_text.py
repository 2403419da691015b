from __future__ import annotations

from envwright.model.diagnostic import Related, diagnostic
from envwright.model.mark import Mark
from envwright.report.text import as_text

LINES = {
    "services.yaml": ["apiVersion: envwright.dev/v1", "\tuse: [go-servce]", "é: 😀 x", "x" * 400],
}


def line(mark: Mark) -> str | None:
    lines = LINES.get(mark.file, [])
    return lines[mark.line - 1] if mark.line <= len(lines) else None


def test_the_line_and_the_hint_stand_below_the_message() -> None:
    near = [Related("component go-service", Mark("components/go.yaml", 3, 11))]
    where = Mark("services.yaml", 2, 8, 9)
    item = diagnostic(
        "error", "EW104", 'unknown component "go-servce"', where, hint='did you mean "go-service"?', related=near
    )
    assert as_text([item], line) == (
        'services.yaml:2:8: error[EW104]: unknown component "go-servce"\n'
        "    2 | \tuse: [go-servce]\n"
        '      | \t      ^^^^^^^^^ did you mean "go-service"? (components/go.yaml:3:11)\n'
    )


def test_details_and_related_places_follow() -> None:
    near = [Related("first here", Mark("a.yaml", 1, 2)), Related("and here", Mark("b.yaml", 3, 4))]
    item = diagnostic(
        "warning", "EW105", "twice", Mark("gone.yaml", 9, 9), hint="rename one", detail="x\ny", related=near
    )
    assert as_text([item], line) == (
        "gone.yaml:9:9: warning[EW105]: twice\n"
        "  rename one\n"
        "  x\n"
        "  y\n"
        "  a.yaml:1:2: first here\n"
        "  b.yaml:3:4: and here\n"
    )


def test_a_place_is_not_needed() -> None:
    assert as_text([diagnostic("error", "EW901", "wrong", hint="do so")], line) == "error[EW901]: wrong\n  do so\n"


def test_carets_count_characters_not_bytes() -> None:
    item = diagnostic("error", "EW106", "no", Mark("services.yaml", 3, 4, 1))
    assert as_text([item], line).splitlines()[1:] == ["    3 | é: 😀 x", "      |    ^"]


def test_a_long_line_is_cut_around_the_place() -> None:
    item = diagnostic("error", "EW106", "no", Mark("services.yaml", 4, 300, 3))
    shown = as_text([item], line).splitlines()
    assert max(map(len, shown)) < 200
    assert shown[2].endswith("^^^")


def test_a_long_place_leaves_the_hint_in_sight() -> None:
    item = diagnostic("error", "EW106", "no", Mark("services.yaml", 4, 1, 400), hint="shorten it")
    assert as_text([item], line).splitlines()[2] == f"      | {'^' * 60} shorten it"


def test_no_file_can_speak_to_the_terminal() -> None:
    item = diagnostic("error", "EW106", "\x1b[31mred\x07", hint="\x9b2J", detail="\u202eevil")
    shown = as_text([item], line)
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "\x9b" not in shown
    assert "\u202e" not in shown


def test_no_name_of_a_file_can_speak_to_the_terminal_or_begin_a_line() -> None:
    where = Mark("a\n::warning::\x1b[31m.yaml", 1, 1)
    text = as_text([diagnostic("error", "EW101", "unknown", where, related=[Related("here", where)])], line)
    assert text == (
        "a\\n::warning::\\x1b[31m.yaml:1:1: error[EW101]: unknown\n  a\\n::warning::\\x1b[31m.yaml:1:1: here\n"
    )
