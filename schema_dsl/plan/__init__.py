"""Plan the change from one Catalog to another: the steps, their order, and their effect on a database in use."""

from __future__ import annotations

from schema_dsl.plan.allowance import (
    Allowance,
    PlanHazard,
    allow,
    describe_weakening,
    list_plan_hazards,
    list_weakening_names,
    parse_allowance,
)
from schema_dsl.plan.diff import Difference, diff
from schema_dsl.plan.planner import plan, plan_differences
from schema_dsl.plan.segments import Segment, choose_steps, split_into_files, split_into_segments
from schema_dsl.plan.step import Group, Hazard, Plan, Step
from schema_dsl.plan.weakening import Weakening, find_weakenings

__all__ = [
    "Allowance",
    "Difference",
    "Group",
    "Hazard",
    "Plan",
    "PlanHazard",
    "Segment",
    "Step",
    "Weakening",
    "allow",
    "choose_steps",
    "describe_weakening",
    "diff",
    "find_weakenings",
    "list_plan_hazards",
    "list_weakening_names",
    "parse_allowance",
    "plan",
    "plan_differences",
    "split_into_files",
    "split_into_segments",
]
