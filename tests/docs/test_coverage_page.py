"""The page of the covered features."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from schema_dsl.plan.rule import load_kind_rules

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def generator() -> Any:
    """Import the script that writes the page."""
    spec = importlib.util.spec_from_file_location("coverage_page", ROOT / "tools" / "coverage_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class TestCoveragePage:
    """docs/coverage.md is generated from the code."""

    def test_is_up_to_date(self, generator: Any) -> None:
        """`python tools/coverage_page.py` would change nothing."""
        assert generator.format_coverage_page() == (ROOT / "docs" / "coverage.md").read_text("utf-8")

    def test_names_every_kind(self, generator: Any) -> None:
        """Every kind has a row, and a kind of the catalog without a rule is named below."""
        page = generator.format_coverage_page()
        for kind in load_kind_rules():
            assert f"| {kind.replace('_', ' ')} |" in page
        assert {"view", "sequence", "materialized view"} <= set(generator.list_undeclared_kinds()) | {
            kind.replace("_", " ") for kind in load_kind_rules()
        }
