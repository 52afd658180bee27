"""Security holes in many spellings: rules report every spelling."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema_dsl.lint.check import apply_rules
from schema_dsl.lint.initial_schema import schema_of_platform
from schema_dsl.lint.rules import rules_by_name
from schema_dsl.lint.source import Source
from schema_dsl.lint.syntax import check_syntax
from schema_dsl.platforms.supabase import PLATFORM

_TITLE, TABLES, *_BLOCKS = (Path(__file__).parent / "holes.sql").read_text("utf-8").strip().split("\n\n")
HOLES = {heading.removeprefix("-- "): lines for heading, *lines in (block.split("\n") for block in _BLOCKS)}


@pytest.mark.parametrize("name", HOLES)
def test_reported(name: str) -> None:
    """A rule reports every spelling of its violation."""
    missed = [
        text
        for text in HOLES[name]
        if not apply_rules(
            [Source.of(f"{TABLES}\n{text}")], schema_of_platform(PLATFORM), [rules_by_name()[name]]
        )
    ]
    assert [] == missed


@pytest.mark.parametrize("name", HOLES)
def test_is_sql(name: str) -> None:
    """Every spelling is valid SQL."""
    assert [] == [text for text in HOLES[name] if check_syntax(Source.of(f"{TABLES}\n{text}"))]
