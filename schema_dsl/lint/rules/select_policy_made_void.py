"""A policy by which everything can be read, beside one that shows each their own."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.folding import holds
from schema_dsl.lint.facts.policies import PolicyDefinition, of_table, policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for wide in policies(final_state):
        clause = wide.using
        if clause is None or not _is_reading(wide) or wide.restricted:
            continue
        if not holds(clause):
            continue
        if clause.identities:
            yield wide.placed(f"{wide} asks for the caller, and is true for every row all the same", clause)
            continue
        for narrow in of_table(final_state, wide.relation):
            if narrow is not wide and _is_reading(narrow) and _is_void(narrow, wide):
                yield wide.placed(
                    f"every row of {wide.relation} can be read by this, so that policy "
                    f"{narrow.policy.name} keeps nothing back",
                    clause,
                )
                break


def _is_reading(written: PolicyDefinition) -> bool:
    return written.policy.command == "select" and written.for_clients


def _is_void(narrow: PolicyDefinition, wide: PolicyDefinition) -> bool:
    if narrow.using is None or not narrow.using.identities:
        return False
    roles = set(wide.policy.roles)
    return "public" in roles or set(narrow.policy.roles) <= roles


RULE = Rule(
    name="select-policy-made-void",
    group="rls",
    level=Level.WARNING,
    summary="A SELECT policy shows every row, though it, or another beside it, asks whose they are.",
    why=(
        "Permissive policies are joined by OR: a row can be read if any of them says so. Either the table is "
        "public, and the narrower policy is in vain, or it is private, and this one leaks it."
    ),
    remedy="Drop one of the two: this one if the rows are private.",
    bad=(
        (
            f"{NOTES}CREATE POLICY own ON public.notes {OWN}\n"
            "CREATE POLICY everything ON public.notes FOR SELECT TO authenticated USING (true);"
        ),
        (
            f"{NOTES}CREATE POLICY own ON public.notes FOR SELECT TO authenticated\n"
            "    USING ((SELECT auth.uid()) = user_id OR user_id IS NOT NULL);"
        ),
    ),
    good=(
        (
            f"{NOTES}CREATE POLICY readable ON public.notes FOR SELECT TO anon, authenticated USING (true);\n"
            "CREATE POLICY own ON public.notes FOR UPDATE TO authenticated\n"
            "    USING ((SELECT auth.uid()) = user_id) WITH CHECK ((SELECT auth.uid()) = user_id);"
        ),
    ),
    final_state=_check,
)
