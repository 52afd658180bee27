"""Find the privileges that client roles gained by a migration, on objects of every kind."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

import attrs

from schema_dsl.analysis.identity import ROUTINE_KINDS, Identity
from schema_dsl.analysis.schema import QualifiedKey
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.privilege import Privilege
from schema_dsl.model.table import Table
from schema_dsl.platforms import Platform
from schema_dsl.postgres import Connection, Database
from schema_dsl.verify.access.trial import display_name

PUBLIC: Final = "PUBLIC"
ROW_PRIVILEGES: Final = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"})


@attrs.frozen(order=True)
class Reach:
    """A privilege of a client role.

    Attributes:
        role: The role, or PUBLIC.
        kind: The kind of the object, such as "view".
        schema: The schema of the object; "" if the object is in no schema.
        name: The name of the object.
        trait: An important property of the object, such as "SECURITY DEFINER", or its column.
        privilege: The privilege.
    """

    role: str
    kind: str
    schema: str
    name: str
    trait: str
    privilege: str

    @property
    def relation(self) -> QualifiedKey | None:
        """Return the schema and name of a table; None for other objects."""
        return (self.schema, self.name) if self.kind == "table" else None

    def __str__(self) -> str:
        """Return the object as reports name it."""
        name = f"{self.schema}.{self.name}" if self.schema not in ("", "public") else self.name
        column = f"{self.trait} of " if self.trait.startswith("column ") else ""
        trait = f" ({self.trait})" if self.trait and not column else ""
        return f"{column}{self.kind}{f' {name}' if name else ''}{trait}"


def read_reach(database: Database, platform: Platform, wanted: Catalog) -> frozenset[Reach]:
    """Return the privileges of all client roles on all objects of a database."""
    with contextlib.closing(database.connect()) as connection:
        return list_reach(connection, list_role_names(platform, wanted))


def list_role_names(platform: Platform, wanted: Catalog) -> list[str]:
    """Return the names of the client roles."""
    return sorted({role.name for role in (*platform.roles, *wanted.roles) if role.client})


def list_reach(connection: Connection, roles: Collection[str]) -> frozenset[Reach]:
    """Return the privileges of some roles and of PUBLIC on all objects of a database."""
    return frozenset(Reach(*row) for row in connection.execute(_query(), {"roles": list(roles)}).fetchall())


@cache
def _query() -> bytes:
    return (files(__package__) / "reachable.sql").read_bytes()


def describe_gains(before: Collection[Reach], after: Collection[Reach], wanted: Catalog) -> list[str]:
    """Return a sentence for each object on which client roles gained a privilege that nothing declares.

    The trials cover the tables with a declared access. `list_open_tables` covers new tables without one.
    """
    known = set(before)
    declared = {
        name for name, table in wanted.tables.items() if table.access is not None or table.existing is None
    }
    routines = _list_declared_executors(wanted)
    gained = [
        reach
        for reach in after
        if reach not in known
        and reach.relation not in declared
        and not _may_execute(reach, routines)
        and not _is_granted(reach, wanted)
    ]
    created = {(each.kind, each.schema, each.name) for each in wanted.objects if each.kind in ROUTINE_KINDS}
    of_routines = [reach for reach in gained if (reach.kind, reach.schema, _routine_name(reach)) in created]
    others = [reach for reach in gained if reach not in of_routines]
    return [
        *(f"{phrase}, which nothing declares" for phrase in phrase_gains(others, after)),
        *(
            f"{phrase}, and its definition does not say with execute= who may"
            for phrase in phrase_gains(of_routines, after)
        ),
    ]


def _routine_name(reach: Reach) -> str:
    return reach.name.rpartition("(")[0]


def _list_declared_executors(wanted: Catalog) -> dict[tuple[str, str, str], frozenset[str]]:
    """Return the roles that may execute every routine of a kind, a schema and a name."""
    executors: dict[tuple[str, str, str], frozenset[str]] = {}
    by_routine: dict[Identity, set[str]] = {}
    for identity, item in wanted.objects.items():
        root = identity.root
        if isinstance(item, Privilege) and root.kind in ROUTINE_KINDS:
            roles = by_routine.setdefault(root, set())
            if "execute" in item.privileges:
                roles.add(item.name)
    for root, roles in by_routine.items():
        key = (root.kind, root.schema, root.name)
        executors[key] = executors.get(key, frozenset(roles)) & roles
    return executors


def _may_execute(reach: Reach, executors: Mapping[tuple[str, str, str], frozenset[str]]) -> bool:
    key = (reach.kind, reach.schema, _routine_name(reach))
    role = reach.role.lower() if reach.role == PUBLIC else reach.role
    roles = executors.get(key, frozenset())
    return reach.privilege == "EXECUTE" and not roles.isdisjoint({role, PUBLIC.lower()})


def _is_granted(reach: Reach, wanted: Catalog) -> bool:
    """Return whether the definitions grant a privilege on a relation, such as a view, to the role or to PUBLIC."""
    parent = Identity(reach.kind.replace(" ", "_"), reach.schema, reach.name)
    column = reach.trait.removeprefix("column ") if reach.trait.startswith("column ") else None
    name = reach.privilege.lower()
    for role in dict.fromkeys((reach.role, PUBLIC.lower())):
        declared = wanted.objects.get(Identity(Privilege.kind, reach.schema, role, parent=parent))
        if declared is not None and (name in declared.privileges or (column, name) in declared.columns):
            return True
    return False


def phrase_gains(gained: Iterable[Reach], after: Collection[Reach]) -> Iterator[str]:
    """Yield a phrase for each object on which roles gained privileges, such as "anon gained SELECT on view v".

    Args:
        gained: The gained privileges.
        after: All privileges. A privilege of PUBLIC covers that of a role.
    """
    objects: dict[str, dict[str, list[str]]] = {}
    for reach in sorted(gained):
        if not _covered_by_public(reach, after):
            objects.setdefault(str(reach), {}).setdefault(reach.role, []).append(reach.privilege)
    for name, roles in objects.items():
        by_privileges: dict[str, list[str]] = {}
        for role, privileges in roles.items():
            by_privileges.setdefault(join_names(privileges), []).append(role)
        for gain, holders in by_privileges.items():
            yield f"{join_names(holders)} gained {gain} on {name}"


def _covered_by_public(reach: Reach, after: Collection[Reach]) -> bool:
    return reach.role != PUBLIC and attrs.evolve(reach, role=PUBLIC) in after


def list_open_tables(after: Iterable[Reach], wanted: Catalog) -> dict[QualifiedKey, list[str]]:
    """Return the roles that can reach each table that the definitions create without an access, if there are any."""
    created = {(table.schema, table.name) for table in list_undeclared_tables(wanted)}
    found: dict[QualifiedKey, dict[str, None]] = {}
    usable = {
        (reach.role, reach.name) for reach in after if reach.kind == "schema" and reach.privilege == "USAGE"
    }
    for reach in sorted(
        each for each in after if each.relation in created and each.privilege in ROW_PRIVILEGES
    ):
        if {(reach.role, reach.schema), (PUBLIC, reach.schema)} & usable:
            found.setdefault((reach.schema, reach.name), {})[reach.role] = None
    return {name: list(roles) for name, roles in found.items()}


def list_undeclared_tables(wanted: Catalog) -> list[Table]:
    """Return the tables that the definitions create without an access."""
    return [table for table in wanted.tables.values() if table.access is None and table.existing is None]


def describe_undeclared_tables(
    wanted: Catalog, opened: Mapping[QualifiedKey, Collection[str]] | None = None
) -> list[str]:
    """Return a sentence about the tables without an access for each group of client roles that can reach them.

    Args:
        wanted: The declared state.
        opened: The client roles that can reach a table.
    """
    groups: dict[tuple[str, ...], list[str]] = {}
    for table in list_undeclared_tables(wanted):
        roles = tuple(sorted((opened or {}).get((table.schema, table.name), ())))
        groups.setdefault(roles, []).append(display_name(table))
    return [_describe_undeclared(tables, roles) for roles, tables in groups.items()]


def _describe_undeclared(tables: Sequence[str], roles: Collection[str]) -> str:
    declare, them = ("declares", "it") if len(tables) == 1 else ("declare", "them")
    consequence = (
        f"and {join_names(roles)} can reach {them}" if roles else f"so no access to {them} was tried"
    )
    return f"{join_names(tables)} {declare} no access, {consequence}"


def join_names(names: Iterable[str]) -> str:
    """Return names as a phrase, such as "anon, authenticated and service_role"."""
    listed = list(names)
    return " and ".join([", ".join(listed[:-1]), listed[-1]] if len(listed) > 1 else listed)
