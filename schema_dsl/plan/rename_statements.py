"""Build the statements that rename objects, and the conditions under which they are still to do."""

from __future__ import annotations

from collections.abc import Callable

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.names import quote_relation
from schema_dsl.plan.rule import RenameRule
from schema_dsl.sql import Sql, identifier, literal, qualified


def rename_relation(keyword: str, *, similar: tuple[str, ...] = (), follows: bool = False) -> RenameRule:
    """Build the rule of a kind whose objects are in pg_class: `ALTER TABLE a RENAME TO b`."""

    def build(identity: Identity, name: str) -> Sql:
        return Sql(
            f"ALTER {keyword} {qualified(identity.schema, identity.name)} RENAME TO {identifier(name)}"
        )

    def exists(identity: Identity) -> Sql:
        name = literal(str(qualified(identity.schema, identity.name)))
        return Sql(f"pg_catalog.to_regclass({name}) IS NOT NULL")

    return RenameRule(build, exists, similar, follows)


def rename_part(
    statement: Callable[[Sql, Sql, Sql], str],
    catalog: str,
    *,
    similar: tuple[str, ...],
    follows: bool = False,
) -> RenameRule:
    """Build the rule of a kind whose objects are parts of a relation.

    Args:
        statement: Formats the statement from the relation, the old name and the new name.
        catalog: The catalog, its column for the relation and its column for the name, separated by blanks.
        similar: The attributes by which a new object may be a renamed one.
        follows: Whether Postgres chooses the name from those of the table and its columns.
    """
    table, relation, name = catalog.split()

    def build(identity: Identity, new_name: str) -> Sql:
        return Sql(statement(quote_relation(identity), identifier(identity.name), identifier(new_name)))

    def exists(identity: Identity) -> Sql:
        regclass = f"pg_catalog.to_regclass({literal(str(quote_relation(identity)))})"
        return Sql(
            f"EXISTS (SELECT FROM pg_catalog.{table}\n"
            f"        WHERE {relation} = {regclass} AND {name} = {literal(identity.name)})"
        )

    return RenameRule(build, exists, similar, follows)


def rename_constraint(*similar: str) -> RenameRule:
    """Build the rule of a kind of constraint.

    Args:
        similar: The attributes by which a new constraint may be a renamed one.
    """
    return rename_part(
        lambda relation, old, new: f"ALTER TABLE {relation} RENAME CONSTRAINT {old} TO {new}",
        "pg_constraint conrelid conname",
        similar=similar,
        follows=True,
    )
