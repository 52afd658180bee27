"""REINDEX while others work."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.alter_commands import in_use, shown
from schema_dsl.lint.facts.locks import is_set, table_of_index
from schema_dsl.lint.facts.positions import head, words
from schema_dsl.lint.facts.transactions import shares_transaction
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import enumeration
from schema_dsl.lint.rule import Edit, Hit, Rule

_WORDS = {
    "REINDEX_OBJECT_INDEX": "index",
    "REINDEX_OBJECT_TABLE": "table",
    "REINDEX_OBJECT_SCHEMA": "schema",
    "REINDEX_OBJECT_DATABASE": "database",
}


def _check(step: HistoryStep) -> Iterable[Hit]:
    tree = step.tree
    word = _WORDS.get(enumeration("ReindexObjectType")[tree.kind])
    if word is None or is_set(tree.params, "concurrently"):
        # The system catalogs cannot be rebuilt concurrently.
        return
    what = f"the tables of this {word}"
    if tree.HasField("relation"):
        named = tree.relation.schemaname, tree.relation.relname
        table = table_of_index(step, named) if word == "index" else named
        if (word == "table" or table != named) and not in_use(step, *table):
            return
        what = shown(tree.relation) if word == "table" else f"the table of {tree.relation.relname}"
    place = head(step.statement)
    at = words(step.statement, word)
    together = shares_transaction(step)
    yield Hit(
        place.start,
        f"rebuilding without CONCURRENTLY stops writes to {what}, and the queries that plan with its indexes",
        place.length,
        edits=(Edit(at.end, at.end, " CONCURRENTLY"),) if at and not together else (),
    )


RULE = Rule(
    name="require-concurrent-reindex",
    group="locks",
    level=Level.WARNING,
    summary="Indexes are rebuilt without CONCURRENTLY.",
    why=(
        "REINDEX takes a SHARE lock on the table, so that writes wait, and ACCESS EXCLUSIVE on each index, so that "
        "even queries which only read wait when they are planned. CONCURRENTLY builds a second index beside it."
    ),
    remedy="Add CONCURRENTLY, outside a transaction: with the Supabase CLI, in a file of its own.",
    bad=("REINDEX TABLE public.orders;", "REINDEX INDEX public.orders_pkey;"),
    good=(
        "REINDEX TABLE CONCURRENTLY public.orders;",
        "REINDEX (VERBOSE) INDEX CONCURRENTLY public.orders_pkey;",
    ),
    kinds=frozenset({"reindex_stmt"}),
    statement=_check,
    known_as=("squawk: require-concurrent-reindex",),
)
