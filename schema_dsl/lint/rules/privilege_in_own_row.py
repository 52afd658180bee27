"""Users may update a row that says what they may do, such as is_admin or credits."""

from __future__ import annotations

import re

from schema_dsl.lint.facts.owners import find_owner_columns
from schema_dsl.lint.facts.policies import PolicyDefinition, can_callers_set, policies_of_history
from schema_dsl.lint.facts.strangers import may_act
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule

# Names of columns that decide what a user may do or has paid for.
_PRIVILEGE = re.compile(
    r"(?:is_|has_)?(?:admin|super_?user|super_?admin|staff|moderator|verified|premium|approved|banned|credits?)"
    r"|(?:user_|app_)?roles?|permissions?|credit_balance|balance|subscription_(?:tier|status|plan)"
)


def _check(final_state: FinalState) -> LocatedHits:
    for policy in policies_of_history(final_state):
        if not policy.is_for_clients or "update" not in policy.actions or not may_act(policy, "update"):
            continue
        owned = find_owner_columns(policy.using)
        columns = [name for name in _list_privileges(policy) if name not in owned] if owned else []
        exposed = [name for name in columns if can_callers_set(final_state, policy, name, "update")]
        if exposed:
            yield policy.build_hit(
                f"users may set {' and '.join(exposed[:2])} in their own row of {policy.relation}",
                policy.using,
            )


def _list_privileges(policy: PolicyDefinition) -> list[str]:
    """Return the columns that look like privileges and that the policy does not mention."""
    tested = {name for clause in policy.clauses for name in clause.find_table_columns()}
    return [
        column.name
        for column in policy.relation.columns.values()
        if _PRIVILEGE.fullmatch(column.name.lower()) and column.name not in tested and not column.generated
    ]


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "A policy decides about rows, and not about columns: who may update the own row may set every column for "
        "which the role has the privilege UPDATE."
    ),
    remedy=(
        "REVOKE UPDATE on the table and GRANT UPDATE on the other columns, or keep such columns in a table that "
        "users cannot write."
    ),
    bad="""
        CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid NOT NULL, body text, is_admin boolean);
        CREATE INDEX notes_user_id_idx ON public.notes (user_id);
        ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
        GRANT SELECT, UPDATE ON public.notes TO authenticated;
        CREATE POLICY seen ON public.notes FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);
        CREATE POLICY change ON public.notes FOR UPDATE TO authenticated
            USING ((SELECT auth.uid()) = user_id) WITH CHECK ((SELECT auth.uid()) = user_id);
    """,
    good="""
        CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid NOT NULL, body text, is_admin boolean);
        CREATE INDEX notes_user_id_idx ON public.notes (user_id);
        ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
        REVOKE UPDATE ON public.notes FROM authenticated;
        GRANT SELECT, UPDATE (body) ON public.notes TO authenticated;
        CREATE POLICY seen ON public.notes FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);
        CREATE POLICY change ON public.notes FOR UPDATE TO authenticated
            USING ((SELECT auth.uid()) = user_id) WITH CHECK ((SELECT auth.uid()) = user_id);
    """,
    final_state=_check,
)
