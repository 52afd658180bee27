"""Refuse a plan that uses a constant in the transaction that makes it possible, such as a new label of an enum."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import DefinitionError
from schema_dsl.model.identity import format_origin
from schema_dsl.plan.graph import PlanAction
from schema_dsl.plan.mentions import list_sql
from schema_dsl.plan.state import State
from schema_dsl.plan.transition import Transition
from schema_dsl.sql import Sql


def require_usable_constants(actions: Iterable[PlanAction], after: State) -> None:
    """Raise DefinitionError if an object uses a constant that an earlier action of the same transaction adds.

    Args:
        actions: The actions of the plan, in their order.
        after: The state after the plan.
    """
    added: dict[Identity, tuple[Sql, ...]] = {}
    for action in actions:
        for item in action.members:
            for identity, constants in added.items():
                _require_unused(item, identity, constants, after)
        for item in action.members:
            constants = tuple(constant for step in item.steps for constant in step.unusable_in_transaction)
            if constants:
                added[item.identity] = constants


def _require_unused(item: Transition, identity: Identity, constants: Iterable[Sql], after: State) -> None:
    if item.after is None or not _refers_to(item.identity, identity, after):
        return
    texts = [
        text for field in attrs.fields(type(item.after)) for text in list_sql(getattr(item.after, field.name))
    ]
    for constant in constants:
        if any(constant in text for text in texts):
            raise DefinitionError(
                f"{item.identity} uses {constant}, which the same migration adds to {identity}",
                where=format_origin(item.after),
                instead="Postgres refuses a new label in the transaction that adds it. Generate the migration that"
                f" adds {constant} first, and then use {constant}.",
            )


def _refers_to(identity: Identity, referenced: Identity, state: State) -> bool:
    """Return whether an object depends on another one, or on something that has it as its type."""
    direct = list(_list_referenced(identity, state))
    return referenced in direct or any(referenced in _list_referenced(each, state) for each in direct)


def _list_referenced(identity: Identity, state: State) -> Iterator[Identity]:
    return (dependency.referenced for dependency in state.dependencies(identity))
