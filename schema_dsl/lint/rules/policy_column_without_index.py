"""No index starts with the column that a policy compares with the caller."""

from __future__ import annotations

from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.owners import find_lookup_columns
from schema_dsl.lint.facts.per_row_calls import lacks_index
from schema_dsl.lint.facts.policies import PolicyDefinition, find_shared_roles, policies_of_history
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    reported: set[tuple[HistoryRelation, str]] = set()
    # UPDATE and DELETE name their rows in WHERE, and SELECT policies apply to them as well.
    select_policies = [
        policy
        for policy in policies_of_history(final_state)
        if "select" in policy.actions and policy.state.permissive
    ]
    # Postgres joins permissive policies with OR: beside a policy without a look-up column, an index does not help.
    without_lookup: dict[HistoryRelation, list[PolicyDefinition]] = {}
    with_lookup: list[tuple[PolicyDefinition, frozenset[str]]] = []
    for policy in select_policies:
        columns = find_lookup_columns(policy.using)
        if columns:
            with_lookup.append((policy, columns))
        else:
            without_lookup.setdefault(policy.relation, []).append(policy)
    for policy, columns in with_lookup:
        relation = policy.relation
        if relation.uncertain or not policy.is_for_clients or "indexes" in final_state.schema.changed_kinds:
            continue
        others = without_lookup.get(relation, ())
        if any(find_shared_roles(final_state, other.state, policy.state) for other in others):
            continue
        for name in sorted(columns):
            if (relation, name) in reported or name not in relation.columns or policy.using is None:
                continue
            if lacks_index(relation, name, policy.using.tree):
                reported.add((relation, name))
                yield policy.build_hit(
                    f"no index of {relation} starts with {name}: a query by one user scans the rows of all users",
                    policy.using,
                )


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "Postgres adds the condition of a policy to the WHERE of every query. Without an index on the column, "
        "Postgres scans the whole table to find the rows of one user, and the scan grows with every new user."
    ),
    remedy="Create an index that starts with the column.",
    bad=f"""
        CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid NOT NULL);
        ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON public.notes {OWN_ROWS}
    """,
    good=(
        f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}",
        f"""
            CREATE TABLE public.profiles (user_id uuid PRIMARY KEY, name text);
            ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;
            GRANT SELECT ON public.profiles TO authenticated;
            CREATE POLICY own ON public.profiles {OWN_ROWS}
        """,
        """
            CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid NOT NULL, body text);
            CREATE INDEX notes_written_idx ON public.notes (user_id) WHERE body IS NOT NULL;
            ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
            GRANT SELECT ON public.notes TO authenticated;
            CREATE POLICY written ON public.notes FOR SELECT TO authenticated
                USING ((SELECT auth.uid()) = user_id AND body IS NOT NULL);
        """,
    ),
    final_state=_check,
)
