"""Trees for the tests of this room."""

from textwrap import dedent

from envwright.model.nodes import Map, Node, Seq
from envwright.yaml.reader import read


def parse(text: str, file: str = "services.yaml") -> Map:
    node = read(dedent(text), file)
    assert isinstance(node, Map)
    return node


def under(node: Node | None, *path: str | int) -> Node:
    for key in path:
        if isinstance(key, int):
            assert isinstance(node, Seq)
            node = node.items[key]
        else:
            assert isinstance(node, Map)
            node = node.get(key)
    assert node is not None
    return node
