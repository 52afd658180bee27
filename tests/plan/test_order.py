"""Tests of sorting nodes by the nodes they read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from schema_dsl.plan.order import sort_by_reads

GRAPHS = st.lists(st.integers(0, 9), unique=True).flatmap(
    lambda nodes: st.tuples(
        st.just(nodes),
        st.dictionaries(st.sampled_from(nodes), st.lists(st.integers(0, 12), max_size=4))
        if nodes
        else st.just({}),
    )
)


def reached(start: int, reads: dict[int, list[int]]) -> set[int]:
    """Return the nodes that a node reads directly or indirectly."""
    found: set[int] = set()
    waiting = list(reads.get(start, ()))
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(reads.get(node, ()))
    return found


class TestSortByReads:
    """Nodes come after the nodes they read, and otherwise keep their order."""

    @given(graph=GRAPHS)
    def test_after_what_it_reads(self, graph: tuple[list[int], dict[int, list[int]]]) -> None:
        """A node comes after the nodes it reads directly, except in a cycle."""
        nodes, reads = graph
        order = sort_by_reads(nodes, reads)
        assert sorted(nodes) == sorted(order)
        among = {node: [read for read in reads.get(node, ()) if read in nodes] for node in nodes}
        for node in nodes:
            for read in among[node]:
                if node not in {read, *reached(read, among)}:
                    assert order.index(read) < order.index(node)

    @given(graph=GRAPHS)
    def test_stable(self, graph: tuple[list[int], dict[int, list[int]]]) -> None:
        """A sorted list stays the same, and the same graph gives the same order."""
        nodes, reads = graph
        order = sort_by_reads(nodes, reads)
        assert order == sort_by_reads(nodes, reads)
        assert nodes == sort_by_reads(nodes, {})
        acyclic = {
            node: [item for item in order[: order.index(node)] if item in reads.get(node, ())]
            for node in nodes
        }
        assert order == sort_by_reads(order, acyclic)

    def test_a_cycle_keeps_to_the_given_order(self) -> None:
        """The walk starts at the first given node, so the nodes it reads come before it."""
        assert ["b", "a"] == sort_by_reads(["a", "b"], {"a": ["b"], "b": ["a"]})
        assert ["a", "b"] == sort_by_reads(["b", "a"], {"a": ["b"], "b": ["a"]})
        assert ["a"] == sort_by_reads(["a"], {"a": ["a"]})

    def test_a_long_chain(self) -> None:
        """A long chain does not exceed the recursion limit."""
        chain = list(range(10_000))
        assert chain[::-1] == sort_by_reads(chain, {item: [item + 1] for item in chain})
