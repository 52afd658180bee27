"""Put the objects of definitions into the order in which Python needs them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from schema_dsl.analysis.identity import RELATION_KINDS, ROUTINE_KINDS, TYPE_KINDS, Identity
from schema_dsl.importing.assembly import AssembledRoot, list_references
from schema_dsl.importing.links import follow, list_links
from schema_dsl.model.extension import Extension
from schema_dsl.model.published_table import PublishedTable
from schema_dsl.model.reference import Reference
from schema_dsl.model.schema import Schema
from schema_dsl.model.statistics import Statistics
from schema_dsl.model.table import Table
from schema_dsl.plan.state import State

# The order of the kinds in a module; the others have the rank 2.
_RANKS: Final = (
    {Schema.kind: 0, Extension.kind: 1, Table.kind: 3}
    | dict.fromkeys({*RELATION_KINDS} - {"table", "sequence"}, 4)
    | {Statistics.kind: 4}
)
_RANK_OF_OTHERS: Final = 2
# Of routines in a module that has tables.
_RANK_OF_ROUTINES: Final = 5


def list_targets(roots: Iterable[AssembledRoot], state: State) -> dict[Identity, list[Identity]]:
    """Return the objects to which each object refers by a variable.

    Args:
        roots: The objects.
        state: The same objects with their dependencies.
    """
    return {
        root.identity: [
            *(
                Identity("table", reference.schema or "public", reference.table)
                for reference in list_references(root)
            ),
            *(
                Identity("function", each.function.schema, each.function.name, ())
                for each in root.parts.get("triggers", ())
            ),
            *(
                Identity("table", each.schema or "public", each.table)
                for each in map(_find_published, root.parts.get("tables", ()))
            ),
            *_list_types(root.identity, state),
        ]
        for root in roots
    }


def _find_published(table: PublishedTable | Reference) -> Reference:
    """Return the name of a table of a publication, which is short for a published table with all of its columns."""
    return table.table if isinstance(table, PublishedTable) else table


def _list_types(identity: Identity, state: State) -> Iterable[Identity]:
    """Return the types that an object uses itself, not in its parts; of a routine none, whose body is a text."""
    if identity.kind in ROUTINE_KINDS:
        return []
    used = (dependency.referenced.root for dependency in state.dependencies(identity))
    return [each for each in used if each.kind in TYPE_KINDS and each != identity]


def sort_roots(
    roots: Sequence[AssembledRoot],
    homes: Mapping[Identity, str],
    order: Iterable[str],
    targets: Mapping[Identity, Sequence[Identity]],
) -> list[AssembledRoot]:
    """Return the objects module by module, each table after those that it refers to where that is possible.

    Of tables that refer to each other in a circle, one whose rows need no row of the others comes first. A function of
    a trigger precedes the table of the trigger; other functions follow the tables.

    Args:
        roots: The objects.
        homes: Their modules.
        order: The modules.
        targets: The objects to which each object refers by a variable.
    """
    by_identity = {root.identity: root for root in roots}
    found: dict[Identity, None] = {}
    visiting: set[Identity] = set()

    def list_near(identity: Identity) -> Iterable[Identity]:
        home = homes[identity]
        return [each for each in targets.get(identity, ()) if homes.get(each) == home]

    def visit(identity: Identity) -> None:
        if identity in found or identity in visiting:
            return
        visiting.add(identity)
        required = {link.target for link in list_links(by_identity[identity]) if link.is_required}
        for target in list_near(identity):
            is_needed = target.kind != Table.kind or target in required
            if is_needed or identity not in follow(target, list_near):
                visit(target)
        found[identity] = None

    members: dict[str, list[Identity]] = {}
    for root in roots:
        members.setdefault(homes[root.identity], []).append(root.identity)
    for module in order:
        own = members[module]
        has_tables = any(identity.kind == Table.kind for identity in own)
        routines = dict.fromkeys(ROUTINE_KINDS, _RANK_OF_ROUTINES if has_tables else _RANK_OF_OTHERS)
        ranks = {**_RANKS, **routines}
        for identity in sorted(own, key=lambda each: _rank(each, ranks, module)):
            visit(identity)
    return [by_identity[identity] for identity in found]


def _rank(identity: Identity, ranks: Mapping[str, int], module: str) -> tuple[int, bool]:
    """Return the place of an object in its module: by its kind, and the one that names the module first."""
    return ranks.get(identity.kind, _RANK_OF_OTHERS), identity.name != module
