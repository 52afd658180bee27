"""The order in which declared objects are created, so that Postgres can rewrite their SQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from schema_dsl.analysis.identity import Identity
from schema_dsl.introspect.reading import RELATION
from schema_dsl.model.column import Column
from schema_dsl.plan.dependency import DependencySource, OnReplace
from schema_dsl.plan.order import sort_by_reads
from schema_dsl.plan.state import State


def list_after_relations(state: State) -> set[Identity]:
    """Return the objects that need a table, directly or through other objects."""
    found = {identity for identity in state.objects if identity.kind == RELATION}
    pending = [
        identity for identity in state.objects if identity.parent is None and identity.kind != RELATION
    ]
    while True:
        added = {
            identity
            for identity in pending
            if identity not in found
            and any(
                dependency.referenced.root in found
                for dependency in state.dependencies(identity)
                if dependency.precedes_creation
            )
        }
        if not added:
            return found
        found |= added


def list_with_later_defaults(state: State, later: Collection[Identity]) -> list[Identity]:
    """Return the columns whose default calls a routine that needs a table."""
    return [
        identity
        for identity, item in state.objects.items()
        if identity.kind == Column.kind
        and item.default is not None
        and any(
            dependency.on_replace is OnReplace.RESTORE and dependency.referenced in later
            for dependency in state.dependencies(identity)
        )
    ]


def sort_by_dependencies(state: State, roots: Iterable[Identity]) -> list[Identity]:
    """Return some objects and those that they need to be created, each after its own dependencies.

    Of the parts of a relation, its creation needs only the types of the columns.
    """
    reads: dict[Identity, list[Identity]] = {}
    preferred: dict[Identity, list[Identity]] = {}
    pending = list(roots)
    for root in pending:
        if root not in reads:
            reads[root], preferred[root] = [], []
            for identity in state.parts(root):
                for dependency in state.dependencies(identity):
                    is_needed = identity == root or dependency.on_replace is OnReplace.ADAPT
                    if is_needed and dependency.precedes_creation:
                        is_optional = (
                            dependency.source is DependencySource.SURROUNDINGS and not dependency.required
                        )
                        (preferred if is_optional else reads)[root].append(dependency.referenced.root)
            pending += [*reads[root], *preferred[root]]
    # All objects come after all extensions, except those that an extension needs, such as its schema.
    needed = [each for found in preferred.values() for each in found]
    earlier = set[Identity]()
    for each in needed:
        if each not in earlier:
            earlier.add(each)
            needed += reads[each]
    for root, found in preferred.items():
        if root not in earlier:
            reads[root] += found
    return [root for root in sort_by_reads(reads, reads) if root in state.objects]
