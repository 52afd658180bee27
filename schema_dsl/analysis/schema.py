"""The protocols of a schema for name resolution.

The history of lint implements them with the objects of the statements so far; a declared state and a platform can
implement them as well. A schema may know only a part of the database: `complete`, `uncertain` and `unknown_kinds` mark
the limits of the knowledge, beyond which nothing is reported.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias

from schema_dsl.analysis.builtins import Signature
from schema_dsl.analysis.identity import Identity
from schema_dsl.parsing import Node

QualifiedKey: TypeAlias = tuple[str, str]
"""A schema and a name."""


def split_full_name(name: str) -> Iterator[QualifiedKey]:
    """Yield the ways to split the full name of a type into a schema and a name, which may both contain dots."""
    at = name.find(".")
    while at >= 0:
        yield name[:at], name[at + 1 :]
        at = name.find(".", at + 1)


class NamedInfo(Protocol):
    """An object in a schema."""

    @property
    def identity(self) -> Identity: ...  # noqa: D102

    @property
    def schema(self) -> str: ...  # noqa: D102

    @property
    def name(self) -> str: ...  # noqa: D102


class ColumnInfo(Protocol):
    """A column: its type, None if the type is unknown, and whether the column may be missing.

    `owns_sequence` is true for a serial or identity column, whose sequence is named after the column.
    """

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def type(self) -> str | None: ...  # noqa: D102

    @property
    def uncertain(self) -> bool: ...  # noqa: D102

    @property
    def owns_sequence(self) -> bool: ...  # noqa: D102


class ConstraintInfo(Protocol):
    """A constraint: `kind` is primary_key, unique, check, foreign_key or exclusion."""

    @property
    def kind(self) -> str: ...  # noqa: D102

    @property
    def columns(self) -> tuple[str, ...]: ...  # noqa: D102


class IndexInfo(Protocol):
    """An index; an expression key is "" in `columns`."""

    @property
    def columns(self) -> tuple[str, ...]: ...  # noqa: D102

    @property
    def unique(self) -> bool: ...  # noqa: D102

    @property
    def partial(self) -> bool: ...  # noqa: D102


class RelationInfo(NamedInfo, Protocol):
    """A table, view, materialized view, foreign table, sequence or composite type.

    `complete` means that `columns` has every column, `uncertain` that the relation may be missing. `fully_known`
    means that `constraints` and `indexes` are complete too, `has_known_keys` that all keys are known.
    `removed_columns` maps a dropped or renamed column to its new name, or to "". `is_named` tells whether the relation
    itself is known, and not only mentioned.
    """

    @property
    def kind(self) -> str: ...  # noqa: D102

    @property
    def columns(self) -> Mapping[str, ColumnInfo]: ...  # noqa: D102

    @property
    def constraints(self) -> Mapping[str, ConstraintInfo]: ...  # noqa: D102

    @property
    def indexes(self) -> Mapping[str, IndexInfo]: ...  # noqa: D102

    @property
    def parents(self) -> Sequence[QualifiedKey]: ...  # noqa: D102

    @property
    def complete(self) -> bool: ...  # noqa: D102

    @property
    def uncertain(self) -> bool: ...  # noqa: D102

    @property
    def fully_known(self) -> bool: ...  # noqa: D102

    @property
    def has_known_keys(self) -> bool: ...  # noqa: D102

    @property
    def is_named(self) -> bool: ...  # noqa: D102

    @property
    def unknown_kinds(self) -> Collection[str]: ...  # noqa: D102

    @property
    def removed_columns(self) -> Mapping[str, str]: ...  # noqa: D102

    @property
    def full_name(self) -> str: ...  # noqa: D102


class RoutineInfo(NamedInfo, Protocol):
    """A function, procedure or aggregate; `tree` is its CREATE statement, None if only the signature is known."""

    @property
    def signature(self) -> Signature: ...  # noqa: D102

    @property
    def argument_names(self) -> tuple[str, ...]: ...  # noqa: D102

    @property
    def tree(self) -> Node | None: ...  # noqa: D102


class TypeInfo(NamedInfo, Protocol):
    """An enum, domain, range, multirange or base type.

    `base` is the base type of a domain, the subtype of a range, or the range type of a multirange.
    """

    @property
    def kind(self) -> str: ...  # noqa: D102

    @property
    def labels(self) -> Sequence[str]: ...  # noqa: D102

    @property
    def base(self) -> str | None: ...  # noqa: D102

    @property
    def complete(self) -> bool: ...  # noqa: D102

    @property
    def may_have_changed(self) -> bool: ...  # noqa: D102


class OperatorInfo(NamedInfo, Protocol):
    """An operator; `signature` has one argument for a prefix operator."""

    @property
    def signature(self) -> Signature: ...  # noqa: D102


class CastInfo(Protocol):
    """A cast: `context` is i (implicit), a (assignment) or e (explicit); `function` is None without a function."""

    @property
    def context(self) -> str: ...  # noqa: D102

    @property
    def function(self) -> RoutineInfo | None: ...  # noqa: D102


class SchemaInfo(Protocol):
    """The objects of a database, as far as they are known, and the search path.

    A method without a schema name follows the search path. `unknown_kinds` are kinds ("relations", "functions",
    "types") of which unreadable SQL may have created or dropped some. Of `fully_known_schemas` every object is
    known, except functions of extensions in `extension_schemas`. A method that a class does not define knows nothing.
    """

    @property
    def search_path(self) -> Sequence[str]: ...  # noqa: D102

    @property
    def relations(self) -> Mapping[QualifiedKey, RelationInfo]: ...  # noqa: D102

    @property
    def routines(self) -> Mapping[QualifiedKey, Sequence[RoutineInfo]]: ...  # noqa: D102

    @property
    def types(self) -> Mapping[QualifiedKey, TypeInfo]: ...  # noqa: D102

    @property
    def operators(self) -> Collection[str]: ...  # noqa: D102

    @property
    def casts(self) -> Collection[tuple[str | None, str | None]]: ...  # noqa: D102

    @property
    def extensions(self) -> Collection[str]: ...  # noqa: D102

    @property
    def unknown_kinds(self) -> Collection[str]: ...  # noqa: D102

    @property
    def fully_known_schemas(self) -> Collection[str]: ...  # noqa: D102

    @property
    def extension_schemas(self) -> Collection[str]: ...  # noqa: D102

    @property
    def dropped(self) -> Collection[QualifiedKey]: ...  # noqa: D102

    @property
    def dropped_routines(self) -> Collection[QualifiedKey]: ...  # noqa: D102

    @property
    def dropped_types(self) -> Collection[QualifiedKey]: ...  # noqa: D102

    def with_search_path(self, search_path: Sequence[str]) -> SchemaInfo:
        """Return a view of the same objects in which names without a schema follow another search path."""

    def find_relation(self, schema: str, name: str) -> RelationInfo | None:
        """Return a relation, or None if it is not known."""
        del schema, name
        return None

    def has_index(self, schema: str, name: str) -> bool:
        """Return whether an index has this name."""
        del schema, name
        return False

    def is_absent_relation(self, schema: str, name: str) -> bool:
        """Return whether a relation that was not found certainly does not exist."""
        del schema, name
        return False

    def is_absent_routine(self, schema: str, name: str) -> bool:
        """Return whether a routine that was not found certainly does not exist."""
        del schema, name
        return False

    def is_absent_type(self, schema: str, name: str) -> bool:
        """Return whether a type that was not found certainly does not exist."""
        del schema, name
        return False

    def is_unread_name(self, name: str) -> bool:
        """Return whether SQL that was not read, or that was rolled back, may have changed the objects of a name."""
        del name
        return False

    def find_routines(self, schema: str, name: str) -> Iterator[RoutineInfo]:
        """Yield the routines of this name."""
        del schema, name
        yield from ()

    def find_operators(self, schema: str, name: str) -> Iterator[OperatorInfo]:
        """Yield the user-defined operators of this name whose operands are known."""
        del schema, name
        yield from ()

    def find_cast(self, source: str, target: str) -> CastInfo | None:
        """Return the user-defined cast between two types, or None."""
        del source, target
        return None

    def find_other(self, kind: str, schema: str, name: str) -> QualifiedKey | None:
        """Return a collation, or an object of text search; `kind` is the kind of its identity."""
        del kind, schema, name
        return None

    def find_user_type(self, name: str) -> TypeInfo | None:
        """Return the type that was created under a full name."""
        del name
        return None

    def find_row_relation(self, name: str) -> RelationInfo | None:
        """Return the relation whose row type has this full name."""
        del name
        return None

    def find_type_name(self, schema: str, name: str) -> str | None:
        """Return the full name of a type, or None if the type is not known."""
