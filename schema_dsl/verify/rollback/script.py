"""The script that goes down, from beside the migration or made for the occasion, and how it is run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, TypeAlias

import attrs
from psycopg import sql as pg

from schema_dsl.migrations import rollback_path
from schema_dsl.parsing import Statement
from schema_dsl.postgres import Connection
from schema_dsl.render import ALLOWED, UndoneMigration, render_rollback, undoes
from schema_dsl.verify.apply import ApplyError, apply_in_transaction, apply_statements, statements_of
from schema_dsl.verify.reverse_plan import reverse_plan
from schema_dsl.verify.scratch import Scratch

Apply: TypeAlias = Callable[[Connection, Iterable[Statement], str], None]

WAYS: Final[dict[str, Apply]] = {
    "statement by statement": apply_statements,
    "in one transaction": apply_in_transaction,
}


REFUSED: Final = "55000"
"""The SQLSTATE by which a rollback refuses to lose data."""


@attrs.frozen
class RollbackScript:
    """A rollback: its name, its statements, the default privileges it is for, and what is to be told of it."""

    file: str
    statements: tuple[Statement, ...]
    settings: tuple[str, ...]
    notes: tuple[str, ...]

    def run(self, connection: Connection, way: str) -> ApplyError | None:
        """Run it in one of the ways that people have; give what stopped it."""
        return attempt(WAYS[way], connection, self.statements, self.file)


def attempt(
    apply: Apply, connection: Connection, statements: Iterable[Statement], file: str
) -> ApplyError | None:
    """Run statements; give what stopped them."""
    try:
        apply(connection, statements, file)
    except ApplyError as error:
        return error
    return None


def rollback_script(scratch: Scratch) -> RollbackScript:
    """Take the rollback beside the migration, or make the one that `generate --rollback` would write."""
    subject = scratch.subject
    name = rollback_path(Path(subject.file))
    undone = UndoneMigration(file=Path(subject.file).name, title="", text=subject.script)
    back = reverse_plan(scratch)
    notes = [f"it does not bring back {each}" for each in back.left]
    text = subject.rollback
    if text is None:
        text = render_rollback(back.plan, subject.wanted, undone, file=name.name, date="", left=back.left)
        notes.append(
            f"there is no {name}: proven is the one that `schema-dsl generate --rollback` would write"
        )
    elif not undoes(text, undone):
        notes.append(
            f"{name} is for another text of {undone.file}: `schema-dsl generate --rollback` makes it anew"
        )
    return RollbackScript(str(name), statements_of(text), back.settings, tuple(notes))


def allowed(connection: Connection) -> Connection:
    """Allow that data is lost in a session."""
    connection.execute(pg.SQL("SET {} = 'on'").format(pg.Identifier(*ALLOWED.split("."))))
    return connection
