"""The tables of this file were checked against sigs.k8s.io/yaml 1.6.0 (kubectl) and PyYAML 6.0 (YAML 1.1)."""

import pytest
import yaml

from envwright.yaml.scalars import core_value, kubectl_value
from envwright.yaml.versions import disagreement


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("Null", None),
        ("nULL", "nULL"),
        ("true", True),
        ("FALSE", False),
        ("yes", "yes"),
        ("on", "on"),
        ("0", 0),
        ("-12", -12),
        ("+12", 12),
        ("0777", 777),
        ("0o17", 15),
        ("0x1F", 31),
        ("-0x1F", "-0x1F"),
        ("0b11", "0b11"),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("1.5", 1.5),
        ("1.", 1.0),
        (".5", 0.5),
        (".", "."),
        ("1e3", 1000.0),
        ("1.5E+3", 1500.0),
        (".inf", float("inf")),
        ("-.INF", float("-inf")),
        ("inf", "inf"),
        ("2026-01-01", "2026-01-01"),
        ("18446744073709551615", 18446744073709551615),
        ("18446744073709551616", 18446744073709551616.0),
        ("1" * 5000, float("inf")),
        ("٣", "٣"),
    ],
)
def test_the_core_schema_of_yaml_1_2(text: str, value: object) -> None:
    found = core_value(text)
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("yes", True),
        ("y", True),
        ("On", True),
        ("oN", "oN"),
        ("N", False),
        ("OFF", False),
        ("NULL", None),
        ("0777", 511),
        ("-0777", -511),
        ("0888", 888),
        ("08", 8),
        ("0o17", 15),
        ("0b11", 3),
        ("-0b1_0", -2),
        ("0b102", "0b102"),
        ("0X1f", 31),
        ("0x", "0x"),
        ("0xFFFFFFFFFFFFFFFFFF", "0xFFFFFFFFFFFFFFFFFF"),
        ("1_000", 1000),
        ("_1", "_1"),
        ("-_1", -1),
        ("1_000.5", 1000.5),
        ("12:30:45", "12:30:45"),
        ("2026-01-01", "2026-01-01"),
        ("1.0", 1),
        ("1e3", 1000),
        ("1e21", 1e21),
        ("1.5", 1.5),
        (".5", 0.5),
        (".1_0", 0.1),
        ("._1", "._1"),
        (".", "."),
        ("1.5.3", "1.5.3"),
        ("-0.0", 0),
        ("1e400", "1e400"),
        ("1e-400", 0),
        ("18446744073709551615", 18446744073709551615),
        ("99999999999999999999", 100000000000000000000),
        ("9" * 500, "9" * 500),
        ("=", "="),
        ("+", "+"),
        ("-", "-"),
    ],
)
def test_what_kubectl_makes_of_a_scalar(text: str, value: object) -> None:
    found = kubectl_value(text)
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("on", 'YAML 1.1 reads true, YAML 1.2 the text "on"'),
        ("No", 'YAML 1.1 reads false, YAML 1.2 the text "No"'),
        ("y", 'YAML 1.1 reads true, YAML 1.2 the text "y"'),
        ("0777", "YAML 1.1 reads the number 511, YAML 1.2 the number 777"),
        ("0o17", 'YAML 1.1 reads the text "0o17", YAML 1.2 the number 15'),
        ("08", 'YAML 1.1 reads the text "08", YAML 1.2 the number 8'),
        ("0b11", 'YAML 1.1 reads the number 3, YAML 1.2 the text "0b11"'),
        ("1_000", 'YAML 1.1 reads the number 1000, YAML 1.2 the text "1_000"'),
        ("12:30:45", 'YAML 1.1 reads the number 45045, YAML 1.2 the text "12:30:45"'),
        ("-1:30.5", 'YAML 1.1 reads the number -90.5, YAML 1.2 the text "-1:30.5"'),
        ("1e3", 'YAML 1.1 reads the text "1e3", YAML 1.2 the number 1000.0'),
        ("2026-01-01", 'YAML 1.1 reads a date, YAML 1.2 the text "2026-01-01"'),
        ("=", 'YAML 1.1 reads a key of its own kind, YAML 1.2 the text "="'),
    ],
)
def test_where_the_versions_disagree(text: str, message: str) -> None:
    assert disagreement(text) == message


@pytest.mark.parametrize(
    "text", ["", "~", "null", "true", "False", "0", "12", "-3", "1.5", "1.5e+3", ".5", "0x1F", ".inf", ".nan", "api",
             "yEs", "1.2.3", "10.0.0.1", "128Mi", "a:b", "+", "-", "Привет", "0x", "1:2x", "nginx:1.27"],
)  # fmt: skip
def test_where_they_agree(text: str) -> None:
    assert disagreement(text) == ""


@pytest.mark.parametrize(
    "text", ["yes", "0777", "1_000", "12:30:45", "190:20:30.15", "1e3", "0b11", "2026-01-01", "08"]
)
def test_a_yaml_1_1_parser_does_read_them_differently(text: str) -> None:
    assert yaml.safe_load(text) != core_value(text)
