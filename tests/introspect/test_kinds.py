"""Every kind is complete here as in the other layers."""

from __future__ import annotations

from pathlib import Path

from schema_dsl import introspect
from schema_dsl.introspect.kind import every_kind
from schema_dsl.plan.rule import rules

FOLDER = Path(introspect.__file__).parent


class TestKinds:
    """What can be planned can be read and asked about."""

    def test_every_kind_is_read(self) -> None:
        """Each kind that has a rule has a reader and a query, and nothing else has."""
        assert set(rules()) == set(every_kind())
        assert set(rules()) == {file.stem for file in (FOLDER / "queries").glob("*.sql")}
        assert set(rules()) == {file.stem for file in (FOLDER / "kinds").glob("*.py")} - {"__init__"}

    def test_every_expression_is_asked_about(self) -> None:
        """The attributes that a rule says hold SQL are those that the canonical form rewrites."""
        asked = {
            kind: set(each.probe.attributes) if each.probe else set() for kind, each in every_kind().items()
        }
        # Types and defaults are asked about apart from the table.
        asked["column"] |= {"type", "default"}
        assert {kind: set(rule.expressions) for kind, rule in rules().items()} == asked
