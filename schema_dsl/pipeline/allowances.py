"""Apply allowances to a plan: from the command line, and from the header of the file that is written again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs

from schema_dsl.migrations import read_allowed

if TYPE_CHECKING:
    from schema_dsl.plan import Plan, PlanHazard, Weakening


@attrs.frozen
class AllowedPlan:
    """A plan with its hazards.

    Attributes:
        plan: The plan without the guards of allowed hazards.
        hazards: The hazards that are not allowed.
        allowed: The hazards that were allowed, as --allow takes them.
        unused: The given allowances that allow nothing.
    """

    plan: Plan
    hazards: tuple[PlanHazard, ...]
    allowed: tuple[str, ...]
    unused: tuple[str, ...]


def allow_hazards(
    plan: Plan, weakenings: Iterable[Weakening], given: Iterable[str], *, recorded_in: str = ""
) -> AllowedPlan:
    """Return a plan without the guards of allowed hazards, with its remaining hazards.

    Args:
        plan: The plan.
        weakenings: The changes of the plan that weaken access.
        given: The allowances, as `HAZARD` or `HAZARD:OBJECT`.
        recorded_in: The text of a file whose header has earlier allowances.

    Raises:
        SettingsError: If a text does not name a hazard.
    """
    from schema_dsl.plan import (  # noqa: PLC0415 - only a due migration needs it
        allow,
        describe_weakening,
        list_plan_hazards,
        parse_allowance,
    )

    texts = list(dict.fromkeys(given))
    allowances = [parse_allowance(text) for text in (*texts, *read_allowed(recorded_in))]
    hazards = [*map(describe_weakening, weakenings), *list_plan_hazards(plan)]
    allowed = [hazard for hazard in hazards if any(item.covers(hazard.allowance) for item in allowances)]
    return AllowedPlan(
        allow(plan, allowances),
        tuple(hazard for hazard in hazards if hazard not in allowed),
        tuple(dict.fromkeys(str(hazard.allowance) for hazard in allowed)),
        tuple(
            text
            for text in texts
            if not any(parse_allowance(text).covers(hazard.allowance) for hazard in hazards)
        ),
    )


def require_hazards(given: Iterable[str]) -> None:
    """Raise SettingsError if an allowance does not name a hazard."""
    from schema_dsl.plan import parse_allowance  # noqa: PLC0415 - only a due migration needs it

    for text in given:
        parse_allowance(text)
