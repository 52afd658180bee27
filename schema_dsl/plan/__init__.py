"""Plan the change from one Catalog to another: the steps, their order, and their effect on a database in use."""

from __future__ import annotations

from schema_dsl.plan.allowance import (
    Allowance,
    PlanHazard,
    allow,
    list_plan_hazards,
    parse_allowance,
)
from schema_dsl.plan.diff import Difference, diff
from schema_dsl.plan.planner import plan, plan_differences
from schema_dsl.plan.step import Group, Hazard, Plan, Step

__all__ = [
    "Allowance",
    "Difference",
    "Group",
    "Hazard",
    "Plan",
    "PlanHazard",
    "Step",
    "allow",
    "diff",
    "list_plan_hazards",
    "parse_allowance",
    "plan",
    "plan_differences",
]
