"""SQL conditions that an object exists with its kind: an object of another kind can have the same name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.names import quote_relation
from schema_dsl.sql import Sql, literal, qualified

Exists: TypeAlias = Callable[[Identity], Sql]


def relation_exists(*relkinds: str) -> Exists:
    """Build the condition of a kind whose objects are in pg_class, by their letters there."""

    def build(identity: Identity) -> Sql:
        return find_in_catalog("pg_class", format_oid("regclass", _quote(identity)), "relkind", *relkinds)

    return build


def type_exists(typtype: str) -> Exists:
    """Build the condition of a kind of types, by its letter in pg_type."""

    def build(identity: Identity) -> Sql:
        return find_in_catalog("pg_type", format_oid("regtype", _quote(identity)), "typtype", typtype)

    return build


def constraint_exists(contype: str) -> Exists:
    """Build the condition of a kind of constraints, by its letter in pg_constraint."""

    def build(identity: Identity) -> Sql:
        relation = literal(str(quote_relation(identity)))
        place = f"conrelid = pg_catalog.to_regclass({relation}) AND conname = {literal(identity.name)}"
        return find_in_catalog("pg_constraint", place, "contype", contype)

    return build


def index_exists(identity: Identity) -> Sql:
    """Build the condition that a table has an index which belongs to no constraint."""
    relation = literal(str(quote_relation(identity)))
    return Sql(
        "EXISTS (\n"  # noqa: S608 - literals
        "    SELECT FROM pg_catalog.pg_index\n"
        f"    WHERE indexrelid = pg_catalog.to_regclass({literal(str(_quote(identity)))})\n"
        f"        AND indrelid = pg_catalog.to_regclass({relation})\n"
        "        AND NOT EXISTS (\n"
        "            SELECT FROM pg_catalog.pg_constraint\n"
        "            WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x')\n"
        "        )\n"
        ")"
    )


def format_oid(kind: str, name: Sql) -> str:
    """Format the condition that an object has a name, by the function `to_kind`."""
    return f"oid = pg_catalog.to_{kind}({literal(str(name))})"


def find_in_catalog(catalog: str, place: str, column: str, *letters: str) -> Sql:
    """Build the condition that a catalog has an object with one of some letters for its kind."""
    kinds = [literal(letter) for letter in letters]
    is_of_kind = f"= {kinds[0]}" if len(kinds) == 1 else f"IN ({', '.join(kinds)})"
    return Sql(
        f"EXISTS (\n    SELECT FROM pg_catalog.{catalog}\n    WHERE {place} AND {column} {is_of_kind}\n)"
    )


def _quote(identity: Identity) -> Sql:
    return qualified(identity.schema, identity.name)
