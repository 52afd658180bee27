"""Put the objects of definitions into the order in which Python needs them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, get_args

import attrs

from schema_dsl.analysis.identity import RELATION_KINDS, ROUTINE_KINDS, TYPE_KINDS, Identity
from schema_dsl.importing.assembly import AssembledRoot, list_references
from schema_dsl.importing.clusters import list_forms
from schema_dsl.importing.links import follow, list_links
from schema_dsl.model.default_privileges import DefaultPrivileges, ObjectClass
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
# The rank of the routines in a module that has tables.
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
    """Return the types that an object uses itself, not in its parts; none for a routine, whose body is a text."""
    if identity.kind in ROUTINE_KINDS:
        return []
    used = (dependency.referenced.root for dependency in state.dependencies(identity))
    return [each for each in used if each.kind in TYPE_KINDS and each != identity]


@attrs.define
class _Placement:
    """Places objects one after the other.

    Attributes:
        roots: The objects.
        homes: Their modules.
        targets: The objects to which each object refers by a variable.
        users: The tables that refer to each table.
        found: The objects that have a place.
    """

    roots: Mapping[Identity, AssembledRoot]
    homes: Mapping[Identity, str]
    targets: Mapping[Identity, Sequence[Identity]]
    users: dict[Identity, dict[Identity, None]] = attrs.field(init=False, factory=dict)
    found: dict[Identity, None] = attrs.field(init=False, factory=dict)
    _visiting: set[Identity] = attrs.field(init=False, factory=set)

    def __attrs_post_init__(self) -> None:
        """List the tables that refer to each table."""
        for root in self.roots.values():
            for link in list_links(root):
                self.users.setdefault(link.target, {})[root.identity] = None

    def place(self, identity: Identity) -> None:
        """Place an object after those that it refers to, and the tables of its module that refer to it behind it."""
        if identity in self.found:
            return
        self._visit(identity)
        starts = tuple(f"{form}_" for form in list_forms(identity.name))

        def rank(user: Identity) -> tuple[bool, int]:
            return not user.name.startswith(starts), -len(self.users.get(user, ()))

        own = [each for each in self.users.get(identity, ()) if self.homes[each] == self.homes[identity]]
        for user in sorted(own, key=rank):
            self.place(user)

    def _visit(self, identity: Identity) -> None:
        if identity in self.found or identity in self._visiting:
            return
        self._visiting.add(identity)
        required = {link.target for link in list_links(self.roots[identity]) if link.is_required}
        for target in self._list_near(identity):
            is_needed = target.kind != Table.kind or target in required
            if is_needed or identity not in follow(target, self._list_near):
                self._visit(target)
        self.found[identity] = None

    def _list_near(self, identity: Identity) -> Iterable[Identity]:
        home = self.homes[identity]
        return [each for each in self.targets.get(identity, ()) if self.homes.get(each) == home]


def sort_roots(
    roots: Sequence[AssembledRoot],
    homes: Mapping[Identity, str],
    order: Iterable[str],
    targets: Mapping[Identity, Sequence[Identity]],
) -> list[AssembledRoot]:
    """Return the objects module by module, each table after those that it refers to where that is possible.

    The tables that refer to a table follow it, those with its name first, then those to which most tables refer. Of
    tables that refer to each other in a circle, one whose rows need no row of the others comes first. A function of a
    trigger precedes the table of the trigger; other functions follow the tables.

    Args:
        roots: The objects.
        homes: Their modules.
        order: The modules.
        targets: The objects to which each object refers by a variable.
    """
    by_identity = {root.identity: root for root in roots}
    placement = _Placement(by_identity, homes, targets)
    members: dict[str, list[Identity]] = {}
    for root in roots:
        members.setdefault(homes[root.identity], []).append(root.identity)
    for module in order:
        own = members[module]
        has_tables = any(identity.kind == Table.kind for identity in own)
        routines = dict.fromkeys(ROUTINE_KINDS, _RANK_OF_ROUTINES if has_tables else _RANK_OF_OTHERS)
        ranks = {**_RANKS, **routines}
        for identity in sorted(own, key=lambda each: _rank(by_identity[each], ranks, module)):
            placement.place(identity)
    return [by_identity[identity] for identity in placement.found]


def _rank(root: AssembledRoot, ranks: Mapping[str, int], module: str) -> tuple[int, bool, int]:
    """Return the place of an object in its module: by kind; within a kind, the object that names the module is first.

    Default privileges on functions follow those on tables and sequences.
    """
    item, identity = root.item, root.identity
    place = get_args(ObjectClass).index(item.on) + 1 if isinstance(item, DefaultPrivileges) else 0
    return ranks.get(identity.kind, _RANK_OF_OTHERS), identity.name != module, place
