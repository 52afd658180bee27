"""The effects of statements."""

from __future__ import annotations

import pytest
from effect_examples import describe, read_examples

from schema_dsl.analysis.effects import effects
from schema_dsl.parsing import split

# Known gaps: an entry fails the test as soon as its effects are right.
GAPS = frozenset(
    {
        "ALTER TABLE t VALIDATE CONSTRAINT c, DROP CONSTRAINT IF EXISTS d, ALTER CONSTRAINT e DEFERRABLE",
        "ALTER TYPE c ADD ATTRIBUTE a int, DROP ATTRIBUTE b",
        "ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR word WITH simple",
        "ALTER TYPE c RENAME ATTRIBUTE a TO b",
        "ALTER FUNCTION f(int) SET SCHEMA app",
    }
)
EXAMPLES = [
    pytest.param(text, expected, marks=[pytest.mark.xfail(reason="known gap")] if text in GAPS else [])
    for text, expected in read_examples()
]


class TestEffects:
    """Each example in `effects.txt` has exactly the listed effects, but for the known gaps."""

    @pytest.mark.parametrize(("text", "expected"), EXAMPLES)
    def test_example(self, text: str, expected: list[str]) -> None:
        """A statement has the effects of its example."""
        (statement,) = split(text).statements
        assert expected == [describe(effect) for effect in effects(statement)]
