"""REINDEX without CONCURRENTLY on an existing table."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.analysis.trees import enumeration
from schema_dsl.lint.facts.alter_commands import format_relation, is_existing_table
from schema_dsl.lint.facts.locks import find_table_of_index, is_option_on
from schema_dsl.lint.facts.positions import find_first_line, find_words
from schema_dsl.lint.facts.transactions import shares_transaction
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Edit, Hit, Rule

_KEYWORDS = {
    "REINDEX_OBJECT_INDEX": "index",
    "REINDEX_OBJECT_TABLE": "table",
    "REINDEX_OBJECT_SCHEMA": "schema",
    "REINDEX_OBJECT_DATABASE": "database",
}


def _check(step: HistoryStep) -> Iterable[Hit]:
    tree = step.tree
    word = _KEYWORDS.get(enumeration("ReindexObjectType")[tree.kind])
    if word is None or is_option_on(tree.params, "concurrently"):
        # Postgres rejects CONCURRENTLY for REINDEX SYSTEM.
        return
    target = f"the tables of this {word}"
    if tree.HasField("relation"):
        relation_name = tree.relation.schemaname, tree.relation.relname
        table = find_table_of_index(step, relation_name) if word == "index" else relation_name
        if (word == "table" or table != relation_name) and not is_existing_table(step, *table):
            return
        target = (
            format_relation(tree.relation) if word == "table" else f"the table of {tree.relation.relname}"
        )
    span = find_first_line(step.statement)
    keyword = find_words(step.statement, word)
    in_transaction = shares_transaction(step)
    yield Hit(
        span.start,
        f"REINDEX blocks writes to {target}, and reads that plan with a rebuilt index",
        span.length,
        edits=(Edit(keyword.end, keyword.end, " CONCURRENTLY"),) if keyword and not in_transaction else (),
    )


RULE = Rule(
    name="require-concurrent-reindex",
    group="locks",
    level=Level.WARNING,
    summary="REINDEX without CONCURRENTLY on an existing table.",
    why=(
        "REINDEX takes a SHARE lock on the table, which blocks writes. It also takes an ACCESS EXCLUSIVE lock on "
        "each index, which blocks even reads when Postgres plans them. CONCURRENTLY builds a second index next to "
        "the first."
    ),
    remedy="Add CONCURRENTLY, outside a transaction. With the Supabase CLI, use a separate file.",
    bad=("REINDEX TABLE public.orders;", "REINDEX INDEX public.orders_pkey;"),
    good=(
        "REINDEX TABLE CONCURRENTLY public.orders;",
        "REINDEX (VERBOSE) INDEX CONCURRENTLY public.orders_pkey;",
    ),
    kinds=frozenset({"reindex_stmt"}),
    statement=_check,
    known_as=("squawk: require-concurrent-reindex",),
)
