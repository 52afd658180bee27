"""Turn row_security on again around the statements that Postgres refuses while it is off."""

from __future__ import annotations

import attrs

from schema_dsl.model.catalog import Catalog
from schema_dsl.plan.step import Group, Plan, Step


def lift_row_security(plan: Plan, wanted: Catalog) -> Plan:
    """Return the plan of a script with row_security = off, which can create routines that read tables.

    Postgres rewrites a body in SQL when it creates the routine, and refuses it then if the owner of a table with FORCE
    ROW LEVEL SECURITY creates it.

    Args:
        plan: The plan.
        wanted: The state after the plan.
    """
    if not any(table.force_row_security for table in wanted.tables.values()):
        return plan
    return Plan(tuple(Group(group.root, tuple(map(_lift, group.steps))) for group in plan.groups))


def _lift(step: Step) -> Step:
    is_routine = "lifts_row_security" in step.values
    values = {**step.values, "lifts_row_security": True} if is_routine else step.values
    return attrs.evolve(
        step, values=values, parts=tuple(map(_lift, step.parts)), online=tuple(map(_lift, step.online))
    )
