"""Step 1: load the root file."""

from __future__ import annotations

from envwright.formats import detect
from envwright.model.diagnostic import Report, refuse
from envwright.model.mark import Mark
from envwright.model.nodes import Map
from envwright.pipeline.state import Document, State, World
from envwright.yaml.reader import read_documents


def load(state: State, world: World) -> State:
    """Read and parse the root file, and find out which format's rules hold.

    Raises Refused: EW001-EW013 for what cannot be read, EW100 and EW800 for a format that is not known.
    """
    text = world.reader.read(state.root) if state.text is None else state.text
    documents = documents_of(state.root, text)
    chosen = detect(documents[0].root)
    report = Report()
    if not chosen.dialect.several_documents:
        refuse_more(documents, report)
    return state.after(report, documents=documents, dialect=chosen.dialect, api_version=chosen.dialect.api_version)


def documents_of(path: str, text: str) -> tuple[Document, ...]:
    """Parse a file into its documents, at least one, each a map.

    Raises Refused: EW002-EW013, EW102 for a document that is not a map.
    """
    report = Report()
    documents = []
    for node in read_documents(text, path):
        if isinstance(node, Map):
            documents.append(Document(path, node))
        else:
            report.error("EW102", "a stack file is a map of keys", node.mark, hint="start with `apiVersion:`")
    report.raise_if_failed()
    if not documents:
        raise refuse("EW013", "the file is empty", Mark(path), hint="it begins with `apiVersion: envwright.dev/v1`")
    return tuple(documents)


def refuse_more(documents: tuple[Document, ...], report: Report) -> None:
    """Report every document of a file after the first (EW009)."""
    for document in documents[1:]:
        report.error(
            "EW009",
            "a second document in one file",
            document.root.mark,
            hint="put it into a file of its own and name that in `imports`",
        )
