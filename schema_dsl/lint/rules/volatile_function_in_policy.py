"""A policy calls a function that only reads, but is not marked STABLE."""

from __future__ import annotations

from schema_dsl.analysis.bodies import RoutineBody
from schema_dsl.analysis.builtins import split_words
from schema_dsl.lint.facts.clauses import PolicyCall
from schema_dsl.lint.facts.examples import NOTES
from schema_dsl.lint.facts.policies import policies_of_history
from schema_dsl.lint.history.schema import Routine
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule
from schema_dsl.parsing.grammar import walk

# Functions that write, or return a different value on each call.
_CHANGES = split_words("nextval setval random gen_random_uuid clock_timestamp set_config")


def _check(final_state: FinalState) -> LocatedHits:
    reported: set[Routine] = set()
    for policy in policies_of_history(final_state):
        for clause in policy.clauses:
            for call in clause.calls:
                routine = call.routine
                if routine is None or routine in reported or not _is_needlessly_volatile(call, routine):
                    continue
                reported.add(routine)
                yield policy.build_hit(
                    f"{call.display_name} only reads, but is VOLATILE: Postgres cannot use an index for it",
                    clause,
                    call.node.location,
                )


def _is_needlessly_volatile(call: PolicyCall, routine: Routine) -> bool:
    only_reads = routine.body is not None and routine.body.is_readable and _only_reads(routine.body)
    # A call in a sub-select runs once anyway, and a call with a column runs for every row anyway.
    could_use_index = not call.part.selects and not any(
        node.DESCRIPTOR.name == "ColumnRef" for node in walk(call.node)
    )
    return only_reads and could_use_index and not routine.uncertain and routine.signature.volatility == "v"


def _only_reads(body: RoutineBody) -> bool:
    return not any(name in _CHANGES for _, name in body.functions) and all(
        part.statement.kind in {"select_stmt", "plassign_stmt", "return_stmt"}
        and part.keyword != "perform"
        and part.dynamic_sql is None
        for part in body.parts
    )


RULE = Rule(
    group="rls",
    level=Level.INFO,
    why=(
        "A function is VOLATILE by default, and may then return a different value for every row. Postgres does not "
        "use an index for a comparison with a VOLATILE function."
    ),
    remedy="Mark the function STABLE, and call it in a sub-select.",
    bad="""
        CREATE FUNCTION public.caller() RETURNS uuid LANGUAGE sql SET search_path = '' AS
            $$ SELECT auth.uid() $$;
        CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING (user_id = public.caller());
    """,
    good=(
        "CREATE FUNCTION public.caller() RETURNS uuid LANGUAGE sql STABLE SET search_path = '' AS\n"
        "    $$ SELECT auth.uid() $$;\n"
        f"{NOTES}CREATE POLICY own ON public.notes FOR SELECT TO authenticated\n"
        "    USING (user_id = (SELECT public.caller()));"
    ),
    final_state=_check,
)
