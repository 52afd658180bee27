"""anon may call a SECURITY DEFINER function of an API schema that does not check the caller."""

from __future__ import annotations

from schema_dsl.lint.facts.api import find_calling_roles
from schema_dsl.lint.facts.bodies import definer_reads_identity, is_trigger_function
from schema_dsl.lint.facts.created_by import list_created_routines
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    for routine, creation in list_created_routines(final_state):
        if (
            not routine.security_definer
            or is_trigger_function(routine)
            or definer_reads_identity(final_state.schema, routine)
        ):
            continue
        roles = {"public", "anon"} & set(find_calling_roles(routine))
        if roles:
            is_default = "public" in roles and "public" not in routine.grants
            reason = ": EXECUTE is not revoked from PUBLIC" if is_default else ""
            yield creation.hit(
                f"anonymous users may call {routine.name} with the privileges of its owner{reason}"
            )


RULE = Rule(
    group="schema",
    level=Level.WARNING,
    why=(
        "PUBLIC has EXECUTE on a new function until it is revoked, and the API serves every function of its schemas "
        "as /rpc/name. A SECURITY DEFINER function runs as its owner, and policies do not restrict the owner."
    ),
    remedy=(
        "REVOKE EXECUTE ... FROM PUBLIC, anon (on Supabase, default privileges may grant it to anon), then GRANT it "
        "to the roles that need it. Or move the function to a schema that the API does not serve."
    ),
    bad="""
        CREATE FUNCTION public.credit(account bigint, cents bigint) RETURNS void
            LANGUAGE sql SECURITY DEFINER SET search_path = ''
            AS 'UPDATE public.accounts SET balance = balance + cents WHERE id = account';
    """,
    good=(
        """
            BEGIN;
            CREATE FUNCTION public.credit(account bigint, cents bigint) RETURNS void
                LANGUAGE sql SECURITY DEFINER SET search_path = ''
                AS 'UPDATE public.accounts SET balance = balance + cents WHERE id = account';
            REVOKE EXECUTE ON FUNCTION public.credit(bigint, bigint) FROM PUBLIC, anon, authenticated;
            GRANT EXECUTE ON FUNCTION public.credit(bigint, bigint) TO service_role;
            COMMIT;
        """,
        """
            CREATE FUNCTION public.is_member(team bigint) RETURNS boolean
                LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
                AS 'SELECT EXISTS (SELECT FROM public.members m WHERE m.team_id = team AND m.user_id = auth.uid())';
        """,
    ),
    final_state=_check,
    platform="supabase",
    known_as=(
        "splinter: 0028_anon_security_definer_function_executable",
        "splinter: 0029_authenticated_security_definer_function_executable",
    ),
)
