"""Tests that templates print only values of type Sql, and that no value is missing."""

from __future__ import annotations

from typing import Any

import jinja2
import pytest

from schema_dsl.analysis.identity import table_part
from schema_dsl.plan import Step
from schema_dsl.render import render_step
from schema_dsl.sql import Sql, sql

SUBJECT = table_part("index", "public", "t", "i")


def step(template: str, **values: Any) -> Step:
    """Build a step for a template."""
    return Step(SUBJECT, template, values)


class TestOnlySql:
    """Only values of type Sql are printed."""

    @pytest.mark.parametrize("value", ["i", 5, None, True, ["i"], b"i"])
    def test_other_values(self, value: Any) -> None:
        """A value of another type raises TypeError with the value."""
        with pytest.raises(TypeError, match=r"a template would print .* and not Sql"):
            render_step(step("index/drop", index=value))

    def test_within_a_list(self) -> None:
        """A value of another type in a list that a filter joins raises TypeError, too."""
        with pytest.raises(TypeError, match="not Sql"):
            render_step(step("column/create", relation=sql("t"), columns=[sql("a text"), "b text"]))

    def test_sql(self) -> None:
        """A value of type Sql is printed unchanged."""
        assert "DROP INDEX IF EXISTS i;" == render_step(step("index/drop", index=sql("i")))
        assert Sql is type(render_step(step("index/drop", index=sql("i"))))


class TestComplete:
    """Missing values and templates."""

    def test_missing_value(self) -> None:
        """A missing value raises UndefinedError."""
        with pytest.raises(jinja2.UndefinedError, match="'index' is undefined"):
            render_step(step("index/drop"))

    def test_missing_value_in_a_condition(self) -> None:
        """A missing value in a condition raises UndefinedError and does not count as false."""
        with pytest.raises(jinja2.UndefinedError, match="'existing_table' is undefined"):
            render_step(step("index/create", relation=sql("t"), indexes=[]))

    def test_missing_template(self) -> None:
        """A missing template raises TemplateNotFound."""
        with pytest.raises(jinja2.TemplateNotFound, match="index/rename"):
            render_step(step("index/rename"))

    def test_the_values_stay_as_they_are(self) -> None:
        """Rendering a step does not change its values."""
        given = step("privilege/drop", target=sql("TABLE t"), role=sql("r"))
        before = dict(given.values)
        render_step(given)
        assert before == given.values
