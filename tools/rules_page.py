"""Write docs/rules.md from the rules.

python tools/rules_page.py
"""

# ruff: noqa: INP001

from __future__ import annotations

from pathlib import Path

from schema_dsl.lint.explain import format_rules_page

PAGE = Path(__file__).parents[1] / "docs" / "rules.md"

if __name__ == "__main__":
    PAGE.write_text(format_rules_page(), "utf-8")
