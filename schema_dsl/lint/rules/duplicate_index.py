"""Two indexes that are the same."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.created_by import made_index
from schema_dsl.lint.facts.indexes import keys, rest
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.schema import HistoryIndex
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for relation in final_state.schema.relations.values():
        indexes = list(relation.indexes.values())
        if len(indexes) < 2 or relation.doubtful or "indexes" in relation.doubts:  # noqa: PLR2004 - a pair
            continue
        seen: dict[tuple[tuple[str, ...], ...], HistoryIndex] = {}
        # What a constraint or uniqueness needs stays; the other one is too many.
        for index in sorted(indexes, key=lambda each: (each.tree is not None, not each.unique)):
            same = seen.setdefault((keys(index), rest(index)), index)
            made = made_index(final_state, index)
            if same is not index and made is not None:
                yield made.hit(f"{index.name} is {same.name} of {relation} over again")


RULE = Rule(
    name="duplicate-index",
    group="schema",
    level=Level.WARNING,
    summary="An index has the same columns as another one.",
    why=(
        "Every write pays for both, and the planner uses one. A UNIQUE or PRIMARY KEY constraint has an index "
        "already: a plain one on the same columns adds nothing to it."
    ),
    remedy="Leave it out, or drop it.",
    bad=(
        (
            "CREATE TABLE public.users (id bigint PRIMARY KEY, email text NOT NULL UNIQUE);\n"
            "CREATE INDEX users_email_idx ON public.users (email);"
        ),
        (
            "CREATE TABLE public.tags (id bigint PRIMARY KEY, name text);\n"
            "CREATE INDEX tags_name_idx ON public.tags (lower(name));\n"
            "CREATE INDEX tags_lower_idx ON public.tags (lower(name) ASC);"
        ),
    ),
    good=(
        (
            "CREATE TABLE public.tags (id bigint PRIMARY KEY, name text);\n"
            "CREATE INDEX tags_name_idx ON public.tags (name);\n"
            "CREATE INDEX tags_pattern_idx ON public.tags (name text_pattern_ops);\n"
            "CREATE INDEX tags_short_idx ON public.tags (name) WHERE char_length(name) < 5;"
        ),
    ),
    final_state=_check,
    known_as=("splinter: 0009_duplicate_index",),
)
