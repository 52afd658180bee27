"""anon may call a SECURITY DEFINER function of an API schema that does not check the caller, or a check is void."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from schema_dsl.analysis.trees import qualified_name
from schema_dsl.lint.facts.api import find_calling_roles
from schema_dsl.lint.facts.bodies import (
    IDENTITY_FUNCTIONS,
    definer_reads_identity,
    find_called_routines,
    is_trigger_function,
    reads_identity,
)
from schema_dsl.lint.facts.callers import ANONYMOUS
from schema_dsl.lint.facts.created_by import CreatedObject, list_created_routines
from schema_dsl.lint.facts.folding import fold_expression
from schema_dsl.lint.facts.newcomer_folding import fold_for_newcomer
from schema_dsl.lint.facts.values import FoldedValue, is_never_true
from schema_dsl.lint.history.schema import HistorySchema, Routine
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule
from schema_dsl.parsing import Node, Statement, walk
from schema_dsl.parsing.plpgsql_tree import PlpgsqlNode


def _check(final_state: FinalState) -> LocatedHits:
    for routine, creation in list_created_routines(final_state):
        if not routine.security_definer or is_trigger_function(routine):
            continue
        roles = set(find_calling_roles(routine))
        is_open = not roles.isdisjoint({"public", "anon"})
        if roles and definer_reads_identity(final_state.schema, routine):
            yield from _check_test(final_state, routine, creation, is_open=is_open)
        elif is_open:
            is_default = "public" in roles and "public" not in routine.grants
            reason = ": EXECUTE is not revoked from PUBLIC" if is_default else ""
            yield creation.hit(
                f"anonymous users may call {routine.name} with the privileges of its owner{reason}"
            )


def _check_test(
    final_state: FinalState, routine: Routine, creation: CreatedObject, *, is_open: bool
) -> LocatedHits:
    """Find an IF with RAISE as the only test of the caller whose condition is NULL for some callers."""
    schema = final_state.schema
    anonymous = partial(fold_expression, relation=None, caller=ANONYMOUS)
    test = _find_void_test(schema, routine, anonymous) if is_open else ""
    if test:
        yield creation.hit(
            f"anonymous users may call {routine.name} with the privileges of its owner: auth.uid() is NULL for them, "
            f"so IF {test} does not stop them",
            "Write IS DISTINCT FROM instead of <>, or REVOKE EXECUTE ... FROM PUBLIC, anon.",
        )
        return
    test = _find_void_test(schema, routine, partial(fold_for_newcomer, schema=schema))
    if test:
        yield creation.hit(
            f"every signed-in user may call {routine.name} with the privileges of its owner: without the claim or the "
            f"row, IF {test} is NULL and does not stop them",
            "Write IS DISTINCT FROM instead of <>.",
        )


def _find_void_test(schema: HistorySchema, routine: Routine, fold: Callable[[Node], FoldedValue]) -> str:
    """Return the condition that refuses callers by RAISE but is never true; "" if anything else tests the caller.

    `auth.uid() <> owner` is NULL for anonymous users.
    """
    body = routine.body
    if body is None or any(
        reads_identity(schema, callee)
        for callee in find_called_routines(schema, routine)
        if callee is not routine
    ):
        return ""
    tests = [
        node.sql[0].statement
        for node in body.code.nodes
        if node.keyword == "then" and node.sql and _raises(node)
        if (condition := _read_condition(node.sql[0].statement)) is not None
        and is_never_true(fold(condition))
    ]
    readers = [part.statement for part in body.parts if any(map(_reads_identity, part.trees))]
    is_void = readers and all(any(each is test for test in tests) for each in readers)
    return " ".join(readers[0].text.split()) if is_void else ""


def _raises(branch: PlpgsqlNode) -> bool:
    return any(child.keyword == "raise exception" for child in branch.children)


def _reads_identity(tree: Node) -> bool:
    return any(
        node.DESCRIPTOR.name == "FuncCall" and qualified_name(node.funcname) in IDENTITY_FUNCTIONS
        for node in walk(tree)
    )


def _read_condition(statement: Statement) -> Node | None:
    """Return the expression of a condition."""
    if statement.kind != "select_stmt" or len(statement.tree.target_list) != 1:
        return None
    condition: Node = statement.tree.target_list[0].res_target.val
    return condition


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
    bad=(
        """
        CREATE FUNCTION public.credit(account bigint, cents bigint) RETURNS void
            LANGUAGE sql SECURITY DEFINER SET search_path = ''
            AS 'UPDATE public.accounts SET balance = balance + cents WHERE id = account';
        """,
        """
        CREATE FUNCTION public.forget(account uuid) RETURNS void
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
        BEGIN
            IF auth.uid() <> account THEN
                RAISE EXCEPTION 'this is the account of another user';
            END IF;
            DELETE FROM public.accounts WHERE user_id = account;
        END $$;
        """,
    ),
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
        """
            BEGIN;
            CREATE FUNCTION public.forget(account uuid) RETURNS void
                LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
            BEGIN
                IF auth.uid() IS DISTINCT FROM account THEN
                    RAISE EXCEPTION 'this is the account of another user';
                END IF;
                DELETE FROM public.accounts WHERE user_id = account;
            END $$;
            COMMIT;
        """,
    ),
    final_state=_check,
    platform="supabase",
    known_as=(
        "splinter: 0028_anon_security_definer_function_executable",
        "splinter: 0029_authenticated_security_definer_function_executable",
    ),
)
