"""A policy by which everybody who is signed in may change everything."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.folding import SIGNED_IN, holds
from schema_dsl.lint.facts.grants import listed
from schema_dsl.lint.facts.owners import owners
from schema_dsl.lint.facts.policies import PolicyDefinition, may_be_set, of_table, policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for written in policies(final_state):
        if (
            not written.for_clients
            or written.restricted
            or not {"public", "authenticated"} & set(written.policy.roles)
        ):
            continue
        open_to = [
            each for each in ("update", "delete") if each in written.actions and _is_open(written, each)
        ]
        if open_to:
            yield written.placed(
                f"whoever is signed in may {listed(open_to)} any row of {written.relation}, whosever it is",
                written.using,
            )
        elif written.policy.command == "insert" and _forges(final_state, written):
            yield written.placed(
                f"whoever is signed in may insert rows of {written.relation} that are somebody else's",
                written.check,
            )


def _forges(final_state: FinalState, written: PolicyDefinition) -> bool:
    """Whether nothing says that a new row is the caller's, of a table whose rows are found by whose they are."""
    clause = written.check
    if clause is None or holds(clause):
        return False
    if clause.identities and not holds(clause, SIGNED_IN):
        return False
    finding = [each for each in of_table(final_state, written.relation) if "select" in each.actions]
    own = set.intersection(*(set(owners(each.using)) for each in finding)) if finding else set()
    # A function that nobody knows may ask for the caller.
    hidden = any(each.routine is not None and not each.identity for each in clause.calls)
    return not hidden and any(
        each not in clause.own_columns() and may_be_set(final_state, written, each, "insert") for each in own
    )


def _is_open(written: PolicyDefinition, action: str) -> bool:
    clause = written.filter_of(action)
    if clause is None or holds(clause):
        return False
    return holds(clause, SIGNED_IN)


RULE = Rule(
    name="policy-open-to-every-user",
    group="rls",
    level=Level.WARNING,
    summary="A policy for writing does not ask whose the row is, but at most whether somebody is signed in.",
    why=(
        "A condition that names no column of its table has one answer for all rows. On most projects anybody can sign "
        "up, so that everybody may change and delete everybody's, and add to it in their name."
    ),
    remedy="Say whose rows: (SELECT auth.uid()) = user_id.",
    bad=(
        (
            "CREATE POLICY signed_in ON public.notes FOR ALL TO authenticated\n"
            "    USING ((SELECT auth.role()) = 'authenticated');"
        ),
        "CREATE POLICY signed_in ON public.notes FOR DELETE TO authenticated USING ((SELECT auth.uid()) IS NOT NULL);",
        (
            f"{NOTES}CREATE POLICY own ON public.notes {OWN}\n"
            "CREATE POLICY signed_in ON public.notes FOR INSERT TO authenticated\n"
            "    WITH CHECK ((SELECT auth.uid()) IS NOT NULL);"
        ),
    ),
    good=(
        f"{NOTES}CREATE POLICY own ON public.notes {OWN}",
        (
            f"{NOTES}CREATE POLICY admins ON public.notes FOR ALL TO authenticated\n"
            "    USING ((SELECT auth.jwt()) -> 'app_metadata' ->> 'role' = 'admin')\n"
            "    WITH CHECK ((SELECT auth.jwt()) -> 'app_metadata' ->> 'role' = 'admin');"
        ),
    ),
    final_state=_check,
)
