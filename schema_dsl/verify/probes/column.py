"""Columns: NULL where it may stand and only there, and what a column holds that nobody gives a value for."""

from __future__ import annotations

from typing import Any

from psycopg import sql as pg

from schema_dsl.model.column import Column
from schema_dsl.model.identity import Identity
from schema_dsl.sql import identifier
from schema_dsl.verify.probes.sandbox import NOT_NULL, ProbeResult, Sandbox, StatementResult, said
from schema_dsl.verify.rows.relation import TableDescription

_ONLY_DEFAULT = "428C9"


def probe(bench: Sandbox, identity: Identity, column: Column) -> ProbeResult:
    """See that NULL is let in or refused, and that the default and computed values are those declared."""
    found = ProbeResult()
    relation = bench.relation(identity)
    bench.field_place(relation, column.name)
    if column.generated is not None:
        _computed(bench, identity, column, found)
        return found
    _null(bench, identity, column, found)
    if column.default is not None:
        _default(bench, identity, column, found)
    if column.identity is not None:
        _numbered(bench, identity, column, found)
    return found


def _null(bench: Sandbox, identity: Identity, column: Column, found: ProbeResult) -> None:
    relation, given = bench.relation(identity), {column.name: None}
    if not bench.nullable(identity, column.name):
        answer = bench.insert_with(relation, given, lambda each: each.sqlstate == NOT_NULL)
        found.refuse(
            answer.sqlstate == NOT_NULL and _is_about(bench, relation, column.name, answer),
            f"{identity} let in NULL"
            if answer.taken
            else f"{identity} should refuse NULL, which is {answer}",
        )
        return
    answer = bench.insert_with(relation, given, lambda each: each.met_checks)
    if answer.met_checks:
        found.accepted += 1
    elif answer.sqlstate == NOT_NULL and _is_about(bench, relation, column.name, answer):
        found.failures.append(f"{identity} refuses NULL")


def _is_about(bench: Sandbox, relation: TableDescription, name: str, answer: StatementResult) -> bool:
    # Of a domain that is NOT NULL, Postgres names the type and not the column.
    return answer.column in {name, bench.field_place(relation, name).type.name}


def _default(bench: Sandbox, identity: Identity, column: Column, found: ProbeResult) -> None:
    """Compare with what the declared expression gives by itself, in the same transaction."""
    relation = bench.relation(identity)
    expression = f"CAST(({column.default}) AS {column.type.sql})"
    with bench.tried():
        _make_target(bench, relation, column.name, expression)
        held = _left_out(bench, relation, column.name, expression)
    if isinstance(held, StatementResult):
        if held.sqlstate == NOT_NULL and _is_about(bench, relation, column.name, held):
            found.failures.append(f"{identity} has no default, and was declared with {column.default}")
        else:
            found.notes.append(f"{identity}: a row without it is {held}, so its default was not seen")
        return
    value, expected = held
    if bench.factory.relations.varies(column.default):
        again = _left_out(bench, relation, column.name, expression)
        if isinstance(again, StatementResult) or expected != again[1]:
            other = None if isinstance(again, StatementResult) else again[0]
            found.accept(
                value is not None and value != other,
                f"{identity} holds {said(value)} in each row that has none given, and not {column.default}",
            )
            return
    found.accept(
        value == expected,
        f"{identity} holds {said(value)} where none is given, and not {_expected(column.default, expected)}",
    )


def _make_target(bench: Sandbox, relation: TableDescription, name: str, expression: str) -> None:
    """Let there be the row that the default of a foreign key's column points to."""
    for key in relation.keys:
        if [here for here, _ in key.pairs] == [name]:
            value = bench.ask.value(f"({expression})::text")
            target = bench.factory.relations.at(key.target)
            bench.factory.row((target.schema, target.name), **{key.pairs[0][1]: value})


def _expected(expression: str | None, value: str | None) -> str:
    written = said(value)
    return str(expression) if expression == written else f"{expression}, which is {written}"


def _left_out(
    bench: Sandbox, relation: TableDescription, name: str, expression: str
) -> tuple[str | None, str | None] | StatementResult:
    """Insert a row without a column, and give what it holds then and what the expression gives, as texts."""
    held: list[tuple[str | None, str | None]] = []
    base = {key: value for key, value in bench.base(relation).items() if key != name}

    def act() -> None:
        held.append(_held(bench, relation, base, name, expression))

    answer = bench.answer(act)
    return held[0] if held else answer


def _held(
    bench: Sandbox, relation: TableDescription, values: dict[str, Any], name: str, expression: str
) -> tuple[str | None, str | None]:
    returning = f"{identifier(name)}::text AS held, ({expression})::text AS expected"
    row = bench.factory.insert((relation.schema, relation.name), values, returning=returning)
    return row["held"], row["expected"]


def _computed(bench: Sandbox, identity: Identity, column: Column, found: ProbeResult) -> None:
    """Compare with the declared expression over the same row."""
    relation = bench.relation(identity)
    held: list[tuple[str | None, str | None]] = []
    expression = f"CAST(({column.generated}) AS {column.type.sql})"
    answer = bench.answer(
        lambda: held.append(_held(bench, relation, bench.base(relation), column.name, expression))
    )
    if not held:
        found.notes.append(f"{identity}: not seen, for a row is {answer}")
        return
    value, expected = held[0]
    found.accept(
        value == expected,
        f"{identity} holds {said(value)}, and not {_expected(column.generated, expected)}",
    )


def _numbered(bench: Sandbox, identity: Identity, column: Column, found: ProbeResult) -> None:
    """See that rows are numbered, and that only BY DEFAULT takes a number from somebody else."""
    relation, name = bench.relation(identity), column.name
    first = _left_out(bench, relation, name, "NULL")
    second = _left_out(bench, relation, name, "NULL")
    numbered = (
        not isinstance(first, StatementResult)
        and not isinstance(second, StatementResult)
        and first[0] not in {None, second[0]}
    )
    found.accept(numbered, f"{identity} does not number rows by itself")
    command = pg.SQL("INSERT INTO {} ({}) VALUES (1000)").format(
        pg.Identifier(relation.schema, relation.name), pg.Identifier(name)
    )
    answer = bench.answer(lambda: bench.connection.execute(command))
    if column.identity == "always":
        found.refuse(answer.sqlstate == _ONLY_DEFAULT, f"{identity} takes a number that is given")
    else:
        found.accept(answer.sqlstate != _ONLY_DEFAULT, f"{identity} takes no number that is given")
