"""The references to objects that the analysis of SQL resolves, and the recorder that collects them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, cast

import attrs

from schema_dsl.analysis.coercion import UNKNOWN, base_type, element_type
from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.object_identities import (
    column_identity,
    routine_identity,
    type_identity,
)
from schema_dsl.analysis.object_literals import FoundObjects, find_literal_objects
from schema_dsl.analysis.schema import OperatorInfo, RelationInfo, RoutineInfo, SchemaInfo
from schema_dsl.analysis.scope import ColumnTypes, FromItem

if TYPE_CHECKING:
    from schema_dsl.analysis.analyzer import TypedValue

_BUILTIN_SCHEMAS: Final = frozenset({"pg_catalog", "information_schema", "pg_toast"})


@attrs.frozen(kw_only=True)
class ObjectReference:
    """A place in SQL text that refers to an object.

    Attributes:
        identity: The object; None if the name does not resolve to exactly one object.
        kind: The kind of name: relation, column, routine, operator, type, constraint, index, schema, collation,
            text_search_configuration or text_search_dictionary.
        position: The offset in the given text, in characters.
        written: The text of the name; "" if the text does not name the object, which a coercion, a join or a
            grouping implies.
        required: Whether the dependent cannot be created without the object. False in the body of a PL/pgSQL
            routine, which Postgres analyzes when it runs.
        candidates: The known objects that a name without an identity may refer to.
    """

    identity: Identity | None
    kind: str
    position: int
    written: str
    required: bool = True
    candidates: tuple[Identity, ...] = ()


@attrs.frozen
class RecordedReference:
    """A reference in terms of the parse tree.

    Attributes:
        location: The byte offset in the parsed text; -1 if the tree does not say.
        word: The name to look for at or after the location, if the tree has no location for the name.
        is_written: Whether the text at the location names the object.
    """

    kind: str
    identity: Identity | None
    location: int
    word: str = ""
    is_written: bool = True
    candidates: tuple[Identity, ...] = ()


@attrs.define(eq=False)
class ReferenceRecorder:
    """The references that the analysis of one text has resolved so far."""

    schema: SchemaInfo
    recorded: list[RecordedReference] = attrs.field(factory=list)

    def record(
        self,
        kind: str,
        identity: Identity | None,
        location: int,
        *,
        word: str = "",
        is_written: bool = True,
        candidates: Iterable[Identity] = (),
    ) -> None:
        """Record a reference, unless it refers to a built-in object."""
        if identity is None or identity.schema not in _BUILTIN_SCHEMAS:
            self.recorded.append(
                RecordedReference(
                    kind, identity, location, word, is_written, tuple(dict.fromkeys(candidates))
                )
            )

    def record_relation(self, relation: RelationInfo, location: int) -> None:
        """Record a reference to a relation, or to its row type."""
        self.record("relation", relation.identity, location)

    def record_column(self, item: FromItem, name: str, location: int, *, word: str = "") -> None:
        """Record a reference to a column of a FROM item, or to its whole row for `*`."""
        if name == "*":
            if item.relation is not None:
                self.record_relation(item.relation, location)
            return
        self.record_origins(item, name, location, word=word)

    def record_origins(
        self, item: FromItem, name: str, location: int, *, word: str = "", is_written: bool = True
    ) -> None:
        """Record the columns of relations that a column of a FROM item stands for."""
        for relation, column in item.find_origins(name):
            self.record(
                "column", column_identity(relation, column), location, word=word, is_written=is_written
            )

    def record_field(self, relation: RelationInfo, name: str, location: int, *, word: str = "") -> None:
        """Record a reference to a field of a row value."""
        self.record("column", column_identity(relation, name), location, word=word)

    def record_definition(
        self, definition: object, location: int, kind: str = "routine", *, word: str = ""
    ) -> None:
        """Record a reference to a routine or operator, the definition of a signature; None is a built-in one."""
        if definition is not None:
            self.record(kind, self.identify(definition, kind), location, word=word)

    def identify(self, definition: object, kind: str) -> Identity:
        """Return the identity of a routine or operator."""
        if kind == "operator":
            return cast("OperatorInfo", definition).identity
        return routine_identity(self.schema, cast("RoutineInfo", definition))

    def record_type(self, name: str | None, location: int, *, is_written: bool = True) -> None:
        """Record a reference to a user-defined type by its full name."""
        identity = type_identity(self.schema, name)
        if identity is not None:
            self.record("type", identity, location, is_written=is_written)

    def record_parameters(self, columns: ColumnTypes | None, location: int) -> None:
        """Record the types of the columns of a subquery that a comparison or an assignment uses as parameters."""
        for _, kind in columns or ():
            self.record_type(kind, location, is_written=False)

    def record_coercion(self, value: TypedValue, target: str | None, location: int) -> None:
        """Record the types, casts and objects that the coercion of a value to a type implies."""
        if target is None or value.type is None or value.type == target:
            return
        if value.fields:
            self._record_row(value, target, location)
        at = value.location if value.location >= 0 else location
        if value.type == UNKNOWN:
            # A constant of a domain is a constant of the base type, which is then coerced.
            self.record_type(target, at, is_written=False)
            base = base_type(self.schema, target)
            if base != target:
                self.record_type(base, at, is_written=False)
            if value.literal is not None and base is not None:
                self.record_found(find_literal_objects(self.schema, value.literal, base), at)
            return
        self._record_conversion(value.type, target, at)

    def _record_row(self, value: TypedValue, target: str, location: int) -> None:
        """Record the coercions of the fields of a row to those of a composite type."""
        base = base_type(self.schema, target)
        relation = self.schema.find_row_relation(base) if base is not None else None
        columns = relation.columns.values() if relation is not None else ()
        for (_, field), column in zip(value.fields, columns, strict=False):
            self.record_coercion(field, column.type, location)

    def _record_conversion(self, source: str, target: str, location: int) -> None:
        schema = self.schema
        base = base_type(schema, target)
        if base != target:
            self.record_type(target, location, is_written=False)
        origin = base_type(schema, source)
        if base is None or origin is None:
            return
        if origin == base:
            if base == target:
                self.record_type(base, location, is_written=False)
            return
        defined = schema.find_cast(origin, base)
        if defined is not None and defined.function is not None:
            identity = routine_identity(schema, defined.function)
            self.record("routine", identity, location, is_written=False)
            return
        self.record_type(base, location, is_written=False)
        elements = element_type(schema, origin), element_type(schema, base)
        if elements[0] is not None and elements[1] is not None and elements[0] != elements[1]:
            self._record_conversion(elements[0], elements[1], location)

    def record_found(self, found: FoundObjects | None, location: int, *, word: str = "") -> None:
        """Record the objects that a name may refer to; None is a built-in object."""
        if found is not None:
            kind, identities = found
            only = identities[0] if len(identities) == 1 else None
            self.record(kind, only, location, word=word, candidates=() if only else identities)

    def record_constraint(
        self, relation: RelationInfo, kind: str, name: str, location: int, *, word: str = ""
    ) -> None:
        """Record a reference to a constraint of a relation."""
        identity = Identity(kind, relation.schema, name, parent=relation.identity)
        self.record("constraint", identity, location, word=word, is_written=bool(word))

    def record_candidates(self, kind: str, definitions: Sequence[object], location: int) -> None:
        """Record a name that may refer to several user-defined routines or operators."""
        self.record(
            kind,
            None,
            location,
            candidates=(
                self.identify(definition, kind) for definition in definitions if definition is not None
            ),
        )
