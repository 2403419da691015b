import subprocess
import sys

import pytest

from envwright.formats import FORMATS, detect
from envwright.model.diagnostic import Diagnostic, Refused
from envwright.model.dialect import V1, V1ALPHA1
from tests.formats.trees import parse


def refused(text: str) -> Diagnostic:
    with pytest.raises(Refused) as caught:
        detect(parse(text))
    (found,) = caught.value.diagnostics
    return found


def test_each_api_version_has_its_dialect() -> None:
    for dialect in (V1, V1ALPHA1):
        assert detect(parse(f"apiVersion: {dialect.api_version}\nkind: ServiceStack\n")).dialect is dialect
    assert list(FORMATS) == [V1.api_version, V1ALPHA1.api_version]
    assert FORMATS[V1.api_version].to_v1 is None


def test_a_misspelt_api_version_gets_a_suggestion() -> None:
    found = refused("apiVersion: codex-k8s.dev/v1alpha2\nkind: ServiceStack\n")
    assert (found.code, found.where and found.where.line, found.where and found.where.column) == ("EW100", 1, 13)
    assert "codex-k8s.dev/v1alpha1" in found.hint


def test_a_misspelt_kind_gets_a_suggestion() -> None:
    found = refused("apiVersion: envwright.dev/v1\nkind: ServiceStak\n")
    assert (found.code, found.where and found.where.line) == ("EW100", 2)
    assert "ServiceStack" in found.hint


def test_a_file_of_the_format_before_api_version_is_told_to_migrate() -> None:
    found = refused("project: shop\nservices: []\n")
    assert found.code == "EW800"
    assert "envwright migrate -f services.yaml --out DIR" in found.hint


@pytest.mark.parametrize("text", ["spec: {project: shop}\n", "unrelated: 1\n", "apiVersion:\nkind: ServiceStack\n"])
def test_a_file_without_api_version_is_no_stack(text: str) -> None:
    assert refused(text).code == "EW100"


def test_a_v1_stack_does_not_import_the_older_format() -> None:
    script = "import sys, envwright.formats; sys.exit('envwright.formats.v1alpha1' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True)
