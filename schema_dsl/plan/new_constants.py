"""Find the constants that a plan makes possible and then uses: their transaction has to end before the use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.action import PlanAction
from schema_dsl.plan.mentions import list_sql
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Step, TransactionMode
from schema_dsl.plan.transition import Transition
from schema_dsl.sql import Sql


@attrs.frozen
class LaterUses:
    """The uses of constants that a plan makes possible, such as the labels of an enum.

    Attributes:
        providers: The objects to which the plan adds a constant that a later action uses.
        users: The objects that use one.
    """

    providers: frozenset[Identity]
    users: frozenset[Identity]

    def mark(self, steps: Iterable[Step]) -> Iterator[Step]:
        """Yield steps; steps that add a constant for a later step are marked to need a commit before the use.

        A count of rows before all steps cannot use the constant yet, so Postgres itself refuses the rows.
        """
        for step in steps:
            marked = self._remove_count(step) if self.users else step
            if step.unusable_in_transaction and step.subject in self.providers:
                marked = attrs.evolve(marked, mode=TransactionMode.COMMIT_BEFORE_USE)
            yield marked

    def _remove_count(self, step: Step) -> Step:
        parts = tuple(self._remove_count(part) for part in step.parts)
        counts = step.loss is not None and step.loss.only_before and step.subject in self.users
        return attrs.evolve(step, parts=parts, loss=None if counts else step.loss)


def find_later_uses(actions: Iterable[PlanAction], after: State) -> LaterUses:
    """Find the uses of constants that the plan adds before.

    Args:
        actions: The actions of the plan, in their order.
        after: The state after the plan.
    """
    added: dict[Identity, list[Sql]] = {}
    providers: set[Identity] = set()
    users: set[Identity] = set()
    for action in actions:
        for item in action.members if added else ():
            used = _find_used(item, added, after)
            if used:
                providers.update(used)
                users.add(item.identity)
        for item in action.members:
            constants = [constant for step in item.steps for constant in step.unusable_in_transaction]
            if constants:
                added[item.identity] = constants
    return LaterUses(frozenset(providers), frozenset(users))


def _find_used(item: Transition, added: Mapping[Identity, Iterable[Sql]], after: State) -> set[Identity]:
    """Return the objects with an added constant that an object uses.

    The object depends on the object with the constant, or on an object of that type.
    """
    if item.after is None:
        return set()
    direct = _list_referenced(item.identity, after)
    referenced = direct.union(*(_list_referenced(each, after) for each in direct))
    providers = referenced & added.keys()
    texts = [
        text
        for field in (attrs.fields(type(item.after)) if providers else ())
        for text in list_sql(getattr(item.after, field.name))
    ]
    return {each for each in providers if any(constant in text for constant in added[each] for text in texts)}


def _list_referenced(identity: Identity, state: State) -> set[Identity]:
    return {dependency.referenced for dependency in state.dependencies(identity)}
