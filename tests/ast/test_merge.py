from hypothesis import assume, given, settings
from hypothesis import strategies as st

from envwright.ast.explain import explain
from envwright.ast.fill import fill
from envwright.ast.merge import drop_unset, merge, nothing_named
from envwright.ast.names import refuse_duplicates
from envwright.ast.plain import plain
from envwright.model.diagnostic import Report
from envwright.model.mark import Mark
from envwright.model.nodes import Entry, Map, Node, Scalar, Seq
from envwright.yaml.reader import read


def named(path: tuple[str, ...]) -> str | None:
    return "name" if path and path[-1] == "units" else None


def tree(text: str, file: str = "services.yaml") -> Map:
    node = read(text, file)
    assert isinstance(node, Map)
    return node


def merged(*texts: str) -> object:
    result = tree(texts[0])
    for text in texts[1:]:
        result = merge(result, tree(text), named)
    return plain(drop_unset(result))


def test_maps_merge_deeply_and_everything_else_is_replaced() -> None:
    assert merged("a: {b: 1, c: [1, 2]}\nd: x", "a: {b: 2, c: [3]}\ne: y") == {
        "a": {"b": 2, "c": [3]},
        "d": "x",
        "e": "y",
    }


def test_named_lists_merge_by_name_in_the_order_of_first_appearance() -> None:
    base = "units: [{name: api, image: a, env: {A: 1}}, {name: db}]"
    over = "units: [{name: cache}, {name: api, enabled: false, env: {B: 2}}]"
    assert merged(base, over) == {
        "units": [
            {"name": "api", "image": "a", "env": {"A": 1, "B": 2}, "enabled": False},
            {"name": "db"},
            {"name": "cache"},
        ]
    }


def test_an_item_may_be_a_bare_name_and_items_without_a_name_are_kept() -> None:
    assert merged("units: [api, {port: 1}]", "units: [{name: api, optional: true}, {port: 1}]") == {
        "units": [{"name": "api", "optional": True}, {"port": 1}, {"port": 1}]
    }


def test_null_unsets() -> None:
    assert merged("a: {b: 1, c: 2}\nunits: [{name: x}]", "a: {b: null}\nunits: ~") == {"a": {"c": 2}}


def test_a_quoted_null_is_a_text() -> None:
    assert merged("a: 1", "a: 'null'") == {"a": "null"}


def test_what_follows_a_null_starts_anew() -> None:
    texts = "a: {b: 1}", "a: null", "a: {c: 2}"
    assert merged(*texts) == {"a": {"c": 2}}
    later = merge(tree(texts[1]), tree(texts[2]), named)
    assert plain(drop_unset(merge(tree(texts[0]), later, named))) == {"a": {"c": 2}}


def test_a_null_in_a_list_is_an_item() -> None:
    assert merged("a: [1, null]") == {"a": [1, None]}


def test_explain_tells_the_whole_chain() -> None:
    base = tree("a:\n  b: one", "base.yaml")
    over = tree("a: {b: two}", "over.yaml")
    service = fill(merge(base, over, named), tree("a: {b: zero, c: three}", "components.yaml"), "component go")
    inner = service.get("a")
    assert isinstance(inner, Map)
    b, c = inner.get("b"), inner.get("c")
    assert b is not None
    assert c is not None
    assert [tuple(origin) for origin in explain(b)] == [
        ("two", Mark("over.yaml", 1, 8, 3), ""),
        ("one", Mark("base.yaml", 2, 6, 3), ""),
        ("zero", Mark("components.yaml", 1, 8, 4), "component go"),
    ]
    assert [tuple(origin) for origin in explain(c)] == [("three", Mark("components.yaml", 1, 17, 5), "component go")]
    assert [origin.value for origin in explain(inner)] == ["a map", "a map", "a map"]


def test_a_component_fills_only_what_is_unset() -> None:
    service = tree("name: api\nuse: []\nready: null\nprobe: {port: 1}\nunits: [{name: a, x: 1}]\nmounts: []")
    component = tree(
        "use: [x]\nready: {http: /}\nprobe: {port: 2, path: /}\nstack: go\n"
        "units: [{name: b}, {name: a, x: 2, y: 3}]\nmounts: [{name: m}]"
    )
    assert plain(drop_unset(fill(service, component, "component go", named))) == {
        "name": "api",
        "use": [],
        "stack": "go",
        "probe": {"port": 1, "path": "/"},
        "units": [{"name": "b"}, {"name": "a", "x": 1, "y": 3}],
        "mounts": [],
    }


def test_an_empty_named_list_is_set() -> None:
    assert plain(fill(tree("units: []"), tree("units: [{name: a}]"), "component go", named)) == {"units": []}


def test_without_names_a_list_that_is_set_stays_as_it_is() -> None:
    service, component = tree("units: [{name: a}]"), tree("units: [{name: b}]")
    assert plain(fill(service, component, "component go", nothing_named)) == {"units": [{"name": "a"}]}


def test_a_name_defined_twice_is_reported_with_both_places() -> None:
    report = Report()
    text = "units:\n- {name: api}\n- {name: db}\n- name: api\n  units: [x, x]\nother: [{name: a}, {name: a}]\n"
    refuse_duplicates(tree(text), named, report)
    assert [(item.code, str(item.where), str(item.related[0].where)) for item in report.items] == [
        ("EW105", "services.yaml:4:9", "services.yaml:2:10"),
        ("EW105", "services.yaml:5:14", "services.yaml:5:11"),
    ]
    assert '"api"' in report.items[0].summary


# --- laws -------------------------------------------------------------------------------------------------------------

words = st.sampled_from(["a", "units"])
places = st.integers(1, 99).map(lambda line: Mark("f.yaml", line))
scalars = st.tuples(st.sampled_from(["null", "1"]), places, st.sampled_from(["", '"'])).map(
    lambda parts: Scalar(*parts)
)


def maps(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Map]:
    entries = st.dictionaries(words, st.tuples(places, nodes).map(Entry._make), max_size=2)
    return st.tuples(entries, places).map(lambda parts: Map(*parts))


@st.composite
def lists(draw: st.DrawFn, nodes: st.SearchStrategy[Node]) -> Seq:
    """Lists whose items have names, none of them twice; some items are their name."""
    items: list[Node] = []
    for name in draw(st.lists(st.sampled_from(["p", "q"]), unique=True, max_size=2)):
        mark = draw(places)
        named_by = Entry(mark, Scalar(name, mark))
        items.append(
            Map({"name": named_by, "x": Entry(mark, draw(nodes))}, mark) if draw(st.booleans()) else named_by.node
        )
    return Seq(tuple(items), draw(places))


trees = maps(st.recursive(scalars, lambda nodes: maps(nodes) | lists(nodes), max_leaves=5))
laws = settings(max_examples=100)


def ordered(node: Node) -> object:
    """Everything a node says, the order of keys among it."""
    if isinstance(node, Map):
        return ("map", node.mark, node.overrode, [(k, e.mark, ordered(e.node)) for k, e in node.entries.items()])
    if isinstance(node, Seq):
        return ("seq", node.mark, node.overrode, [ordered(item) for item in node.items])
    return node


@laws
@given(trees, trees, trees)
def test_merging_is_associative_with_all_places_and_chains(a: Map, b: Map, c: Map) -> None:
    left = merge(merge(a, b, named), c, named)
    right = merge(a, merge(b, c, named), named)
    assert ordered(left) == ordered(right)


@laws
@given(trees)
def test_the_empty_map_is_the_identity(a: Map) -> None:
    assume(a.entries)  # two empty maps have nothing but their places to tell them apart
    empty = Map({}, Mark("empty.yaml"))
    assert ordered(merge(empty, a, named)) == ordered(a)
    assert ordered(merge(a, empty, named)) == ordered(a)


@laws
@given(trees, trees)
def test_merging_changes_neither_side_and_gives_the_same_again(a: Map, b: Map) -> None:
    before = ordered(a), ordered(b)
    assert ordered(merge(a, b, named)) == ordered(merge(a, b, named))
    assert (ordered(a), ordered(b)) == before


@laws
@given(trees, trees)
def test_filling_twice_is_filling_once(node: Map, filler: Map) -> None:
    once = fill(node, filler, "component x", named)
    assert plain(fill(once, filler, "component x", named)) == plain(once)


@laws
@given(trees, trees)
def test_filling_keeps_every_scalar_that_was_set(node: Map, filler: Map) -> None:
    filled = fill(node, filler, "component x", named)
    for word, entry in node.entries.items():
        if isinstance(entry.node, Scalar):
            assert plain(filled.entries[word].node) == plain(entry.node)


@laws
@given(trees, trees)
def test_filling_brings_what_was_unset_with_its_origin(node: Map, filler: Map) -> None:
    filled = fill(node, filler, "component x", named)
    for word in filler.entries.keys() - node.entries.keys():
        assert filled.entries[word].node.via == "component x"
