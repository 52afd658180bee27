"""The state of a database at one point of the history.

`replay` updates the state after each statement. The state also records which parts of it are unknown: a relation
created before the history has only the columns that statements named and is not `complete`, and `unknown_kinds`
lists the kinds of objects that a dynamic statement may have changed. Checks report nothing about unknown parts.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, TypeVar

import attrs

from schema_dsl.analysis import builtins
from schema_dsl.analysis.identity import DATABASE_KINDS, Identity, table_identity
from schema_dsl.analysis.schema import split_full_name
from schema_dsl.lint.history.dependencies import Dependencies
from schema_dsl.lint.history.doubts import Doubts
from schema_dsl.lint.history.extension_objects import may_define
from schema_dsl.lint.history.objects import (
    HistoryCast,
    HistoryDefaultPrivileges,
    HistoryOperator,
    HistoryPosition,
    HistoryRole,
    NamedObject,
    Routine,
    UserType,
)
from schema_dsl.lint.history.relations import (
    ALL_KINDS,
    HistoryColumn,
    HistoryConstraint,
    HistoryIndex,
    HistoryPolicy,
    HistoryRelation,
    HistoryRule,
    HistoryTrigger,
    RelationKey,
)
from schema_dsl.lint.history.transaction import Transaction
from schema_dsl.parsing import Node

__all__ = [
    "ALL_KINDS",
    "OWN_ROLES",
    "SYSTEM_SCHEMAS",
    "TEMPORARY_SCHEMA",
    "HistoryCast",
    "HistoryColumn",
    "HistoryConstraint",
    "HistoryDefaultPrivileges",
    "HistoryIndex",
    "HistoryOperator",
    "HistoryPolicy",
    "HistoryPosition",
    "HistoryRelation",
    "HistoryRole",
    "HistoryRule",
    "HistorySchema",
    "HistoryTrigger",
    "NamedObject",
    "RelationKey",
    "Routine",
    "Transaction",
    "UserType",
]

SYSTEM_SCHEMAS = frozenset({"pg_catalog", "information_schema", "pg_toast"})
TEMPORARY_SCHEMA = "pg_temp"
# Roles that stand for the role that runs the migrations, which owns the objects without another owner.
OWN_ROLES = frozenset({"current_user", "session_user", "current_role", "postgres"})


@attrs.define(eq=False)
class HistorySchema:
    """The state of a database, with lookups along the search path.

    Attributes:
        fully_known_schemas: The schemas of which every object is known, so that other names in them do not exist.
            Functions of the `extension_schemas` are the exception.
        extension_schemas: The schemas into which CREATE EXTENSION installed objects.
        installed_extensions: The extensions of each schema of which the history installs all.
        changed_kinds: The kinds ("relations", "functions", "types", "indexes") of which SQL with unknown names may
            have created or dropped objects. Each object records whether it is older than this SQL.
        after_unreadable_sql: Whether SQL without any readable text ran.
        referenced: The relations and types that column types, argument types and foreign keys reference.
        psql_relation_names: The names of relations in a schema named by a psql variable.
        unread_names: The names in lower case, of routines and types that a rolled back transaction changed, and the
            words of statements that do not parse: objects of these names may exist.
        row_security_by_trigger: Whether an event trigger may enable row level security on each new table.
        operator_definitions: The operators whose operands are known, by schema and name.
        cast_definitions: The casts between known types, by source and target.
        others: The collations, text search objects, operator classes, access methods, event triggers and
            publications, by kind, schema and name.
        mentions: The relations and routines that may name a role: as owner, in a privilege or in a policy.
        last_built: The cached relation or routine of the current statement, with its key.
        open_path: Whether a name that is not found on the search path may still exist.
        dependencies: The objects that depend on others.
        doubts: The objects that the history no longer knows, and the statement from which on it does not know them.
        rule_values: The values that rules keep between the statements of the history.
    """

    relations: dict[RelationKey, HistoryRelation] = attrs.field(factory=dict)
    routines: dict[RelationKey, list[Routine]] = attrs.field(factory=dict)
    types: dict[RelationKey, UserType] = attrs.field(factory=dict)
    roles: dict[str, HistoryRole] = attrs.field(factory=dict)
    schemas: set[str] = attrs.field(factory=lambda: {"public"})
    extensions: set[str] = attrs.field(factory=set)
    fully_known_schemas: set[str] = attrs.field(factory=set)
    changed_kinds: set[str] = attrs.field(factory=set)
    after_unreadable_sql: bool = False
    extension_schemas: set[str] = attrs.field(factory=set)
    installed_extensions: dict[str, set[str]] = attrs.field(factory=dict)
    referenced: set[RelationKey] = attrs.field(factory=set)
    psql_relation_names: set[str] = attrs.field(factory=set)
    unread_names: set[str] = attrs.field(factory=set)
    dropped: set[RelationKey] = attrs.field(factory=set)
    dropped_routines: set[RelationKey] = attrs.field(factory=set)
    dropped_types: set[RelationKey] = attrs.field(factory=set)
    operators: set[str] = attrs.field(factory=set)
    casts: set[tuple[str | None, str | None]] = attrs.field(factory=set)
    operator_definitions: dict[RelationKey, list[HistoryOperator]] = attrs.field(factory=dict)
    cast_definitions: dict[tuple[str, str], HistoryCast] = attrs.field(factory=dict)
    others: dict[tuple[str, str, str], NamedObject] = attrs.field(factory=dict)
    settings: dict[str, str] = attrs.field(factory=dict)
    search_path: tuple[str, ...] = ("public",)
    transaction: Transaction = attrs.field(factory=Transaction)
    indexes: dict[RelationKey, HistoryIndex] = attrs.field(factory=dict)
    default_privileges: HistoryDefaultPrivileges = attrs.field(factory=HistoryDefaultPrivileges)
    row_security_by_trigger: bool = False
    mentions: dict[str, dict[HistoryRelation | Routine, None]] = attrs.field(factory=dict, repr=False)
    last_built: tuple[object, Any] | None = None
    open_path: bool = True
    dependencies: Dependencies = attrs.field(factory=Dependencies, repr=False)
    doubts: Doubts = attrs.field(factory=Doubts, repr=False)
    rule_values: dict[object, Any] = attrs.field(factory=dict, repr=False)

    def note_roles(self, roles: Iterable[str | None], mentioning: HistoryRelation | Routine) -> None:
        """Note that an owner, a privilege or a policy of an object may name some roles."""
        for role in roles:
            if role is not None:
                self.mentions.setdefault(role, {})[mentioning] = None

    def with_search_path(self, search_path: Sequence[str]) -> HistorySchema:
        """Return a view of the same objects in which names without a schema follow another search path."""
        return attrs.evolve(self, search_path=tuple(search_path))

    def find_relation(self, schema: str, name: str) -> HistoryRelation | None:
        """Return a relation by name; an empty schema means the search path."""
        if schema:
            return self.relations.get((schema, name)) or _find_system_relation(schema, name)
        for home in (TEMPORARY_SCHEMA, *self.search_path):
            relation = self.relations.get((home, name))
            if relation is not None:
                return relation
        return _find_system_relation("pg_catalog", name) if name.startswith("pg_") else None

    def find_index(self, schema: str, name: str) -> HistoryIndex | None:
        """Return an index by name; an empty schema means the search path."""
        for home in (schema,) if schema else (TEMPORARY_SCHEMA, *self.search_path):
            index = self.indexes.get((home, name))
            if index is not None:
                return index
        return None

    def has_index(self, schema: str, name: str) -> bool:
        """Return whether an index has this name."""
        return self.find_index(schema, name) is not None

    def certainly_has(self, index: HistoryIndex) -> bool:
        """Return whether no statement that lint cannot read may have dropped an index or its table."""
        relation = self.relations.get(index.relation)
        return relation is not None and not relation.unknown_kinds & {"indexes", "existence"}

    def is_absent_relation(self, schema: str, name: str) -> bool:
        """Return whether a relation that `find_relation` did not find certainly does not exist."""
        # The replay does not record the sequences of serial and identity columns.
        if "relations" in self.unknown_kinds or name.endswith("_seq"):
            return False
        if name in self.psql_relation_names or self.is_unread_name(name):
            return False
        if schema:
            return schema in self.fully_known_schemas or (schema, name) in self.dropped
        return all(
            home in self.fully_known_schemas or (home, name) in self.dropped for home in self.search_path
        ) and bool(self.search_path)

    def _may_have(self, home: str, name: str) -> bool:
        """Return whether an extension may have a function or a type of a name in a schema."""
        if home not in self.extension_schemas:
            return False
        installed = self.installed_extensions.get(home)
        return installed is None or may_define(installed, name)

    def is_unread_name(self, name: str) -> bool:
        """Return whether SQL that was not read, or that was rolled back, may have changed the objects of a name."""
        return name.lower() in self.unread_names

    def is_absent_routine(self, schema: str, name: str) -> bool:
        """Return whether a routine that `find_routines` did not find certainly does not exist."""
        return "functions" not in self.unknown_kinds and self._is_absent(self.dropped_routines, schema, name)

    def is_absent_type(self, schema: str, name: str) -> bool:
        """Return whether a type that `find_type_name` did not find certainly does not exist."""
        return "types" not in self.unknown_kinds and self._is_absent(self.dropped_types, schema, name)

    def _is_absent(self, dropped: AbstractSet[RelationKey], schema: str, name: str) -> bool:
        """Return whether no schema has a routine or type that was not found; `dropped` has the dropped ones."""
        homes = (schema,) if schema else self.search_path
        return (
            bool(homes)
            and not self.is_unread_name(name)
            and all(
                (home in self.fully_known_schemas and not self._may_have(home, name))
                or (home, name) in dropped
                for home in homes
            )
        )

    @property
    def unknown_kinds(self) -> AbstractSet[str]:
        """The kinds of which there may be objects that the history does not know."""
        return ALL_KINDS if self.after_unreadable_sql else self.changed_kinds

    def doubt_everything(self) -> None:
        """Doubt every object that exists by now, after SQL that lint cannot read."""
        self.doubts.add(["objects"])
        self.after_unreadable_sql = True
        self._doubt_objects({"relations", "functions", "types"})
        for relation in self.relations.values():
            relation.doubt()

    def _doubt_objects(self, kinds: AbstractSet[str]) -> None:
        """Record that the objects of these kinds which exist by now may be dropped, and dropped ones created again."""
        if "relations" in kinds:
            self.dropped.clear()
            for relation in self.relations.values():
                relation.changed_kinds.add("existence")
        if "functions" in kinds:
            self.dropped_routines.clear()
            for routine in self.all_routines:
                routine.may_have_changed = True
        if "types" in kinds:
            self.dropped_types.clear()
            for user_type in self.types.values():
                user_type.may_have_changed = True

    def mark_unknown(self, kinds: Iterable[str]) -> None:
        """Mark all objects of these kinds as unknown from this statement on.

        Args:
            kinds: Kinds of `unknown_kinds`, and kinds of parts ("columns", "policies", "triggers", "constraints",
                "grants", "row_security") to mark in every relation that exists by now.
        """
        chosen = set(kinds)
        self.doubts.add(sorted(chosen))
        self.changed_kinds |= chosen & {"relations", "functions", "types", "indexes"}
        parts = chosen - {"relations", "functions", "types"}
        self._doubt_objects(chosen)
        for relation in self.relations.values() if parts else ():
            relation.mark_unknown(parts)

    def doubt_named(self, words: AbstractSet[str]) -> None:
        """Doubt the objects of which a statement that does not parse has the names, in lower case."""
        self.doubts.add(["named"])
        self.unread_names |= words
        for dropped in (self.dropped, self.dropped_routines, self.dropped_types):
            dropped -= {key for key in dropped if key[1].lower() in words}
        for relation in self.relations.values():
            if relation.name.lower() in words:
                relation.changed_kinds.add("existence")
        others: list[Routine | UserType] = [*self.all_routines, *self.types.values()]
        for each in others:
            if each.name.lower() in words:
                each.may_have_changed = True

    def doubt_names(self, kinds: Iterable[str]) -> None:
        """Mark kinds of which there may be objects that the history does not know, beside those that it knows."""
        self.doubts.add(sorted(kinds))
        self.changed_kinds.update(kinds)

    def doubt_contents(self, name: str) -> None:
        """Mark a schema as one that may contain unknown relations."""
        self.doubts.add(["contents"], name)
        self.fully_known_schemas.discard(name)
        self.dropped -= {key for key in self.dropped if key[0] == name}

    def ensure_role(self, name: str) -> HistoryRole:
        """Return a role; add it if the history did not create it."""
        return self.roles.setdefault(name, HistoryRole(Identity("role", "", name)))

    @property
    def creating_role(self) -> str | None:
        """The owner of new objects after SET ROLE or SET SESSION AUTHORIZATION; None for the role of the migrations."""
        role = self.settings.get("role", "")
        role = self.settings.get("session_authorization", "") if role in {"", "none"} else role
        return None if role in {"", "?", "default"} or role in OWN_ROLES else role

    def creation_schema(self, schema: str) -> str:
        """Return the schema for a new object; an empty schema means the first of the search path."""
        return schema or (self.search_path[0] if self.search_path else "public")

    def find_routines(self, schema: str, name: str) -> Iterator[Routine]:
        """Yield the created or declared routines of a name; an empty schema means pg_catalog and the search path."""
        for home in (schema,) if schema else ("pg_catalog", *self.search_path):
            yield from self.routines.get((home, name), ())

    @property
    def all_routines(self) -> Iterator[Routine]:
        """The created and declared routines of every schema."""
        return itertools.chain.from_iterable(self.routines.values())

    def find_operators(self, schema: str, name: str) -> Iterator[HistoryOperator]:
        """Yield the operators of a name whose operands are known; an empty schema means the search path."""
        for home in (schema,) if schema else self.search_path:
            yield from self.operator_definitions.get((home, name), ())

    def find_cast(self, source: str, target: str) -> HistoryCast | None:
        """Return the cast between two types."""
        return self.cast_definitions.get((source, target))

    def find_other(self, kind: str, schema: str, name: str) -> RelationKey | None:
        """Return a collation or a text search object; an empty schema means the search path."""
        homes = (schema,) if schema or kind in DATABASE_KINDS else self.search_path
        return next(((home, name) for home in homes if (kind, home, name) in self.others), None)

    def find_user_type(self, name: str) -> UserType | None:
        """Return the user-defined type of a full name."""
        return _find_full_name(self.types, name)

    def find_domain(self, schema: str, name: str) -> UserType | None:
        """Return the domain of a name."""
        full = self.find_type_name(schema, name)
        found = self.find_user_type(full) if full else None
        return found if found is not None and found.kind == "domain" else None

    def find_row_relation(self, name: str) -> HistoryRelation | None:
        """Return the relation of a row type's full name."""
        return _find_full_name(self.relations, name)

    def find_type_name(self, schema: str, name: str) -> str | None:
        """Return the full name of a type; None if the type is unknown."""
        if schema == "pg_catalog" or not schema:
            spelt = builtins.SPELLINGS.get(name, name) if not schema else name
            if builtins.find_type(spelt) is not None:
                return spelt
            if schema:
                return None
        for home in (schema,) if schema else (TEMPORARY_SCHEMA, *self.search_path):
            if (home, name) in self.types or (home, name) in self.relations:
                self.referenced.add((home, name))
                return f"{home}.{name}"
        return None


_ObjectT = TypeVar("_ObjectT")


def _find_full_name(objects: Mapping[RelationKey, _ObjectT], name: str) -> _ObjectT | None:
    schema, dot, rest = name.partition(".")
    if not dot:
        return None
    found = objects.get((schema, rest))
    if found is not None or "." not in rest:
        return found
    return next((objects[key] for key in split_full_name(name) if key in objects), None)


_SYSTEM_RELATIONS: dict[RelationKey, HistoryRelation] = {}


def _find_system_relation(schema: str, name: str) -> HistoryRelation | None:
    key = (schema, name)
    if schema not in SYSTEM_SCHEMAS:
        return None
    if key not in _SYSTEM_RELATIONS:
        columns = builtins.find_system_columns(schema, name)
        if columns is None:
            return None
        relation = HistoryRelation(table_identity(schema, name), complete=True)
        relation.add_columns(columns.items())
        _SYSTEM_RELATIONS[key] = relation
    return _SYSTEM_RELATIONS[key]


def resolve_relation_key(schema: HistorySchema, node: Node) -> RelationKey:
    """Return the key of the relation that a RangeVar names or creates."""
    if not node.schemaname:
        if node.relpersistence == "t":
            return TEMPORARY_SCHEMA, node.relname
        relation = schema.find_relation("", node.relname)
        if relation is not None:
            return relation.key
    return schema.creation_schema(node.schemaname), node.relname
