"""The same policy twice."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.folding import shape
from schema_dsl.lint.facts.policies import Written, policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import Ending, Placed, Rule


def _check(ending: Ending) -> Iterable[Placed]:
    seen: dict[object, Written] = {}
    for written in policies(ending):
        if not written.whole or "policies" in written.relation.doubts:
            continue
        first = seen.setdefault(_says(written), written)
        if first is not written:
            yield written.placed(f"{written} says the same as policy {first.policy.name}")


def _says(written: Written) -> object:
    policy = written.policy
    using = shape(written.using.tree) if written.using else None
    limit = written.check or (
        written.using if "update" in written.actions or "insert" in written.actions else None
    )
    check = shape(limit.tree) if limit else None
    return written.relation, policy.command, frozenset(policy.roles), policy.permissive, using, check


RULE = Rule(
    name="duplicate-policies",
    group="rls",
    level=Level.WARNING,
    summary="Two policies of a table say the same.",
    why="Both are asked of every row. Who changes one of them finds that nothing changes, as the other still holds.",
    remedy="Drop one of them.",
    bad=(
        (
            f"{NOTES}CREATE POLICY own ON public.notes {OWN}\n"
            f'CREATE POLICY "Users can read their notes" ON public.notes {OWN}'
        ),
    ),
    good=(f"{NOTES}CREATE POLICY own ON public.notes {OWN}",),
    ending=_check,
)
