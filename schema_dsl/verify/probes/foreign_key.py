"""Probe foreign keys: missing referenced rows, and the actions ON DELETE and ON UPDATE."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import psycopg
from psycopg import sql as pg

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.constraint import ForeignKey
from schema_dsl.model.reference import Reference
from schema_dsl.sql import qualified
from schema_dsl.verify.probes.answers import (
    FOREIGN_KEY_VIOLATION,
    RESTRICT_VIOLATION,
    ProbeResult,
    StatementResult,
    format_values,
    read_error,
)
from schema_dsl.verify.probes.foreign_key_rows import ForeignKeyRows, KeyValues
from schema_dsl.verify.probes.sandbox import Sandbox
from schema_dsl.verify.rows import RowError
from schema_dsl.verify.rows.table_description import TableDescription

_RESTRICT_VIOLATION_SINCE = 180000


def probe(sandbox: Sandbox, identity: Identity, key: ForeignKey) -> ProbeResult:
    """Probe whether a foreign key refuses missing rows, accepts existing rows, and runs its declared actions."""
    result = ProbeResult()
    target = key.references
    assert isinstance(target, Reference)  # noqa: S101 - a Catalog resolves every reference
    schema = target.schema or identity.relation[0]
    with sandbox.isolated(identity, (schema, target.table)) as referencing:
        referenced = sandbox.factory.tables.by_name((schema, target.table))
        pairs = tuple(zip(key.columns, target.columns, strict=True))
        for column, target_column in pairs:
            sandbox.slot_of(referencing, column)
            sandbox.slot_of(referenced, target_column)
        with result.trying(identity):
            trial = _ForeignKeyTrial(
                sandbox=sandbox,
                identity=identity,
                key=key,
                referencing=referencing,
                referenced=referenced,
                pairs=pairs,
                rows=ForeignKeyRows(sandbox.evaluator, referencing, referenced, pairs),
                result=result,
            )
            trial.probe()
    return result


@attrs.frozen(kw_only=True)
class _ForeignKeyTrial:
    """The trials of one foreign key, in tables that have no other constraint and no rows.

    Attributes:
        sandbox: The sandbox.
        identity: The identity of the foreign key.
        key: The declared foreign key.
        referencing: The referencing table.
        referenced: The referenced table.
        pairs: Pairs of a referencing column and a referenced column.
        rows: Chooses the values of the rows.
        result: The result.
    """

    sandbox: Sandbox
    identity: Identity
    key: ForeignKey
    referencing: TableDescription
    referenced: TableDescription
    pairs: tuple[tuple[str, str], ...]
    rows: ForeignKeyRows
    result: ProbeResult

    def probe(self) -> None:
        """Try a missing row, an existing row, and the actions."""
        if self.rows.is_own_key or any(self.referencing.columns[name].generated for name, _ in self.pairs):
            what = "a row references itself" if self.rows.is_own_key else "a referencing column is generated"
            self.result.untried.append(f"{self.identity} was not tried, because {what}")
            return
        parent = self.rows.choose_key(1)
        child = self.rows.build_child(parent)
        self.restore_time_of_check()
        if not self.key.enforced:
            self.try_not_enforced(child)
            return
        if not self.try_missing_row(child):
            return
        self.try_part_of_key(child)
        row = self.rows.complete_parent(parent)
        self.restore_time_of_check()
        with self.sandbox.rolled_back():
            answer = self.sandbox.try_insert(self.referenced, row)
            if not answer.accepted:
                self.result.untried.append(f"{self.identity} was not tried: a referenced row is {answer}")
                return
            self.sandbox.insert(self.referenced, row)
            answer = self.sandbox.try_insert(self.referencing, child)
            if not answer.accepted:
                self.judge_other(answer, f"accept {format_values(child)}, which {self.referenced} has")
                return
            self.result.accepted += 1
            self.sandbox.insert(self.referencing, child)
            self.try_action("delete", self.key.on_delete, parent, child)
            self.try_action("update", self.key.on_update, parent, child)

    def restore_time_of_check(self) -> None:
        """Check the foreign key at its own time again: the choice of rows that reference each other defers it."""
        (is_deferrable, is_deferred) = self.sandbox.connection.execute(
            "SELECT condeferrable, condeferred FROM pg_catalog.pg_constraint WHERE conrelid = %s AND conname = %s",
            [self.referencing.oid, self.identity.name],
        ).fetchone() or (False, False)
        if is_deferrable:
            name = qualified(self.referencing.schema, self.identity.name)
            time = "DEFERRED" if is_deferred else "IMMEDIATE"
            self.sandbox.connection.execute(f"SET CONSTRAINTS {name} {time}".encode())

    def judge_other(self, answer: StatementResult, what: str) -> None:
        """Report a statement that something else than expected refused."""
        if answer.is_of_table:
            self.result.failures.append(f"{self.identity} must {what}, but the row is {answer}")
        else:
            self.result.untried.append(f"{self.identity} was not tried further: a row was {answer}")

    def try_missing_row(self, child: KeyValues) -> bool:
        """Insert a row that references a missing row, immediately and deferred; return whether it was refused."""
        answer = self.sandbox.try_insert(self.referencing, child)
        given = {column: child[column] for column, _ in self.pairs}
        if answer.accepted:
            self.result.failures.append(
                f"{self.identity} accepts {format_values(given)}, but no referenced row has this key"
            )
            return False
        if not answer.is_refused_by(FOREIGN_KEY_VIOLATION, self.identity.name):
            self.judge_other(answer, f"refuse {format_values(given)}, which no referenced row has")
            return False
        self.result.refused += 1
        self.result.expect_refused(
            answer.deferred is self.key.initially_deferred,
            f"{self.identity} is INITIALLY {'DEFERRED' if answer.deferred else 'IMMEDIATE'}, "
            f"but is declared INITIALLY {'IMMEDIATE' if answer.deferred else 'DEFERRED'}",
        )
        name = qualified(self.referencing.schema, self.identity.name)
        deferred = self.sandbox.try_insert(self.referencing, child, defer=name)
        if self.key.deferrable:
            self.result.expect_refused(
                deferred.deferred,
                f"{self.identity} is declared DEFERRABLE, but cannot be deferred: the row is {deferred}",
            )
        else:
            self.result.expect_refused(
                deferred.sqlstate not in {None, FOREIGN_KEY_VIOLATION},
                f"{self.identity} can be deferred, but is not declared DEFERRABLE",
            )
        return True

    def try_not_enforced(self, child: KeyValues) -> None:
        """Insert a row that references a missing row: a foreign key with NOT ENFORCED accepts it."""
        answer = self.sandbox.try_insert(self.referencing, child)
        given = {column: child[column] for column, _ in self.pairs}
        self.result.expect_accepted(
            answer.accepted,
            f"{self.identity} is declared NOT ENFORCED, but {format_values(given)} is {answer}",
        )

    def try_part_of_key(self, child: KeyValues) -> None:
        """Insert a row with NULL in one column of several, which MATCH FULL refuses and MATCH SIMPLE accepts."""
        nullable = [column for column, _ in self.pairs if not self.referencing.columns[column].not_null]
        if len(self.pairs) == 1 or not nullable:
            return
        part = child | {nullable[-1]: None}
        answer = self.sandbox.try_insert(self.referencing, part)
        given = format_values({column: part[column] for column, _ in self.pairs})
        if self.key.match_full:
            self.result.expect_refused(
                answer.is_refused_by(FOREIGN_KEY_VIOLATION, self.identity.name),
                f"{self.identity} must refuse {given}, because it is MATCH FULL, but the row is {answer}",
            )
        elif answer.accepted or answer.is_of_table:
            self.result.expect_accepted(
                answer.accepted,
                f"{self.identity} must accept {given}, because a column is NULL, but the row is {answer}",
            )

    def try_action(self, event: str, action: str, parent: KeyValues, child: KeyValues) -> None:
        """Delete or update the referenced row, and compare the referencing row with the declared action."""
        fields = [self.referenced.columns[name] for _, name in self.pairs]
        name = f"ON {event.upper()} {action.upper()} of {self.identity}"
        if event == "update" and any(field.generated for field in fields):
            self.result.untried.append(f"{name} was not tried, because a referenced column is generated")
            return
        with self.result.trying(name):
            expected = self.expected_values(action, event, child)
            command = self.delete(parent) if event == "delete" else self.update(parent, child, expected)
            if action in {"no action", "restrict"}:
                self.expect_refusal(name, event, action, command)
            elif self.key.match_full and expected is not None and _is_partly_null(expected):
                # MATCH FULL refuses the row that the action would leave.
                self.expect_refusal(name, event, "no action", command)
            else:
                self.expect_change(name, event, command, child, expected)

    def delete(self, parent: KeyValues) -> pg.Composed:
        """Return the command that deletes the referenced row."""
        return pg.SQL("DELETE FROM {} WHERE {}").format(self.target, self.where(parent))

    def update(self, parent: KeyValues, child: KeyValues, expected: KeyValues | None) -> pg.Composed:
        """Return the command that gives the referenced row another key, and returns the key as the child has it."""
        taken = [parent]
        if self.rows.is_self_reference:
            taken.append({name: child[name] for _, name in self.pairs})
        if expected is not None:
            taken.append({target: expected[column] for column, target in self.pairs})
        new = self.rows.choose_other_key(taken)
        fields = [self.referenced.columns[name] for _, name in self.pairs]
        # Postgres updates an identity column that is GENERATED ALWAYS to its next number only.
        changes = [
            pg.SQL("{} = {}").format(
                pg.Identifier(field.name),
                pg.SQL("DEFAULT") if field.identity else pg.Literal(new[field.name]),
            )
            for field in fields
        ]
        returned = [
            pg.SQL("CAST({} AS {})::text").format(
                pg.Identifier(target), pg.SQL(self.referencing.columns[column].slot.written)
            )
            for column, target in self.pairs
        ]
        return pg.SQL("UPDATE {} SET {} WHERE {} RETURNING {}").format(
            self.target, pg.SQL(", ").join(changes), self.where(parent), pg.SQL(", ").join(returned)
        )

    @property
    def target(self) -> pg.Identifier:
        """Return the referenced table as SQL."""
        return pg.Identifier(self.referenced.schema, self.referenced.name)

    def where(self, values: Mapping[str, Any]) -> pg.Composed:
        """Return a condition for the referenced row."""
        return pg.SQL(" AND ").join(
            pg.SQL("{} = {}").format(pg.Identifier(name), pg.Literal(value)) for name, value in values.items()
        )

    def expect_refusal(self, name: str, event: str, action: str, command: pg.Composed) -> None:
        """Expect that the foreign key refuses the command."""
        answer = self.sandbox.try_action(lambda: self.sandbox.connection.execute(command))
        code = (
            RESTRICT_VIOLATION
            if action == "restrict" and self.sandbox.version >= _RESTRICT_VIOLATION_SINCE
            else FOREIGN_KEY_VIOLATION
        )
        if not answer.accepted and not answer.is_of_table:
            self.result.untried.append(f"{name} was not tried: the {event} of the referenced row is {answer}")
            return
        self.result.expect_refused(
            answer.is_refused_by(code, self.identity.name),
            f"{name}: the {event} of the referenced row of {self.referenced} "
            f"must be refused by {self.identity.name} ({code}), but is {answer}",
        )
        deferred = self.key.initially_deferred and action == "no action"
        if answer.sqlstate is not None:
            self.result.expect_refused(
                answer.deferred is deferred,
                f"{name} is checked {'at the end of the transaction' if answer.deferred else 'immediately'}, "
                f"but must be checked {'at the end of the transaction' if deferred else 'immediately'}",
            )

    def expect_change(
        self, name: str, event: str, command: pg.Composed, child: KeyValues, expected: KeyValues | None
    ) -> None:
        """Expect that the command changes the referencing row as the action says.

        Args:
            name: The action, for messages.
            event: "delete" or "update".
            command: The command.
            child: The referencing row.
            expected: The values that the action gives to the foreign key; None for CASCADE.
        """
        try:
            with self.sandbox.rolled_back():
                if expected is not None and None not in expected.values():
                    # SET DEFAULT needs a referenced row with the default.
                    self.sandbox.insert(
                        self.referenced, {target: expected[column] for column, target in self.pairs}
                    )
                cursor = self.sandbox.connection.execute(command)
                new = cursor.fetchone() if cursor.description else None
                self.sandbox.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
                present = self.read_child(child)
        except psycopg.Error as error:
            answer = read_error(error)
            sentence = f"{name}: the {event} of the referenced row must be accepted, but is {answer}"
            if answer.is_of_table:
                self.result.failures.append(sentence)
            else:
                self.result.untried.append(
                    f"{name} was not tried: the {event} of the referenced row is {answer}"
                )
            return
        if expected is None and new is not None:
            expected = dict(zip((column for column, _ in self.pairs), new, strict=True))
        if expected is None:
            self.result.expect_accepted(
                not present, f"{name}: the referencing row still exists, but must be deleted"
            )
        elif not present:
            self.result.failures.append(f"{name}: the referencing row is deleted, but must still exist")
        else:
            self.result.expect_accepted(
                present == [expected],
                f"{name}: the referencing row has {format_values(present[0])}, "
                f"but must have {format_values(expected)}",
            )

    def expected_values(self, action: str, event: str, child: KeyValues) -> KeyValues | None:
        """Return the values that the action gives to the foreign key; None if it gives none, or for CASCADE.

        Args:
            action: The action.
            event: "delete" or "update".
            child: The referencing row.

        Raises:
            RowError: If the default is not known before it is used.
        """
        if action not in {"set null", "set default"}:
            return None
        expected: KeyValues = {column: child[column] for column, _ in self.pairs}
        set_columns = (event == "delete" and self.key.on_delete_columns) or tuple(expected)
        if action == "set null":
            return expected | dict.fromkeys(set_columns)
        for name in set_columns:
            column = self.sandbox.declared_column(self.identity, name)
            default = column.default if column is not None and column.default is not None else "NULL"
            if self.sandbox.factory.tables.is_volatile(default):
                raise RowError(f"every row may have another default of {name}")
            written = self.referencing.columns[name].slot.written
            expected[name] = self.sandbox.evaluator.value(f"CAST(({default}) AS {written})::text")
        return expected

    def read_child(self, child: KeyValues) -> list[KeyValues]:
        """Return the present foreign key values of the referencing row; empty if the row is deleted."""
        columns = [column for column, _ in self.pairs]
        texts = pg.SQL(", ").join(pg.SQL("{}::text").format(pg.Identifier(name)) for name in columns)
        own = {name: value for name, value in child.items() if name not in columns}
        where = self.where(own) if own else pg.SQL("true")
        table = pg.Identifier(self.referencing.schema, self.referencing.name)
        rows = self.sandbox.connection.execute(
            pg.SQL("SELECT {} FROM {} WHERE {}").format(texts, table, where)
        ).fetchall()
        return [dict(zip(columns, row, strict=True)) for row in rows]


def _is_partly_null(values: KeyValues) -> bool:
    return 0 < sum(value is None for value in values.values()) < len(values)
