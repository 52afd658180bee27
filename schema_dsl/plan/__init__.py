"""From one Catalog to another: the steps, their order, and what they do to a database in use."""

from __future__ import annotations

from schema_dsl.plan.diff import Difference, diff
from schema_dsl.plan.planner import from_differences, plan
from schema_dsl.plan.step import Group, Hazard, Plan, Step

__all__ = ["Difference", "Group", "Hazard", "Plan", "Step", "diff", "from_differences", "plan"]
