"""An order in which everything comes after what it reads."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from schema_dsl.plan.order import in_order

GRAPHS = st.lists(st.integers(0, 9), unique=True).flatmap(
    lambda nodes: st.tuples(
        st.just(nodes),
        st.dictionaries(st.sampled_from(nodes), st.lists(st.integers(0, 12), max_size=4))
        if nodes
        else st.just({}),
    )
)


def reached(start: int, reads: dict[int, list[int]]) -> set[int]:
    """Give all that a node reads, and what that reads."""
    found: set[int] = set()
    waiting = list(reads.get(start, ()))
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(reads.get(node, ()))
    return found


class TestInOrder:
    """Reads come first, and otherwise nothing moves."""

    @given(graph=GRAPHS)
    def test_after_what_it_reads(self, graph: tuple[list[int], dict[int, list[int]]]) -> None:
        """Unless the two read each other, directly or by others."""
        nodes, reads = graph
        order = in_order(nodes, reads)
        assert sorted(nodes) == sorted(order)
        among = {node: [read for read in reads.get(node, ()) if read in nodes] for node in nodes}
        for node in nodes:
            for read in reached(node, among) - {node}:
                if node not in reached(read, among):
                    assert order.index(read) < order.index(node)

    @given(graph=GRAPHS)
    def test_stable(self, graph: tuple[list[int], dict[int, list[int]]]) -> None:
        """What is in order stays as it is, and the same graph gives the same order."""
        nodes, reads = graph
        order = in_order(nodes, reads)
        assert order == in_order(nodes, reads)
        assert nodes == in_order(nodes, {})
        acyclic = {
            node: [each for each in order[: order.index(node)] if each in reads.get(node, ())]
            for node in nodes
        }
        assert order == in_order(order, acyclic)

    def test_a_cycle_keeps_to_the_given_order(self) -> None:
        """The first that was given is walked first, so what it reads comes before it."""
        assert ["b", "a"] == in_order(["a", "b"], {"a": ["b"], "b": ["a"]})
        assert ["a", "b"] == in_order(["b", "a"], {"a": ["b"], "b": ["a"]})
        assert ["a"] == in_order(["a"], {"a": ["a"]})

    def test_a_long_chain(self) -> None:
        """The stack does not grow with it."""
        chain = list(range(10_000))
        assert chain[::-1] == in_order(chain, {each: [each + 1] for each in chain})
