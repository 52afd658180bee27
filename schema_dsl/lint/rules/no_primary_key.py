"""A table without a primary key."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.created_by import made_tables
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule
from schema_dsl.parsing import Node


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for relation, made in made_tables(final_state):
        keyed = any(each.kind == "primary" for each in relation.constraints.values())
        if keyed or relation.parents or "constraints" in relation.doubts or _may_copy(made.step.tree):
            continue
        if relation.children and relation.kind == "table":
            # It lends its columns to tables that have keys of their own.
            continue
        why = (
            "replication goes by a unique index only where REPLICA IDENTITY names it"
            if _is_keyed(relation)
            else _NAMELESS
        )
        yield made.hit(f"{relation} has no primary key: {why}")


_NAMELESS = "there is no way to name one of its rows"


def _is_keyed(relation: HistoryRelation) -> bool:
    """Say whether something else tells its rows apart."""
    return any(
        index.unique
        and not index.partial
        and all(name in relation.columns and relation.columns[name].not_null for name in index.columns)
        for index in relation.indexes.values()
    )


def _may_copy(tree: Node) -> bool:
    """Whether keys may come along from elsewhere: by LIKE, or from a type."""
    if tree.DESCRIPTOR.name != "CreateStmt":
        return False
    return tree.HasField("of_typename") or any(
        each.WhichOneof("node") == "table_like_clause" for each in tree.table_elts
    )


RULE = Rule(
    name="no-primary-key",
    group="schema",
    level=Level.INFO,
    summary="A table has no primary key.",
    why=(
        "Logical replication, and Supabase Realtime with it, refuses UPDATE and DELETE on a published table without "
        "one. APIs and tools find no way to address a row, and of two equal rows neither can be deleted alone."
    ),
    remedy="Add a primary key: of columns that are unique, or bigint GENERATED ALWAYS AS IDENTITY.",
    bad=("CREATE TABLE public.visits (page text NOT NULL, at timestamptz NOT NULL);",),
    good=(
        (
            "CREATE TABLE public.visits (\n"
            "    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n"
            "    page text NOT NULL,\n"
            "    at timestamptz NOT NULL\n"
            ");"
        ),
        "CREATE TABLE public.pages (name text);\nALTER TABLE public.pages ADD PRIMARY KEY (name);",
    ),
    final_state=_check,
    known_as=("splinter: 0004_no_primary_key",),
)
