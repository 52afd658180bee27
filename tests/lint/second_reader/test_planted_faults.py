"""sqlglot as the second reader of the generated migration."""

from __future__ import annotations

from pathlib import Path

from template_faults import plant_faults

from schema_dsl.lint import lint_generated
from schema_dsl.pipeline import open_project
from schema_dsl.plan import diff

ROOT = Path(__file__).parents[3]
MIGRATION = ROOT / "generated" / "034_engagement_system.sql"
RULE = "generated-differs"


class TestPlantedFaults:
    """A fault of a template is found without a database."""

    def test_engagement(self) -> None:
        """Of at least 100 planted faults, 95 percent are found, and the migration itself has none."""
        project = open_project(ROOT)
        text = MIGRATION.read_text("utf-8")

        changes = diff(project.wanted.existing(), project.wanted)

        def rules(migration: str) -> set[str]:
            found = lint_generated(migration, MIGRATION.name, project.wanted, changes=changes)
            return {finding.rule for finding in found}

        assert RULE not in rules(text)
        faults = list(plant_faults(text))
        missed = [fault.name for fault in faults if not rules(fault.text) & {RULE, "syntax-error"}]
        assert len(faults) >= 100
        assert len(missed) <= len(faults) * 0.05, missed
