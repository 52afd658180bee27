"""Read the properties of objects that the queries of the kinds do not return."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.introspect.reading import Cursor, Introspection, Unsupported
from schema_dsl.model.argument import name_type


def with_other_properties(introspection: Introspection, cursor: Cursor) -> Introspection:
    """Return the contents of a database with the other properties that the model cannot express.

    These properties are beside the objects of a kind, such as a comment on the index of a constraint, so a migration
    that declares the object keeps them.

    Args:
        introspection: The contents.
        cursor: A cursor from `open_catalog_cursor`.
    """
    objects = introspection.catalog.objects
    cursor.execute(_read_query())
    found = [
        Unsupported(
            Identity(
                kind,
                schema,
                name,
                None if types is None else tuple(name_type(each, schema) for each in types),
            ),
            text,
        )
        for kind, schema, name, types, text in cursor.fetchall()
    ]
    # The objects of extensions are those of the extension.
    own = tuple(each for each in found if each.identity in objects)
    return attrs.evolve(introspection, unsupported=introspection.unsupported + own)


@cache
def _read_query() -> str:
    return (files(__package__) / "other_properties.sql").read_text("utf-8")
