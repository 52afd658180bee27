"""An index duplicates another index of the same table."""

from __future__ import annotations

from schema_dsl.lint.facts.created_by import find_created_constraint, find_created_index
from schema_dsl.lint.facts.indexes import list_index_keys, list_other_properties
from schema_dsl.lint.history.schema import HistoryIndex
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    for relation in final_state.schema.relations.values():
        indexes = list(relation.indexes.values())
        has_pair = len({index.columns for index in indexes}) < len(indexes)
        if not has_pair or relation.uncertain or "indexes" in relation.changed_kinds:
            continue
        seen: dict[tuple[tuple[str | bytes, ...], ...], HistoryIndex] = {}
        # Report the plain index, and keep the index of a constraint or the unique index.
        for index in sorted(
            indexes, key=lambda candidate: (candidate.tree is not None, not candidate.unique)
        ):
            constraint = relation.constraints.get(index.name)
            original = seen.setdefault((list_index_keys(index), list_other_properties(index)), index)
            twin = relation.constraints.get(original.name)
            if original is index or (
                constraint is not None and twin is not None and constraint.key_options != twin.key_options
            ):
                continue
            created = (
                find_created_index(final_state, index)
                if constraint is None or index.tree is not None
                else find_created_constraint(final_state, constraint)
            )
            if created is not None:
                what = "index" if constraint is None else "the index of constraint"
                yield created.hit(f"{what} {index.name} duplicates {original.name} of {relation}")


RULE = Rule(
    group="schema",
    level=Level.WARNING,
    why=(
        "Every write maintains both indexes, but the planner uses one. A UNIQUE or PRIMARY KEY constraint already "
        "has an index; a plain index on the same columns is useless."
    ),
    remedy="Do not create the index, or drop it.",
    bad=(
        """
            CREATE TABLE public.users (id bigint PRIMARY KEY, email text NOT NULL UNIQUE);
            CREATE INDEX users_email_idx ON public.users (email);
        """,
        """
            CREATE TABLE public.tags (id bigint PRIMARY KEY, name text);
            CREATE INDEX tags_name_idx ON public.tags (lower(name));
            CREATE INDEX tags_lower_idx ON public.tags (lower(name) ASC);
        """,
    ),
    good="""
        CREATE TABLE public.tags (id bigint PRIMARY KEY, name text);
        CREATE INDEX tags_name_idx ON public.tags (name);
        CREATE INDEX tags_pattern_idx ON public.tags (name text_pattern_ops);
        CREATE INDEX tags_short_idx ON public.tags (name) WHERE char_length(name) < 5;
    """,
    final_state=_check,
    known_as=("splinter: 0009_duplicate_index",),
)
