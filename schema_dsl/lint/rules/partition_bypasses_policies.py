"""A role has privileges on a partition or child table without row level security, and the parent has it."""

from __future__ import annotations

from schema_dsl.lint.facts.created_by import list_created_tables
from schema_dsl.lint.facts.grants import find_privileges, format_list
from schema_dsl.lint.facts.inheritance import find_ancestor_with_row_security
from schema_dsl.lint.facts.policies import role_bypasses_row_security
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule

# Roles that bypass row level security. "" is CURRENT_USER or SESSION_USER.
_TRUSTED = frozenset({"service_role", "postgres", "supabase_admin", ""})
_ROW_PRIVILEGES = frozenset({"select", "insert", "update", "delete"})


def _check(final_state: FinalState) -> LocatedHits:
    for relation, creation in list_created_tables(final_state):
        parent = find_ancestor_with_row_security(final_state.schema, relation)
        if parent is None or relation.row_security is not False or "grants" in relation.changed_kinds:
            continue
        roles = [
            role
            for role in dict.fromkeys((*relation.grants, *relation.column_grants))
            if find_privileges(relation, role) & _ROW_PRIVILEGES
            and role not in _TRUSTED
            and not role_bypasses_row_security(final_state.schema, role)
        ]
        if roles:
            yield creation.hit(
                f"{format_list(roles)} can access every row of {relation}: the policies of {parent} do not apply there"
            )


RULE = Rule(
    group="schema",
    level=Level.ERROR,
    why=(
        "Postgres applies the policies of the table that the query names. A query on the parent table is subject to "
        "the parent's policies. A query on the partition is subject only to the partition's own policies, and "
        "without row level security none apply."
    ),
    remedy=(
        "Enable row level security on the partition (ALTER TABLE ... ENABLE ROW LEVEL SECURITY), or REVOKE the "
        "privilege."
    ),
    bad="""
        CREATE TABLE public.events (at date NOT NULL, owner uuid, PRIMARY KEY (at, owner))
            PARTITION BY RANGE (at);
        CREATE TABLE public.events_2026 PARTITION OF public.events
            FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
        ALTER TABLE public.events ENABLE ROW LEVEL SECURITY;
        CREATE POLICY events_own ON public.events FOR SELECT TO authenticated
            USING (owner = (SELECT auth.uid()));
        GRANT SELECT ON public.events, public.events_2026 TO authenticated;
    """,
    good="""
        CREATE TABLE public.events (at date NOT NULL, owner uuid, PRIMARY KEY (owner, at))
            PARTITION BY RANGE (at);
        CREATE TABLE public.events_2026 PARTITION OF public.events
            FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
        ALTER TABLE public.events ENABLE ROW LEVEL SECURITY;
        CREATE POLICY events_own ON public.events FOR SELECT TO authenticated
            USING (owner = (SELECT auth.uid()));
        GRANT SELECT ON public.events TO authenticated;
    """,
    final_state=_check,
)
