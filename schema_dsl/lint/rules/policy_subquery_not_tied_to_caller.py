"""A policy tests whether a table of users has a row, not whether the caller has a row in it."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.lint.facts.clauses import PolicyCall, PolicyClause
from schema_dsl.lint.facts.examples import MEMBERS, NOTES
from schema_dsl.lint.facts.owners import holds_user_rows
from schema_dsl.lint.facts.policies import PolicyDefinition, shows_every_row
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import Level, LocatedHits, Rule
from schema_dsl.parsing import Node


def _check(policy: PolicyDefinition) -> LocatedHits:
    for clause in policy.clauses if policy.is_for_clients else ():
        # A function that we cannot analyze may test the caller.
        if policy.is_restricted or any(not _is_aggregate(call) for call in clause.calls):
            continue
        for node, relation in _find_user_tables(clause):
            yield policy.build_hit(
                f"this sub-select tests for any row of {relation}, not for the caller's: one row is enough for all",
                clause,
                node.location,
            )


def _is_aggregate(call: PolicyCall) -> bool:
    return call.routine is None and call.display_name in {"count()", "bool_or()", "max()", "min()"}


def _find_user_tables(clause: PolicyClause) -> Iterator[tuple[Node, HistoryRelation]]:
    for part in clause.find_parts("RangeVar"):
        relation = clause.schema.find_relation(part.node.schemaname, part.node.relname)
        if (
            relation is not None
            and relation is not clause.relation
            and holds_user_rows(relation)
            and shows_every_row(clause.schema, relation)
        ):
            yield part.node, relation


_ALL_SEEN = "CREATE POLICY all_seen ON public.members FOR SELECT TO authenticated USING (true);\n"

RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "EXISTS is true if there is any row. This policy does not contain auth.uid(), and the table shows callers "
        "the rows of all users, so the row of any user lets every caller pass."
    ),
    remedy="Compare the caller in the sub-select: m.user_id = (SELECT auth.uid()).",
    bad=(
        f"{MEMBERS}{_ALL_SEEN}{NOTES}"
        "CREATE POLICY team ON public.notes FOR SELECT TO authenticated\n"
        "    USING (EXISTS (SELECT FROM public.members m WHERE m.team_id = notes.team_id));"
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
    policy=_check,
)
