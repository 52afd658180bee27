"""Find the views and routines through which client roles reach rows with the privileges of an owner."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

import attrs

from schema_dsl.analysis.schema import QualifiedKey
from schema_dsl.model.access import Access
from schema_dsl.model.catalog import Catalog
from schema_dsl.parsing import parse_query
from schema_dsl.verify.access.reach.reachable import PUBLIC, Reach, join_names
from schema_dsl.verify.access.reads.condition_reader import ConditionReader
from schema_dsl.verify.access.reads.database_code import DatabaseCode
from schema_dsl.verify.access.reads.read_scope import ReadScope
from schema_dsl.verify.access.trial import display_name, list_permissions

_VIEWS: Final = {
    ("view", "reads with the privileges of its owner"): "reads {tables} with the privileges of its owner",
    ("materialized view", "has no policies"): "stores rows of {tables} without their policies",
}
_ROUTINES: Final = frozenset({"function", "procedure"})
_DEFINER: Final = "SECURITY DEFINER"


def describe_untried_objects(
    after: Collection[Reach], code: DatabaseCode, wanted: Catalog, roles: Collection[str]
) -> Iterator[str]:
    """Yield a sentence for each declared object that may show client roles rows that the access of a table hides.

    Routines that policies call are left out: the trials show their decisions.

    Args:
        after: The privileges of client roles after the migration.
        code: The code of the database.
        wanted: The declared schema.
        roles: The names of the client roles.
    """
    of_owner = code.without_policies()
    # The trials cover views with an access.
    tried = {(view.kind, view.schema, view.name) for view in wanted.views.values() if view.access is not None}
    tried |= {(each.kind, each.schema, each.name) for each in wanted.changes}
    declared = {(each.kind, each.schema, each.name) for each in wanted.objects} - tried
    holders: dict[Reach, dict[str, None]] = {}
    reaching = [
        reach
        for reach in after
        if _runs_as_owner(reach)
        and reach.privilege in ("SELECT", "EXECUTE")
        and (reach.kind.replace(" ", "_"), reach.schema, _bare_name(reach)) in declared
    ]
    for reach in sorted(reaching):
        alike = attrs.evolve(reach, role="", privilege="")
        named = sorted(roles) if reach.role == PUBLIC else [reach.role]
        holders.setdefault(alike, {}).update(dict.fromkeys(named))
    # To read all policies of a large schema takes long.
    in_policies = _find_routines_of_policies(code) if any(each.kind in _ROUTINES for each in holders) else ()
    for reach, found in holders.items():
        holding = list(found)
        reader = ConditionReader(of_owner)
        if (reach.kind, reach.trait) in _VIEWS:
            reader.query(parse_query(code.relations[reach.schema, reach.name].query), ReadScope())
            reads, act = _VIEWS[reach.kind, reach.trait], "read"
        else:
            for routine in code.find_routines(reach.schema, _bare_name(reach)):
                if routine.security_definer and routine.oid not in in_policies:
                    reader.call_routine(routine)
            reads, act = "uses {tables} with the privileges of its owner", "read or change"
        hidden = _find_hidden_tables(reader.related, holding, wanted)
        kind = str(reach).removesuffix(f" ({reach.trait})")
        if hidden:
            tables = join_names(hidden)
            of_roles = join_names(dict.fromkeys(role for each in hidden.values() for role in each))
            yield (
                f"{kind} {reads.format(tables=tables)}, so what {of_roles} can {act} through it was not tried"
                f"{_advise(reach, holding)}"
            )
        for unknown, why in reader.unreadable.items():
            yield (
                f"{kind} runs with the privileges of its owner, and what {unknown} reads is unknown, because {why}, so "
                f"what {join_names(holding)} can {act} through it was not tried"
            )


def _runs_as_owner(reach: Reach) -> bool:
    """Return whether an object reads with the privileges of its owner, or stores what it read."""
    return (reach.kind, reach.trait) in _VIEWS or (reach.kind in _ROUTINES and reach.trait == _DEFINER)


def _advise(reach: Reach, roles: Collection[str]) -> str:
    """Return the line that declares the access to a view, so that it is tried; "" for a routine."""
    if reach.kind in _ROUTINES:
        return ""
    permissions = ", ".join(f'{role}=may("select", rows=...)' for role in roles)
    return f" (declare access=Access({permissions}) instead of select= on the {reach.kind})"


def _bare_name(reach: Reach) -> str:
    return reach.name.rpartition("(")[0] if reach.kind in _ROUTINES else reach.name


def _find_routines_of_policies(code: DatabaseCode) -> Collection[int]:
    """Return the oids of the routines that policies call."""
    reader = ConditionReader(code)
    for name in code.relations:
        reader.read_policies(name)
    return reader.called


def _find_hidden_tables(
    read: Collection[QualifiedKey], roles: Collection[str], wanted: Catalog
) -> dict[str, list[str]]:
    """Return the names of the tables whose access hides rows or columns from some roles, with these roles."""
    found: dict[str, list[str]] = {}
    for name in read:
        table = wanted.tables.get(name)
        access = None if table is None else table.access
        hidden = [role for role in roles if access is not None and not _may_read_all(access, role)]
        if table is not None and hidden:
            found[display_name(table)] = hidden
    return found


def _may_read_all(access: Access, role: str) -> bool:
    return any(
        "all" in permission.rows and not permission.when and not permission.columns
        for permission in list_permissions(access, role, "select")
    )
