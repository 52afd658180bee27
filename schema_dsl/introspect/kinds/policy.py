"""Row level security policies."""

from __future__ import annotations

from typing import Final

import attrs
from psycopg import sql

from schema_dsl.introspect.kind import CanonicalQuery, CatalogRow, ColumnNames, Kind, enclosed
from schema_dsl.model.policy import Policy
from schema_dsl.sql import Sql

_COMMANDS: Final = {"*": "all", "r": "select", "a": "insert", "w": "update", "d": "delete"}
# Without any condition a policy lets nothing through. That can be made in SQL but not declared.
_NOTHING: Final = "false"


def _build(row: CatalogRow, _columns: ColumnNames) -> Policy:
    _, name, _, letter, to, using, check, permissive, comment = row
    command = _COMMANDS[letter]
    if using is None and check is None:
        using, check = (None, _NOTHING) if command == "insert" else (_NOTHING, None)
    return Policy(
        name,
        command,
        to=to,
        using=None if using is None else Sql(using),
        check=None if check is None else Sql(check),
        permissive=permissive,
        comment=comment,
        origin=None,
    )


def _ask(policy: Policy, relation: sql.Composable, name: sql.Composable) -> sql.Composed:
    statement = sql.SQL("CREATE POLICY {} ON {} FOR {}").format(name, relation, sql.SQL(policy.command))
    if policy.using is not None:
        statement += sql.SQL(" USING ") + enclosed(policy.using)
    if policy.check is not None:
        statement += sql.SQL(" WITH CHECK ") + enclosed(policy.check)
    return statement


def _settled(policy: Policy) -> Policy:
    """Sort the roles: their order says nothing. Among others, everybody is everybody."""
    to = ("public",) if "public" in policy.to else tuple(sorted(set(policy.to)))
    return policy if to == policy.to else attrs.evolve(policy, to=to, origin=policy.origin)


KIND = Kind(kind="policy", build=_build, probe=CanonicalQuery(_ask, ("using", "check")), settled=_settled)
