"""The whole flow as functions: what the command line, the pytest plugin and other programs call."""

from schema_dsl.pipeline.generation import Generated, generate, rollback
from schema_dsl.pipeline.linting import LintRequest, lint, write_lint_baseline
from schema_dsl.pipeline.project import Project, open_project, shown
from schema_dsl.pipeline.verification import subject, verify

__all__ = [
    "Generated",
    "LintRequest",
    "Project",
    "generate",
    "lint",
    "open_project",
    "rollback",
    "shown",
    "subject",
    "verify",
    "write_lint_baseline",
]
