"""An index has only the leading columns of a longer index."""

from __future__ import annotations

from schema_dsl.lint.facts.created_by import find_created_index
from schema_dsl.lint.facts.indexes import list_index_keys
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    for relation in final_state.schema.relations.values():
        if relation.uncertain or "indexes" in relation.changed_kinds:
            continue
        full_indexes = [
            index for index in relation.indexes.values() if index.method == "btree" and not index.partial
        ]
        for index in full_indexes:
            creation = find_created_index(final_state, index)
            if (
                creation is None
                or index.unique
                or (index.tree is not None and index.tree.index_including_params)
            ):
                continue
            keys = list_index_keys(index)
            longer = [
                other
                for other in full_indexes
                if len(list_index_keys(other)) > len(keys) and list_index_keys(other)[: len(keys)] == keys
            ]
            if longer:
                yield creation.hit(
                    f"index {longer[0].name} of {relation} starts with all columns of {index.name}"
                )


RULE = Rule(
    group="schema",
    level=Level.INFO,
    why=(
        "The longer index finds the same rows. The shorter index is smaller, and worth its cost only if it is used "
        "much more often than the table is written."
    ),
    remedy="Drop the shorter index, unless its size matters.",
    bad="""
        CREATE TABLE public.orders (id bigint PRIMARY KEY, state text, placed_at timestamptz);
        CREATE INDEX orders_state_idx ON public.orders (state);
        CREATE INDEX orders_state_placed_idx ON public.orders (state, placed_at);
    """,
    good="""
        CREATE TABLE public.orders (id bigint PRIMARY KEY, state text, placed_at timestamptz);
        CREATE INDEX orders_placed_idx ON public.orders (placed_at);
        CREATE INDEX orders_state_placed_idx ON public.orders (state, placed_at);
    """,
    final_state=_check,
    opinion=True,
)
