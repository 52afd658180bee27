"""A schema without user-defined objects, in which only the built-in objects of Postgres resolve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from schema_dsl.analysis import builtins
from schema_dsl.analysis.schema import (
    QualifiedKey,
    RelationInfo,
    RoutineInfo,
    SchemaInfo,
    TypeInfo,
)


@attrs.frozen
class BuiltinSchema(SchemaInfo):
    """A `SchemaInfo` that knows nothing but pg_catalog."""

    search_path: tuple[str, ...] = ("public",)
    relations: Mapping[QualifiedKey, RelationInfo] = attrs.Factory(dict)
    routines: Mapping[QualifiedKey, list[RoutineInfo]] = attrs.Factory(dict)
    types: Mapping[QualifiedKey, TypeInfo] = attrs.Factory(dict)
    operators: frozenset[str] = frozenset()
    casts: frozenset[tuple[str | None, str | None]] = frozenset()
    extensions: frozenset[str] = frozenset()
    unknown_kinds: frozenset[str] = frozenset()
    fully_known_schemas: frozenset[str] = frozenset()
    extension_schemas: frozenset[str] = frozenset()
    dropped: frozenset[QualifiedKey] = frozenset()
    dropped_routines: frozenset[QualifiedKey] = frozenset()
    dropped_types: frozenset[QualifiedKey] = frozenset()

    def with_search_path(self, search_path: Sequence[str]) -> BuiltinSchema:
        """Return the same schema with another search path."""
        return attrs.evolve(self, search_path=tuple(search_path))

    def find_type_name(self, schema: str, name: str) -> str | None:
        """Return the full name of a built-in type, or None."""
        if schema not in ("", "pg_catalog"):
            return None
        spelling = name if schema else builtins.SPELLINGS.get(name, name)
        return spelling if builtins.find_type(spelling) is not None else None
