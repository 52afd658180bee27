"""An order in which everything comes after what it reads, as near to the given order as that allows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

NodeT = TypeVar("NodeT")


def in_order(nodes: Iterable[NodeT], reads: Mapping[NodeT, Iterable[NodeT]]) -> list[NodeT]:
    """Sort nodes so that each comes after those it reads; within a cycle the given order stands.

    A depth-first walk in the given order: deterministic, linear, and without recursion, which a long chain
    of tables would exhaust.
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
