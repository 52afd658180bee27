"""The next migration, and what undoes it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from schema_dsl.collection import collection_paused
from schema_dsl.errors import MigrationError, SettingsError
from schema_dsl.migrations import (
    History,
    Migration,
    date_of,
    read_history,
    rollback_path,
    write_atomically,
)
from schema_dsl.pipeline.linting import lint_written
from schema_dsl.pipeline.project import Project
from schema_dsl.pipeline.verification import subject

if TYPE_CHECKING:
    from schema_dsl.lint import Finding
    from schema_dsl.plan import Plan

_NAME: Final = re.compile(r"[a-z0-9_]+\Z")


@attrs.frozen
class Generated:
    """What `generate` came to.

    `text` is empty where nothing is due; `edited` says that the newest migration is not as it was written.
    `left` names what is there and no longer declared, and is left alone. With error `findings` nothing was
    written.
    """

    path: Path | None
    text: str = ""
    written: bool = False
    edited: bool = False
    findings: tuple[Finding, ...] = ()
    left: tuple[str, ...] = ()


def generate(
    project: Project,
    *,
    name: str | None = None,
    date: str | None = None,
    output: Path | None = None,
    amend: bool = False,
    force: bool = False,
    drop: bool = False,
    write: bool = True,
) -> Generated:
    """Make the next migration, if one is due, lint it, and write it.

    With `amend` the newest one is made anew instead, which is for as long as it has run nowhere that matters.
    A `force` overwrites even what somebody has edited by hand; `drop` also drops what the history made and
    the definitions no longer declare. Where earlier migrations are to be continued they are replayed on a
    scratch server; the first migration, and the finding that nothing is due, need none.

    Raises:
        SchemaDslError: If the definitions, the folder or the server do not allow it.
    """
    history = read_history(output, project.settings.naming) if output else project.history
    ours = history.ours
    newest = ours[-1] if ours else None
    if newest is not None and newest.definitions == project.wanted.fingerprint() and not amend:
        return Generated(newest.path, edited=newest.edited)
    replayed = history.since_baseline()
    if amend:
        newest = _amendable(history, force=force)
        replayed = replayed[:-1]
    plan, left = _plan(project, replayed, drop=drop)
    if not plan:
        return Generated(newest.path if newest else None, edited=bool(newest and newest.edited), left=left)
    day = date or (newest.date if amend and newest else None) or dt.datetime.now(tz=dt.UTC).date().isoformat()
    path = newest.path if amend and newest else _path(project, history, name, day)
    text = _text(project, plan, path, day)
    findings = lint_written(project, path, text)
    if write and not any(each.level.value == "error" for each in findings):
        if path.exists() and not amend:
            raise MigrationError("is there already", where=str(path), instead="Choose another --name.")
        write_atomically(path, text)
        return Generated(path, text, written=True, findings=findings, left=left)
    return Generated(path, text, findings=findings, left=left)


def rollback(
    project: Project, made: Generated, *, output: Path | None = None, force: bool = False, write: bool = True
) -> Generated:
    """Make what undoes the migration that `generate` gave, unless it is there and made for this text of it.

    A scratch server is asked what the migration meets and what it leaves: what was there before is kept, and
    what was replaced comes back as it was. One that somebody has edited is made anew only with `force`.

    Raises:
        SchemaDslError: If there is no migration to undo, or no server to ask.
    """
    from schema_dsl.render import UndoneMigration, render_rollback, section_texts, undoes  # noqa: PLC0415 - jinja2

    if made.path is None:
        raise MigrationError("there is no migration to undo", instead="Run `schema-dsl generate` first.")
    script = made.text or Migration(made.path, 0, "").text
    title, _ = section_texts(project.wanted.sections)
    undone = UndoneMigration(file=made.path.name, title=title, text=script)
    path = rollback_path(made.path)
    if path.is_file() and not force:
        present = Migration(path, 0, "")
        if undoes(present.text, undone):
            return Generated(path, edited=present.edited)
        if present.edited or not present.is_ours:
            raise MigrationError(
                f"was edited by hand, and is not for {made.path.name} as it is now",
                where=str(path),
                instead="Make it anew with --force, or change it by hand.",
            )

    from schema_dsl.verify.reverse_plan import reverse_plan_of  # noqa: PLC0415 - psycopg is heavy

    back = reverse_plan_of(project.settings.postgres, subject(project, made.path, script, output=output))
    text = render_rollback(
        back.plan,
        project.wanted,
        undone,
        file=path.name,
        date=date_of(script) or "",
        left=back.left,
        lock_timeout=project.settings.lock_timeout,
        statement_timeout=project.settings.statement_timeout,
    )
    findings = lint_written(project, path, text, undoes=True)
    written = write and not any(each.level.value == "error" for each in findings)
    if written:
        write_atomically(path, text)
    return Generated(path, text, written=written, findings=findings, left=back.left)


def _amendable(history: History, *, force: bool) -> Migration:
    """Give the newest migration, if it can be made anew without losing what somebody did."""
    if not history.ours:
        raise MigrationError(
            f"there is no migration of ours in {history.folder} to amend",
            instead="Run `schema-dsl generate`.",
        )
    newest, last = history.ours[-1], history.migrations[-1]
    if newest is not last:
        raise MigrationError(
            f"{newest.path.name} is not the last migration: {last.path.name} follows it",
            instead="What has been built upon is not amended: run `schema-dsl generate` for a new one.",
        )
    if newest.edited and not force:
        raise MigrationError(
            "was edited by hand: what was changed in it would be lost",
            where=str(newest.path),
            instead="Bring the change into the definitions, then say --force; or leave the file as it is.",
        )
    return newest


def _path(project: Project, history: History, name: str | None, day: str) -> Path:
    sections = project.wanted.sections
    chosen = name or (Path(sections[0].file).stem if len(sections) == 1 else "schema")
    if not _NAME.match(chosen):
        raise SettingsError(
            f"{chosen!r} cannot be the name of a migration", instead="Use a to z, 0 to 9 and _ in --name."
        )
    return history.path_for(history.next_number(project.settings.first_number, day), chosen)


@collection_paused()
def _text(project: Project, plan: Plan, path: Path, day: str) -> str:
    from schema_dsl.render import Header, render, section_texts  # noqa: PLC0415 - jinja2 is heavy

    wanted = project.wanted
    title, purpose = section_texts(wanted.sections)
    header = Header(file=path.name, title=title, purpose=purpose, date=day, definitions=wanted.fingerprint())
    return render(
        plan,
        wanted,
        header,
        lock_timeout=project.settings.lock_timeout,
        statement_timeout=project.settings.statement_timeout,
    )


@collection_paused()
def _plan(project: Project, replayed: Iterable[Migration], *, drop: bool) -> tuple[Plan, tuple[str, ...]]:
    """Plan from what the history leads to; without one, from what is declared as existing."""
    from schema_dsl.plan import plan  # noqa: PLC0415 - only a due migration needs it

    history = tuple(replayed)
    if not history:
        return plan(project.wanted.existing(), project.wanted), ()
    from schema_dsl.verify.replay import found_after  # noqa: PLC0415 - psycopg is heavy

    found = found_after(
        project.settings.postgres, project.platform, project.baseline, history, project.wanted
    )
    return found.plan(drop=drop), () if drop else tuple(map(str, found.gone))
