"""Find SQL that is equal to Postgres although it prints the two texts differently.

Postgres prints some SQL differently once it has read its own text back: `x IN ('a', 'b')` for a varchar becomes
`x = ANY ((ARRAY['a', 'b'])::text[])`, and that text becomes an array with a cast of each element.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.introspect.batch import RefusedObjectError
from schema_dsl.introspect.canonical import canonicalize
from schema_dsl.introspect.kind import load_kinds
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.column import Column
from schema_dsl.model.identity import copy_with
from schema_dsl.postgres import Connection

_ATTEMPTS: Final = 5


def find_different_sql(declared: Catalog, present: Catalog) -> dict[Identity, Any]:
    """Return the declared objects with the SQL of a database where the two texts differ.

    Args:
        declared: The declared state, as `canonicalize` returns it.
        present: The objects of the database.
    """
    kinds = load_kinds()
    found = {}
    for identity, item in declared.objects.items():
        other = present.objects.get(identity)
        if other is None or other is item:
            continue
        names = [
            name
            for name in kinds[identity.kind].sql_attributes
            if getattr(item, name) != getattr(other, name)
        ]
        if names:
            found[identity] = copy_with(item, **{name: getattr(other, name) for name in names})
    return found


def adopt_equal_sql(connection: Connection, declared: Catalog, different: Mapping[Identity, Any]) -> Catalog:
    """Return the declared state with the SQL of a database where Postgres prints both texts alike when it reads them.

    Args:
        connection: As for `canonicalize`.
        declared: The declared state, as `canonicalize` returns it.
        different: The objects with the SQL of the database, as `find_different_sql` returns them.
    """
    remaining = dict(different)
    # The database usually contains the referenced objects. Otherwise all declared objects are created.
    choices = [_select_roots(declared, different), declared.objects]
    for _ in range(_ATTEMPTS):
        if not remaining:
            break
        objects = choices[0]
        try:
            of_definitions = canonicalize(connection, attrs.evolve(declared, objects=objects), afresh=True)
            of_database = canonicalize(
                connection, attrs.evolve(declared, objects={**objects, **remaining}), afresh=True
            )
        except RefusedObjectError as error:
            # SQL of the database may refer to an object that is no longer declared.
            if remaining.pop(error.identity, None) is None and len(choices) > 1:
                del choices[0]
            continue
        equal = {
            identity: item
            for identity, item in remaining.items()
            if of_definitions.objects[identity] == of_database.objects[identity]
        }
        return attrs.evolve(declared, objects={**declared.objects, **equal})
    return declared


def _select_roots(declared: Catalog, different: Mapping[Identity, Any]) -> dict[Identity, Any]:
    """Return the objects that differ, and the relations and columns to which their SQL refers."""
    roots = {identity.root for identity in different}
    return {
        identity: item
        for identity, item in declared.objects.items()
        if identity in different
        or (identity.root in roots and (identity.parent is None or isinstance(item, Column)))
    }
