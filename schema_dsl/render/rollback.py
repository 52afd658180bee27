"""Render a reverse Plan as the text of a rollback: a migration with a header that names the undone migration."""

from __future__ import annotations

import re

import attrs

from schema_dsl.model.catalog import Catalog
from schema_dsl.plan.step import Plan, TransactionMode
from schema_dsl.render.migration import Header, build_title_and_purpose, render, select_sections
from schema_dsl.render.seal import compute_checksum, read_seals
from schema_dsl.runner import RUNNERS, Runner


@attrs.frozen(kw_only=True)
class UndoneMigration:
    """The migration that a rollback undoes.

    Attributes:
        files: The names of the migration's files.
        text: The text of the migration, of all files.
    """

    files: tuple[str, ...]
    text: str

    @property
    def file(self) -> str:
        """The name of the migration."""
        return self.files[0] if len(self.files) == 1 else f"{self.files[0]} to {self.files[-1]}"

    @property
    def line(self) -> str:
        """The header line that names the migration and its checksum.

        The checksum detects a rollback of an earlier text of the migration.
        """
        contents = [seal.content for seal in read_seals(self.text)]
        content = contents[0] if len(contents) == 1 else compute_checksum(" ".join(contents))
        return f"Undoes {self.file}{f', content {content}' if contents else ''}:"


def render_rollback(
    plan: Plan,
    wanted: Catalog,
    undone: UndoneMigration,
    *,
    file: str,
    date: str,
    not_restored: tuple[str, ...],
    allowed: tuple[str, ...] = (),
    runner: Runner = RUNNERS["psql"],
    lock_timeout: str = "",
    statement_timeout: str = "",
) -> str:
    """Render a whole rollback. The same arguments give the same text, byte for byte.

    Args:
        plan: The plan from the state after the undone migration to the state before.
        wanted: The declared state.
        undone: The migration to undo.
        file: The name of the rollback's file.
        date: The date of the rollback.
        not_restored: Descriptions of the objects that the rollback does not restore.
        allowed: The hazards that were allowed, as --allow takes them.
        runner: The tool that runs the file.
        lock_timeout: The value of lock_timeout, or "" to leave the setting unchanged.
        statement_timeout: The value of statement_timeout, or "" to leave the setting unchanged.
    """
    if any(step.mode is TransactionMode.COMMIT_BEFORE_USE for step in plan.steps):
        # A rollback is one file, so it cannot be one transaction.
        runner = RUNNERS["psql"]
    title, _ = build_title_and_purpose(select_sections(wanted.sections, plan))
    purpose = f"{title}\n\n{undone.line}\n  it restores the schema as it was before that migration."
    if not_restored:
        purpose += "\n\nIt does not restore:\n" + "\n".join(f"  {item}" for item in not_restored)
    header = Header(
        file=file,
        title=f"Rollback of {undone.file}",
        purpose=purpose,
        date=date,
        definitions=wanted.fingerprint(),
        allowed=allowed,
        runner=runner,
    )
    return render(plan, wanted, header, lock_timeout=lock_timeout, statement_timeout=statement_timeout)


def is_rollback_of(text: str, undone: UndoneMigration) -> bool:
    """Return whether a rollback undoes the migration with exactly its present text."""
    return re.search(rf"^-- {re.escape(undone.line)}$", text, re.MULTILINE) is not None
