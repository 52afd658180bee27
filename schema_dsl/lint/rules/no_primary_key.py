"""A table has no primary key."""

from __future__ import annotations

from schema_dsl.analysis.tool_tables import is_migration_ledger
from schema_dsl.lint.facts.created_by import list_created_tables
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule
from schema_dsl.parsing import Node


def _check(final_state: FinalState) -> LocatedHits:
    for relation, created in list_created_tables(final_state):
        has_primary_key = any(
            constraint.kind == "primary_key" for constraint in relation.constraints.values()
        )
        if (
            has_primary_key
            or relation.parents
            or is_migration_ledger(relation.name)
            or "constraints" in relation.changed_kinds
            or _may_copy_constraints(created.step.tree)
        ):
            continue
        if relation.children and not relation.partition_key:
            # An inheritance parent defines columns for child tables, which have separate keys.
            continue
        consequence = (
            "logical replication uses a unique index only if REPLICA IDENTITY names the index"
            if _has_unique_key(relation)
            else _NO_KEY
        )
        yield created.hit(f"{relation} has no primary key: {consequence}")


_NO_KEY = "nothing identifies a single row"


def _has_unique_key(relation: HistoryRelation) -> bool:
    """Return whether a unique index on NOT NULL columns identifies every row."""
    return any(
        index.unique
        and not index.partial
        and all(name in relation.columns and relation.columns[name].not_null for name in index.columns)
        for index in relation.indexes.values()
    )


def _may_copy_constraints(tree: Node) -> bool:
    """Return whether CREATE TABLE may get a key through LIKE or OF."""
    if tree.DESCRIPTOR.name != "CreateStmt":
        return False
    return tree.HasField("of_typename") or any(
        element.WhichOneof("node") == "table_like_clause" for element in tree.table_elts
    )


RULE = Rule(
    group="schema",
    level=Level.INFO,
    why=(
        "Without a primary key, logical replication, and Supabase Realtime with it, refuses UPDATE and DELETE on a "
        "published table. APIs and tools cannot address a row, and one of two equal rows cannot be deleted alone."
    ),
    remedy=(
        "Add a primary key on unique columns, or a column bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY."
    ),
    bad="CREATE TABLE public.visits (page text NOT NULL, at timestamptz NOT NULL);",
    good=(
        """
            CREATE TABLE public.visits (
                id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                page text NOT NULL,
                at timestamptz NOT NULL
            );
        """,
        """
            CREATE TABLE public.pages (name text);
            ALTER TABLE public.pages ADD PRIMARY KEY (name);
        """,
    ),
    final_state=_check,
    known_as=("splinter: 0004_no_primary_key",),
)
