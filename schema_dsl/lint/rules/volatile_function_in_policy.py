"""A helper that Postgres must not look into or look up with, for want of a word."""

from __future__ import annotations

import re
from collections.abc import Iterable

from schema_dsl.lint.facts.clauses import Call
from schema_dsl.lint.facts.examples import NOTES
from schema_dsl.lint.facts.policies import policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.schema import Routine
from schema_dsl.lint.rule import Ending, Placed, Rule

# Whatever is not only reading, or gives something new each time.
_CHANGES = re.compile(
    r"\b(?:insert|update|delete|merge|perform|execute|nextval|setval|random|gen_random_uuid|clock_timestamp|"
    r"set_config|call|truncate|lock|notify)\b",
    re.IGNORECASE,
)


def _check(ending: Ending) -> Iterable[Placed]:
    if "functions" in ending.schema.doubts:
        return
    told: set[Routine] = set()
    for written in policies(ending):
        for clause in written.clauses:
            for call in clause.calls:
                routine = call.routine
                if routine is None or routine in told or not _is_only_said(call, routine):
                    continue
                told.add(routine)
                yield written.placed(
                    f"{call.shown} only reads, but counts as VOLATILE: Postgres calls it for each row, come what may",
                    clause,
                    call.node.location,
                )


def _is_only_said(call: Call, routine: Routine) -> bool:
    reads = (
        routine.body is not None
        and routine.language in {"sql", "plpgsql"}
        and not _CHANGES.search(routine.body)
    )
    # Alone in a sub-select it runs once in any case.
    once = bool(call.part.selects) and not call.node.args
    return reads and not once and not routine.doubtful and routine.signature.volatility == "v"


RULE = Rule(
    name="volatile-function-in-policy",
    group="rls",
    level=Level.INFO,
    summary="A policy calls a function that only reads, but is not marked STABLE.",
    why=(
        "A function is VOLATILE unless it is said to be otherwise. Postgres neither inlines such a function nor looks "
        "rows up in an index with what it gives."
    ),
    remedy="Make the function STABLE.",
    bad=(
        (
            "CREATE FUNCTION public.may_read(team uuid) RETURNS boolean LANGUAGE sql SET search_path = '' AS\n"
            "    $$ SELECT team = (SELECT auth.uid()) $$;\n"
            "CREATE POLICY team ON public.notes FOR SELECT TO authenticated USING (public.may_read(user_id));"
        ),
    ),
    good=(
        (
            "CREATE FUNCTION public.may_read(team uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = '' AS\n"
            "    $$ SELECT team = (SELECT auth.uid()) $$;\n"
            f"{NOTES}CREATE POLICY team ON public.notes FOR SELECT TO authenticated USING (public.may_read(user_id));"
        ),
    ),
    ending=_check,
)
