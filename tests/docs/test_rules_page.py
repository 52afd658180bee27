"""The page of all rules."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from schema_dsl.lint import build_selection
from schema_dsl.lint.explain import format_rules_page

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"


class TestRulesPage:
    """docs/rules.md is generated from the rules."""

    def test_is_up_to_date(self) -> None:
        """`python tools/rules_page.py` would change nothing."""
        assert format_rules_page() == PAGE.read_text("utf-8")

    def test_its_settings(self) -> None:
        """The settings example uses names of existing rules and groups."""
        (shown,) = re.findall(r"```toml\n(.*?)```", format_rules_page(), re.DOTALL)
        lint = tomllib.loads(shown)["tool"]["schema-dsl"]["lint"]
        build_selection(
            "supabase",
            select=lint["select"],
            ignore=lint["ignore"],
            per_file=lint["per-file-ignores"],
            levels=lint["levels"],
        )
