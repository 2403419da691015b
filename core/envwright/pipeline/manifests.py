"""A unit's manifest files as objects: read, rendered, parsed, each object with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from envwright.kubernetes.nulls import EmptyVariable, ExplainNull
from envwright.kubernetes.objects import objects_in
from envwright.kubernetes.places import Path, Place
from envwright.kubernetes.secrets import PARTS, data_of, is_secret
from envwright.model.contract.unit import ManifestFile
from envwright.model.diagnostic import Diagnostic, Refused, Report, diagnostic, placed
from envwright.model.mark import Mark
from envwright.model.ports import Reader
from envwright.model.rendered import KubernetesObject
from envwright.model.resolved import ResolvedImage
from envwright.model.suggest import did_you_mean
from envwright.templates.markers import contains_marker, markers_in
from envwright.templates.render import render, verbatim
from envwright.templates.rendered import Rendered, SourceMap
from envwright.templates.scope import Scope
from envwright.yaml.manifests import load_documents, locate, locator

Syntax = Literal["none", "go", "jinja"]
ENDINGS: Mapping[str, Syntax] = {".tpl": "go", ".j2": "jinja"}
# the word first and what stands before it after: a pattern that begins with a literal is found eighty times as fast
YIELDS_SECRET = re.compile(r"""kind(?<!\wkind)["']?\s*:\s*["']?Secret["']?\s*(?:[,}#]|$)""", re.MULTILINE)


class ManifestRenderer:
    """Renders the manifest files of one environment; the names of the variables that they read add up in `read`.

    `every_go` is the rule of older formats: files of any ending are Go templates.
    """

    def __init__(self, reader: Reader, scope: Scope, report: Report, *, every_go: bool) -> None:
        self.reader = reader
        self.scope = scope
        self.report = report
        self.every_go = every_go
        self.read: set[str] = set()

    def objects(self, manifest: ManifestFile, mark: Mark) -> tuple[KubernetesObject, ...]:
        """Return the objects of one file; `mark` is where the file is named. What is wrong is reported."""
        report = Report()
        try:
            rendered = self.render(manifest)
            found = tuple(objects_of(rendered, manifest.path, report))
            if rendered.reads.passed and any(map(is_secret, found)) and not contains_marker(rendered.text):
                # a Secret whose kind was written in a way that its text does not show
                report = Report()
                rendered = self.render(manifest, markers=True)
                found = tuple(objects_of(rendered, manifest.path, report))
        except Refused as error:
            self.report.extend((*report.items, *placed(error.diagnostics, mark)))
            return ()
        self.read.update(rendered.reads.passed)
        self.report.extend((*rendered.warnings, *report.items))
        return found

    def render(self, manifest: ManifestFile, *, markers: bool = False) -> Rendered:
        """Return the text of one file. Raises Refused: EW001, EW2xx, EW602.

        A file that yields a Secret is rendered with markers in place of passed variables.
        """
        text = self.reader.read(manifest.path)
        syntax = syntax_of(manifest, every_go=self.every_go)
        if syntax == "none":
            return verbatim(text, manifest.path)
        rendered = render(text, manifest.path, self.scope, syntax=syntax, markers=markers)
        if not markers and YIELDS_SECRET.search(rendered.text):
            return render(text, manifest.path, self.scope, syntax=syntax, markers=True)
        return rendered


def syntax_of(manifest: ManifestFile, *, every_go: bool) -> Syntax:
    """Return how a manifest file is templated: as it says, else by its ending."""
    if manifest.syntax is not None:
        return manifest.syntax
    ending = next((syntax for suffix, syntax in ENDINGS.items() if manifest.path.endswith(suffix)), None)
    return ending or ("go" if every_go else "none")


def objects_of(rendered: Rendered, path: str, report: Report) -> Iterator[KubernetesObject]:
    """Yield the objects of a rendered file, their places those of the template. Raises Refused: EW003 and the like."""
    sources = SourceMap(rendered)
    try:
        documents = load_documents(rendered.text, path)
    except Refused as error:
        raise Refused(in_template(item, sources, path) for item in error.diagnostics) from None
    for index, (document, line) in enumerate(documents):
        source = sources.origin(line)
        explain = null_explainer(rendered.text, path, index, sources)
        for found in objects_in(document, source, report, explain, item_place(rendered.text, path, index, sources)):
            if contains_marker(rendered.text):
                refuse_markers(found, report)
            yield found


def null_explainer(text: str, file: str, index: int, sources: SourceMap) -> ExplainNull:
    """Return what tells which empty variable made a null of the document at `index`."""

    def explain(path: Path) -> EmptyVariable | None:
        line = locate(text, file, index, path).line
        names = sources.empty_variables(line)
        return EmptyVariable(names[0], sources.expression(line, names[0])) if names else None

    return explain


def item_place(text: str, file: str, index: int, sources: SourceMap) -> Place:
    """Return what answers where in the template an item of the document at `index` stands."""
    placed_in_text = locator(text, file, index)

    def place(path: Path) -> Mark:
        mark = placed_in_text(path)
        return sources.origin(mark.line, mark.column)

    return place


def in_template(item: Diagnostic, sources: SourceMap, path: str) -> Diagnostic:
    """Return a diagnostic of the output as one of the template that made it."""
    if item.where is None or item.where.file != path:
        return item
    try:
        return item._replace(where=sources.origin(item.where.line, item.where.column))
    except IndexError:
        return item


def refuse_markers(manifest: KubernetesObject, report: Report) -> None:
    """Report each passed variable whose value would stand outside the data of its Secret (EW602)."""
    content = dict(manifest.content)
    if is_secret(manifest):
        # of each value of the data only its key is kept, which is looked at
        for part in PARTS:
            content[part] = dict.fromkeys(data_of(manifest, part))
    for place, text in texts_in(content, ""):
        for name in markers_in(text):
            report.error(
                "EW602",
                f"the value of {name} would stand in {place}, outside the Secret's data",
                manifest.source,
                hint=f"move the Secret to a file of its own, or declare the variable public: --public {name}",
            )


def texts_in(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Yield every text below a JSON value, keys too, with its place."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield f"a key of {place or 'the object'}", str(key)
            yield from texts_in(item, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from texts_in(item, f"{place}[{index}]")


def image_function(images: Mapping[str, ResolvedImage]) -> Callable[[str], str]:
    """Return the template function `image`: the reference of an image of the stack."""

    def image(name: str) -> str:
        found = images.get(name)
        if found is None:
            hint = did_you_mean(name, images) or "define it in `images`"
            raise Refused([diagnostic("error", "EW310", f'unknown image "{name}"', hint=hint)])
        if found.reference is None:
            raise Refused([diagnostic("error", "EW310", f'image "{name}" is skipped in this environment')])
        return found.reference

    return image
