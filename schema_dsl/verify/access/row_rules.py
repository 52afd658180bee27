"""The rules of an access as SQL: the owner of a row, and the condition of a rule.

The conditions come from `access=` alone, and a superuser evaluates them, to whom no policy applies.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Final

import attrs

from schema_dsl.analysis.schema import QualifiedKey
from schema_dsl.errors import PostgresError
from schema_dsl.model.access import MatchingRows, MemberRows, RowRule
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.table import Table
from schema_dsl.parsing import deparse_expression, parse_expression, walk
from schema_dsl.parsing.grammar import unwrap
from schema_dsl.platforms import Platform
from schema_dsl.postgres import Connection
from schema_dsl.sql import Sql, identifier, literal, qualified

# SVFOP_CURRENT_ROLE, SVFOP_CURRENT_USER, SVFOP_USER and SVFOP_SESSION_USER of libpg_query.
_ROLE_FUNCTIONS: Final = frozenset({10, 11, 12, 13})


@attrs.frozen
class OwnerPath:
    """The path from a row to its owner.

    Attributes:
        steps: The columns that reference another table, each with the table and the referenced column.
        column: The column with the id of the owner, in the last table.
        table: The last table.
    """

    steps: tuple[tuple[str, QualifiedKey, str], ...]
    column: str
    table: QualifiedKey

    def owner_of(self, alias: str) -> Sql:
        """Return an expression for the id of the owner of a row, as text."""
        if not self.steps:
            return Sql(f"{identifier(alias)}.{identifier(self.column)}::text")
        (column, target, key), rest = self.steps[0], attrs.evolve(self, steps=self.steps[1:])
        inner = rest.owner_of(target[1])
        return Sql(
            f"(SELECT {inner} FROM {qualified(*target)} AS {identifier(target[1])} "
            f"WHERE {identifier(target[1])}.{identifier(key)} = {identifier(alias)}.{identifier(column)} LIMIT 1)"
        )


@attrs.frozen
class RowRules:
    """The rules of the access of a table.

    Attributes:
        table: The table.
        members: The column with the member, for each `member_of` rule.
    """

    table: Table
    members: Mapping[MemberRows, str]

    def membership_table(self, rule: MemberRows) -> QualifiedKey:
        """Return the schema and name of the table of memberships."""
        return rule.table.schema or self.table.schema, rule.table.table

    def condition(self, rule: RowRule, caller: str | None, role: str) -> Sql:
        """Return the condition of a rule on a row of the table, for a caller.

        Args:
            rule: `where(...)` or `member_of(...)`.
            caller: The id of the caller; None if the caller has no id.
            role: The role of the caller, which `current_user` and `session_user` stand for.
        """
        if isinstance(rule, MatchingRows):
            return replace_role(rule.condition, role)
        assert isinstance(rule, MemberRows)  # noqa: S101 - "own" and "all" need no condition
        if caller is None:
            return Sql("false")
        member = f"{identifier(rule.table.table)}.{identifier(self.members[rule])}"
        further = None if rule.condition is None else replace_role(rule.condition, role)
        return self.membership(rule, Sql(f"{member}::text = {literal(caller)}"), further)

    def membership(self, rule: MemberRows, of_caller: Sql, further: Sql | None) -> Sql:
        """Return the condition that a row is in a group of which memberships exist.

        Args:
            rule: The rule.
            of_caller: The condition that a membership is of the caller.
            further: A further condition on the membership.
        """
        memberships, column = identifier(rule.table.table), identifier(rule.column)
        condition = of_caller if further is None else f"{of_caller} AND ({further})"
        return Sql(
            f"{identifier(self.table.name)}.{column} IN (SELECT {memberships}.{identifier(rule.group)} "
            f"FROM {qualified(*self.membership_table(rule))} AS {memberships} WHERE {condition})"
        )


def resolve_rules(connection: Connection, table: Table, platform: Platform, wanted: Catalog) -> RowRules:
    """Find the columns with the members that the `member_of` rules of a table need.

    Raises:
        PostgresError: If a table of memberships or its column with the member is unknown.
    """
    rules = table.access.rules if table.access is not None else ()
    unresolved = RowRules(table, {})
    members = {}
    for rule in rules:
        if isinstance(rule, MemberRows):
            name = unresolved.membership_table(rule)
            members[rule] = rule.member or _find_member(connection, name, platform, wanted)
    return RowRules(table, members)


def _find_member(connection: Connection, table: QualifiedKey, platform: Platform, wanted: Catalog) -> str:
    known = wanted.tables.get(table)
    if known is not None and known.access is not None and known.access.own is not None:
        return known.access.own
    users = platform.users
    found = connection.execute(_REFERENCES, [*table, *users]).fetchall() if users else []
    if len(found) != 1:
        raise PostgresError(
            f"member_of({table[1]!r}): the column with the id of the member is unknown",
            instead='Name it: member_of(..., member="user_id").',
        )
    return str(found[0][0])


_REFERENCES: Final = """
    SELECT a.attname
    FROM pg_catalog.pg_constraint AS f
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = f.conrelid AND f.conkey = ARRAY[a.attnum]
    WHERE f.contype = 'f'
        AND f.conrelid = pg_catalog.to_regclass(pg_catalog.format('%%I.%%I', %s::text, %s::text))
        AND f.confrelid = pg_catalog.to_regclass(pg_catalog.format('%%I.%%I', %s::text, %s::text))
"""


@functools.lru_cache(maxsize=1024)
def replace_role(condition: Sql, role: str) -> Sql:
    """Return a condition in which the role of the caller replaces `current_user` and `session_user`."""
    tree = parse_expression(condition)
    functions = [
        node
        for node in walk(tree)
        if node.DESCRIPTOR.name == "Node"
        and unwrap(node).DESCRIPTOR.name == "SQLValueFunction"
        and unwrap(node).op in _ROLE_FUNCTIONS
    ]
    if not functions:
        return condition
    replacement = parse_expression(f"CAST({literal(role)} AS name)")
    for node in functions:
        node.CopyFrom(replacement)
    return Sql(deparse_expression(tree))
