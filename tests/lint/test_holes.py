"""The same holes in many words: none is passed over for how it is put."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema_dsl.lint.check import check
from schema_dsl.lint.initial_schema import of_platform
from schema_dsl.lint.rules import rules
from schema_dsl.lint.source import Source
from schema_dsl.lint.syntax import check_syntax
from schema_dsl.platforms.supabase import PLATFORM

_TITLE, TABLES, *_BLOCKS = (Path(__file__).parent / "holes.sql").read_text("utf-8").strip().split("\n\n")
HOLES = {heading.removeprefix("-- "): lines for heading, *lines in (block.split("\n") for block in _BLOCKS)}


@pytest.mark.parametrize("name", HOLES)
def test_told(name: str) -> None:
    """A rule tells of its fault in whichever words it comes."""
    passed = [
        text
        for text in HOLES[name]
        if not check([Source.of(f"{TABLES}\n{text}")], of_platform(PLATFORM), [rules()[name]])
    ]
    assert [] == passed


@pytest.mark.parametrize("name", HOLES)
def test_is_sql(name: str) -> None:
    """Every one of them is SQL."""
    assert [] == [text for text in HOLES[name] if check_syntax(Source.of(f"{TABLES}\n{text}"))]
