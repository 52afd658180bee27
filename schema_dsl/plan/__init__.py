"""Plan the change from one Catalog to another: the steps, their order, and their effect on a database in use."""

from __future__ import annotations

from schema_dsl.plan.diff import Difference, diff
from schema_dsl.plan.planner import plan, plan_differences
from schema_dsl.plan.step import Group, Hazard, Plan, Step

__all__ = ["Difference", "Group", "Hazard", "Plan", "Step", "diff", "plan", "plan_differences"]
