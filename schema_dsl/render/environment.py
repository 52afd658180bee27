"""Jinja, set up so that nothing gets into a migration unquoted or by oversight."""

from __future__ import annotations

from functools import cache
from typing import Any

import jinja2

from schema_dsl.sql import Sql, dollar_quoted


def _only_sql(value: Any) -> Any:
    """Refuse to print anything that nobody has said to be SQL."""
    if type(value) is Sql:
        return value
    msg = f"a template would print {value!r}, which is a {type(value).__name__} and not Sql"
    raise TypeError(msg)


@cache
def environment() -> jinja2.Environment:
    """Give the one environment that all templates are loaded in."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("schema_dsl.render"),
        undefined=jinja2.StrictUndefined,
        finalize=_only_sql,
        keep_trailing_newline=False,
        autoescape=False,  # noqa: S701 - SQL is quoted by type, not by HTML's rules
    )
    made.globals["dollar_quoted"] = dollar_quoted
    return made


@cache
def template(name: str) -> jinja2.Template:
    """Load a template by the name that steps know it by."""
    return environment().get_template(f"{name}.sql.j2")
