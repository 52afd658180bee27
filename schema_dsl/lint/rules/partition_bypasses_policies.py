"""A partition, or inheriting table, that can be read round the policies of its parent."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.created_by import made_tables
from schema_dsl.lint.facts.grants import held_on
from schema_dsl.lint.facts.inheritance import guarded_ancestor
from schema_dsl.lint.facts.policies import bypasses
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule

# Roles that policies do not apply to anyway.
_TRUSTED = frozenset({"service_role", "postgres", "supabase_admin", ""})
_ROWS = frozenset({"select", "insert", "update", "delete"})


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for relation, made in made_tables(final_state):
        parent = guarded_ancestor(final_state.schema, relation)
        if parent is None or relation.row_security is not False or "grants" in relation.doubts:
            continue
        roles = [
            role
            for role in dict.fromkeys((*relation.grants, *relation.column_grants))
            if held_on(relation, role) & _ROWS
            and role not in _TRUSTED
            and not bypasses(final_state.schema, role)
        ]
        if roles:
            yield made.hit(
                f"{', '.join(roles)} reaches rows through {relation} that policies of {parent} keep back"
            )


RULE = Rule(
    name="partition-bypasses-policies",
    group="schema",
    level=Level.ERROR,
    summary="A partition or child is granted to somebody, without the row level security that its parent has.",
    why=(
        "Policies belong to the table that a query names. Asked through the parent, the parent's apply; asked for "
        "the partition itself, only its own do, and it has none."
    ),
    remedy="ALTER TABLE ... ENABLE ROW LEVEL SECURITY on it; or REVOKE the privilege.",
    bad=(
        (
            "CREATE TABLE public.events (at date NOT NULL, owner uuid, PRIMARY KEY (at, owner))\n"
            "    PARTITION BY RANGE (at);\n"
            "CREATE TABLE public.events_2026 PARTITION OF public.events\n"
            "    FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');\n"
            "ALTER TABLE public.events ENABLE ROW LEVEL SECURITY;\n"
            "CREATE POLICY events_own ON public.events FOR SELECT TO authenticated\n"
            "    USING (owner = (SELECT auth.uid()));\n"
            "GRANT SELECT ON public.events, public.events_2026 TO authenticated;"
        ),
    ),
    good=(
        (
            "CREATE TABLE public.events (at date NOT NULL, owner uuid, PRIMARY KEY (owner, at))\n"
            "    PARTITION BY RANGE (at);\n"
            "CREATE TABLE public.events_2026 PARTITION OF public.events\n"
            "    FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');\n"
            "ALTER TABLE public.events ENABLE ROW LEVEL SECURITY;\n"
            "CREATE POLICY events_own ON public.events FOR SELECT TO authenticated\n"
            "    USING (owner = (SELECT auth.uid()));\n"
            "GRANT SELECT ON public.events TO authenticated;"
        ),
    ),
    final_state=_check,
)
