"""A schema without user-defined objects, in which only the built-in objects of Postgres resolve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from schema_dsl.analysis import builtins
from schema_dsl.analysis.schema import (
    CastInfo,
    OperatorInfo,
    QualifiedKey,
    RelationInfo,
    RoutineInfo,
    TypeInfo,
)


@attrs.frozen
class BuiltinSchema:
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

    def find_relation(self, schema: str, name: str) -> RelationInfo | None:
        """Return None: no relation is known."""
        del schema, name
        return None

    def has_index(self, schema: str, name: str) -> bool:
        """Return False: no index is known."""
        del schema, name
        return False

    def is_absent_relation(self, schema: str, name: str) -> bool:
        """Return False: any relation may exist."""
        del schema, name
        return False

    def find_routines(self, schema: str, name: str) -> Iterator[RoutineInfo]:
        """Yield nothing: no routine is known."""
        del schema, name
        yield from ()

    def find_operators(self, schema: str, name: str) -> Iterator[OperatorInfo]:
        """Yield nothing: no operator is known."""
        del schema, name
        yield from ()

    def find_cast(self, source: str, target: str) -> CastInfo | None:
        """Return None: no cast is known."""
        del source, target
        return None

    def find_other(self, kind: str, schema: str, name: str) -> QualifiedKey | None:
        """Return None: no other object is known."""
        del kind, schema, name
        return None

    def find_user_type(self, name: str) -> TypeInfo | None:
        """Return None: no type is known."""
        del name
        return None

    def find_row_relation(self, name: str) -> RelationInfo | None:
        """Return None: no relation is known."""
        del name
        return None

    def find_type_name(self, schema: str, name: str) -> str | None:
        """Return the full name of a built-in type, or None."""
        if schema not in ("", "pg_catalog"):
            return None
        spelling = name if schema else builtins.SPELLINGS.get(name, name)
        return spelling if builtins.find_type(spelling) is not None else None
