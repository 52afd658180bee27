"""A function by which every user writes as somebody else."""

from __future__ import annotations

import re
from collections.abc import Iterable

from schema_dsl.lint.facts.api import callers
from schema_dsl.lint.facts.bodies import asks, code, is_trigger
from schema_dsl.lint.facts.created_by import made_routines
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule

_WRITES = re.compile(r"\b(?:insert into|update|delete from|merge into|truncate|execute)\b")


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for routine, made in made_routines(final_state):
        if not routine.security_definer or is_trigger(routine) or not _WRITES.search(code(routine)):
            continue
        # What anon may call is told by security-definer-executable.
        if callers(routine) == ["authenticated"] and not asks(final_state.schema, routine):
            yield made.hit(
                f"whoever signs up writes with the rights of the owner of {routine.name}, which does not ask who it is"
            )


RULE = Rule(
    name="security-definer-writes",
    group="rls",
    level=Level.INFO,
    summary="A SECURITY DEFINER function that authenticated may call writes, and does not ask who is calling.",
    why=(
        "The API offers it as /rpc/name to everybody with an account, and no policy stops its owner. What it writes "
        "then depends on arguments that the caller chooses."
    ),
    remedy="Ask auth.uid() in it, or leave it SECURITY INVOKER and let policies decide.",
    bad=(
        (
            "CREATE FUNCTION public.credit(account bigint, cents bigint) RETURNS void\n"
            "    LANGUAGE sql SECURITY DEFINER SET search_path = ''\n"
            "    AS 'UPDATE public.accounts SET balance = balance + cents WHERE id = account';\n"
            "REVOKE EXECUTE ON FUNCTION public.credit FROM PUBLIC, anon;\n"
            "GRANT EXECUTE ON FUNCTION public.credit TO authenticated;"
        ),
    ),
    good=(
        (
            "BEGIN;\n"
            "CREATE FUNCTION public.credit(account bigint, cents bigint) RETURNS void\n"
            "    LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$\n"
            "    UPDATE public.accounts SET balance = balance + cents\n"
            "    WHERE id = account AND (SELECT auth.jwt() -> 'app_metadata' ->> 'role') = 'teller' $$;\n"
            "REVOKE EXECUTE ON FUNCTION public.credit FROM PUBLIC, anon;\n"
            "GRANT EXECUTE ON FUNCTION public.credit TO authenticated;\n"
            "COMMIT;"
        ),
    ),
    final_state=_check,
    platform="supabase",
    known_as=("splinter: 0029_authenticated_security_definer_function_executable",),
)
