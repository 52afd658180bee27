"""Load or render the rollback of a migration, and run it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import attrs

from schema_dsl.errors import display_path
from schema_dsl.migrations import Migration, rollback_path
from schema_dsl.parsing import Statement
from schema_dsl.plan import choose_steps
from schema_dsl.postgres import Connection
from schema_dsl.render import UndoneMigration, is_rollback_of, render_rollback
from schema_dsl.verify.databases.scratch import Scratch
from schema_dsl.verify.rollback.reverse_plan import build_reverse_plan
from schema_dsl.verify.scripts.apply import (
    ApplyError,
    ApplyFunction,
    apply_in_transaction,
    apply_statements,
    split_statements,
)
from schema_dsl.verify.scripts.host import write_superuser_statements
from schema_dsl.verify.scripts.lost_session import raise_if_lost

IN_TRANSACTION: Final = "in one transaction"
APPLY_MODES: Final[dict[str, ApplyFunction]] = {
    "statement by statement": apply_statements,
    IN_TRANSACTION: apply_in_transaction,
}


@attrs.frozen
class RollbackScript:
    """A rollback to try.

    Attributes:
        file: The path of the rollback, for messages.
        statements: The statements of the rollback.
        settings: The default privileges under which the rollback restores the state before the migration.
        untried: Sentences about objects that the rollback does not restore.
        notes: Sentences about the file.
    """

    file: str
    statements: tuple[Statement, ...]
    settings: tuple[str, ...]
    untried: tuple[str, ...]
    notes: tuple[str, ...]

    def run(self, connection: Connection, mode: str) -> ApplyError | None:
        """Run the rollback in one of `APPLY_MODES` and return the error, if any."""
        return try_apply(APPLY_MODES[mode], connection, self.statements, self.file)


def try_apply(
    apply: ApplyFunction, connection: Connection, statements: Iterable[Statement], file: str
) -> ApplyError | None:
    """Run statements and return the error, if any."""
    try:
        apply(connection, statements, file)
    except ApplyError as error:
        raise_if_lost(error)
        return error
    return None


def load_rollback_script(scratch: Scratch) -> RollbackScript:
    """Load the migration's rollback file, or render the rollback that `generate --rollback` would write."""
    subject = scratch.subject
    files = subject.files or (Migration.from_text(Path(subject.file), subject.script),)
    path = rollback_path(Path(files[0].path))
    name = display_path(path)
    undone = UndoneMigration(
        files=tuple(file.path.name for file in files), text="".join(file.text for file in files)
    )
    back = build_reverse_plan(scratch)
    notes = []
    text = subject.rollback
    if text is None:
        text = render_rollback(
            choose_steps(back.plan, subject.rollback_runner),
            subject.wanted,
            undone,
            file=path.name,
            date="",
            not_restored=back.not_restored,
            runner=subject.rollback_runner,
        )
        notes.append(
            f"{name} does not exist: the proof runs the rollback that `schema-dsl generate --rollback` would write"
        )
    elif not is_rollback_of(text, undone):
        notes.append(
            f"{name} undoes an earlier text of {undone.file}: run `schema-dsl generate --rollback` to regenerate it"
        )
    untried = tuple(f"the rollback does not restore {item}" for item in back.not_restored)
    statements = split_statements(write_superuser_statements(text))
    return RollbackScript(name, statements, back.settings, untried, tuple(notes))
