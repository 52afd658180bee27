"""Drop an object whose name a new object of another kind or table gets: a second run finds the new one.

A second run does also not find the dropped objects that the statement names, such as a role of a REVOKE.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

import attrs

from schema_dsl.analysis.identity import Identity, Namespace
from schema_dsl.plan.rule import load_kind_rules
from schema_dsl.plan.step import Step
from schema_dsl.sql import Sql

if TYPE_CHECKING:
    from schema_dsl.plan.diff import Difference
    from schema_dsl.plan.transition import Transition


def pair_reused_names(changes: Iterable[Difference | Transition]) -> dict[Identity, Identity]:
    """Return the dropped objects, each with the new object that gets its name."""
    listed = list(changes)
    dropped = [(change.identity, change.before) for change in listed if change.after is None]
    taken: dict[tuple[Namespace, str], Identity] = {}
    for change in listed if dropped else ():
        identity = change.identity
        had = list_namespaces(identity, change.before)
        gained = (each for each in list_namespaces(identity, change.after) if each not in had)
        taken.update(dict.fromkeys(((each, identity.name) for each in gained), identity))
    return {
        identity: taken[namespace, identity.name]
        for identity, item in dropped
        for namespace in list_namespaces(identity, item)
        if (namespace, identity.name) in taken
    }


def list_namespaces(identity: Identity, item: Any) -> Collection[Namespace]:
    """Return the namespaces in which an object has its name; none if it does not exist."""
    return () if item is None else load_kind_rules()[identity.kind].namespaces(identity, item)


def guard_drop(identity: Identity, step: Step) -> Step:
    """Return the step that drops an object only while its name does not belong to a new one."""
    return _guard(step, _build_exists(identity))


def guard_loss(identity: Identity, step: Step) -> Step:
    """Return the step that counts the losses of an object only while no new object has its name."""
    return (
        step
        if step.loss is None
        else attrs.evolve(step, loss=attrs.evolve(step.loss, exists=_build_exists(identity)))
    )


def _build_exists(identity: Identity) -> Sql:
    build_condition = load_kind_rules()[identity.kind].exists
    # A test checks that every kind whose names other kinds share has this condition.
    assert build_condition is not None  # noqa: S101
    return build_condition(identity)


def guard_named(named: Iterable[Identity], step: Step) -> Step:
    """Return the step that drops an object only while the objects exist that its statement names."""
    conditions = [rule.exists(each) for each in named if (rule := load_kind_rules()[each.kind]).exists]
    return _guard(step, Sql(" AND ".join(conditions)), is_named=True) if conditions else step


def _guard(step: Step, exists: Sql, **values: bool) -> Step:
    loss = None if step.loss is None else attrs.evolve(step.loss, exists=exists)
    part = attrs.evolve(step, loss=None, hazards=())
    # DROP INDEX CONCURRENTLY cannot run in the block.
    return attrs.evolve(
        step,
        template="drop_if_of_kind",
        values={"exists": exists, **values},
        loss=loss,
        parts=(part,),
        online=(),
    )
