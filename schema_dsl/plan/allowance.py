"""What a person allows a migration to do: `data-loss:public.notes.title` leaves out the guard of one object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Final

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import SettingsError
from schema_dsl.plan.step import Group, Plan, Step
from schema_dsl.sql import identifier

DATA_LOSS: Final = "data-loss"
HAZARDS: Final = (DATA_LOSS,)


@attrs.frozen
class Allowance:
    """A hazard that is allowed, for one object or everywhere.

    Attributes:
        hazard: The name of the hazard.
        target: The object, as `format_target` writes it; None for every object.
    """

    hazard: str
    target: str | None = None

    def __str__(self) -> str:
        """Return the text that follows --allow."""
        return self.hazard if self.target is None else f"{self.hazard}:{self.target}"

    def covers(self, other: Allowance) -> bool:
        """Return whether this allowance includes another one."""
        return self.hazard == other.hazard and self.target in (None, other.target)


@attrs.frozen
class PlanHazard:
    """A hazard of a plan.

    Attributes:
        allowance: What has to be allowed.
        effect: The effect, for people.
        guarded: Whether the SQL itself stops where the hazard becomes real.
    """

    allowance: Allowance
    effect: str
    guarded: bool


def parse_allowance(text: str) -> Allowance:
    """Parse the value of --allow.

    Raises:
        SettingsError: If there is no such hazard.
    """
    hazard, colon, target = text.partition(":")
    if hazard not in HAZARDS or (colon and not target):
        near = get_close_matches(hazard, HAZARDS, n=1)
        raise SettingsError(
            f"--allow {text} does not name a hazard",
            instead=f"Write {near[0] if near else HAZARDS[0]}, or {near[0] if near else HAZARDS[0]}:OBJECT, as"
            " `schema-dsl generate` prints it.",
        )
    return Allowance(hazard, target if colon else None)


def format_target(identity: Identity) -> str:
    """Format an object for --allow, with names quoted as in SQL: `public.notes.title`."""
    schema, relation = identity.relation
    parts = [schema, relation] if identity.parent is None else [schema, relation, identity.name]
    return ".".join(identifier(part) for part in parts)


def list_plan_hazards(plan: Plan) -> list[PlanHazard]:
    """List the hazards of a plan that a person can allow, in the order of its steps."""
    return [hazard for step in plan.steps for hazard in _list_step_hazards(step)]


def _list_step_hazards(step: Step) -> Iterator[PlanHazard]:
    if step.loss is not None and step.loss.permitted:
        yield PlanHazard(
            Allowance(DATA_LOSS, format_target(step.subject)), step.loss.description, guarded=True
        )
    for part in step.parts:
        yield from _list_step_hazards(part)


def allow(plan: Plan, allowances: Iterable[Allowance]) -> Plan:
    """Return the plan without the guards of what is allowed."""
    allowed = tuple(allowances)
    if not allowed:
        return plan
    return Plan(
        tuple(
            Group(group.root, tuple(_allow_step(step, allowed) for step in group.steps))
            for group in plan.groups
        )
    )


def _allow_step(step: Step, allowed: tuple[Allowance, ...]) -> Step:
    wanted = Allowance(DATA_LOSS, format_target(step.subject))
    is_allowed = (
        step.loss is not None and step.loss.permitted and any(item.covers(wanted) for item in allowed)
    )
    return attrs.evolve(
        step,
        loss=None if is_allowed else step.loss,
        parts=tuple(_allow_step(part, allowed) for part in step.parts),
    )
