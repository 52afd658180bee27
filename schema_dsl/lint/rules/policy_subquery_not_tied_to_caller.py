"""A look-up among users that does not look for the caller."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schema_dsl.lint.facts.clauses import PolicyCall, PolicyClause
from schema_dsl.lint.facts.examples import MEMBERS, NOTES
from schema_dsl.lint.facts.owners import holds_people
from schema_dsl.lint.facts.policies import policies, shows_all
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule
from schema_dsl.parsing import Node


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for written in policies(final_state):
        for clause in written.clauses if written.for_clients else ():
            # A function that nobody knows may ask for the caller.
            if written.restricted or any(not _sums_up(each) for each in clause.calls):
                continue
            for node, relation in _people(clause):
                yield written.placed(
                    f"this looks for a row of {relation}, and not for the caller's: if there is one, everybody passes",
                    clause,
                    node.location,
                )


def _sums_up(call: PolicyCall) -> bool:
    return call.routine is None and call.shown in {"count()", "bool_or()", "max()", "min()"}


def _people(clause: PolicyClause) -> Iterator[tuple[Node, HistoryRelation]]:
    for part in clause.of("RangeVar"):
        relation = clause.schema.relation(part.node.schemaname, part.node.relname)
        if (
            relation is not None
            and relation is not clause.relation
            and holds_people(relation)
            and shows_all(clause.schema, relation)
        ):
            yield part.node, relation


_ALL_SEEN = "CREATE POLICY all_seen ON public.members FOR SELECT TO authenticated USING (true);\n"

RULE = Rule(
    name="policy-subquery-not-tied-to-caller",
    group="rls",
    level=Level.WARNING,
    summary="A policy asks whether somebody is in a table of users, and not whether the caller is.",
    why=(
        "EXISTS is true as soon as there is a row. Nothing in this policy says auth.uid(), and the table shows "
        "everybody's rows, so whoever asks passes once anybody would."
    ),
    remedy="Add the caller to the sub-select: m.user_id = (SELECT auth.uid()).",
    bad=(
        (
            f"{MEMBERS}{_ALL_SEEN}{NOTES}"
            "CREATE POLICY team ON public.notes FOR SELECT TO authenticated\n"
            "    USING (EXISTS (SELECT FROM public.members m WHERE m.team_id = notes.team_id));"
        ),
    ),
    good=(
        (
            f"{MEMBERS}{_ALL_SEEN}{NOTES}"
            "CREATE POLICY team ON public.notes FOR SELECT TO authenticated USING (EXISTS (\n"
            "    SELECT FROM public.members m WHERE m.team_id = notes.team_id AND m.user_id = (SELECT auth.uid())));"
        ),
        (
            f"{MEMBERS}CREATE POLICY own ON public.members FOR SELECT TO authenticated\n"
            "    USING ((SELECT auth.uid()) = user_id);\n"
            f"{NOTES}CREATE POLICY team ON public.notes FOR SELECT TO authenticated\n"
            "    USING (EXISTS (SELECT FROM public.members m WHERE m.team_id = notes.team_id));"
        ),
    ),
    final_state=_check,
)
