"""authenticated may call a SECURITY DEFINER function that writes and does not check the caller."""

from __future__ import annotations

from schema_dsl.lint.facts.api import find_calling_roles
from schema_dsl.lint.facts.bodies import definer_reads_identity, is_trigger_function
from schema_dsl.lint.facts.created_by import list_created_routines
from schema_dsl.lint.history.schema import Routine
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule

_WRITES = ("InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "TruncateStmt")


def _check(final_state: FinalState) -> LocatedHits:
    for routine, creation in list_created_routines(final_state):
        if not routine.security_definer or is_trigger_function(routine) or not _may_write(routine):
            continue
        # The rule security-definer-executable reports functions that anon may call.
        if find_calling_roles(routine) == ["authenticated"] and not definer_reads_identity(
            final_state.schema, routine
        ):
            yield creation.hit(
                f"every signed-in user writes as the owner of {routine.name}, which does not check the caller"
            )


def _may_write(routine: Routine) -> bool:
    """Return whether a body writes, or executes SQL that may write."""
    parts = routine.body.parts if routine.body is not None else ()
    return any(part.dynamic_sql is not None for part in parts) or (
        routine.body is not None and any(True for _ in routine.body.find_nodes(*_WRITES))
    )


RULE = Rule(
    group="rls",
    level=Level.INFO,
    why=(
        "The API serves the function as /rpc/name to every signed-in user, and policies do not restrict its owner. "
        "What it writes depends only on arguments that the caller chooses."
    ),
    remedy="Check auth.uid() in the function, or make it SECURITY INVOKER so that policies apply.",
    bad="""
        CREATE FUNCTION public.credit(account bigint, cents bigint) RETURNS void
            LANGUAGE sql SECURITY DEFINER SET search_path = ''
            AS 'UPDATE public.accounts SET balance = balance + cents WHERE id = account';
        REVOKE EXECUTE ON FUNCTION public.credit FROM PUBLIC, anon;
        GRANT EXECUTE ON FUNCTION public.credit TO authenticated;
    """,
    good="""
        BEGIN;
        CREATE FUNCTION public.credit(account bigint, cents bigint) RETURNS void
            LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
            UPDATE public.accounts SET balance = balance + cents
            WHERE id = account AND (SELECT auth.jwt() -> 'app_metadata' ->> 'role') = 'teller' $$;
        REVOKE EXECUTE ON FUNCTION public.credit FROM PUBLIC, anon;
        GRANT EXECUTE ON FUNCTION public.credit TO authenticated;
        COMMIT;
    """,
    final_state=_check,
    platform="supabase",
    known_as=("splinter: 0029_authenticated_security_definer_function_executable",),
)
