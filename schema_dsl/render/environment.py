"""The Jinja environment, which accepts only values of type Sql and rejects undefined names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

import jinja2

from schema_dsl.plan.step import Step
from schema_dsl.sql import Sql, do_block, dollar_quoted, indent_lines, literal, qualified


def _require_sql(value: Any) -> Any:
    """Return the value, and raise TypeError if it is not of type Sql."""
    if type(value) is Sql:
        return value
    if isinstance(value, jinja2.Undefined):
        # str() of a StrictUndefined raises UndefinedError, which names the missing value.
        return str(value)
    msg = f"a template would print {value!r}, which is a {type(value).__name__} and not Sql"
    raise TypeError(msg)


def _join_lines(items: Sequence[Sql], indent: str, before: str = "") -> Sql:
    """Join items with commas, one item a line; every item but the first is prefixed with `before`."""
    for item in items:
        _require_sql(item)
    return Sql(f",\n{indent}{before}".join(indent_lines(item, indent) for item in items))


_WIDTH: Final = 110


def _join_fitting(clauses: Sequence[Sql], indent: str) -> Sql:
    """Join clauses with spaces if they fit on one line, or else write one clause a line."""
    for clause in clauses:
        _require_sql(clause)
    line = " ".join(clauses)
    fits = len(indent) + len(line) <= _WIDTH and "\n" not in line
    return Sql(line if fits else f"\n{indent}".join(indent_lines(clause, indent) for clause in clauses))


def _format_clauses(clauses: Sequence[Sql], indent: str) -> Sql:
    """Format the clauses of a statement: a single clause on the line of the statement if it fits, or one a line."""
    if len(clauses) == 1 and len(clauses[0]) <= _WIDTH // 2 and "\n" not in clauses[0]:
        return Sql(f" {_require_sql(clauses[0])}")
    return Sql(f"\n{indent}{_join_lines(clauses, indent)}")


def _format_assignments(changes: Sequence[tuple[Sql, Sql, Sql]], indent: str) -> Sql:
    """Format the SET clause of an UPDATE that changes each column only in the rows that fulfil its condition.

    Args:
        changes: The columns, their values and the conditions.
        indent: The indent of each line but the first.
    """
    by_column: dict[Sql, list[tuple[Sql, Sql]]] = {}
    for column, value, condition in changes:
        by_column.setdefault(column, []).append((value, condition))
    conditions = {condition for _, _, condition in changes}
    return _join_lines(
        [
            Sql(f"{column} = {cases[0][0]}")
            if len(conditions) == 1
            else Sql(
                f"{column} = CASE {' '.join(f'WHEN {when} THEN {value}' for value, when in cases)} ELSE {column} END"
            )
            for column, cases in by_column.items()
        ],
        indent,
    )


def _join_conditions(changes: Sequence[tuple[Sql, Sql, Sql]], indent: str) -> Sql:
    """Format the condition that is true for the rows to change."""
    conditions = list(dict.fromkeys(condition for _, _, condition in changes))
    joined = f"\n{indent}OR ".join(conditions)
    return Sql(joined if len(conditions) == 1 else f"({joined})")


def render_step(step: Step, **more: Any) -> Sql:
    """Render the statements of one step.

    Args:
        step: The step.
        more: Further values of the template.
    """
    values = {
        **step.values,
        "loss": step.loss,
        "losses": list(step.list_losses()),
        "parts": step.parts,
        "unforced": [(name := qualified(*relation), literal(str(name))) for relation in step.unforced],
        **more,
    }
    return Sql(render_template(step.template, values).strip("\n"))


def _render_part(step: Step) -> Sql:
    """Render a step as part of the DO block of another step."""
    return render_step(step, within=Sql(""))


def _format_block(statements: str) -> Sql:
    """Format statements as a DO block."""
    return do_block(f"    {indent_lines(statements, '    ')}")


def _number(items: Sequence[Any]) -> list[tuple[Sql, Any]]:
    """Return the items, each with its number, from 1."""
    return [(Sql(str(number)), item) for number, item in enumerate(items, 1)]


@cache
def get_environment() -> jinja2.Environment:
    """Return the shared environment of all templates."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("schema_dsl.render"),
        undefined=jinja2.StrictUndefined,
        finalize=_require_sql,
        keep_trailing_newline=False,
        # The templates are files of the package, which do not change while the program runs.
        auto_reload=False,
        autoescape=False,  # noqa: S701 - SQL is quoted by type, not by HTML's rules
    )
    environment.filters["lines"] = _join_lines
    environment.filters["clauses"] = _format_clauses
    environment.filters["fitting"] = _join_fitting
    environment.filters["assignments"] = _format_assignments
    environment.filters["any_condition"] = _join_conditions
    environment.filters["do_block"] = _format_block
    environment.filters["dollar_quoted"] = dollar_quoted
    environment.filters["indented"] = indent_lines
    environment.filters["part"] = _render_part
    environment.filters["numbered"] = _number
    return environment


@cache
def _load_template(name: str) -> jinja2.Template:
    return get_environment().get_template(f"{name}.sql.j2")


def render_template(name: str, values: Mapping[str, Any]) -> str:
    """Render a template.

    Unlike Template.render, this does not copy the environment's globals for every call: templates use none.

    Args:
        name: The template's path below templates/, without `.sql.j2`, as in `Step.template`.
        values: The names that the template may use.

    Raises:
        TypeError: If the template prints a value that is not of type Sql.
        jinja2.UndefinedError: If the template uses a name that is not in `values`.
    """
    template = _load_template(name)
    return "".join(template.root_render_func(template.new_context(dict(values), shared=True)))
