"""The objects of a State as a `SchemaInfo`, against which the analysis resolves names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs

from schema_dsl.analysis.builtin_schema import BuiltinSchema
from schema_dsl.analysis.builtins import Signature
from schema_dsl.analysis.identity import (
    CONSTRAINT_KINDS,
    RELATION_KINDS,
    ROUTINE_KINDS,
    TYPE_KINDS,
    Identified,
    Identity,
)
from schema_dsl.analysis.queries import query_columns, rename_columns
from schema_dsl.analysis.schema import split_full_name
from schema_dsl.analysis.trees import resolve_type_name
from schema_dsl.model.operator import NO_OPERAND
from schema_dsl.parsing import SqlSyntaxError, parse_query, parse_type_name
from schema_dsl.plan.resolve import DEFAULT_SCHEMA

if TYPE_CHECKING:
    from schema_dsl.analysis.schema import (
        ColumnInfo,
        ConstraintInfo,
        IndexInfo,
        QualifiedKey,
        RelationInfo,
        RoutineInfo,
        TypeInfo,
    )
    from schema_dsl.analysis.scope import ColumnTypes
    from schema_dsl.plan.state import State

# A relation has a row type of its name.
_NAMED_TYPES: Final = TYPE_KINDS | RELATION_KINDS
_SET_OF: Final = "SETOF "


@attrs.frozen
class KnownColumn:
    """A column of the state."""

    name: str
    type: str | None
    uncertain: bool = False
    owns_sequence: bool = False


@attrs.frozen
class KnownConstraint:
    """A constraint of the state."""

    kind: str
    columns: tuple[str, ...]


@attrs.frozen
class KnownRelation(Identified):
    """A relation of the state. The columns of an existing table are not completely known."""

    identity: Identity
    columns: Mapping[str, ColumnInfo]
    complete: bool
    constraints: Mapping[str, ConstraintInfo] = attrs.Factory(dict)
    indexes: Mapping[str, IndexInfo] = attrs.Factory(dict)
    parents: tuple[QualifiedKey, ...] = ()
    uncertain: bool = False
    fully_known: bool = False
    has_known_keys: bool = False
    is_named: bool = True
    unknown_kinds: frozenset[str] = frozenset()
    removed_columns: Mapping[str, str] = attrs.Factory(dict)


@attrs.frozen
class KnownType(Identified):
    """A type of the state."""

    identity: Identity
    labels: tuple[str, ...] = ()
    base: str | None = None
    complete: bool = True
    may_have_changed: bool = False


@attrs.frozen
class KnownRoutine(Identified):
    """A function or procedure of the state."""

    identity: Identity
    signature: Signature
    argument_names: tuple[str, ...]
    tree: None = None


@attrs.frozen
class KnownOperator(Identified):
    """An operator of the state; its signature has one argument for a prefix operator."""

    identity: Identity
    signature: Signature


def find_variadic(arguments: Sequence[Any], types: Sequence[str | None]) -> str | None:
    """Return the type of the elements of the last argument if it is VARIADIC; None if it is not."""
    last = types[-1] if arguments and types and arguments[-1].mode == "variadic" else None
    return None if last is None else last.removesuffix("[]")


@attrs.frozen(eq=False)
class KnownObjects(BuiltinSchema):
    """A `SchemaInfo` of the relations and columns of a state, and of the built-in objects."""

    state: State = attrs.field(kw_only=True)
    _found: dict[QualifiedKey, KnownRelation | None] = attrs.field(factory=dict, kw_only=True)
    _by_name: dict[QualifiedKey, list[KnownRoutine]] = attrs.field(factory=dict, kw_only=True)
    _operators_by_name: dict[QualifiedKey, list[KnownOperator]] = attrs.field(factory=dict, kw_only=True)

    def find_relation(self, schema: str, name: str) -> RelationInfo | None:
        """Return a relation by name; an empty schema means the search path."""
        for home in (schema,) if schema else self.search_path:
            key = (home, name)
            if key not in self._found:
                self._found[key] = self._build(home, name)
            if self._found[key] is not None:
                return self._found[key]
        return None

    def _build(self, schema: str, name: str) -> KnownRelation | None:
        root = self._find_root(RELATION_KINDS, schema, name)
        if root is None:
            return None
        declared = self.state.objects[root]
        if hasattr(declared, "query"):
            # A view that reads itself through another one cannot exist.
            self._found[schema, name] = KnownRelation(root, {}, complete=False)
            found = self._find_result(root, declared)
            known = {column: KnownColumn(column, kind) for column, kind in found or ()}
            return KnownRelation(root, known, complete=found is not None)
        columns: dict[str, ColumnInfo] = {}
        for parent in getattr(declared, "parents", ()):
            inherited = self._build(*parent.relation)
            columns |= {} if inherited is None else inherited.columns
        columns |= {
            part.name: KnownColumn(part.name, self._find_type(self.state.objects[part].type.sql))
            for part in self.state.parts(root)
            if part.parent is not None and hasattr(self.state.objects[part], "type")
        }
        # A composite type has attributes; the columns of a foreign table are no objects of their own.
        for attribute in (*getattr(declared, "attributes", ()), *getattr(declared, "columns", ())):
            columns[attribute.name] = KnownColumn(attribute.name, self._find_type(attribute.type.sql))
        constraints = {
            part.name: KnownConstraint(part.kind, getattr(self.state.objects[part], "columns", ()))
            for part in self.state.parts(root)
            if part.kind in CONSTRAINT_KINDS
        }
        complete = getattr(declared, "existing", None) is None
        return KnownRelation(root, columns, complete, constraints)

    def _find_result(self, root: Identity, declared: Any) -> ColumnTypes | None:
        """Return the columns of a relation with a query; None if not all are known."""
        if declared.result:
            return [
                (name, self._find_type(spelling.partition(" COLLATE ")[0]))
                for name, spelling in declared.result
            ]
        try:
            tree = parse_query(declared.query)
        except SqlSyntaxError:
            # The check of the definitions reports the syntax error.
            return None
        found = query_columns(self.with_search_path((root.schema, DEFAULT_SCHEMA)), tree.select_stmt)
        return rename_columns(found, list(declared.columns))

    def _find_type(self, spelling: str) -> str | None:
        try:
            return resolve_type_name(self, parse_type_name(spelling))
        except SqlSyntaxError:
            # The check of the definitions reports the syntax error.
            return None

    def find_type_name(self, schema: str, name: str) -> str | None:
        """Return the full name of a type, or None if the type is not known."""
        found = super().find_type_name(schema, name)
        if found is not None:
            return found
        homes = (schema,) if schema else self.search_path
        return next(
            (
                f"{home}.{name}"
                for home in homes
                if self._find_root(_NAMED_TYPES, home, name) or (home, name) in self.state.multiranges
            ),
            None,
        )

    def find_user_type(self, name: str) -> TypeInfo | None:
        """Return the type that was created under a full name."""
        for home, own_name in split_full_name(name):
            root = self._find_root(TYPE_KINDS, home, own_name)
            if root is not None:
                labels = getattr(self.state.objects[root], "labels", ())
                return KnownType(root, labels)
            of_range = self.state.multiranges.get((home, own_name))
            if of_range is not None:
                base = f"{of_range.schema}.{of_range.name}"
                return KnownType(Identity("multirange", home, own_name), base=base)
        return None

    def find_routines(self, schema: str, name: str) -> Iterator[RoutineInfo]:
        """Yield the routines of this name."""
        if not self._by_name:
            # The dict is never empty again: the key without names stands for having looked.
            self._by_name["", ""] = []
            for identity, declared in self.state.objects.items():
                if identity.kind in ROUTINE_KINDS:
                    key = (identity.schema, identity.name)
                    self._by_name.setdefault(key, []).append(self._build_routine(identity, declared))
        for home in (schema,) if schema else self.search_path:
            yield from self._by_name.get((home, name), ())

    def _build_routine(self, identity: Identity, declared: Any) -> KnownRoutine:
        returns = getattr(declared, "returns", "void")
        arguments = getattr(declared, "arguments", ())
        inputs = [argument for argument in arguments if argument.is_input]
        signature = Signature(
            identity.arguments or (),
            self._find_type(returns.removeprefix(_SET_OF)),
            getattr(declared, "prokind", "f" if hasattr(declared, "returns") else "p"),
            volatility=getattr(declared, "volatility", "volatile")[0],
            returns_set=returns.startswith((_SET_OF, "TABLE")),
            variadic=find_variadic(inputs, identity.arguments or ()),
            defaults=sum(argument.default is not None for argument in inputs),
            columns=tuple(
                (argument.name, self._find_type(argument.type))
                for argument in arguments
                if argument.mode not in {"in", "variadic"}
            ),
        )
        names = tuple(argument.name for argument in inputs)
        return KnownRoutine(identity, signature, names)

    def find_operators(self, schema: str, name: str) -> Iterator[KnownOperator]:
        """Yield the operators of this name."""
        if not self._operators_by_name:
            # As for routines, the key without names stands for having looked.
            self._operators_by_name["", ""] = []
            for identity, declared in self.state.objects.items():
                if hasattr(declared, "commutator"):
                    operands = tuple(each for each in identity.arguments or () if each != NO_OPERAND)
                    found = KnownOperator(identity, Signature(operands, None))
                    self._operators_by_name.setdefault((identity.schema, identity.name), []).append(found)
        for home in (schema,) if schema else self.search_path:
            yield from self._operators_by_name.get((home, name), ())

    def find_row_relation(self, name: str) -> RelationInfo | None:
        """Return the relation whose row type has this full name."""
        found = (self.find_relation(home, own_name) for home, own_name in split_full_name(name))
        return next((relation for relation in found if relation is not None), None)

    def _find_root(self, kinds: Iterable[str], schema: str, name: str) -> Identity | None:
        roots = (Identity(kind, schema, name) for kind in kinds)
        return next((root for root in roots if root in self.state.objects), None)
