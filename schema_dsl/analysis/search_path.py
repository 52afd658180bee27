"""A schema with another search path than its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import attrs

from schema_dsl.analysis import builtins
from schema_dsl.analysis.schema import (
    CastInfo,
    OperatorInfo,
    QualifiedKey,
    RelationInfo,
    RoutineInfo,
    SchemaInfo,
    TypeInfo,
)

_TEMPORARY_SCHEMA = "pg_temp"


@attrs.frozen(eq=False)
class SchemaWithPath:
    """A `SchemaInfo` that looks up names without a schema along `search_path`."""

    schema: SchemaInfo
    search_path: tuple[str, ...]

    @property
    def relations(self) -> Mapping[QualifiedKey, RelationInfo]:
        """The relations of the schema."""
        return self.schema.relations

    @property
    def routines(self) -> Mapping[QualifiedKey, Sequence[RoutineInfo]]:
        """The routines of the schema."""
        return self.schema.routines

    @property
    def types(self) -> Mapping[QualifiedKey, TypeInfo]:
        """The types of the schema."""
        return self.schema.types

    @property
    def operators(self) -> Collection[str]:
        """The names of the operators of the schema."""
        return self.schema.operators

    @property
    def casts(self) -> Collection[tuple[str | None, str | None]]:
        """The casts of the schema."""
        return self.schema.casts

    @property
    def extensions(self) -> Collection[str]:
        """The extensions of the schema."""
        return self.schema.extensions

    @property
    def unknown_kinds(self) -> Collection[str]:
        """The kinds of which the schema does not know every object."""
        return self.schema.unknown_kinds

    @property
    def fully_known_schemas(self) -> Collection[str]:
        """The schemas of which every object is known."""
        return self.schema.fully_known_schemas

    @property
    def extension_schemas(self) -> Collection[str]:
        """The schemas with objects of extensions."""
        return self.schema.extension_schemas

    @property
    def dropped(self) -> Collection[QualifiedKey]:
        """The dropped relations."""
        return self.schema.dropped

    @property
    def dropped_routines(self) -> Collection[QualifiedKey]:
        """The dropped routines."""
        return self.schema.dropped_routines

    @property
    def dropped_types(self) -> Collection[QualifiedKey]:
        """The dropped types."""
        return self.schema.dropped_types

    def _homes(self, schema: str) -> tuple[str, ...]:
        return (schema,) if schema else self.search_path

    def find_relation(self, schema: str, name: str) -> RelationInfo | None:
        """Return a relation, or None if it is not known."""
        homes = (schema,) if schema else (_TEMPORARY_SCHEMA, "pg_catalog", *self.search_path)
        found = (self.schema.find_relation(home, name) for home in homes)
        return next((relation for relation in found if relation is not None), None)

    def has_index(self, schema: str, name: str) -> bool:
        """Return whether an index has this name."""
        return any(self.schema.has_index(home, name) for home in self._homes(schema))

    def is_absent_relation(self, schema: str, name: str) -> bool:
        """Return whether a relation that was not found certainly does not exist."""
        homes = self._homes(schema)
        return bool(homes) and all(self.schema.is_absent_relation(home, name) for home in homes)

    def find_routines(self, schema: str, name: str) -> Iterator[RoutineInfo]:
        """Yield the routines of this name, in the order of the search path."""
        for home in self._homes(schema):
            yield from self.schema.find_routines(home, name)

    def find_operators(self, schema: str, name: str) -> Iterator[OperatorInfo]:
        """Yield the user-defined operators of this name, in the order of the search path."""
        for home in self._homes(schema):
            yield from self.schema.find_operators(home, name)

    def find_cast(self, source: str, target: str) -> CastInfo | None:
        """Return the user-defined cast between two types, or None."""
        return self.schema.find_cast(source, target)

    def find_other(self, kind: str, schema: str, name: str) -> QualifiedKey | None:
        """Return a collation, or an object of text search."""
        found = (self.schema.find_other(kind, home, name) for home in self._homes(schema))
        return next((key for key in found if key is not None), None)

    def find_user_type(self, name: str) -> TypeInfo | None:
        """Return the type that was created under a full name."""
        return self.schema.find_user_type(name)

    def find_row_relation(self, name: str) -> RelationInfo | None:
        """Return the relation whose row type has this full name."""
        return self.schema.find_row_relation(name)

    def find_type_name(self, schema: str, name: str) -> str | None:
        """Return the full name of a type, or None if the type is not known."""
        if not schema:
            spelling = builtins.SPELLINGS.get(name, name)
            if builtins.find_type(spelling) is not None:
                return spelling
        homes = (schema,) if schema else (_TEMPORARY_SCHEMA, *self.search_path)
        found = (self.schema.find_type_name(home, name) for home in homes)
        return next((full_name for full_name in found if full_name is not None), None)
