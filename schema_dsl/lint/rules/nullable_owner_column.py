"""The column that names the owner of a row is nullable."""

from __future__ import annotations

from schema_dsl.lint.facts.clauses import find_certain_column
from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.owners import find_owner_columns
from schema_dsl.lint.facts.policies import PolicyDefinition, policies_of_history, policies_of_table
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule

# The codes of the parse tree for ON DELETE SET NULL and SET DEFAULT.
_CLEARING_ACTIONS = frozenset({"n", "d"})


def _check(final_state: FinalState) -> LocatedHits:
    reported: set[tuple[HistoryRelation, str]] = set()
    for policy in policies_of_history(final_state):
        relation = policy.relation
        if relation.created_at is None or not _permits_select(policy) or _has_check(relation):
            continue
        for name in sorted(find_owner_columns(policy.using)):
            column = find_certain_column(relation, name)
            if (
                column is None
                or column.not_null
                or (relation, name) in reported
                or _is_cleared(relation, name)
            ):
                continue
            reported.add((relation, name))
            others = (other for other in policies_of_table(final_state, relation) if _permits_select(other))
            if all(name in find_owner_columns(other.using) for other in others):
                yield policy.build_hit(
                    f"a row of {relation} with NULL in {name} has no owner, so no user can read the row",
                    policy.using,
                )


def _permits_select(policy: PolicyDefinition) -> bool:
    return "select" in policy.actions and policy.state.permissive


def _has_check(relation: HistoryRelation) -> bool:
    """Return whether a table has any CHECK, which may exclude NULL."""
    return any(constraint.kind == "check" for constraint in relation.constraints.values())


def _is_cleared(relation: HistoryRelation, name: str) -> bool:
    """Return whether a foreign key of the column sets NULL or a default, so that NULL may be intended."""
    return any(
        constraint.kind == "foreign_key"
        and name in constraint.columns
        and constraint.tree is not None
        and constraint.tree.fk_del_action in _CLEARING_ACTIONS
        for constraint in relation.constraints.values()
    )


RULE = Rule(
    group="rls",
    level=Level.INFO,
    why=(
        "`(SELECT auth.uid()) = user_id` is NULL if user_id is NULL, so no user sees the row. A condition that "
        "treats two NULLs as equal, such as IS NOT DISTINCT FROM, shows the row to every anonymous user."
    ),
    remedy=(
        "Make the column NOT NULL. If the caller always owns the row that it inserts, also set DEFAULT auth.uid()."
    ),
    bad=f"""
        CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid, body text);
        ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON public.notes {OWN_ROWS}
    """,
    good=f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}",
    final_state=_check,
)
