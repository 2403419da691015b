from envwright.cli.reference import TARGET, reference
from tests.support.paths import ROOT


def test_the_page_is_what_the_commands_say() -> None:
    assert (ROOT / TARGET).read_text(encoding="utf-8") == reference(), "stale: run `make schema`"
