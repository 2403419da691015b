import pytest

from envwright.adapters.files import DirectoryReader
from envwright.images.content import Contents
from envwright.images.resolve import resolve_image
from envwright.model.contract.image import Image
from envwright.model.diagnostic import Report
from envwright.model.mark import Mark
from tests.images.trees import write_tree

MARK = Mark("services.yaml", 20, 5)
BUILD = Image(type="build", repository="reg.example.org/shop/api", context="api", tag_template="1.2.0")


@pytest.fixture
def root(tmp_path):
    (tmp_path / ".git").mkdir()
    write_tree(tmp_path, {"api/Dockerfile": "FROM golang:1.26\n", "api/main.go": ""})
    return tmp_path


def resolve(image, root=None, *, exact=False, required=False):
    report = Report()
    contents = Contents(DirectoryReader(root)) if root else None
    resolved = resolve_image("api", image, MARK, exact=exact, contents=contents, report=report, required=required)
    return resolved, [(item.severity, item.code, item.where) for item in report.items], report


@pytest.mark.parametrize(
    ("image", "reference", "upstream"),
    [
        (Image(type="external", from_="postgres:16"), "postgres:16", "postgres:16"),
        (Image(type="external", from_="postgres:16", local="reg:5000/pg:16"), "reg:5000/pg:16", "postgres:16"),
        (Image(type="external", local="reg:5000/pg:16"), "reg:5000/pg:16", None),
        (Image(type="mirror", from_="postgres:16", local="reg:5000/pg:16"), "reg:5000/pg:16", "postgres:16"),
        (Image(type="skip", repository="reg:5000/pg", context="nowhere"), None, None),
    ],
)
def test_images_that_are_not_built(root, image, reference, upstream):
    resolved, found, _ = resolve(image, root, required=True)
    assert (resolved.type, resolved.reference, resolved.upstream, resolved.mark) == (
        image.type,
        reference,
        upstream,
        MARK,
    )
    assert resolved.content is None
    assert found == []


def test_a_built_image_is_named_by_its_content(root):
    resolved, found, _ = resolve(BUILD.but(target="0", build_args={"A": "1"}), root)
    suffix = resolved.content.removeprefix("sha256:")[:12]
    assert resolved.reference == f"reg.example.org/shop/api:1.2.0-{suffix}"
    assert (resolved.repository, resolved.dockerfile, resolved.context) == (BUILD.repository, "api/Dockerfile", "api")
    assert (resolved.target, resolved.build_args) == ("0", {"A": "1"})
    assert found == []


def test_without_a_tag_the_content_is_the_tag(root):
    resolved, _, _ = resolve(BUILD.but(tag_template=""), root)
    assert resolved.reference == f"reg.example.org/shop/api:{resolved.content[7:19]}"


@pytest.mark.parametrize(("image", "exact"), [(BUILD.but(tag_policy="exact"), False), (BUILD, True)])
def test_exact_is_as_written_with_the_content_beside_it(root, image, exact):
    resolved, found, _ = resolve(image, root, exact=exact)
    assert resolved.reference == "reg.example.org/shop/api:1.2.0"
    assert resolved.content == resolve(BUILD, root)[0].content
    assert found == []


@pytest.mark.parametrize(
    ("exact", "required", "expected"),
    [
        (False, False, [("warning", "EW312", MARK)]),
        (False, True, [("error", "EW312", MARK)]),
        (True, False, []),
        (True, True, [("warning", "EW312", MARK)]),
    ],
)
def test_a_context_that_is_not_there(root, exact, required, expected):
    resolved, found, _ = resolve(BUILD.but(context="nowhere"), root, exact=exact, required=required)
    assert (resolved.reference, resolved.content) == ("reg.example.org/shop/api:1.2.0", None)
    assert found == expected


def test_a_context_that_nobody_reads():
    resolved, found, _ = resolve(BUILD)
    assert (resolved.reference, resolved.content) == ("reg.example.org/shop/api:1.2.0", None)
    assert found == []


def test_a_context_outside_the_repository_is_an_error_whatever_is_required(root):
    _, found, _ = resolve(BUILD.but(context="../.."), root, exact=True)
    assert found == [("error", "EW022", MARK)]


@pytest.mark.parametrize(
    ("image", "summary"),
    [
        (Image(type="external"), 'image api: "" is not an image reference: it is empty'),
        (Image(type="external", from_="Postgres", local="pg:1"), '"Postgres" is not'),
        (Image(type="mirror", from_="pg:1", local="reg/PG:1"), '"reg/PG:1" is not'),
        (BUILD.but(repository="reg.example.org/api:1"), "two tags"),
        (BUILD.but(tag_template="v 1"), "space"),
        (BUILD.but(tag_template="t" * 116), "129 characters"),
    ],
)
def test_references_are_checked(root, image, summary):
    _, found, report = resolve(image, root)
    assert found == [("error", "EW311", MARK)]
    assert summary in report.items[0].summary


def test_a_reference_that_may_hold_a_passed_variable_is_not_shown():
    report = Report()
    image = Image(type="mirror", from_="CANARY/", local="canary:CA NARY")
    resolve_image("api", image, MARK, exact=False, contents=None, report=report, shown=False)
    assert [item.code for item in report.items] == ["EW311", "EW311"]
    assert "canary" not in repr(report.items).lower()


def test_one_reference_written_twice_is_one_error(root):
    _, found, _ = resolve(Image(type="external", from_="Pg", local="Pg"), root)
    assert len(found) == 1


def test_images_of_one_dockerfile_warn_once(root):
    (root / "api/Dockerfile").write_text("FROM golang\n")
    report, contents = Report(), Contents(DirectoryReader(root))
    for target in ("", "0"):
        resolve_image("api", BUILD.but(target=target), MARK, exact=False, contents=contents, report=report)
    assert [item.code for item in report.items] == ["EW313"]
