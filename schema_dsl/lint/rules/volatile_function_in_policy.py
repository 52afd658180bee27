"""A helper that no index can be looked up with, for want of a word."""

from __future__ import annotations

import re
from collections.abc import Iterable

from schema_dsl.lint.facts.clauses import PolicyCall
from schema_dsl.lint.facts.examples import NOTES
from schema_dsl.lint.facts.policies import policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.schema import Routine
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule
from schema_dsl.parsing.grammar import walk

# Whatever is not only reading, or gives something new each time.
_CHANGES = re.compile(
    r"\b(?:insert|update|delete|merge|perform|execute|nextval|setval|random|gen_random_uuid|clock_timestamp|"
    r"set_config|call|truncate|lock|notify)\b",
    re.IGNORECASE,
)


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    if "functions" in final_state.schema.doubts:
        return
    told: set[Routine] = set()
    for written in policies(final_state):
        for clause in written.clauses:
            for call in clause.calls:
                routine = call.routine
                if routine is None or routine in told or not _is_only_said(call, routine):
                    continue
                told.add(routine)
                yield written.placed(
                    f"{call.shown} only reads, but counts as VOLATILE: no index is looked up with it",
                    clause,
                    call.node.location,
                )


def _is_only_said(call: PolicyCall, routine: Routine) -> bool:
    reads = (
        routine.body is not None
        and routine.language in {"sql", "plpgsql"}
        and not _CHANGES.search(routine.body)
    )
    # In a sub-select it runs once in any case; with a column, for each row in any case.
    looked_up = not call.part.selects and not any(
        each.DESCRIPTOR.name == "ColumnRef" for each in walk(call.node)
    )
    return reads and looked_up and not routine.doubtful and routine.signature.volatility == "v"


RULE = Rule(
    name="volatile-function-in-policy",
    group="rls",
    level=Level.INFO,
    summary="A policy calls a function that only reads, but is not marked STABLE.",
    why=(
        "A function is VOLATILE unless it is said to be otherwise, and might give something else for every row: "
        "Postgres does not look rows up in an index with it."
    ),
    remedy="Make the function STABLE, and call it in a sub-select.",
    bad=(
        (
            "CREATE FUNCTION public.caller() RETURNS uuid LANGUAGE sql SET search_path = '' AS\n"
            "    $$ SELECT auth.uid() $$;\n"
            "CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING (user_id = public.caller());"
        ),
    ),
    good=(
        (
            "CREATE FUNCTION public.caller() RETURNS uuid LANGUAGE sql STABLE SET search_path = '' AS\n"
            "    $$ SELECT auth.uid() $$;\n"
            f"{NOTES}CREATE POLICY own ON public.notes FOR SELECT TO authenticated\n"
            "    USING (user_id = (SELECT public.caller()));"
        ),
    ),
    final_state=_check,
)
