"""The analyzer of a statement: lookups in the schema, coercion of constants, and the errors found so far."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import NamedTuple

import attrs

from schema_dsl.analysis import builtins
from schema_dsl.analysis.builtins import format_type, split_words
from schema_dsl.analysis.coercion import UNKNOWN, can_coerce_implicitly
from schema_dsl.analysis.errors import SemanticError, find_misspelt, find_nearest
from schema_dsl.analysis.literals import literal_error
from schema_dsl.analysis.object_identities import owned_sequence_identity
from schema_dsl.analysis.object_literals import find_other_object
from schema_dsl.analysis.reference import ReferenceRecorder
from schema_dsl.analysis.schema import RelationInfo, RoutineInfo, SchemaInfo
from schema_dsl.analysis.scope import ColumnTypes, FromItem, Scope, UnresolvedName, build_from_item
from schema_dsl.analysis.tool_tables import is_migration_ledger
from schema_dsl.analysis.trees import names, qualified_name, resolve_type_name
from schema_dsl.parsing import Node


class TypedValue(NamedTuple):
    """The result of an expression.

    Attributes:
        type: The type; None if unknown.
        literal: The text of a quoted constant of type unknown.
        location: The location of such a constant in the parse tree; -1 for other expressions.
        fields: The names and values of the fields of a row of type record.
    """

    type: str | None
    literal: str | None = None
    location: int = -1
    fields: tuple[tuple[str, TypedValue], ...] = ()


UNRESOLVED = TypedValue(None)
typed = functools.lru_cache(maxsize=4096)(TypedValue)
"""Return the value of a type; values of the same type are one object."""


@attrs.frozen
class ExpressionContext:
    """The kind of clause that contains an expression (Postgres: ParseExprKind).

    Attributes:
        plural: The clause in Postgres' messages, as in "... are not allowed in check constraints".
        singular: The clause in Postgres' messages, as in "cannot use subquery in check constraint".
        allows_subqueries: Whether the clause may contain a subquery.
        allows_set_functions: Whether the clause may call a set-returning function.
        allows_columns: Whether the clause may reference columns.
        immutable_error: Postgres' error for a function that is not IMMUTABLE; "" if such functions are allowed.
    """

    plural: str
    singular: str = ""
    allows_subqueries: bool = False
    allows_set_functions: bool = False
    allows_columns: bool = True
    immutable_error: str = ""


# Types of common extensions, which migrations often name without a schema. Their definitions are unknown.
_EXTENSION_TYPES = split_words(
    "citext vector halfvec sparsevec hstore ltree lquery ltxtquery geometry geography box2d box3d raster cube "
    "seg isbn semver tdigest ghstore ean13 isbn13 ismn ismn13 issn issn13 upc lo ltree_gist query_int intbig_gkey "
    "gtrgm tablefunc_crosstab_2 tablefunc_crosstab_3 tablefunc_crosstab_4 earth http_header http_request http_response "
    "http_method content_type"
)

# Relations that no statement creates: those of common extensions, and the sequences of serial and identity columns.
_IMPLICIT_RELATIONS = re.compile(
    r"pg_|geometry_columns|geography_columns|spatial_ref_sys|raster_|.*_seq\d*\Z"
)


# A variable or table, and a field or column.
_FIELD_PARTS = 2
# A name that to_regclass reads as it stands.
_PLAIN_NAME = re.compile(r"(?:[a-z_][a-z0-9_]*\.)?[a-z_][a-z0-9_]*\Z", re.ASCII)


@attrs.define(eq=False)
class Analyzer:
    """The analysis of one statement or expression (Postgres: ParseState).

    Attributes:
        context: The clause under analysis, if it restricts expressions.
        declared: Whether the schema holds the definitions, so that a missing function is worth a warning.
        parameter_types: The types of $1, $2, ...; None outside of functions.
        runtime_relations: The names of relations that routines may create or change at run time.
        has_unknown_relation: Whether the statement names a relation that the schema does not know.
        conflicting_variables: The PL/pgSQL variables that make a column of the same name ambiguous.
        recorder: Collects the references to objects, if a caller asks for them.
        domain_casts: The constants that the statement casts to a domain, with the domain.
    """

    schema: SchemaInfo
    errors: list[SemanticError] = attrs.field(factory=list)
    context: ExpressionContext | None = None
    declared: bool = False
    parameter_types: tuple[str | None, ...] | None = None
    runtime_relations: frozenset[str] = frozenset()
    has_unknown_relation: bool = False
    conflicting_variables: frozenset[str] = frozenset()
    recorder: ReferenceRecorder | None = None
    domain_casts: list[tuple[Node, str]] = attrs.field(factory=list)

    def report(
        self,
        rule: str,
        message: str,
        remedy: str = "",
        location: int = -1,
        word: str = "",
        *,
        certain: bool = True,
    ) -> None:
        """Add an error, unless the same error is known."""
        error = SemanticError(rule, message, remedy, location, word, certain)
        if error not in self.errors:
            self.errors.append(error)

    def find_record_columns(self, routine: RoutineInfo) -> tuple[ColumnTypes | None, bool]:
        """Return the columns of a function that returns record, if known, and whether it casts none of them."""
        del self, routine
        return None, False

    def report_variable_conflict(self, name: str, item: FromItem, location: int) -> None:
        """Report a name that is both a PL/pgSQL variable and a column, unless the column may not exist."""
        if name not in self.conflicting_variables or not item.certainly_has(name):
            return
        message = (
            f'column reference "{name}" is ambiguous: it could refer to either a PL/pgSQL variable or a column of '
            f"{item.alias}"
        )
        remedy = f"Qualify the column: {item.alias}.{name}. Or rename the variable."
        self.report("ambiguous-column", message, remedy, location, name)

    def report_row_conflict(self, parts: list[str], item: FromItem, scope: Scope, location: int) -> None:
        """Report a qualified name that is both a field of a PL/pgSQL variable and a column of a table."""
        while scope.outer is not None:
            scope = scope.outer
        # Postgres takes each name below a variable of a row type for a field, also one that the type does not have.
        is_row = any(row.alias == parts[0] and row is not item for row in scope.items)
        if is_row and len(parts) == _FIELD_PARTS and item.certainly_has(parts[1]):
            message = (
                f'column reference "{parts[0]}.{parts[1]}" is ambiguous: {parts[0]} is a variable and a table'
            )
            self.report("ambiguous-column", message, "Give the table another alias.", location, parts[0])

    def report_unresolved_column(self, unresolved: UnresolvedName, parts: list[str], location: int) -> None:
        """Report a column reference that does not resolve."""
        word = parts[-1]
        if unresolved.ambiguous:
            remedy = f"Qualify the column: {' or '.join(unresolved.candidates)}."
            self.report("ambiguous-column", unresolved.message, remedy, location, word)
            return
        if unresolved.message.startswith("missing FROM"):
            near = find_nearest(parts[-2], unresolved.candidates)
            remedy = (
                f"Did you mean {near}?" if near else _format_names(unresolved.candidates, "Tables in scope")
            )
            self.report("unknown-column", unresolved.message, remedy, location, parts[-2])
            return
        if unresolved.new_name:
            remedy = f"An earlier statement renamed it to {unresolved.new_name}."
        else:
            near = find_nearest(word, unresolved.candidates)
            remedy = (
                f"Did you mean {near}?" if near else _format_names(unresolved.candidates, "Columns in scope")
            )
        self.report("unknown-column", unresolved.message, remedy, location, word)

    def coerce_constant(self, value: TypedValue, kind: str | None, location: int) -> None:
        """Coerce a constant of type unknown to a type; report a constant that the type does not accept."""
        if self.recorder is not None:
            self.recorder.record_coercion(value, kind, location)
        if value.type != UNKNOWN or value.literal is None:
            return
        if kind == "regclass" and _PLAIN_NAME.match(value.literal):
            schema_name, _, name = value.literal.rpartition(".")
            self.resolve_relation_name(schema_name, name, location)
        message = literal_error(self.schema, value.literal, kind)
        if message:
            user_type = self.schema.find_user_type(kind) if kind else None
            near = find_nearest(value.literal, user_type.labels) if user_type is not None else None
            remedy = f"Did you mean '{near}'?" if near else f"Write a constant of type {format_type(kind)}."
            self.report("type-mismatch", message, remedy, location, value.literal)

    def coerce_to_boolean(self, value: TypedValue, what: str, location: int) -> None:
        """Coerce a condition to boolean (Postgres: coerce_to_boolean)."""
        if value.type == UNKNOWN:
            self.coerce_constant(value, "bool", location)
        elif can_coerce_implicitly(self.schema, value.type, "bool") is False:
            self.report(
                "type-mismatch",
                f"argument of {what} must be type boolean, not type {format_type(value.type)}",
                "Write a comparison instead.",
                location,
            )

    def resolve_type(self, node: Node) -> str | None:
        """Return the full name of a TypeName's type; report a type that certainly does not exist."""
        full_name = self.find_type(node)
        if full_name is None and node.names and not node.pct_type:
            self.report_unknown_type(*qualified_name(node.names), node.location)
        return full_name

    def find_type(self, node: Node) -> str | None:
        """Return the full name of a TypeName's type, and record the reference to it."""
        full_name = resolve_type_name(self.schema, node)
        if self.recorder is None or not node.names:
            return full_name
        if node.pct_type:
            return self._find_copied_type(node)
        if full_name is None:
            self.recorder.record("type", None, node.location)
        else:
            self.recorder.record_type(full_name, node.location)
        return full_name

    def _find_copied_type(self, node: Node) -> str | None:
        """Return the type of a column in `table.column%TYPE`."""
        *_, name = parts = names(node.names)
        relation = self.schema.find_relation(parts[-3] if len(parts) > 2 else "", parts[-2])  # noqa: PLR2004
        if self.recorder is None:
            return None
        if relation is None or name not in relation.columns:
            self.recorder.record("column", None, node.location)
            return None
        self.recorder.record_column(build_from_item(relation), name, node.location)
        kind = relation.columns[name].type
        return f"{kind}[]" if kind is not None and node.array_bounds else kind

    def record_relation(
        self, relation: RelationInfo | None, schema_name: str, name: str, location: int
    ) -> bool:
        """Record a reference to a relation; return whether the relation is known."""
        if self.recorder is None:
            return relation is not None
        if relation is not None:
            self.recorder.record_relation(relation, location)
            return True
        homes = (schema_name,) if schema_name else self.schema.search_path
        sequences = (owned_sequence_identity(self.schema, (home, name)) for home in homes)
        sequence = next((found for found in sequences if found is not None), None)
        self.recorder.record("relation", sequence, location)
        return sequence is not None

    def record_collation(self, node: Node) -> None:
        """Record a reference to the collation of a CollateClause."""
        if self.recorder is not None:
            schema_name, name = qualified_name(node.collname)
            found = find_other_object(self.schema, "collation", schema_name, name)
            self.recorder.record_found(found, node.location, word=schema_name or name)

    def report_unknown_type(self, schema_name: str, name: str, location: int) -> None:
        """Report a type that was not found, if it certainly does not exist or its name is misspelt."""
        schema = self.schema
        if name.startswith("_") or name in _EXTENSION_TYPES:
            return
        is_known_schema = "types" not in schema.unknown_kinds and schema_name in schema.fully_known_schemas
        builtin = builtins.list_type_names()
        type_names = [type_name for home, type_name in schema.types if home == (schema_name or home)]
        if schema_name == "pg_catalog" or (schema_name and is_known_schema):
            near = find_nearest(name, builtin if schema_name == "pg_catalog" else type_names)
        elif schema_name:
            near = find_misspelt(name, type_names)
        else:
            near = find_misspelt(name, [*type_names, *builtin], shortest=5)
            # date_range is more likely a user-defined type than a misspelt daterange.
            near = near if near and near.count("_") == name.count("_") else None
        is_dropped = any(
            (home, name) in schema.dropped_types
            for home in ([schema_name] if schema_name else schema.search_path)
        )
        certain = (
            is_dropped
            or schema_name == "pg_catalog"
            or is_known_schema
            or schema.is_absent_type(schema_name, name)
        )
        if certain or near:
            display = f"{schema_name}.{name}" if schema_name else name
            certain = certain or self.declared
            message = f'type "{display}" does not exist'
            self.report("unknown-type", message, _format_suggestion(near), location, name, certain=certain)

    def check_constraint_exists(self, relation: RelationInfo, name: str, location: int) -> None:
        """Report a constraint that a relation certainly does not have."""
        if (
            relation.fully_known
            and not relation.uncertain
            and not relation.parents
            and name not in relation.constraints
            and "constraints" not in relation.unknown_kinds
            and not name.endswith("_not_null")
        ):
            message = f'constraint "{name}" of relation "{relation}" does not exist'
            remedy = _format_suggestion(find_nearest(name, relation.constraints))
            self.report("unknown-constraint", message, remedy, location, name)

    def resolve_relation(self, node: Node) -> RelationInfo | None:
        """Return the relation of a RangeVar; report a relation that certainly does not exist."""
        return self.resolve_relation_name(node.schemaname, node.relname, node.location)

    def resolve_relation_name(self, schema_name: str, name: str, location: int) -> RelationInfo | None:
        """Return a relation by name; report a relation that certainly does not exist."""
        schema = self.schema
        if name in self.runtime_relations:
            return None
        existing = schema.find_relation(schema_name, name)
        if existing is not None:
            return existing
        if schema.has_index(schema_name, name):
            return None
        self.has_unknown_relation = True
        homes = (schema_name,) if schema_name else schema.search_path
        is_dropped = any((home, name) in schema.dropped for home in homes)
        may_exist = _IMPLICIT_RELATIONS.match(name) or is_migration_ledger(name)
        if may_exist and not is_dropped:
            return None
        relations = [relation for relation in schema.relations.values() if relation.schema in homes]
        certain = True
        message = (
            f'relation "{schema_name}.{name}" does not exist'
            if schema_name
            else f'relation "{name}" does not exist'
        )
        if schema.is_absent_relation(schema_name, name):
            near = find_nearest(name, (relation.name for relation in relations))
            message += ": an earlier statement dropped or renamed it" if is_dropped else ""
            certain = is_dropped or near is not None
        else:
            near = find_misspelt(
                name,
                [relation.name for relation in relations if relation.is_named],
            )
            if near is None:
                return None
            # A relation with a similar name may have been created before the history.
            certain = self.declared
        self.report("unknown-relation", message, _format_suggestion(near), location, name, certain=certain)
        return None


def _format_suggestion(near: str | None) -> str:
    return f"Did you mean {near}?" if near else ""


def _format_names(names: Iterable[str], label: str) -> str:
    unique_names = list(dict.fromkeys(names))
    limit = 12
    rest = ", ..." if len(unique_names) > limit else ""
    return f"{label}: {', '.join(unique_names[:limit])}{rest}." if unique_names else ""
