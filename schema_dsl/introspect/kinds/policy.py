"""Read row level security policies."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import attrs
from psycopg import sql

from schema_dsl.introspect.kind import CanonicalQuery, CatalogRow, ColumnNames, Kind, compose_parenthesized
from schema_dsl.model.policy import Policy, PolicyCommand
from schema_dsl.sql import Sql

_COMMANDS: Final[dict[str, PolicyCommand]] = {
    "*": "all",
    "r": "select",
    "a": "insert",
    "w": "update",
    "d": "delete",
}


def _build(row: CatalogRow, _columns: ColumnNames) -> Policy:
    _, name, _, letter, to, *values = row
    return _build_policy((name, _COMMANDS[letter], tuple(to), *values))


# Many tables have the same policies, such as own.
@lru_cache(maxsize=4096)
def _build_policy(values: CatalogRow) -> Policy:
    name, command, to, using, check, permissive, comment = values
    return Policy(
        name,
        command,
        to=to,
        using=None if using is None else Sql(using),
        check=None if check is None else Sql(check),
        permissive=permissive,
        conditional=using is not None or check is not None,
        comment=comment,
        origin=None,
    )


def _build_statement(policy: Policy, relation: sql.Composable, name: sql.Composable) -> sql.Composed | None:
    if not policy.conditional:
        return None
    statement = sql.SQL("CREATE POLICY {} ON {} FOR {}").format(name, relation, sql.SQL(policy.command))
    if policy.using is not None:
        statement += sql.SQL(" USING ") + compose_parenthesized(policy.using)
    if policy.check is not None:
        statement += sql.SQL(" WITH CHECK ") + compose_parenthesized(policy.check)
    return statement


def _normalize(policy: Policy) -> Policy:
    """Sort the roles, because their order has no meaning, and reduce them to PUBLIC if they contain PUBLIC."""
    to = ("public",) if "public" in policy.to else tuple(sorted(set(policy.to)))
    return policy if to == policy.to else attrs.evolve(policy, to=to, origin=policy.origin)


KIND = Kind(
    kind="policy",
    found_in="pg_policy",
    build=_build,
    canonical_query=CanonicalQuery(_build_statement, ("using", "check")),
    normalize=_normalize,
    # The platforms have no policies of their own.
    is_added=lambda _policy, _schemas: True,
)
