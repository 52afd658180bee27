"""An index that is the beginning of another."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.created_by import made_index
from schema_dsl.lint.facts.indexes import keys
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for relation in final_state.schema.relations.values():
        if relation.doubtful or "indexes" in relation.doubts:
            continue
        whole = [each for each in relation.indexes.values() if each.method == "btree" and not each.partial]
        for index in whole:
            made = made_index(final_state, index)
            if made is None or index.unique or (index.tree is not None and index.tree.index_including_params):
                continue
            own = keys(index)
            longer = [each for each in whole if len(keys(each)) > len(own) and keys(each)[: len(own)] == own]
            if longer:
                yield made.hit(f"{index.name} is the beginning of {longer[0].name} of {relation}")


RULE = Rule(
    name="redundant-index",
    group="schema",
    level=Level.INFO,
    summary="An index has the leading columns of a longer one.",
    why=(
        "The longer index finds the same rows. The shorter one is smaller, and worth keeping only where it is used "
        "much more than the table is written."
    ),
    remedy="Drop the shorter index, unless its size matters.",
    bad=(
        (
            "CREATE TABLE public.orders (id bigint PRIMARY KEY, state text, placed_at timestamptz);\n"
            "CREATE INDEX orders_state_idx ON public.orders (state);\n"
            "CREATE INDEX orders_state_placed_idx ON public.orders (state, placed_at);"
        ),
    ),
    good=(
        (
            "CREATE TABLE public.orders (id bigint PRIMARY KEY, state text, placed_at timestamptz);\n"
            "CREATE INDEX orders_placed_idx ON public.orders (placed_at);\n"
            "CREATE INDEX orders_state_placed_idx ON public.orders (state, placed_at);"
        ),
    ),
    final_state=_check,
    opinion=True,
)
