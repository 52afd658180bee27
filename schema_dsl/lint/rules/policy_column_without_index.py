"""A policy that reads the whole table to find one's own rows."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.owners import looked_up
from schema_dsl.lint.facts.per_row_calls import lacks_index
from schema_dsl.lint.facts.policies import PolicyDefinition, policies, shared_roles
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    told: set[tuple[HistoryRelation, str]] = set()
    # Who changes or deletes rows says which, and needs a policy for SELECT to find them.
    readers = [each for each in policies(final_state) if "select" in each.actions and each.policy.permissive]
    # Policies are joined by OR: beside one of these no index would help.
    scanning: dict[HistoryRelation, list[PolicyDefinition]] = {}
    for written in readers:
        if not looked_up(written.using):
            scanning.setdefault(written.relation, []).append(written)
    for written in readers:
        relation = written.relation
        if relation.doubtful or not written.for_clients or "indexes" in final_state.schema.doubts:
            continue
        others = scanning.get(relation, ())
        if any(shared_roles(final_state, each.policy, written.policy) for each in others):
            continue
        for name in sorted(looked_up(written.using)):
            if (relation, name) in told or name not in relation.columns or written.using is None:
                continue
            if lacks_index(relation, name, written.using.tree):
                told.add((relation, name))
                yield written.placed(
                    f"no index of {relation} starts with {name}: every query of a user reads all users' rows",
                    written.using,
                )


RULE = Rule(
    name="policy-column-without-index",
    group="rls",
    level=Level.WARNING,
    summary="No index starts with the column by which a policy finds the caller's rows.",
    why=(
        "A policy is added to the WHERE of every query. Without an index Postgres reads the whole table to find the "
        "rows of one user, and reads more with every user who joins."
    ),
    remedy="CREATE INDEX on the column.",
    bad=(
        (
            "CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid NOT NULL);\n"
            "ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;\n"
            f"CREATE POLICY own ON public.notes {OWN}"
        ),
    ),
    good=(
        f"{NOTES}CREATE POLICY own ON public.notes {OWN}",
        (
            "CREATE TABLE public.profiles (user_id uuid PRIMARY KEY, name text);\n"
            "ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;\n"
            "GRANT SELECT ON public.profiles TO authenticated;\n"
            f"CREATE POLICY own ON public.profiles {OWN}"
        ),
        (
            "CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid NOT NULL, body text);\n"
            "CREATE INDEX notes_written_idx ON public.notes (user_id) WHERE body IS NOT NULL;\n"
            "ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;\n"
            "GRANT SELECT ON public.notes TO authenticated;\n"
            "CREATE POLICY written ON public.notes FOR SELECT TO authenticated\n"
            "    USING ((SELECT auth.uid()) = user_id AND body IS NOT NULL);"
        ),
    ),
    final_state=_check,
)
