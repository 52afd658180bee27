"""What is known of a database at one point of a history.

The state that `replay` keeps up to date, statement by statement. It knows where its knowledge ends: a
relation made elsewhere has the columns that were heard of and is not `complete`; what a dynamic statement may
have changed is in `doubts`. Whoever asks must be silent there.

Types are names: `int4`, `text[]`, `public.mood`; None is a type that is not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

import attrs

from schema_dsl.lint import builtins
from schema_dsl.lint.builtins import Signature
from schema_dsl.parsing import Node

Key: TypeAlias = tuple[str, str]

SYSTEM = frozenset({"pg_catalog", "information_schema", "pg_toast"})
# What every connection may have made for itself.
TEMPORARY = "pg_temp"


class Moment(NamedTuple):
    """When something was made: the numbers of its file, statement and transaction in the history.

    Statements outside BEGIN and COMMIT have a transaction each.
    """

    file: int
    statement: int
    transaction: int


@attrs.define(eq=False)
class Column:
    """A column. `doubtful` ones may not be there: a branch that may not have run made or dropped them."""

    name: str
    type: str | None = None
    modifiers: tuple[int, ...] = ()
    not_null: bool = False
    default: Node | None = None
    generated: str = ""
    identity: str = ""
    serial: bool = False
    made: Moment | None = None
    doubtful: bool = False


@attrs.define(eq=False)
class Constraint:
    """A constraint. `kind`: primary, unique, check, foreign, exclusion. `columns` of a check are unset."""

    name: str
    kind: str
    columns: tuple[str, ...] = ()
    target: Key | None = None
    target_columns: tuple[str, ...] = ()
    valid: bool = True
    deferrable: bool = False
    tree: Node | None = None
    made: Moment | None = None


@attrs.define(eq=False)
class Index:
    """An index. A key that is an expression stands as "" in `columns`; `tree` is its IndexStmt."""

    name: str
    relation: Key
    columns: tuple[str, ...] = ()
    unique: bool = False
    method: str = "btree"
    partial: bool = False
    tree: Node | None = None
    made: Moment | None = None


@attrs.define(eq=False)
class Policy:
    """A row level security policy; `using` and `check` are expression trees."""

    name: str
    command: str = "all"
    roles: tuple[str, ...] = ("public",)
    permissive: bool = True
    using: Node | None = None
    check: Node | None = None
    made: Moment | None = None


@attrs.define(eq=False)
class Trigger:
    """A trigger; `function` is its name as (schema or "", name)."""

    name: str
    function: Key
    timing: str = "after"
    events: frozenset[str] = frozenset()
    for_each_row: bool = False
    enabled: bool = True
    tree: Node | None = None
    made: Moment | None = None


@attrs.define(eq=False)
class Relation:
    """A table, view, materialized view, foreign table, sequence or composite type.

    `complete`: its columns are all that it has. `settled`: it was made in this history, so its policies,
    triggers, indexes, constraints and columns are exactly those listed. `declared`: what is listed is what is
    wanted, and may not be there yet. `row_security` is None where nobody knows. `gone` maps columns that are
    surely no longer there to what they are now called, or "".
    """

    schema: str
    name: str
    kind: str = "table"
    columns: dict[str, Column] = attrs.field(factory=dict)
    complete: bool = False
    settled: bool = False
    declared: bool = False
    doubtful: bool = False
    made: Moment | None = None
    row_security: bool | None = None
    force_row_security: bool | None = None
    owner: str | None = None
    options: dict[str, str] = attrs.field(factory=dict)
    parents: list[Key] = attrs.field(factory=list)
    children: list[Key] = attrs.field(factory=list)
    partition_of: Key | None = None
    temporary: bool = False
    constraints: dict[str, Constraint] = attrs.field(factory=dict)
    indexes: dict[str, Index] = attrs.field(factory=dict)
    policies: dict[str, Policy] = attrs.field(factory=dict)
    triggers: dict[str, Trigger] = attrs.field(factory=dict)
    grants: dict[str, set[str]] = attrs.field(factory=dict)
    column_grants: dict[str, set[tuple[str, str]]] = attrs.field(factory=dict)
    gone: dict[str, str] = attrs.field(factory=dict)
    query: Node | None = None

    @property
    def key(self) -> Key:
        """Its schema and name."""
        return self.schema, self.name

    @property
    def row_type(self) -> str:
        """The name of the type of its rows."""
        return f"{self.schema}.{self.name}"

    def __str__(self) -> str:
        return self.name if self.schema == "public" else f"{self.schema}.{self.name}"


@attrs.define(eq=False)
class Routine:
    """A function, procedure or aggregate, with what decides how safe it is to call."""

    schema: str
    name: str
    signature: Signature
    argument_names: tuple[str, ...] = ()
    language: str = "sql"
    security_definer: bool = False
    leakproof: bool = False
    settings: dict[str, str] = attrs.field(factory=dict)
    body: str | None = None
    tree: Node | None = None
    grants: dict[str, set[str]] = attrs.field(factory=dict)
    owner: str | None = None
    made: Moment | None = None
    doubtful: bool = False


@attrs.define(eq=False)
class UserType:
    """An enum (with its labels), domain (over its base), range, or composite made in the history.

    `base` is what a domain is over, or a range's subtype. The columns of a composite are in the relation of
    the same name.
    """

    schema: str
    name: str
    kind: str
    labels: list[str] = attrs.field(factory=list)
    base: str | None = None
    complete: bool = True
    made: Moment | None = None


@attrs.define(eq=False)
class Role:
    """A role, so far as it is known."""

    name: str
    bypasses_row_security: bool = False
    superuser: bool = False
    login: bool = False
    member_of: set[str] = attrs.field(factory=set)


@attrs.define(eq=False)
class Transaction:
    """The transaction that a statement runs in.

    `explicit` ones were begun by a BEGIN at `since`. `path` is the search path to go back to at the end.
    """

    number: int = 0
    explicit: bool = False
    since: Moment | None = None
    path: tuple[str, ...] | None = None


@attrs.define(eq=False)
class Schema:
    """All that is known. Look things up by the methods, which follow the search path.

    `closed` are the schemas of which everything is known, so that what is not there does not exist.
    `doubts` names kinds of things ("relations", "columns", "functions", "types", "policies", "triggers",
    "indexes", "constraints", "grants") that SQL which cannot be read may have made or changed.
    """

    relations: dict[Key, Relation] = attrs.field(factory=dict)
    routines: dict[Key, list[Routine]] = attrs.field(factory=dict)
    types: dict[Key, UserType] = attrs.field(factory=dict)
    roles: dict[str, Role] = attrs.field(factory=dict)
    schemas: set[str] = attrs.field(factory=lambda: {"public"})
    extensions: set[str] = attrs.field(factory=set)
    closed: set[str] = attrs.field(factory=set)
    doubts: set[str] = attrs.field(factory=set)
    dropped: set[Key] = attrs.field(factory=set)
    dropped_routines: set[Key] = attrs.field(factory=set)
    dropped_types: set[Key] = attrs.field(factory=set)
    operators: set[str] = attrs.field(factory=set)
    casts: set[tuple[str | None, str | None]] = attrs.field(factory=set)
    settings: dict[str, str] = attrs.field(factory=dict)
    search_path: tuple[str, ...] = ("public",)
    transaction: Transaction = attrs.field(factory=Transaction)
    indexes: dict[Key, Index] = attrs.field(factory=dict)
    default_privileges: list[Node] = attrs.field(factory=list)
    # The relation of the statement under examination, which need not be built twice.
    built: tuple[object, Relation] | None = None
    # Whether names that are not found on the search path may yet exist.
    open_path: bool = True

    def relation(self, schema: str, name: str) -> Relation | None:
        """Find a relation; without a schema, along the search path."""
        if schema:
            return self.relations.get((schema, name)) or _system(schema, name)
        for each in (TEMPORARY, *self.search_path):
            found = self.relations.get((each, name))
            if found is not None:
                return found
        return _system("pg_catalog", name) if name.startswith("pg_") else None

    def surely_no_relation(self, schema: str, name: str) -> bool:
        """Say whether a relation that was not found cannot be there either."""
        if "relations" in self.doubts:
            return False
        if schema:
            return schema in self.closed or (schema, name) in self.dropped
        return all(each in self.closed or (each, name) in self.dropped for each in self.search_path) and bool(
            self.search_path
        )

    def creation_schema(self, schema: str) -> str:
        """Give the schema that something new without one goes into."""
        return schema or (self.search_path[0] if self.search_path else "public")

    def named_routines(self, schema: str, name: str) -> Iterator[Routine]:
        """Yield the routines of that name that were made or declared; without a schema, on the path."""
        for each in (schema,) if schema else self.search_path:
            yield from self.routines.get((each, name), ())

    def user_type(self, name: str) -> UserType | None:
        """Find what was made under a type's full name."""
        schema, _, rest = name.rpartition(".")
        return self.types.get((schema, rest)) if schema else None

    def row_relation(self, name: str) -> Relation | None:
        """Find the relation whose rows have the type of that name."""
        schema, _, rest = name.rpartition(".")
        return self.relations.get((schema, rest)) if schema else None

    def find_type(self, schema: str, name: str) -> str | None:
        """Give the full name of a type; None if it is not known."""
        if schema == "pg_catalog" or not schema:
            spelt = builtins.SPELLINGS.get(name, name) if not schema else name
            if builtins.type_of(spelt) is not None:
                return spelt
            if schema:
                return None
        for each in (schema,) if schema else self.search_path:
            if (each, name) in self.types or (each, name) in self.relations:
                return f"{each}.{name}"
        return None


_SYSTEM_RELATIONS: dict[Key, Relation] = {}


def _system(schema: str, name: str) -> Relation | None:
    key = (schema, name)
    if schema not in SYSTEM:
        return None
    if key not in _SYSTEM_RELATIONS:
        columns = builtins.relation(schema, name)
        if columns is None:
            return None
        known = {column: Column(column, kind) for column, kind in columns.items()}
        _SYSTEM_RELATIONS[key] = Relation(schema, name, columns=known, complete=True)
    return _SYSTEM_RELATIONS[key]
