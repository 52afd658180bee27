"""Sort the relations by the relations they read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

NodeT = TypeVar("NodeT")


def sort_by_reads(nodes: Iterable[NodeT], reads: Mapping[NodeT, Iterable[NodeT]]) -> list[NodeT]:
    """Sort nodes so that every node comes after the nodes it reads; within a cycle the given order counts.

    The sort is a depth-first walk in the given order, in linear time. The walk does not recurse, because a
    long chain of tables would exceed Python's recursion limit.
    """
    wanted = list(dict.fromkeys(nodes))
    known = set(wanted)
    done: list[NodeT] = []
    seen: set[NodeT] = set()
    for root in wanted:
        if root in seen:
            continue
        seen.add(root)
        path = [(root, iter(reads.get(root, ())))]
        while path:
            node, rest = path[-1]
            for read in rest:
                if read in known and read not in seen:
                    seen.add(read)
                    path.append((read, iter(reads.get(read, ()))))
                    break
            else:
                done.append(node)
                path.pop()
    return done
