"""Find the views through which client roles change rows with the privileges of an owner."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from schema_dsl.analysis.schema import QualifiedKey
from schema_dsl.model.catalog import Catalog
from schema_dsl.parsing import parse_query
from schema_dsl.verify.access.reach.reachable import PUBLIC, Reach, join_names
from schema_dsl.verify.access.reads.condition_reader import ConditionReader
from schema_dsl.verify.access.reads.database_code import DatabaseCode
from schema_dsl.verify.access.reads.read_scope import ReadScope
from schema_dsl.verify.access.trial import display_name, list_permissions


def describe_untried_writes(
    after: Collection[Reach], code: DatabaseCode, wanted: Catalog, roles: Collection[str]
) -> Iterator[str]:
    """Yield a sentence for each declared view through which client roles may change rows that a table keeps from them.

    Args:
        after: The privileges of client roles after the migration.
        code: The code of the database.
        wanted: The declared schema.
        roles: The names of the client roles.
    """
    of_owner = code.without_policies()
    by_caller = {name for name, view in wanted.views.items() if getattr(view, "security_invoker", False)}
    found: dict[QualifiedKey, dict[str, dict[str, None]]] = {}
    for reach in sorted(each for each in after if each.kind == "view" and each.trait):
        name = (reach.schema, reach.name)
        # Without security_invoker, the view has a trait. The trait of a privilege on a column is the column.
        is_on_column = reach.trait.startswith("column ") and name in by_caller
        if not is_on_column and reach.privilege in code.relations[name].writable:
            holders = sorted(roles) if reach.role == PUBLIC else [reach.role]
            found.setdefault(name, {}).setdefault(reach.privilege, {}).update(dict.fromkeys(holders))
    for name, privileges in found.items():
        if name not in wanted.views:
            continue
        reader = ConditionReader(of_owner)
        reader.query(parse_query(code.relations[name].query), ReadScope())
        kept: dict[str, dict[str, None]] = {}
        tables: dict[str, None] = {}
        for privilege, holders_of_one in privileges.items():
            for table in reader.related:
                limited = [role for role in holders_of_one if _is_limited(wanted, table, role, privilege)]
                if limited:
                    tables[display_name(wanted.tables[table])] = None
                    kept.setdefault(privilege, {}).update(dict.fromkeys(limited))
        if kept:
            holding = dict.fromkeys(role for of_one in kept.values() for role in of_one)
            view = display_name(wanted.views[name])
            yield (
                f"view {view} changes {join_names(tables)} with the privileges of its owner, so what "
                f"{join_names(holding)} can {join_names(map(str.lower, kept))} through it was not tried"
            )


def _is_limited(wanted: Catalog, table: QualifiedKey, role: str, privilege: str) -> bool:
    """Return whether the access of a table keeps rows or columns from an operation of a role."""
    known = wanted.tables.get(table)
    if known is None or known.access is None:
        return False
    return not any(
        "all" in permission.rows and not permission.when and not permission.columns
        for permission in list_permissions(known.access, role, privilege.lower())
    )
