"""A constraint by which one learns what others have."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.owners import owners
from schema_dsl.lint.facts.policies import policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    told: set[HistoryRelation] = set()
    for written in policies(final_state):
        relation = written.relation
        own = owners(written.limit_of("insert"))
        if relation in told or not written.for_clients or "insert" not in written.actions or not own:
            continue
        for index in relation.indexes.values():
            primary = any(
                each.kind == "primary" and each.name == index.name for each in relation.constraints.values()
            )
            if index.unique and not primary and own.isdisjoint(index.columns):
                told.add(relation)
                yield written.placed(
                    f"{index.name} is unique across all users: an INSERT that fails tells what somebody else has"
                )
                break


RULE = Rule(
    name="unique-tells-of-others",
    group="rls",
    level=Level.INFO,
    summary="A UNIQUE constraint of a table with own rows does not include the owner.",
    why=(
        "Constraints see all rows, whatever policies hide. Who is refused a value for being a duplicate knows that it "
        "is there."
    ),
    remedy="Include the owner: UNIQUE (user_id, ...), unless the value is public anyway.",
    bad=(
        (
            f"{NOTES}ALTER TABLE public.notes ADD CONSTRAINT notes_body_key UNIQUE (body);\n"
            "CREATE POLICY own ON public.notes FOR INSERT TO authenticated\n"
            "    WITH CHECK ((SELECT auth.uid()) = user_id);"
        ),
    ),
    good=(f"{NOTES}CREATE POLICY own ON public.notes {OWN}",),
    final_state=_check,
    opinion=True,
)
