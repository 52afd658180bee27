"""Tables, and the modules that import writes for them."""

from __future__ import annotations

from schema_dsl import (
    Column,
    Reference,
    Table,
    bigint,
)
from schema_dsl.importing import write_definitions
from schema_dsl.model.catalog import build_catalog
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.platforms import platform

# Tables without a relation, so that the folder has many modules.
OTHERS = tuple(Table(name, columns=[Column("id", bigint, primary_key=True)]) for name in "abcdefghijk")


def read(name: str, *references: str) -> Table:
    """Return a table with a key and a foreign key to each of other tables."""
    keys = [Column(f"{other}_id", bigint, references=Reference(other, ["id"])) for other in references]
    return Table(name, columns=[Column("id", bigint, primary_key=True), *keys])


def required(name: str, other: str) -> Table:
    """Return a table of which each row refers to a row of another table."""
    reference = Column("other_id", bigint, not_null=True, references=Reference(other, ["id"]))
    return Table(name, columns=[Column("id", bigint, primary_key=True), reference])


def write(*objects: SchemaObject) -> dict[str, str]:
    """Return the modules of the definitions of objects, by their names without the ending."""
    catalog = build_catalog(objects)
    written = write_definitions(catalog, platform("vanilla"))
    return {name.removesuffix(".py"): text for name, text in written.texts.items()}
