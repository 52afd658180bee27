"""Callers find only rows of their own, but WITH CHECK lets them write rows with another owner or group."""

from __future__ import annotations

from schema_dsl.lint.facts.callers import SIGNED_IN
from schema_dsl.lint.facts.clauses import PolicyClause
from schema_dsl.lint.facts.examples import MEMBERS, NOTES
from schema_dsl.lint.facts.folding import allows_every_row, fold_condition
from schema_dsl.lint.facts.owners import find_caller_columns, list_alternatives, list_conjuncts
from schema_dsl.lint.facts.policies import (
    PolicyDefinition,
    can_callers_set,
    policies_of_history,
    policies_of_table,
)
from schema_dsl.lint.facts.values import is_never_true
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule
from schema_dsl.parsing.grammar import walk

# Columns of the user who has sent a row, by their names.
_SENDERS = frozenset({"sender", "sender_id", "from_user", "from_user_id"})
# In tables of messages, also the author. Members of a group may record another user as the author of a document.
_AUTHORS = frozenset({"author", "author_id", "user_id", "posted_by", "created_by"})
_MESSAGES = ("message", "comment", "chat")
# Supabase Storage sets these columns itself.
_STORAGE_COLUMNS = frozenset({"owner", "owner_id"})


def _check(final_state: FinalState) -> LocatedHits:
    for policy in policies_of_history(final_state):
        if policy.check is None or not policy.state.permissive or is_never_true(fold_condition(policy.check)):
            continue
        if policy.state.command == "insert":
            hits = list(_check_insert(final_state, policy, policy.check))
            yield from hits or _check_author(final_state, policy, policy.check)
        if "update" not in policy.actions:
            continue
        unchecked = sorted(
            column
            for column in find_caller_columns(policy.using) - _find_checked_columns(policy.check)
            if not _is_key(policy, column) and can_callers_set(final_state, policy, column, "update")
        )
        if unchecked:
            yield policy.build_hit(
                f"a caller who may update a row of {policy.relation} may set any {unchecked[0]}: "
                "USING applies to the row before the UPDATE, WITH CHECK to the row after it",
                policy.check,
            )


def _check_insert(final_state: FinalState, policy: PolicyDefinition, check: PolicyClause) -> LocatedHits:
    """Compare WITH CHECK of an INSERT with the conditions by which callers find rows."""
    readers = [
        other
        for other in policies_of_table(final_state, policy.relation)
        if "select" in other.actions and other.state.permissive
    ]
    found = [find_caller_columns(reader.using) for reader in readers]
    # Another rule reports a check that does not test the caller.
    if not found or not check.identity_calls or allows_every_row(check, SIGNED_IN) or policy.is_restricted:
        return
    for column in sorted(frozenset.intersection(*found) - _find_checked_columns(check)):
        if _is_key(policy, column) or _is_added_member(policy, column, check):
            continue
        if can_callers_set(final_state, policy, column, "insert"):
            yield policy.build_hit(
                f"a caller may insert a row of {policy.relation} with any {column}, although callers find rows by it",
                check,
            )
            return


def _check_author(final_state: FinalState, policy: PolicyDefinition, check: PolicyClause) -> LocatedHits:
    """Find an alternative of WITH CHECK by which members of a group write rows in the name of another user."""
    if policy.is_restricted or not policy.is_for_clients or not check.identity_calls:
        return
    for column in policy.relation.columns.values():
        is_set = column.not_null or column.default is not None
        if not _is_sender(policy.relation.name, column.name) or column.type != "uuid" or not is_set:
            continue
        parts = [check.part(node) for node in list_alternatives(check.tree)]
        part = next((each for each in parts if _is_by_membership(each, column.name)), None)
        if part is not None and can_callers_set(final_state, policy, column.name, "insert"):
            yield policy.build_hit(
                f"a caller may insert a row of {policy.relation} in the name of another user: nothing compares "
                f"{column.name} with the caller",
                part,
                remedy=f"Add a condition to WITH CHECK: {column.name} = (SELECT auth.uid()).",
            )
            return


def _is_sender(table: str, column: str) -> bool:
    return column in _SENDERS or (column in _AUTHORS and any(word in table.lower() for word in _MESSAGES))


def _is_by_membership(part: PolicyClause, author: str) -> bool:
    """Return whether a condition ties another column of the row to the caller, without a test of a role."""
    columns = part.find_table_columns()
    return bool(
        part.identity_calls
        and columns
        and author not in columns
        and not any(each.node.HasField("sval") for each in part.find_parts("A_Const"))
        and find_caller_columns(part)
    )


def _is_added_member(policy: PolicyDefinition, column: str, check: PolicyClause) -> bool:
    """Return whether a row is a membership of a group that WITH CHECK ties to the caller, who adds other users."""
    groups = find_caller_columns(check)
    keys = (set(each.columns) for each in policy.relation.constraints.values() if each.is_key)
    return any(column in key and not key.isdisjoint(groups) for key in keys)


def _find_checked_columns(check: PolicyClause) -> set[str]:
    """Return the columns that WITH CHECK tests, or all columns if it ties the row to the caller in another way."""
    checked: set[str] = set()
    for node in list_conjuncts(check.tree):
        parts = {id(part) for part in walk(node)}
        named = {
            name
            for part in check.find_parts("ColumnRef")
            if id(part.node) in parts and (name := check.find_table_column(part.node, part.selects))
        }
        tests_caller = any(id(call.node) in parts for call in check.identity_calls)
        if (
            tests_caller
            and named
            and node.DESCRIPTOR.name == "A_Expr"
            and not find_caller_columns(check) & named
        ):
            # For example (storage.foldername(name))[1] = (SELECT auth.uid()::text).
            return set(check.relation.columns) | find_caller_columns(check) | _STORAGE_COLUMNS
        if node.DESCRIPTOR.name != "NullTest" and not allows_every_row(check):
            checked |= named
    return checked


def _is_key(policy: PolicyDefinition, column: str) -> bool:
    """Return whether the column is the whole primary key, so that the value of another row is a duplicate."""
    return any(
        constraint.kind == "primary_key" and constraint.columns == (column,)
        for constraint in policy.relation.constraints.values()
    )


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "USING applies to the row before the UPDATE, WITH CHECK to the row after it. Without WITH CHECK, Postgres "
        "applies USING to both. A WITH CHECK that does not test the owner column lets the caller give the row to "
        "another user; on INSERT, it lets the caller write rows that appear to others as theirs, or that name another "
        "user as their sender or author."
    ),
    remedy="Repeat the owner condition in WITH CHECK, or omit WITH CHECK.",
    bad=(
        """
            CREATE POLICY own ON public.notes FOR UPDATE TO authenticated
                USING ((SELECT auth.uid()) = user_id) WITH CHECK (true);
        """,
        """
            CREATE POLICY own ON public.notes FOR UPDATE TO authenticated
                USING ((SELECT auth.uid()) = user_id) WITH CHECK (body <> '');
        """,
        (
            f"{MEMBERS}CREATE POLICY own ON public.members FOR SELECT TO authenticated\n"
            "    USING (user_id = (SELECT auth.uid()));\n"
            f"{NOTES}CREATE POLICY team_read ON public.notes FOR SELECT TO authenticated USING (team_id IN (\n"
            "    SELECT m.team_id FROM public.members m WHERE m.user_id = (SELECT auth.uid())));\n"
            "CREATE POLICY added ON public.notes FOR INSERT TO authenticated\n"
            "    WITH CHECK (user_id = (SELECT auth.uid()));"
        ),
    ),
    good=(
        (
            f"{NOTES}CREATE POLICY own_read ON public.notes FOR SELECT TO authenticated\n"
            "    USING ((SELECT auth.uid()) = user_id);\n"
            "CREATE POLICY own ON public.notes FOR UPDATE TO authenticated USING ((SELECT auth.uid()) = user_id);"
        ),
        (
            f"{NOTES}CREATE POLICY own ON public.notes TO authenticated USING ((SELECT auth.uid()) = user_id)\n"
            "    WITH CHECK ((SELECT auth.uid()) = user_id AND body <> '');"
        ),
        (
            f"{NOTES}CREATE POLICY own_read ON public.notes FOR SELECT TO authenticated\n"
            "    USING ((SELECT auth.uid()) = user_id);\n"
            "CREATE POLICY closed ON public.notes FOR UPDATE TO authenticated USING ((SELECT auth.uid()) = user_id)\n"
            "    WITH CHECK (false);"
        ),
    ),
    final_state=_check,
)
