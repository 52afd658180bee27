"""Probe columns: whether a column accepts NULL, and its default, generated and identity values."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

import attrs
from psycopg import sql as pg

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.column import Column
from schema_dsl.sql import identifier
from schema_dsl.verify.probes.answers import (
    NOT_NULL_VIOLATION,
    ProbeResult,
    StatementResult,
    format_value,
    format_values,
)
from schema_dsl.verify.probes.condition_rows import judge_rows
from schema_dsl.verify.probes.sandbox import Sandbox
from schema_dsl.verify.proof import Sample
from schema_dsl.verify.rows.table_description import TableDescription

_GENERATED_ALWAYS = "428C9"
_MOST_GENERATED = 12
_MOST_DEFAULTS = 20


def probe(sandbox: Sandbox, identity: Identity, column: Column) -> ProbeResult:
    """Probe whether a column accepts NULL and gets its default, generated and identity values as declared."""
    result = ProbeResult()
    sandbox.slot_of(sandbox.describe_table(identity), column.name)
    nullable = sandbox.is_nullable(identity, column.name)
    with sandbox.isolated(identity) as relation:
        if column.generated is not None:
            _try_generated(sandbox, identity, column, relation, result)
            return result
        with result.trying(f"NULL in {identity}"):
            _try_null(sandbox, identity, relation, result, nullable=nullable)
        if column.default is not None:
            with result.trying(f"the default of {identity}"):
                _try_default(sandbox, identity, column, relation, result)
        if column.identity is not None:
            with result.trying(f"the numbers of {identity}"):
                _try_identity(sandbox, identity, column, relation, result)
    return result


def share(sandbox: Sandbox, identity: Identity) -> AbstractContextManager[None]:
    """Return a context for the probes of the columns of a table, in which its constraints are removed."""
    return sandbox.without_constraints(identity)


def _try_null(
    sandbox: Sandbox, identity: Identity, relation: TableDescription, result: ProbeResult, *, nullable: bool
) -> None:
    answer = sandbox.try_insert(relation, {identity.name: None})
    # For a domain that is NOT NULL, Postgres reports the name of the type instead of the column.
    refuses = answer.sqlstate == NOT_NULL_VIOLATION and answer.column in {
        identity.name,
        sandbox.slot_of(relation, identity.name).type.name,
    }
    if refuses or (answer.is_outside_partitions and not nullable):
        result.expect_refused(not nullable, f"{identity} refuses NULL, but the declaration accepts it")
    elif answer.accepted:
        result.expect_accepted(nullable, f"{identity} accepts NULL, but the declaration refuses it")
    elif answer.is_of_table:
        result.failures.append(
            f"{identity} must {'accept' if nullable else 'refuse'} NULL, but the row is {answer}"
        )
    else:
        result.untried.append(f"NULL in {identity} was not tried: a row was {answer}")


def _try_default(
    sandbox: Sandbox, identity: Identity, column: Column, relation: TableDescription, result: ProbeResult
) -> None:
    """Compare the default of a new row with the value of the declared expression in the same transaction."""
    expression = f"CAST(({column.default}) AS {column.type.sql})"
    observed = _insert_and_compare(sandbox, relation, {}, column.name, expression)
    if isinstance(observed, StatementResult):
        # A default may be the id of the caller.
        with sandbox.as_caller():
            observed = _insert_and_compare(sandbox, relation, {}, column.name, expression)
    if isinstance(observed, StatementResult):
        if observed.sqlstate == NOT_NULL_VIOLATION and observed.column == column.name:
            result.failures.append(f"{identity} has no default, but the declared default is {column.default}")
        else:
            result.untried.append(f"the default of {identity} was not tried: a row was {observed}")
        return
    value, expected = observed
    if sandbox.factory.tables.is_volatile(column.default):
        values, expectations = {value}, {expected}
        for _ in range(_MOST_DEFAULTS):
            other = _insert_and_compare(sandbox, relation, {}, column.name, expression)
            if not isinstance(other, StatementResult):
                values.add(other[0])
                expectations.add(other[1])
            if len(values) > 1 and len(expectations) > 1:
                break
        if len(expectations) > 1:
            result.expect_accepted(
                value is not None and len(values) > 1,
                f"{identity} defaults to {format_value(value)} in every row, "
                f"but the declared default is {column.default}",
            )
            return
        # RETURNING evaluates a volatile function after the row exists, which the function may read.
        expected = sandbox.evaluator.value(f"({expression})::text")
    result.expect_accepted(
        value == expected,
        f"{identity} defaults to {format_value(value)}, "
        f"but the declared default is {_format_expected(column.default, expected)}",
    )


def _format_expected(expression: str | None, value: str | None) -> str:
    written = format_value(value)
    return str(expression) if expression == written else f"{expression}, which evaluates to {written}"


def _insert_and_compare(
    sandbox: Sandbox, relation: TableDescription, given: Mapping[str, Any], name: str, expression: str
) -> tuple[str | None, str | None] | StatementResult:
    """Insert a row without a value for a column; return the value of the column and of the expression as text."""
    returning = f"{identifier(name)}::text AS observed, ({expression})::text AS expected"

    def choose() -> dict[str, Any]:
        values = sandbox.factory.build_unchecked_values((relation.schema, relation.name), given)
        values.pop(name, None)
        return values

    answer, row = sandbox.try_values(relation, choose, returning=returning)
    return (row["observed"], row["expected"]) if row else answer


def _try_generated(
    sandbox: Sandbox, identity: Identity, column: Column, relation: TableDescription, result: ProbeResult
) -> None:
    """Compare the generated value with the value of the declared expression, for several rows."""
    expression = f"CAST(({column.generated}) AS {column.type.sql})"
    condition = sandbox.condition_of(identity, column.generated or "NULL")
    columns = relation.columns
    nullable = [
        name for name in condition.slots if not (columns[name].slot.type.not_null or columns[name].identity)
    ]
    judged = judge_rows(
        sandbox.evaluator,
        attrs.evolve(condition, text=f"({condition.text}) IS NOT NULL"),
        nullable,
        sandbox.seed,
    )
    rows = [row.values for row in judged.rows]
    texts = sandbox.evaluator.values([condition.on(row, f"({expression})::text") for row in rows])
    # One row for each value.
    distinct = dict(reversed([*zip(texts, rows, strict=True)]))
    rows = list(reversed(distinct.values()))[:_MOST_GENERATED]
    result.add_sample(Sample(len(rows), judged.sample.possible, sandbox.seed))
    refused = None
    for row in rows:
        observed = _insert_and_compare(sandbox, relation, row, column.name, expression)
        if isinstance(observed, StatementResult):
            refused = refused or observed
            continue
        value, expected = observed
        beside = f" beside {format_values(row)}" if row else ""
        result.expect_accepted(
            value == expected,
            f"{identity} has the value {format_value(value)}{beside}, "
            f"but the declared expression is {_format_expected(column.generated, expected)}",
        )
    if not result.has_results:
        reason = f"a row was {refused}" if refused else "no row is known for its expression"
        result.untried.append(f"the value of {identity} was not tried: {reason}")


def _try_identity(
    sandbox: Sandbox, identity: Identity, column: Column, relation: TableDescription, result: ProbeResult
) -> None:
    """Probe whether an identity column generates numbers, and accepts an explicit number only if BY DEFAULT."""
    answers = [_insert_and_compare(sandbox, relation, {}, column.name, "NULL") for _ in range(2)]
    refused = [answer for answer in answers if isinstance(answer, StatementResult)]
    numbers = [answer[0] for answer in answers if not isinstance(answer, StatementResult)]
    if refused and not (refused[0].sqlstate == NOT_NULL_VIOLATION and refused[0].column == column.name):
        # An error elsewhere in the row says nothing about the numbers.
        result.untried.append(f"the numbers of {identity} were not tried: a row was {refused[0]}")
    else:
        result.expect_accepted(
            not refused and None not in numbers and len(set(numbers)) == len(numbers),
            f"{identity} is declared an identity column, but generates no numbers",
        )
    command = pg.SQL("INSERT INTO {} ({}) VALUES (1000)").format(
        pg.Identifier(relation.schema, relation.name), pg.Identifier(column.name)
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
