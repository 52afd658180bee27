"""The same policy twice."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.policies import PolicyDefinition, policies
from schema_dsl.lint.facts.same_expression import shape
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.objects import readable
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    alike: dict[object, list[PolicyDefinition]] = {}
    for written in policies(final_state):
        policy = written.policy
        if written.whole and "policies" not in written.relation.doubts:
            key = (written.relation, policy.command, frozenset(policy.roles), policy.permissive)
            alike.setdefault(key, []).append(written)
    for several in alike.values():
        seen: dict[object, PolicyDefinition] = {}
        for written in several if len(several) > 1 else ():
            first = seen.setdefault(_says(written), written)
            if first is not written:
                yield written.placed(f"{written} says the same as policy {readable(first.policy.name)}")


def _says(written: PolicyDefinition) -> object:
    """Give its conditions, USING for the one that it stands in for."""
    changes = not {"update", "insert"}.isdisjoint(written.actions)
    limit = written.check or (written.using if changes else None)
    return tuple(shape(each.tree) if each is not None else None for each in (written.using, limit))


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
    final_state=_check,
)
