"""An UPDATE by which a row changes hands."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.clauses import PolicyClause
from schema_dsl.lint.facts.examples import NOTES
from schema_dsl.lint.facts.folding import holds
from schema_dsl.lint.facts.owners import bound, conjuncts
from schema_dsl.lint.facts.policies import PolicyDefinition, may_be_set, policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule
from schema_dsl.parsing.grammar import walk

# Storage looks after these itself.
_OF_STORAGE = frozenset({"owner", "owner_id"})


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for written in policies(final_state):
        if "update" not in written.actions or not written.policy.permissive or written.check is None:
            continue
        lost = sorted(
            each
            for each in bound(written.using) - _kept(written.check)
            if not _is_key(written, each) and may_be_set(final_state, written, each, "update")
        )
        if lost:
            yield written.placed(
                f"who may change a row of {written.relation} may give it any {lost[0]}: USING looks at the row before "
                "the UPDATE, WITH CHECK at the one after",
                written.check,
            )


def _kept(check: PolicyClause) -> set[str]:
    """Give the columns that WITH CHECK says something of; of all, where it ties the row to the caller otherwise."""
    kept: set[str] = set()
    for node in conjuncts(check.tree):
        parts = {id(each) for each in walk(node)}
        named = {
            name
            for part in check.of("ColumnRef")
            if id(part.node) in parts and (name := check.own_column(part.node, part.selects))
        }
        mine = any(id(call.node) in parts for call in check.identities)
        if mine and named and node.DESCRIPTOR.name == "A_Expr" and not bound(check) & named:
            # As (storage.foldername(name))[1] = (SELECT auth.uid()::text).
            return set(check.relation.columns) | bound(check) | _OF_STORAGE
        if node.DESCRIPTOR.name != "NullTest" and not holds(check):
            kept |= named
    return kept


def _is_key(written: PolicyDefinition, column: str) -> bool:
    """Whether it is all of the primary key, which another row has already."""
    return any(
        each.kind == "primary" and each.columns == (column,) for each in written.relation.constraints.values()
    )


RULE = Rule(
    name="with-check-wider-than-using",
    group="rls",
    level=Level.WARNING,
    summary="An UPDATE policy finds one's own rows, but its WITH CHECK lets them become another's.",
    why=(
        "USING is asked about the row as it was, WITH CHECK about the row as it becomes. Without WITH CHECK "
        "Postgres asks USING both times; one that does not name the owner lets a row change hands."
    ),
    remedy="Repeat the owner in WITH CHECK, or leave WITH CHECK out.",
    bad=(
        (
            "CREATE POLICY own ON public.notes FOR UPDATE TO authenticated\n"
            "    USING ((SELECT auth.uid()) = user_id) WITH CHECK (true);"
        ),
        (
            "CREATE POLICY own ON public.notes FOR UPDATE TO authenticated\n"
            "    USING ((SELECT auth.uid()) = user_id) WITH CHECK (body <> '');"
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
    ),
    final_state=_check,
)
