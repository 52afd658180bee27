"""Sound schemas in common styles, for which rules report nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema_dsl.lint.entry import lint_text
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rules import rules_by_name
from schema_dsl.platforms import supabase, vanilla

FILES = sorted((Path(__file__).parent / "sound").glob("*.sql"))
ACCESS = {rule.name for rule in rules_by_name().values() if rule.group in {"rls", "schema"}}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_quiet(file: Path) -> None:
    """The default rules report no error and no warning in a sound schema, and nothing about access."""
    text = file.read_text("utf-8")
    platform = vanilla.PLATFORM if text.startswith("-- Plain Postgres") else supabase.PLATFORM
    found = lint_text(text, file.name, platform)
    assert [] == [each for each in found if each.level is not Level.INFO or each.rule in ACCESS]
