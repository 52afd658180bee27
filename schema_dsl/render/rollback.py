"""A Plan back to the text of a rollback: printed as a migration is, under a header that says what it undoes."""

from __future__ import annotations

import re

import attrs

from schema_dsl.model.catalog import Catalog
from schema_dsl.plan.step import Plan
from schema_dsl.render.migration import Header, render, seal_of


@attrs.frozen(kw_only=True)
class UndoneMigration:
    """The migration that a rollback undoes: its name, title and text."""

    file: str
    title: str
    text: str

    @property
    def line(self) -> str:
        """Name the migration as the header does, with its checksum: another text needs another rollback."""
        seal = seal_of(self.text)
        return f"Undoes {self.file}{f', content {seal[1]}' if seal else ''}:"


def render_rollback(
    plan: Plan,
    wanted: Catalog,
    undone: UndoneMigration,
    *,
    file: str,
    date: str,
    left: tuple[str, ...] = (),
    lock_timeout: str = "",
    statement_timeout: str = "",
) -> str:
    """Print a whole rollback: the same text for the same arguments, byte for byte.

    Args:
        plan: The way back.
        wanted: What is declared.
        undone: What is undone.
        file: The name of the rollback.
        date: When it is made.
        left: What it does not bring back, each a sentence.
        lock_timeout: As for a migration.
        statement_timeout: As for a migration.
    """
    purpose = f"{undone.title}\n\n{undone.line}\n  afterwards the database is as it was before."
    if left:
        purpose += "\n\nIt does not bring back:\n" + "\n".join(f"  {each}" for each in left)
    header = Header(
        file=file,
        title=f"Rollback of {undone.file}",
        purpose=purpose,
        date=date,
        definitions=wanted.fingerprint(),
    )
    return render(plan, wanted, header, lock_timeout=lock_timeout, statement_timeout=statement_timeout)


def undoes(text: str, undone: UndoneMigration) -> bool:
    """Say whether a rollback was made for the migration as it is now."""
    return re.search(rf"^-- {re.escape(undone.line)}$", text, re.MULTILINE) is not None
