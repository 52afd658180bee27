"""What is known of a database at one point of a history.

The state that `replay` keeps up to date, statement by statement. It knows where its knowledge ends: a
relation made elsewhere has the columns that were heard of and is not `complete`; what a dynamic statement may
have changed is in `doubts`. Whoever asks must be silent there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from schema_dsl.lint import builtins
from schema_dsl.lint.history.objects import (
    DefaultPrivileges,
    HistoryColumn,
    HistoryConstraint,
    HistoryIndex,
    HistoryPolicy,
    HistoryPosition,
    HistoryRelation,
    HistoryRole,
    HistoryTrigger,
    RelationKey,
    Routine,
    UserType,
)

__all__ = [
    "SYSTEM",
    "TEMPORARY",
    "DefaultPrivileges",
    "HistoryColumn",
    "HistoryConstraint",
    "HistoryIndex",
    "HistoryPolicy",
    "HistoryPosition",
    "HistoryRelation",
    "HistoryRole",
    "HistoryTrigger",
    "RelationKey",
    "Routine",
    "Schema",
    "Transaction",
    "UserType",
]

SYSTEM = frozenset({"pg_catalog", "information_schema", "pg_toast"})
# What every connection may have made for itself.
TEMPORARY = "pg_temp"


@attrs.define(eq=False)
class Transaction:
    """The transaction that a statement runs in.

    `explicit` ones were begun by a BEGIN at `since`. `path` is the search path to go back to at the end;
    `before` are the settings to go back to on ROLLBACK, `kept` those that stay after COMMIT. `changes` counts
    what changed the schema in it, `savepoints` how many of these came before each savepoint.
    """

    number: int = 0
    explicit: bool = False
    since: HistoryPosition | None = None
    path: tuple[str, ...] | None = None
    before: dict[str, str] = attrs.field(factory=dict)
    kept: dict[str, str] = attrs.field(factory=dict)
    changes: int = 0
    savepoints: dict[str, int] = attrs.field(factory=dict)


@attrs.define(eq=False)
class Schema:
    """All that is known. Look things up by the methods, which follow the search path.

    `closed` are the schemas of which everything is known, so that what is not there does not exist; but for the
    functions that extensions brought into those that are `extended`.
    `doubts` names kinds of things ("relations", "functions", "types", "indexes") of which SQL that cannot be
    read may have made or dropped some; what it may have done to a relation is in the relation. `anywhere` are
    names of relations in a schema that only psql knows.
    """

    relations: dict[RelationKey, HistoryRelation] = attrs.field(factory=dict)
    routines: dict[RelationKey, list[Routine]] = attrs.field(factory=dict)
    types: dict[RelationKey, UserType] = attrs.field(factory=dict)
    roles: dict[str, HistoryRole] = attrs.field(factory=dict)
    schemas: set[str] = attrs.field(factory=lambda: {"public"})
    extensions: set[str] = attrs.field(factory=set)
    closed: set[str] = attrs.field(factory=set)
    doubts: set[str] = attrs.field(factory=set)
    extended: set[str] = attrs.field(factory=set)
    # What types of columns and arguments, and foreign keys, are known to be about.
    referred: set[RelationKey] = attrs.field(factory=set)
    anywhere: set[str] = attrs.field(factory=set)
    dropped: set[RelationKey] = attrs.field(factory=set)
    dropped_routines: set[RelationKey] = attrs.field(factory=set)
    dropped_types: set[RelationKey] = attrs.field(factory=set)
    operators: set[str] = attrs.field(factory=set)
    casts: set[tuple[str | None, str | None]] = attrs.field(factory=set)
    settings: dict[str, str] = attrs.field(factory=dict)
    search_path: tuple[str, ...] = ("public",)
    transaction: Transaction = attrs.field(factory=Transaction)
    indexes: dict[RelationKey, HistoryIndex] = attrs.field(factory=dict)
    default_privileges: DefaultPrivileges = attrs.field(factory=DefaultPrivileges)
    # Whether an event trigger may enable row level security on each new table.
    row_security_by_trigger: bool = False
    # The relation of the statement under examination, which need not be built twice.
    built: tuple[object, HistoryRelation] | None = None
    # Whether names that are not found on the search path may yet exist.
    open_path: bool = True

    def relation(self, schema: str, name: str) -> HistoryRelation | None:
        """Find a relation; without a schema, along the search path."""
        if schema:
            return self.relations.get((schema, name)) or _system(schema, name)
        for each in (TEMPORARY, *self.search_path):
            found = self.relations.get((each, name))
            if found is not None:
                return found
        return _system("pg_catalog", name) if name.startswith("pg_") else None

    def index(self, schema: str, name: str) -> HistoryIndex | None:
        """Find an index; without a schema, along the search path."""
        for each in (schema,) if schema else (TEMPORARY, *self.search_path):
            found = self.indexes.get((each, name))
            if found is not None:
                return found
        return None

    def surely_no_relation(self, schema: str, name: str) -> bool:
        """Say whether a relation that was not found cannot be there either."""
        # The sequences of serial and identity columns are not kept.
        if "relations" in self.doubts or name in self.anywhere or name.endswith("_seq"):
            return False
        if schema:
            return schema in self.closed or (schema, name) in self.dropped
        return all(each in self.closed or (each, name) in self.dropped for each in self.search_path) and bool(
            self.search_path
        )

    @staticmethod
    def keys_are_known(relation: HistoryRelation) -> bool:
        """Say whether a table has exactly the keys and unique indexes that are known."""
        if not (relation.settled and relation.complete and relation.kind in {"table", "partitioned"}):
            return False
        # A partition has keys that it was given by its parent.
        return not (relation.doubtful or relation.parents or relation.doubts & {"constraints", "indexes"})

    def doubt(self, kinds: Iterable[str]) -> None:
        """Note that from here on it is not known what was done to things of these kinds.

        Besides those in `doubts`: "columns", "policies", "triggers", "constraints", "grants", "row_security",
        of every relation that is there by now.
        """
        chosen = set(kinds)
        self.doubts |= chosen & {"relations", "functions", "types", "indexes"}
        parts = chosen - {"relations", "functions", "types"}
        if "relations" in chosen:
            self.dropped.clear()
        for relation in self.relations.values() if parts else ():
            relation.doubt(parts)

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

    def row_relation(self, name: str) -> HistoryRelation | None:
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
        for each in (schema,) if schema else (TEMPORARY, *self.search_path):
            if (each, name) in self.types or (each, name) in self.relations:
                self.referred.add((each, name))
                return f"{each}.{name}"
        return None


_SYSTEM_RELATIONS: dict[RelationKey, HistoryRelation] = {}


def _system(schema: str, name: str) -> HistoryRelation | None:
    key = (schema, name)
    if schema not in SYSTEM:
        return None
    if key not in _SYSTEM_RELATIONS:
        columns = builtins.relation(schema, name)
        if columns is None:
            return None
        known = {column: HistoryColumn(column, kind) for column, kind in columns.items()}
        _SYSTEM_RELATIONS[key] = HistoryRelation(schema, name, columns=known, complete=True)
    return _SYSTEM_RELATIONS[key]
