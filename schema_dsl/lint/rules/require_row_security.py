"""A table of the API without row level security, whoever it may be granted to."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.api import API_SCHEMAS
from schema_dsl.lint.facts.created_by import made_tables
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for relation, made in made_tables(final_state):
        if relation.row_security is False and relation.schema in API_SCHEMAS:
            yield made.hit(
                f"row level security of {relation} is off: where privileges come by default, all is open"
            )


RULE = Rule(
    name="require-row-security",
    group="schema",
    level=Level.WARNING,
    summary="A table of an API schema has row level security off.",
    why=(
        "In Supabase projects with the older default privileges, a new table of public is granted to anon and "
        "authenticated as soon as it is made. Whether a project is one of those cannot be read from its migrations; "
        "for those that are, switch this rule on."
    ),
    remedy="ALTER TABLE ... ENABLE ROW LEVEL SECURITY with every table, partitions too.",
    bad=("CREATE TABLE public.notes (id bigint PRIMARY KEY, body text);",),
    good=(
        (
            "CREATE TABLE public.notes (id bigint PRIMARY KEY, body text);\n"
            "ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;"
        ),
    ),
    final_state=_check,
    opinion=True,
    platform="supabase",
)
