"""The operations of the command line and the pytest plugin as functions."""

from schema_dsl.pipeline.generation import generate
from schema_dsl.pipeline.generation_result import GenerationResult
from schema_dsl.pipeline.linting import LintRequest, lint, write_lint_baseline
from schema_dsl.pipeline.project import Project, open_project
from schema_dsl.pipeline.rollback import rollback
from schema_dsl.pipeline.verification import build_subject, verify

__all__ = [
    "GenerationResult",
    "LintRequest",
    "Project",
    "build_subject",
    "generate",
    "lint",
    "open_project",
    "rollback",
    "verify",
    "write_lint_baseline",
]
