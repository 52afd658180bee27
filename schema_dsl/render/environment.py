"""Jinja, set up so that nothing gets into a migration unquoted or by oversight."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

import jinja2

from schema_dsl.sql import Sql, dollar_quoted


def _only_sql(value: Any) -> Any:
    """Refuse to print anything that nobody has said to be SQL."""
    if type(value) is Sql:
        return value
    if isinstance(value, jinja2.Undefined):
        # To print one raises, and says which it is.
        return str(value)
    msg = f"a template would print {value!r}, which is a {type(value).__name__} and not Sql"
    raise TypeError(msg)


def _lines(items: Sequence[Sql], indent: str, before: str = "") -> Sql:
    """Put each on a line of its own, with commas between; `before` is said of each but the first."""
    for each in items:
        _only_sql(each)
    return Sql(f",\n{indent}{before}".join(items))


def _part(template: str, values: Mapping[str, Any]) -> Sql:
    """Print a step within another."""
    return Sql(printed(template, {**values, "within": Sql("")}).strip("\n"))


# What may go over several lines and is not to be touched, or the end of a line.
_KEPT: Final = re.compile(
    r"""--[^\n]*|[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$\w*\$).*?\1|(?P<end>\n)(?=.)""",
    re.DOTALL,
)


def _indented(text: str, indent: str) -> Sql:
    """Indent all but the first line, and leave alone what stands in quotes."""
    return Sql(_KEPT.sub(lambda found: f"\n{indent}" if found["end"] else found[0], text))


@cache
def environment() -> jinja2.Environment:
    """Give the one environment that all templates are loaded in."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("schema_dsl.render"),
        undefined=jinja2.StrictUndefined,
        finalize=_only_sql,
        keep_trailing_newline=False,
        # The templates are part of the package: asking the disk each time whether one has changed is in vain.
        auto_reload=False,
        autoescape=False,  # noqa: S701 - SQL is quoted by type, not by HTML's rules
    )
    made.filters["lines"] = _lines
    made.filters["dollar_quoted"] = dollar_quoted
    made.filters["indented"] = _indented
    made.filters["part"] = _part
    return made


@cache
def _template(name: str) -> jinja2.Template:
    return environment().get_template(f"{name}.sql.j2")


def printed(name: str, values: Mapping[str, Any]) -> str:
    """Print a template, by the name that steps know it by.

    What Template.render does, without a copy of the environment's globals each time: templates use none.

    Raises:
        TypeError: If a value would be printed that is not SQL.
        jinja2.UndefinedError: If the template asks for a value that is not there.
    """
    made = _template(name)
    return "".join(made.root_render_func(made.new_context(dict(values), shared=True)))
