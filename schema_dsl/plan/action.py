"""The actions of a plan: they create, alter, drop or replace objects, and need each other."""

from __future__ import annotations

import enum
from typing import Any

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.rule import load_kind_rules
from schema_dsl.plan.transition import Transition

_COMMENT_RANK = 90
# After new columns, and before the objects that may depend on the replaced objects.
_REPLACED_RANK = 25


class ActionKind(enum.IntEnum):
    """The effect of an action, in the order of a rank: new objects may depend on altered objects."""

    DROP = 0
    ALTER = 1
    CREATE = 2
    REPLACE = 3
    COMMENT = 4


@attrs.define(eq=False)
class PlanAction:
    """One or more transitions that one statement carries out.

    Attributes:
        operation: The operation.
        members: The transitions: of DROP and CREATE the object with its inline parts, of REPLACE the replaced set, of
            ALTER the object with those that are adapted to it, or that share a statement with it. None of a barrier,
            which has no steps and separates two groups of actions.
        number: The position of the action in the plan's input.
        root: The object whose section shows the action, with its parts.
        position: The position of that section among the sections of drops, or among the others.
        needs: The actions that come first, each with the reasons.
        dependents: The actions that need this action.
    """

    operation: ActionKind
    members: list[Transition]
    number: int
    root: Identity
    position: int = 0
    needs: dict[PlanAction, list[Edge]] = attrs.field(factory=dict, repr=False)
    dependents: set[PlanAction] = attrs.field(factory=set, repr=False)

    @property
    def main(self) -> Transition:
        """The object that the action is about."""
        return self.members[0]

    @property
    def section(self) -> tuple[int, int]:
        """The section of the file: drops come before all others, if the dependencies allow it."""
        return (0 if self.operation is ActionKind.DROP else 1, self.position)

    @property
    def priority(self) -> tuple[int, int, int]:
        """The position within a section."""
        if self.operation is ActionKind.COMMENT:
            return (_COMMENT_RANK, self.operation, self.number)
        if self.operation is ActionKind.REPLACE:
            return (_REPLACED_RANK, self.operation, self.number)
        rank = load_kind_rules()[self.main.identity.kind].rank
        return (-rank if self.operation is ActionKind.DROP else rank, self.operation, self.number)


@attrs.frozen(eq=False)
class Edge:
    """The reason why an action needs another action: the member that needs, and the member that is needed."""

    dependent: Transition
    referenced: Transition
    required: bool = True


def link(
    dependent: tuple[PlanAction, Transition],
    referenced: tuple[PlanAction, Transition],
    *,
    required: bool = True,
) -> None:
    """Make one action need another, because a member of the first needs a member of the second."""
    (action, item), (needed, needed_item) = dependent, referenced
    if action is not needed:
        action.needs.setdefault(needed, []).append(Edge(item, needed_item, required))
        needed.dependents.add(action)


def get_section(identity: Identity, item: Any) -> Identity | None:
    """Return the object in whose section of the file an object is shown; None if the object has its own section."""
    return load_kind_rules()[identity.kind].section(item)
