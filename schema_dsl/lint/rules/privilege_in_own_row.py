"""Users may write a row that decides on their rights, such as is_admin or credits."""

from __future__ import annotations

import re

from schema_dsl.lint.facts.callers import SIGNED_IN
from schema_dsl.lint.facts.clauses import PolicyClause
from schema_dsl.lint.facts.folding import allows_every_row
from schema_dsl.lint.facts.owners import find_owner_columns
from schema_dsl.lint.facts.policies import (
    PolicyDefinition,
    can_callers_set,
    policies_of_history,
    policies_of_table,
)
from schema_dsl.lint.facts.strangers import may_act
from schema_dsl.lint.facts.trusted_columns import find_trusts, is_free
from schema_dsl.lint.history.schema import HistoryColumn, HistoryRelation
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule

# Names of columns that decide on the rights or the credit of a user.
_PRIVILEGE = re.compile(
    r"(?:is_|has_)?(?:admin|super_?user|super_?admin|staff|moderator|verified|premium|approved|banned(?:_until)?|credits?)"
    r"|(?:user_|app_)?roles?|permissions?|access_level|credit_balance|balance|subscription_(?:tier|status|plan)"
)

# Names that decide on rights where the column has a default, such as 'free'; lesson plans have none.
_PLANS = frozenset({"plan", "plan_id", "tier"})
# Columns of payments decide only in tables of purchases: in other tables, users may keep their own accounts.
_PURCHASES = frozenset({"orders", "purchases", "payments", "subscriptions"})
_PAYMENTS = frozenset({"payment_status", "is_paid", "paid", "paid_at"})

# Names of columns with the author of a row, which is about the rights of another user, such as an invitation.
_AUTHOR = re.compile(
    r"(?:invited|granted|assigned|added|approved|issued|sent)_by(?:_id)?|(?:inviter|granter|grantor)(?:_id)?"
)

# The place between two words of a name such as isAdmin.
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

# How an owner writes a row.
_WRITES = {"update": "in their own row of {}", "insert": "where they insert their own row of {}"}


def _check(final_state: FinalState) -> LocatedHits:
    for policy in policies_of_history(final_state):
        for action, words in _WRITES.items():
            row = words.format(policy.relation)
            clause = policy.find_using(action) or policy.find_check(action)
            exposed = _list_exposed(final_state, policy, action, clause)
            if exposed:
                yield policy.build_hit(
                    f"users may set {' and '.join(exposed[:2])} {row}: the policy limits the rows that they write, and "
                    "not the columns",
                    clause,
                )
                break
            trusted = _find_trusted(final_state, policy, action)
            if trusted is not None:
                column, trusting = trusted
                yield policy.build_hit(
                    f"users may set any {column} {row}, and {trusting} grants access by it",
                    clause,
                    remedy=(
                        f"Test {column} in WITH CHECK, or REVOKE the privilege and let a SECURITY DEFINER function "
                        "write the row, which checks the caller, such as by an invitation."
                    ),
                )
                break


def _find_trusted(
    final_state: FinalState, policy: PolicyDefinition, action: str
) -> tuple[str, PolicyDefinition] | None:
    """Return a column that users may set in a row of their own and by which a policy grants access, and the policy."""
    check = policy.find_check(action)
    trusts = find_trusts(final_state).get(policy.relation)
    if not trusts or check is None or not policy.is_for_clients or policy.is_restricted:
        return None
    if action not in policy.actions or not may_act(policy, action):
        return None
    # Other rules report a policy that tests no owner.
    if allows_every_row(check, SIGNED_IN) or (
        action == "update" and not _is_of_inserter(final_state, policy)
    ):
        return None
    owned = find_owner_columns(check)
    for trust in trusts:
        free = [name for name in sorted(trust.columns) if is_free(check, name)]
        # A row that refers to data of the caller grants no access to data of others. A new row grants access only if
        # all of its values are as the policy requires.
        if not owned.isdisjoint(trust.linked) or (action == "insert" and len(free) < len(trust.columns)):
            continue
        settable = (name for name in free if can_callers_set(final_state, policy, name, action))
        if name := next(settable, ""):
            return name, trust.policy
    return None


def _is_of_inserter(final_state: FinalState, policy: PolicyDefinition) -> bool:
    """Return whether a user updates own rows, but not those that other users insert, such as requests of friends."""
    owned = find_owner_columns(policy.using)
    inserters = frozenset[str]().union(
        *(
            find_owner_columns(each.find_check("insert"))
            for each in policies_of_table(final_state, policy.relation)
            if "insert" in each.actions
        )
    )
    return bool(owned) and not (inserters and owned.isdisjoint(inserters))


def _list_exposed(
    final_state: FinalState, policy: PolicyDefinition, action: str, clause: PolicyClause | None
) -> list[str]:
    """Return the columns with names of privileges that users may set in their own rows."""
    if not policy.is_for_clients or action not in policy.actions or not may_act(policy, action):
        return []
    owned = find_owner_columns(clause)
    if clause is not None and all(map(_AUTHOR.fullmatch, owned)) and _binds_other_columns(clause, owned):
        return []
    return [
        name
        for name in (_list_privileges(policy) if owned else ())
        if name not in owned and can_callers_set(final_state, policy, name, action)
    ]


def _binds_other_columns(clause: PolicyClause, owned: frozenset[str]) -> bool:
    """Return whether a subquery or a function tests another column than the owner, such as an organization."""
    tests = [part.node for part in clause.find_parts("SubLink")]
    tests += [call.node for call in clause.calls if call.routine is not None]
    return any(clause.part(node).find_table_columns() - owned for node in tests)


def _is_privilege(relation: HistoryRelation, column: HistoryColumn) -> bool:
    name = _WORD_START.sub("_", column.name).lower()
    is_plan = name in _PLANS and column.default is not None
    is_payment = name in _PAYMENTS and relation.name in _PURCHASES
    return bool(is_plan or is_payment or _PRIVILEGE.fullmatch(name))


def _list_privileges(policy: PolicyDefinition) -> list[str]:
    """Return the columns that look like privileges and that the policy does not mention."""
    tested = {name for clause in policy.clauses for name in clause.find_table_columns()}
    return [
        column.name
        for column in policy.relation.columns.values()
        if _is_privilege(policy.relation, column) and column.name not in tested and not column.generated
    ]


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "A policy decides about rows, and not about columns: who may write the own row may set every column for "
        "which the role has the privilege UPDATE or INSERT. The column may be a role or a balance by its name, or a "
        "column by which a policy grants access to other rows: a user who may insert a membership of any team reads "
        "the rows of any team."
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
        """
        CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid NOT NULL, body text, team_id uuid);
        CREATE TABLE public.members (team_id uuid, user_id uuid, PRIMARY KEY (user_id, team_id));
        ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
        ALTER TABLE public.members ENABLE ROW LEVEL SECURITY;
        GRANT SELECT ON public.notes, public.members TO authenticated;
        GRANT INSERT ON public.members TO authenticated;
        CREATE POLICY own ON public.members FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);
        CREATE POLICY enter ON public.members FOR INSERT TO authenticated WITH CHECK ((SELECT auth.uid()) = user_id);
        CREATE POLICY team ON public.notes FOR SELECT TO authenticated USING (team_id IN (
            SELECT m.team_id FROM public.members m WHERE m.user_id = (SELECT auth.uid())));
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
