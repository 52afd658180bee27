"""Pass two: what SQL means, held against what is known of the schema; no database needed."""

from schema_dsl.lint.semantics import forms, operators

__all__ = ["forms", "operators"]
