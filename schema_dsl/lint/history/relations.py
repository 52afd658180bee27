"""Model the relations of a replayed schema, and their parts.

A type is its name (`int4`, `text[]`, `public.mood`), or None if it is unknown. Trees are parse trees of libpg_query.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import TypeAlias

import attrs

from schema_dsl.analysis.builtins import split_words
from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.trees import names
from schema_dsl.lint.history.objects import HistoryObject
from schema_dsl.parsing import Node

RelationKey: TypeAlias = tuple[str, str]
_KEYS = frozenset({"primary_key", "unique"})
ALL_KINDS = split_words(
    "relations existence owner columns defaults functions types policies triggers indexes constraints grants "
    "row_security"
)


@attrs.define(eq=False)
class HistoryColumn(HistoryObject):
    """A column, or an attribute of a composite type.

    Attributes:
        as_identity: always or by default, as in GENERATED ALWAYS AS IDENTITY; "" for any other column.
        default_type: The type that the column had when it got its default; None if that is its type.
        uncertain: Whether the column may not exist, because a branch that may not run created or dropped it.
        inherited: Whether only a parent table defines the column.
        unknown_type: The name of a type that the history does not know, without its schema.
        definition: The ColumnDef of a column that a statement defines.
    """

    type: str | None = None
    modifiers: tuple[int, ...] = ()
    not_null: bool = False
    default: Node | None = None
    default_type: str | None = None
    generated: str = ""
    as_identity: str = ""
    serial: bool = False
    uncertain: bool = False
    inherited: bool = False
    collation: str = ""
    unknown_type: str = ""
    definition: Node | None = None

    @property
    def owns_sequence(self) -> bool:
        """Whether the column has a sequence of its own: a serial or identity column."""
        return self.serial or bool(self.as_identity)


@attrs.define(eq=False)
class HistoryConstraint(HistoryObject):
    """A constraint; its kind is primary_key, unique, check, foreign_key, exclusion or not_null, or "" if unknown.

    Attributes:
        columns: The constrained columns; empty for a check constraint.
        checked: The columns that the condition of a check constraint names.
        target: The referenced table of a foreign key.
        tree: The Constraint node.
        enforced: Whether Postgres refuses rows because of the constraint.
    """

    columns: tuple[str, ...] = ()
    target: RelationKey | None = None
    target_columns: tuple[str, ...] = ()
    valid: bool = True
    deferrable: bool = False
    tree: Node | None = None
    checked: frozenset[str] = frozenset()
    enforced: bool = True

    @property
    def is_key(self) -> bool:
        """Return whether the constraint is a primary key or a unique constraint."""
        return self.kind in _KEYS

    @property
    def key_options(self) -> tuple[object, ...]:
        """The properties of a key beside its columns, in which two indexes on the same columns may differ."""
        tree = self.tree
        of_tree = (
            () if tree is None else (tree.initdeferred, tree.nulls_not_distinct, tuple(names(tree.including)))
        )
        return (self.deferrable, *of_tree)


@attrs.define(eq=False)
class HistoryIndex(HistoryObject):
    """An index.

    Attributes:
        columns: The key columns; "" for a key that is an expression.
        partial: Whether the index has a predicate (WHERE).
        tree: The IndexStmt; None if a constraint created the index.
        clustered: Whether CLUSTER without an index orders the table by this one.
    """

    columns: tuple[str, ...] = ()
    unique: bool = False
    method: str = "btree"
    partial: bool = False
    tree: Node | None = None
    clustered: bool = False

    @property
    def relation(self) -> RelationKey:
        """The schema and name of the table."""
        return self.identity.relation


@attrs.define(eq=False)
class HistoryPolicy(HistoryObject):
    """A row level security policy.

    Attributes:
        using: The expression of USING.
        check: The expression of WITH CHECK.
    """

    command: str = "all"
    roles: tuple[str, ...] = ("public",)
    permissive: bool = True
    using: Node | None = None
    check: Node | None = None


@attrs.define(eq=False)
class HistoryTrigger(HistoryObject):
    """A trigger; `function` is the name of its function as (schema or "", name)."""

    function: RelationKey
    timing: str = "after"
    events: frozenset[str] = frozenset()
    for_each_row: bool = False
    enabled: bool = True
    tree: Node | None = None


@attrs.define(eq=False)
class HistoryRule(HistoryObject):
    """A rewrite rule; `tree` is its CREATE RULE."""

    tree: Node


@attrs.define(eq=False)
class HistoryRelation(HistoryObject):
    """A table, view, materialized view, foreign table, sequence or composite type.

    Attributes:
        columns: The known columns.
        complete: Whether `columns` lists every column.
        fully_known: Whether the history created the relation, so that the listed columns, constraints, indexes,
            policies and triggers are exactly those of the relation.
        declared: Whether the relation comes from the definitions and may not exist yet.
        uncertain: Whether the relation may not exist.
        changed_kinds: The kinds of parts that SQL with unknown names may have changed, and "existence" if it may have
            dropped the relation: "owner", "columns", "defaults" (with NOT NULL), "policies",
            "triggers", "indexes", "constraints", "grants", "row_security"; "more triggers" if triggers may only have
            been added. Rules say nothing about them.
        after_unreadable_sql: Whether SQL without any readable text ran since the relation was created. Rules
            use the known state, but report no errors of Postgres.
        partition_key: The columns of PARTITION BY; "" for an expression. Only a partitioned table has any.
        partition_strategy: The letter of PARTITION BY: r, l or h.
        partition_bound: The bound of a partition (PartitionBoundSpec).
        row_security: Whether row level security is enabled; None if unknown.
        access_method: The table access method; "" if it is unknown.
        on_commit_drop: Whether COMMIT drops the relation.
        of_type: The composite type that defines the columns (CREATE TABLE ... OF); "?" if it is unknown.
        removed_columns: The dropped and renamed columns, each with its new name; "" for a dropped column.
        query: The query of a view or of CREATE TABLE AS.
    """

    columns: dict[str, HistoryColumn] = attrs.field(factory=dict)
    complete: bool = False
    fully_known: bool = False
    declared: bool = False
    uncertain: bool = False
    changed_kinds: set[str] = attrs.field(factory=set)
    after_unreadable_sql: bool = False
    row_security: bool | None = None
    force_row_security: bool | None = None
    owner: str | None = None
    options: dict[str, str] = attrs.field(factory=dict)
    parents: list[RelationKey] = attrs.field(factory=list)
    children: list[RelationKey] = attrs.field(factory=list)
    partition_of: RelationKey | None = None
    partition_key: tuple[str, ...] = ()
    partition_strategy: str = ""
    partition_bound: Node | None = None
    temporary: bool = False
    unlogged: bool = False
    access_method: str = ""
    on_commit_drop: bool = False
    of_type: str = ""
    constraints: dict[str, HistoryConstraint] = attrs.field(factory=dict)
    indexes: dict[str, HistoryIndex] = attrs.field(factory=dict)
    policies: dict[str, HistoryPolicy] = attrs.field(factory=dict)
    triggers: dict[str, HistoryTrigger] = attrs.field(factory=dict)
    rules: dict[str, HistoryRule] = attrs.field(factory=dict)
    grants: dict[str, set[str]] = attrs.field(factory=dict)
    column_grants: dict[str, set[tuple[str, str]]] = attrs.field(factory=dict)
    removed_columns: dict[str, str] = attrs.field(factory=dict)
    query: Node | None = None

    @property
    def key(self) -> RelationKey:
        """The schema and name of the relation."""
        return self.schema, self.name

    @property
    def unknown_kinds(self) -> AbstractSet[str]:
        """The kinds of parts of which none is certain."""
        return ALL_KINDS if self.after_unreadable_sql else self.changed_kinds

    @property
    def certainly_exists(self) -> bool:
        """Return whether the relation certainly exists: no unread or uncertain statement may have dropped it."""
        return not (self.uncertain or "existence" in self.unknown_kinds)

    @property
    def has_known_keys(self) -> bool:
        """Whether the keys and unique indexes in `constraints` and `indexes` are all that the table has."""
        if not (self.fully_known and self.complete and self.kind == "table"):
            return False
        # A partition also has the keys of its parent.
        return not (self.uncertain or self.parents or self.unknown_kinds & {"constraints", "indexes"})

    @property
    def is_named(self) -> bool:
        """Whether the relation itself was created or declared, and not only mentioned."""
        return self.created_at is not None or self.declared

    @property
    def parts(
        self,
    ) -> Iterator[HistoryColumn | HistoryConstraint | HistoryIndex | HistoryPolicy | HistoryTrigger]:
        """The columns, constraints, indexes, policies and triggers."""
        for parts in (self.columns, self.constraints, self.indexes, self.policies, self.triggers):
            yield from parts.values()

    def part(self, kind: str, name: str) -> Identity:
        """Return the identity of a part of the relation."""
        return Identity(kind, self.identity.schema, name, parent=self.identity)

    def add_columns(self, columns: Iterable[tuple[str, str | None]]) -> None:
        """Add columns of which only the names and types are known."""
        for name, kind in columns:
            self.columns[name] = HistoryColumn(self.part("column", name), kind, created_at=self.created_at)

    def move(self, schema: str, name: str) -> None:
        """Give the relation another schema or name."""
        self.identity = attrs.evolve(self.identity, schema=schema, name=name)
        for part in self.parts:
            part.identity = attrs.evolve(part.identity, schema=schema, parent=self.identity)

    def mark_unknown(self, kinds: set[str]) -> None:
        """Mark the parts of these kinds as unknown from this statement on."""
        self.changed_kinds |= kinds
        if "columns" in kinds:
            self.complete = False
            self.removed_columns.clear()
        if "row_security" in kinds:
            self.row_security = self.force_row_security = None

    def doubt(self) -> None:
        """Mark every part as one that unreadable SQL may have changed."""
        self.after_unreadable_sql = True
        self.complete = False
        self.removed_columns.clear()

    def __str__(self) -> str:
        return self.name if self.schema == "public" else f"{self.schema}.{self.name}"
