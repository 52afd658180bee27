"""A SECURITY DEFINER function that anybody on the internet may call."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.api import callers
from schema_dsl.lint.facts.bodies import asks, is_trigger
from schema_dsl.lint.facts.created_by import made_routines
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for routine, made in made_routines(final_state):
        if not routine.security_definer or is_trigger(routine) or asks(final_state.schema, routine):
            continue
        roles = {"public", "anon"} & set(callers(routine))
        if roles:
            everybody = "public" in roles and "public" not in routine.grants
            said = ", as nobody revoked it from PUBLIC" if everybody else ""
            yield made.hit(
                f"without signing in, anybody may call {routine.name} with its owner's rights{said}"
            )


RULE = Rule(
    name="security-definer-executable",
    group="schema",
    level=Level.WARNING,
    summary="A SECURITY DEFINER function of an API schema can be called by anon, and does not ask who is calling.",
    why=(
        "EXECUTE on a new function is PUBLIC's until it is revoked, and the API offers every function of its schemas "
        "as /rpc/name. SECURITY DEFINER runs it as the owner, whom no policy stops."
    ),
    remedy=(
        "REVOKE EXECUTE ... FROM PUBLIC, anon (on Supabase, anon may have it by default privileges), then GRANT it "
        "to who needs it; or move the function to a schema that the API does not serve."
    ),
    bad=(
        (
            "CREATE FUNCTION public.credit(account bigint, cents bigint) RETURNS void\n"
            "    LANGUAGE sql SECURITY DEFINER SET search_path = ''\n"
            "    AS 'UPDATE public.accounts SET balance = balance + cents WHERE id = account';"
        ),
    ),
    good=(
        (
            "BEGIN;\n"
            "CREATE FUNCTION public.credit(account bigint, cents bigint) RETURNS void\n"
            "    LANGUAGE sql SECURITY DEFINER SET search_path = ''\n"
            "    AS 'UPDATE public.accounts SET balance = balance + cents WHERE id = account';\n"
            "REVOKE EXECUTE ON FUNCTION public.credit(bigint, bigint) FROM PUBLIC, anon, authenticated;\n"
            "GRANT EXECUTE ON FUNCTION public.credit(bigint, bigint) TO service_role;\n"
            "COMMIT;"
        ),
        (
            "CREATE FUNCTION public.is_member(team bigint) RETURNS boolean\n"
            "    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''\n"
            "    AS 'SELECT EXISTS (SELECT FROM public.members m WHERE m.team_id = team AND m.user_id = auth.uid())';"
        ),
    ),
    final_state=_check,
    platform="supabase",
    known_as=(
        "splinter: 0028_anon_security_definer_function_executable",
        "splinter: 0029_authenticated_security_definer_function_executable",
    ),
)
