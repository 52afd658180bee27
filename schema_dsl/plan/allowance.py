"""The hazards that a person allows: `data-loss:public.notes.title` leaves out the guard of one object.

The SQL guards against a loss of data. No SQL can guard against weaker access, so that has to be allowed before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Final

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import SettingsError
from schema_dsl.plan.rename import attach_guards
from schema_dsl.plan.rule import load_kind_rules
from schema_dsl.plan.step import Group, Plan, Step
from schema_dsl.plan.weakening import Weakening
from schema_dsl.sql import identifier, qualified

DATA_LOSS: Final = "data-loss"


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
        """Return whether this allowance includes another allowance."""
        return self.hazard == other.hazard and self.target in (None, other.target)

    def concerns(self, relation: tuple[str, str]) -> bool:
        """Return whether this allowance is about a relation, or about an object on it."""
        name = str(qualified(*relation))
        return self.target is None or self.target == name or self.target.startswith(f"{name}.")


@attrs.frozen
class PlanHazard:
    """A hazard of a plan.

    Attributes:
        allowance: The required allowance.
        effect: The effect, for people.
        guarded: Whether the SQL itself stops where the hazard becomes real; otherwise nothing may be written unless
            the hazard is allowed.
        origin: The line of the definitions that causes the hazard, if one does.
        subject: The object that changes.
    """

    allowance: Allowance
    effect: str
    guarded: bool
    origin: str | None = None
    subject: Identity | None = None


def list_weakening_names() -> tuple[str, ...]:
    """Return the names of the hazards that weaken access."""
    rules = (rule.weakening for rule in load_kind_rules().values())
    return tuple(sorted(rule.hazard for rule in rules if rule is not None))


def parse_allowance(text: str) -> Allowance:
    """Parse the value of --allow.

    Raises:
        SettingsError: If there is no such hazard.
    """
    hazard, colon, target = text.partition(":")
    names = (DATA_LOSS, *list_weakening_names())
    if hazard not in names or (colon and not target):
        near = get_close_matches(hazard, names, n=1)
        known = (
            f"Write {near[0]}, or {near[0]}:OBJECT,"
            if near
            else f"The hazards are {', '.join(names)}. Write one"
        )
        raise SettingsError(
            f"--allow {text} does not name a hazard", instead=f"{known} as `schema-dsl generate` prints it."
        )
    return Allowance(hazard, target if colon else None)


def format_target(identity: Identity) -> str:
    """Format an object for --allow, with names quoted as in SQL: `public.notes.title`. An owner has no name there."""
    schema, relation = identity.relation
    parts = [schema, relation] if schema else [relation]
    if identity.parent is not None and identity.name:
        parts.append(identity.name)
    return ".".join(map(identifier, parts))


def list_plan_hazards(plan: Plan) -> list[PlanHazard]:
    """List the hazards of a plan that a person can allow, in the order of its steps."""
    return [hazard for step in plan.steps for hazard in _list_step_hazards(step)]


def _list_step_hazards(step: Step) -> Iterator[PlanHazard]:
    if step.loss is not None and step.loss.permitted:
        yield PlanHazard(
            Allowance(DATA_LOSS, format_target(step.subject)),
            step.loss.description,
            guarded=True,
            subject=step.subject,
        )
    for part in step.parts:
        yield from _list_step_hazards(part)


def describe_weakening(weakening: Weakening) -> PlanHazard:
    """Return the hazard of a change that weakens access."""
    target = format_target(weakening.identity)
    return PlanHazard(
        Allowance(weakening.hazard, target),
        weakening.effect,
        guarded=False,
        origin=weakening.origin,
        subject=weakening.identity,
    )


def allow(plan: Plan, allowances: Iterable[Allowance]) -> Plan:
    """Return the plan without the guards of allowed hazards."""
    allowed = tuple(allowances)
    if not allowed:
        return plan
    groups = (
        Group(group.root, tuple(_allow_step(step, allowed) for step in group.steps)) for group in plan.groups
    )
    return attach_guards(Plan(tuple(groups)))


def _allow_step(step: Step, allowed: tuple[Allowance, ...]) -> Step:
    wanted = Allowance(DATA_LOSS, format_target(step.subject))
    is_allowed = (
        step.loss is not None and step.loss.permitted and any(item.covers(wanted) for item in allowed)
    )
    return attrs.evolve(
        step,
        loss=None if is_allowed else step.loss,
        parts=tuple(_allow_step(part, allowed) for part in step.parts),
        online=tuple(_allow_step(other, allowed) for other in step.online),
    )
