"""Probe columns: whether a column accepts NULL, and its default, generated and identity values."""

from __future__ import annotations

from typing import Any

from psycopg import sql as pg

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.column import Column
from schema_dsl.sql import identifier
from schema_dsl.verify.probes.sandbox import (
    NOT_NULL_VIOLATION,
    ProbeResult,
    Sandbox,
    StatementResult,
    format_value,
)
from schema_dsl.verify.rows.table_description import TableDescription

_GENERATED_ALWAYS = "428C9"


def probe(sandbox: Sandbox, identity: Identity, column: Column) -> ProbeResult:
    """Probe whether a column accepts NULL and gets its default, generated and identity values as declared."""
    result = ProbeResult()
    relation = sandbox.describe_table(identity)
    sandbox.slot_of(relation, column.name)
    if column.generated is not None:
        _try_generated(sandbox, identity, column, result)
        return result
    _try_null(sandbox, identity, column, result)
    if column.default is not None:
        _try_default(sandbox, identity, column, result)
    if column.identity is not None:
        _try_identity(sandbox, identity, column, result)
    return result


def _try_null(sandbox: Sandbox, identity: Identity, column: Column, result: ProbeResult) -> None:
    relation, given = sandbox.describe_table(identity), {column.name: None}
    if not sandbox.is_nullable(identity, column.name):
        answer = sandbox.try_insert_with(
            relation, given, lambda answer: answer.sqlstate == NOT_NULL_VIOLATION
        )
        result.expect_refused(
            answer.sqlstate == NOT_NULL_VIOLATION and _names_column(sandbox, relation, column.name, answer),
            f"{identity} accepts NULL, but the declaration refuses it"
            if answer.accepted
            else f"{identity} must refuse NULL, but the row is {answer}",
        )
        return
    answer = sandbox.try_insert_with(relation, given, lambda answer: answer.passes_checks)
    if answer.passes_checks:
        result.accepted += 1
    elif answer.sqlstate == NOT_NULL_VIOLATION and _names_column(sandbox, relation, column.name, answer):
        result.failures.append(f"{identity} refuses NULL, but the declaration accepts it")


def _names_column(sandbox: Sandbox, relation: TableDescription, name: str, answer: StatementResult) -> bool:
    # For a domain that is NOT NULL, Postgres reports the name of the type instead of the column.
    return answer.column in {name, sandbox.slot_of(relation, name).type.name}


def _try_default(sandbox: Sandbox, identity: Identity, column: Column, result: ProbeResult) -> None:
    """Compare the default of a new row with the value of the declared expression in the same transaction."""
    relation = sandbox.describe_table(identity)
    expression = f"CAST(({column.default}) AS {column.type.sql})"
    with sandbox.rolled_back():
        _insert_referenced_row(sandbox, relation, column.name, expression)
        observed = _insert_without(sandbox, relation, column.name, expression)
    if isinstance(observed, StatementResult):
        if observed.sqlstate == NOT_NULL_VIOLATION and _names_column(
            sandbox, relation, column.name, observed
        ):
            result.failures.append(f"{identity} has no default, but the declared default is {column.default}")
        else:
            result.notes.append(
                f"{identity}: a row without the column is {observed}, so the default was not tried"
            )
        return
    value, expected = observed
    if sandbox.factory.tables.is_volatile(column.default):
        second = _insert_without(sandbox, relation, column.name, expression)
        if isinstance(second, StatementResult) or expected != second[1]:
            other = None if isinstance(second, StatementResult) else second[0]
            result.expect_accepted(
                value is not None and value != other,
                f"{identity} defaults to {format_value(value)} in every row, "
                f"but the declared default is {column.default}",
            )
            return
    result.expect_accepted(
        value == expected,
        f"{identity} defaults to {format_value(value)}, "
        f"but the declared default is {_format_expected(column.default, expected)}",
    )


def _insert_referenced_row(sandbox: Sandbox, relation: TableDescription, name: str, expression: str) -> None:
    """Insert the row that the default of a foreign key column references."""
    for key in relation.foreign_keys:
        if [column for column, _ in key.pairs] == [name]:
            value = sandbox.evaluator.value(f"({expression})::text")
            target = sandbox.factory.tables.by_oid(key.target)
            sandbox.factory.insert_row((target.schema, target.name), **{key.pairs[0][1]: value})


def _format_expected(expression: str | None, value: str | None) -> str:
    written = format_value(value)
    return str(expression) if expression == written else f"{expression}, which evaluates to {written}"


def _insert_without(
    sandbox: Sandbox, relation: TableDescription, name: str, expression: str
) -> tuple[str | None, str | None] | StatementResult:
    """Insert a row without a value for a column; return the value of the column and of the expression as text."""
    observed: list[tuple[str | None, str | None]] = []
    base = {key: value for key, value in sandbox.base_values(relation).items() if key != name}

    def act() -> None:
        observed.append(_insert_and_compare(sandbox, relation, base, name, expression))

    answer = sandbox.try_action(act)
    return observed[0] if observed else answer


def _insert_and_compare(
    sandbox: Sandbox, relation: TableDescription, values: dict[str, Any], name: str, expression: str
) -> tuple[str | None, str | None]:
    returning = f"{identifier(name)}::text AS observed, ({expression})::text AS expected"
    row = sandbox.factory.insert_values((relation.schema, relation.name), values, returning=returning)
    return row["observed"], row["expected"]


def _try_generated(sandbox: Sandbox, identity: Identity, column: Column, result: ProbeResult) -> None:
    """Compare the generated value with the value of the declared expression for the same row."""
    relation = sandbox.describe_table(identity)
    observed: list[tuple[str | None, str | None]] = []
    expression = f"CAST(({column.generated}) AS {column.type.sql})"
    answer = sandbox.try_action(
        lambda: observed.append(
            _insert_and_compare(sandbox, relation, sandbox.base_values(relation), column.name, expression)
        )
    )
    if not observed:
        result.notes.append(f"{identity}: a row is {answer}, so the generated value was not tried")
        return
    value, expected = observed[0]
    result.expect_accepted(
        value == expected,
        f"{identity} has the value {format_value(value)}, "
        f"but the declared expression is {_format_expected(column.generated, expected)}",
    )


def _try_identity(sandbox: Sandbox, identity: Identity, column: Column, result: ProbeResult) -> None:
    """Probe whether an identity column generates numbers, and accepts an explicit number only if BY DEFAULT."""
    relation, name = sandbox.describe_table(identity), column.name
    first = _insert_without(sandbox, relation, name, "NULL")
    second = _insert_without(sandbox, relation, name, "NULL")
    numbered = (
        not isinstance(first, StatementResult)
        and not isinstance(second, StatementResult)
        and first[0] not in {None, second[0]}
    )
    result.expect_accepted(numbered, f"{identity} is declared an identity column, but generates no numbers")
    command = pg.SQL("INSERT INTO {} ({}) VALUES (1000)").format(
        pg.Identifier(relation.schema, relation.name), pg.Identifier(name)
    )
    answer = sandbox.try_action(lambda: sandbox.connection.execute(command))
    if column.identity == "always":
        result.expect_refused(
            answer.sqlstate == _GENERATED_ALWAYS,
            f"{identity} accepts an explicit number, but is declared GENERATED ALWAYS",
        )
    else:
        result.expect_accepted(
            answer.sqlstate != _GENERATED_ALWAYS,
            f"{identity} refuses an explicit number, but is declared GENERATED BY DEFAULT",
        )
