"""Keep objects whose kind the model does not have as the SQL that creates them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.introspect.reading import Cursor
from schema_dsl.model.schema import PUBLIC_SCHEMA
from schema_dsl.sql import Sql, do_block, identifier

# Postgres reports an existing parser or template of text search as a duplicate row of its catalog.
_UNLESS_PRESENT: Final = "\nEXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;"


def read_kept_sql(cursor: Cursor, identities: Iterable[Identity]) -> dict[Identity, Sql]:
    """Return the statements for objects that need only built-in ones, in a valid order.

    Args:
        cursor: A cursor from `open_catalog_cursor`.
        identities: Objects of kinds that the model does not have.
    """
    wanted = set(identities)
    if not wanted:
        return {}
    cursor.execute(_read_query(), {})
    found = {
        Identity(kind, schema, name): Sql(statement) for kind, schema, name, statement in cursor.fetchall()
    }
    return {identity: statement for identity, statement in found.items() if identity in wanted}


def render_kept_sql(kept: Mapping[Identity, Sql]) -> str:
    """Return a script that creates the objects that do not exist."""
    schemas = dict.fromkeys(
        identity.schema for identity in kept if identity.schema not in {"", PUBLIC_SCHEMA.name}
    )
    blocks = [f"CREATE SCHEMA IF NOT EXISTS {identifier(schema)};" for schema in schemas]
    blocks += [f"{do_block(f'    {statement};{_UNLESS_PRESENT}')}" for statement in kept.values()]
    return "\n\n".join(blocks)


@cache
def _read_query() -> str:
    return (files(__package__) / "kept_sql.sql").read_text("utf-8")
