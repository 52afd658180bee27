"""Users may write a row that decides on their rights, such as is_admin or credits."""

from __future__ import annotations

import re

from schema_dsl.lint.facts.clauses import PolicyClause
from schema_dsl.lint.facts.owners import find_owner_columns
from schema_dsl.lint.facts.policies import PolicyDefinition, can_callers_set, policies_of_history
from schema_dsl.lint.facts.strangers import may_act
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule

# Names of columns that decide on the rights or the credit of a user.
_PRIVILEGE = re.compile(
    r"(?:is_|has_)?(?:admin|super_?user|super_?admin|staff|moderator|verified|premium|approved|banned(?:_until)?|credits?)"
    r"|(?:user_|app_)?roles?|permissions?|access_level|credit_balance|balance|subscription_(?:tier|status|plan)"
)

# The place between two words of a name such as isAdmin.
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

# The row that an owner writes.
_ROWS = {"update": "their own row", "insert": "a new row of their own"}


def _check(final_state: FinalState) -> LocatedHits:
    for policy in policies_of_history(final_state):
        for action, row in _ROWS.items():
            clause = policy.find_using(action) or policy.find_check(action)
            exposed = _list_exposed(final_state, policy, action, clause)
            if exposed:
                yield policy.build_hit(
                    f"users may set {' and '.join(exposed[:2])} in {row} of {policy.relation}", clause
                )
                break


def _list_exposed(
    final_state: FinalState, policy: PolicyDefinition, action: str, clause: PolicyClause | None
) -> list[str]:
    """Return the columns with names of privileges that users may set in their own rows."""
    if not policy.is_for_clients or action not in policy.actions or not may_act(policy, action):
        return []
    owned = find_owner_columns(clause)
    return [
        name
        for name in (_list_privileges(policy) if owned else ())
        if name not in owned and can_callers_set(final_state, policy, name, action)
    ]


def _list_privileges(policy: PolicyDefinition) -> list[str]:
    """Return the columns that look like privileges and that the policy does not mention."""
    tested = {name for clause in policy.clauses for name in clause.find_table_columns()}
    return [
        column.name
        for column in policy.relation.columns.values()
        if _PRIVILEGE.fullmatch(_WORD_START.sub("_", column.name).lower())
        and column.name not in tested
        and not column.generated
    ]


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "A policy decides about rows, and not about columns: who may write the own row may set every column for "
        "which the role has the privilege UPDATE or INSERT."
    ),
    remedy=(
        "REVOKE the privilege on the table and GRANT it on the other columns, test the column in WITH CHECK, or keep "
        "such columns in a table that users cannot write."
    ),
    bad=(
        """
        CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid NOT NULL, body text, is_admin boolean);
        CREATE INDEX notes_user_id_idx ON public.notes (user_id);
        ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
        GRANT SELECT, UPDATE ON public.notes TO authenticated;
        CREATE POLICY seen ON public.notes FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);
        CREATE POLICY change ON public.notes FOR UPDATE TO authenticated
            USING ((SELECT auth.uid()) = user_id) WITH CHECK ((SELECT auth.uid()) = user_id);
        """,
        """
        CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid NOT NULL, body text, role text DEFAULT 'guest');
        CREATE INDEX notes_user_id_idx ON public.notes (user_id);
        ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
        GRANT SELECT, INSERT ON public.notes TO authenticated;
        CREATE POLICY seen ON public.notes FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);
        CREATE POLICY add ON public.notes FOR INSERT TO authenticated WITH CHECK ((SELECT auth.uid()) = user_id);
        """,
    ),
    good=(
        """
        CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid NOT NULL, body text, is_admin boolean);
        CREATE INDEX notes_user_id_idx ON public.notes (user_id);
        ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
        REVOKE UPDATE ON public.notes FROM authenticated;
        GRANT SELECT, UPDATE (body) ON public.notes TO authenticated;
        CREATE POLICY seen ON public.notes FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);
        CREATE POLICY change ON public.notes FOR UPDATE TO authenticated
            USING ((SELECT auth.uid()) = user_id) WITH CHECK ((SELECT auth.uid()) = user_id);
        """,
        """
        CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid NOT NULL, body text, role text DEFAULT 'guest');
        CREATE INDEX notes_user_id_idx ON public.notes (user_id);
        ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
        GRANT SELECT, INSERT ON public.notes TO authenticated;
        CREATE POLICY seen ON public.notes FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);
        CREATE POLICY add ON public.notes FOR INSERT TO authenticated
            WITH CHECK ((SELECT auth.uid()) = user_id AND role = 'guest');
        """,
    ),
    final_state=_check,
)
