"""Probe foreign keys: missing referenced rows, and the actions ON DELETE and ON UPDATE."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import attrs
import psycopg
from psycopg import sql as pg

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.constraint import ForeignKey
from schema_dsl.model.reference import Reference
from schema_dsl.sql import Sql, identifier, literal, qualified
from schema_dsl.verify.probes.sandbox import (
    FOREIGN_KEY_VIOLATION,
    RESTRICT_VIOLATION,
    ProbeResult,
    Sandbox,
    StatementResult,
    format_values,
)
from schema_dsl.verify.rows import RowError
from schema_dsl.verify.rows.table_description import TableDescription
from schema_dsl.verify.values import distinct_value

_MISSING_VALUE = 700_000
_RESTRICT_VIOLATION_SINCE = 180000


@attrs.frozen(kw_only=True)
class _ForeignKeyRows:
    """A referenced row and a referencing row of a foreign key.

    Attributes:
        sandbox: The sandbox.
        identity: The identity of the foreign key.
        key: The declared foreign key.
        referencing: The referencing table.
        referenced: The referenced table.
        pairs: Pairs of a referencing column and a referenced column.
        parent: The referenced row.
        child: The referencing row as JSON, without the columns of the foreign key.
    """

    sandbox: Sandbox
    identity: Identity
    key: ForeignKey
    referencing: TableDescription
    referenced: TableDescription
    pairs: tuple[tuple[str, str], ...]
    parent: dict[str, Any]
    child: str

    def read_child(self) -> list[dict[str, Any]]:
        """Return the present foreign key values of the referencing row; empty if the row is deleted."""
        columns = pg.SQL(", ").join(
            pg.SQL("{}::text AS {}").format(pg.Identifier(name), pg.Identifier(name))
            for name, _ in self.pairs
        )
        query = pg.SQL("SELECT {} FROM {} AS t WHERE {} = {}::jsonb").format(
            columns,
            pg.Identifier(self.referencing.schema, self.referencing.name),
            pg.SQL(_rest_of_row(self.referencing, "t", self.key.columns)),
            self.child,
        )
        cursor = self.sandbox.connection.execute(query)
        names = [name for name, _ in self.pairs]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _rest_of_row(relation: TableDescription, alias: str, columns: Iterable[str]) -> Sql:
    """Return a row as JSON in SQL without some columns, which identifies the row after an action changes them."""
    names = [*columns, *(name for name, field in relation.columns.items() if field.generated)]
    return Sql(f"to_jsonb({alias}) - ARRAY[{', '.join(map(literal, names))}]")


def probe(sandbox: Sandbox, identity: Identity, key: ForeignKey) -> ProbeResult:
    """Probe whether a foreign key refuses missing rows, accepts existing rows, and runs its declared actions."""
    result = ProbeResult()
    referencing = sandbox.describe_table(identity)
    target = key.references
    assert isinstance(target, Reference)  # noqa: S101 - a Catalog resolves every reference
    referenced = sandbox.factory.tables.by_name((target.schema or referencing.schema, target.table))
    pairs = tuple(zip(key.columns, target.columns, strict=True))
    for column, target_column in pairs:
        sandbox.slot_of(referencing, column)
        sandbox.slot_of(referenced, target_column)
    _try_missing_target(sandbox, identity, key, referencing, result)
    with sandbox.rolled_back():
        parent = sandbox.factory.insert_row((referenced.schema, referenced.name))
        given = {column: parent[target_column] for column, target_column in pairs}
        try:
            values = sandbox.complete_values(referencing, given)
        except RowError as error:
            result.notes.append(
                f"{identity}: found no row that references {format_values(given)}: {error.what}"
            )
            return result
        answer = sandbox.try_insert(referencing, values)
        if not answer.accepted:
            result.failures.append(
                f"{identity} must accept {format_values(given)}, which exists in {referenced}, "
                f"but the row is {answer}"
            )
            return result
        rest = _rest_of_row(referencing, identifier(referencing.name), key.columns)
        child = sandbox.factory.insert_values(
            (referencing.schema, referencing.name), values, returning=f"({rest})::text AS rest"
        )["rest"]
        result.accepted += 1
        rows = _ForeignKeyRows(
            sandbox=sandbox,
            identity=identity,
            key=key,
            referencing=referencing,
            referenced=referenced,
            pairs=pairs,
            parent=parent,
            child=child,
        )
        _try_action(rows, "delete", key.on_delete, result)
        _try_action(rows, "update", key.on_update, result)
    return result


def _try_missing_target(
    sandbox: Sandbox, identity: Identity, key: ForeignKey, referencing: TableDescription, result: ProbeResult
) -> None:
    given = {
        name: distinct_value(
            referencing.columns[name].slot.type, referencing.columns[name].slot.modifier, _MISSING_VALUE, name
        )
        for name in key.columns
    }

    def try_insert(defer: str | None = None) -> StatementResult:
        with sandbox.rolled_back():
            values = sandbox.complete_values(referencing, given)
            name = (referencing.schema, referencing.name)
            return sandbox.try_action(
                lambda: sandbox.factory.insert_values(name, values, returning="true AS accepted"), defer=defer
            )

    answer = try_insert()
    related = {
        other.name
        for other in referencing.foreign_keys
        if {column for column, _ in other.pairs} & set(key.columns)
    }
    refused = answer.sqlstate == FOREIGN_KEY_VIOLATION and answer.constraint in {identity.name, *related}
    result.expect_refused(
        refused and identity.name in related,
        f"{identity} accepts {format_values(given)}, but no referenced row has this key"
        if answer.accepted
        else f"{identity} must refuse {format_values(given)}, which no referenced row has, but the row is {answer}",
    )
    if not refused:
        return
    result.expect_refused(
        answer.deferred is key.initially_deferred,
        f"{identity} is INITIALLY {'DEFERRED' if answer.deferred else 'IMMEDIATE'}, "
        f"but is declared INITIALLY {'IMMEDIATE' if answer.deferred else 'DEFERRED'}",
    )
    deferred = try_insert(qualified(referencing.schema, identity.name))
    if key.deferrable:
        result.expect_refused(
            deferred.deferred,
            f"{identity} is declared DEFERRABLE, but cannot be deferred: the row is {deferred}",
        )
    else:
        result.expect_refused(
            deferred.sqlstate not in {None, FOREIGN_KEY_VIOLATION},
            f"{identity} can be deferred, but is not declared DEFERRABLE",
        )


def _try_action(rows: _ForeignKeyRows, event: str, action: str, result: ProbeResult) -> None:
    """Delete or update the referenced row, and compare the referencing row with the declared action."""
    sandbox, identity = rows.sandbox, rows.identity
    command = _build_command(rows, event)
    if command is None and action == "no action":
        return
    if command is None:
        result.notes.append(
            f"{identity}: the referenced columns of {rows.referenced} cannot be updated, so ON UPDATE was not tried"
        )
        return
    act, new_key = command
    action_name = f"ON {event.upper()} {action.upper()} of {identity}"
    if action in {"no action", "restrict"}:
        answer = sandbox.try_action(act)
        code = (
            RESTRICT_VIOLATION
            if action == "restrict" and sandbox.version >= _RESTRICT_VIOLATION_SINCE
            else FOREIGN_KEY_VIOLATION
        )
        if _is_refused_by_other(answer, rows):
            result.notes.append(
                f"{action_name} was not tried, because the {event} of the referenced row is {answer}"
            )
            return
        result.expect_refused(
            answer.is_refused_by(code, identity.name),
            f"{action_name}: the {event} of the referenced row of {rows.referenced} "
            f"must be refused by {identity.name} ({code}), but is {answer}",
        )
        deferred = rows.key.initially_deferred and action == "no action"
        if answer.sqlstate is not None:
            result.expect_refused(
                answer.deferred is deferred,
                f"{action_name} is checked {'at the end of the transaction' if answer.deferred else 'immediately'}, "
                f"but must be checked {'at the end of the transaction' if deferred else 'immediately'}",
            )
        return
    try:
        with sandbox.rolled_back():
            expected = _expected_child(rows, action, new_key)
            act()
            sandbox.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
            child_values = rows.read_child()
    except psycopg.Error as error:
        answer = StatementResult(
            error.sqlstate, error.diag.constraint_name, None, error.diag.message_primary or str(error)
        )
        if _is_refused_by_other(answer, rows):
            result.notes.append(
                f"{action_name} was not tried, because the {event} of the referenced row is {answer}"
            )
        else:
            result.failures.append(
                f"{action_name}: the {event} of the referenced row must be accepted, but is {answer}"
            )
        return
    if action == "cascade" and event == "delete":
        result.expect_accepted(
            not child_values, f"{action_name}: the referencing row still exists, but must be deleted"
        )
    elif not child_values:
        result.failures.append(f"{action_name}: the referencing row is deleted, but must still exist")
    else:
        result.expect_accepted(
            child_values == [expected],
            f"{action_name}: the referencing row has {format_values(child_values[0])}, "
            f"but must have {format_values(expected)}",
        )


def _is_refused_by_other(answer: StatementResult, rows: _ForeignKeyRows) -> bool:
    """Return whether another constraint of the referenced or of any referencing table refuses the statement."""
    named = answer.constraint is not None and answer.constraint != rows.identity.name
    return (
        named
        and answer.sqlstate in {FOREIGN_KEY_VIOLATION, RESTRICT_VIOLATION, "23514", "23502", "23505"}
        and any(key.name == rows.identity.name for key in rows.referencing.foreign_keys)
    )


def _build_command(rows: _ForeignKeyRows, event: str) -> tuple[Callable[[], Any], dict[str, Any]] | None:
    """Return a function that deletes or updates the referenced row, with its new key; None for a fixed key."""
    sandbox, referenced = rows.sandbox, rows.referenced
    target = pg.Identifier(referenced.schema, referenced.name)
    condition = pg.SQL(" AND ").join(
        pg.SQL("{} = {}").format(pg.Identifier(name), pg.Placeholder()) for _, name in rows.pairs
    )
    old = [rows.parent[name] for _, name in rows.pairs]
    if event == "delete":
        delete = pg.SQL("DELETE FROM {} WHERE {}").format(target, condition)
        return lambda: sandbox.connection.execute(delete, old), {}
    fields = [referenced.columns[name] for _, name in rows.pairs]
    if any(field.identity or field.generated for field in fields):
        return None
    # If the referenced key is itself a foreign key, its new values need existing rows.
    values = sandbox.complete_values(referenced, {})
    new = {
        field.name: values[field.name]
        if field.name in referenced.referencing_columns and field.name in values
        else distinct_value(field.slot.type, field.slot.modifier, _MISSING_VALUE, field.name)
        for field in fields
    }
    update = pg.SQL("UPDATE {} SET {} WHERE {}").format(
        target,
        pg.SQL(", ").join(pg.SQL("{} = {}").format(pg.Identifier(name), pg.Placeholder()) for name in new),
        condition,
    )
    return lambda: sandbox.connection.execute(update, [*new.values(), *old]), new


def _expected_child(rows: _ForeignKeyRows, action: str, new_key: dict[str, Any]) -> dict[str, Any]:
    """Return the foreign key values that the referencing row must have after the action."""
    kinds = {referencing: rows.referencing.columns[referencing].slot.written for referencing, _ in rows.pairs}
    if action == "cascade":
        texts = rows.sandbox.factory.format_texts(rows.referenced, new_key) or {}
        return {referencing: texts.get(referenced) for referencing, referenced in rows.pairs}
    if action == "set null":
        return dict.fromkeys(kinds)
    expected = {}
    for referencing, kind in kinds.items():
        column = rows.sandbox.declared_column(rows.identity, referencing)
        default = column.default if column is not None and column.default is not None else "NULL"
        expected[referencing] = rows.sandbox.evaluator.value(f"CAST(({default}) AS {kind})::text")
    if None not in expected.values():
        # SET DEFAULT needs a referenced row with the default.
        known = {referenced: expected[referencing] for referencing, referenced in rows.pairs}
        rows.sandbox.factory.insert_row((rows.referenced.schema, rows.referenced.name), **known)
    return expected
