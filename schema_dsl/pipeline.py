"""The whole flow as functions: what the command line, the pytest plugin and other programs call."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import attrs

from schema_dsl.collection import collection_paused
from schema_dsl.definitions import load_definitions
from schema_dsl.errors import MigrationError, SettingsError
from schema_dsl.migrations import (
    History,
    Migration,
    date_of,
    read_history,
    rollback_path,
    write_atomically,
)
from schema_dsl.platforms import Platform, platform
from schema_dsl.settings import Settings, load_settings

if TYPE_CHECKING:
    from schema_dsl.lint import Finding, Linted, Run, Selection
    from schema_dsl.model.catalog import Catalog
    from schema_dsl.plan import Plan
    from schema_dsl.verify import Mutants, Report, Subject

_NAME: Final = re.compile(r"[a-z0-9_]+\Z")


@attrs.frozen(slots=False)
class Project:
    """A project's settings, and what they lead to."""

    settings: Settings

    @cached_property
    def platform(self) -> Platform:
        """Give what a database of the project has before its first migration."""
        return platform(self.settings.platform)

    @cached_property
    def wanted(self) -> Catalog:
        """Load the definitions.

        Raises:
            DefinitionError: If they do not describe a schema.
        """
        return load_definitions(self.settings.definitions, self.platform)

    @cached_property
    def history(self) -> History:
        """List the migrations that are there."""
        return read_history(self.settings.migrations, self.settings.naming)

    @cached_property
    def baseline(self) -> str:
        """Read what stands for the migrations before our first.

        Raises:
            SettingsError: If the settings name a file that cannot be read.
        """
        file = self.settings.baseline
        if file is None:
            return ""
        try:
            return file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"baseline cannot be read: {error}", where=str(file)) from error


def open_project(start: Path | None = None) -> Project:
    """Open the project that a folder lies in, by default the current one.

    Raises:
        SettingsError: If its settings cannot be followed.
    """
    return Project(load_settings(start or Path.cwd()))


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
    findings = _findings(project, path, text)
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
    from schema_dsl.render import Undone, render_rollback, section_texts, undoes  # noqa: PLC0415 - jinja2

    if made.path is None:
        raise MigrationError("there is no migration to undo", instead="Run `schema-dsl generate` first.")
    script = made.text or Migration(made.path, 0, "").text
    title, _ = section_texts(project.wanted.sections)
    undone = Undone(file=made.path.name, title=title, text=script)
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
    from schema_dsl.verify.undo import way_back_of  # noqa: PLC0415 - psycopg is heavy

    back = way_back_of(project.settings.postgres, subject(project, made.path, script, output=output))
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
    findings = _findings(project, path, text, undoes=True)
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


def _findings(project: Project, path: Path, text: str, *, undoes: bool = False) -> tuple[Finding, ...]:
    from schema_dsl.lint import lint_definitions, lint_generated  # noqa: PLC0415 - the parsers are heavy

    # What is wrong in the definitions is wrong in the SQL too, and is mended where it was written.
    found = lint_definitions(project.wanted)
    if any(each.level.value == "error" for each in found):
        return tuple(found)
    # What undoes a migration is there to drop what that made, and has no place among those that follow.
    chosen = _selection(project, ignore=("data",) if undoes else ())
    earlier = () if undoes else read_history(path.parent, project.settings.naming).migrations
    found += lint_generated(
        text,
        shown(path),
        project.wanted,
        project.platform,
        earlier=[(shown(each.path), each.text) for each in earlier if each.path != path],
        selection=chosen,
    )
    return tuple(found)


@attrs.frozen(kw_only=True)
class LintRequest:
    """What a run of the linter is asked for, beside what the settings say.

    Names in `select` take the place of the settings', names in `ignore` add to them.
    """

    paths: tuple[Path, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    since: int = 0
    baseline: Path | None = None


def lint(
    project: Project,
    request: LintRequest,
    *,
    standard_input: Callable[[], str],
    mend: Literal["no", "show", "write"] = "no",
) -> Linted:
    """Lint files and folders; without any, the definitions and the migrations folder. `-` is standard input.

    With `mend` "show", say what mended files would be; with "write", write them too.

    Raises:
        SchemaDslError: If a file cannot be read, or the definitions do not describe a schema.
    """
    from schema_dsl.lint import STDIN, lint_run  # noqa: PLC0415 - the parsers are heavy
    from schema_dsl.lint.fixing import as_written  # noqa: PLC0415

    linted = lint_run(_run(project, request, standard_input), mend=mend != "no")
    for file, (_, text) in linted.changed.items() if mend == "write" else ():
        if file != STDIN:
            write_atomically(Path(file).resolve(), as_written(file, text))
    return linted


def write_lint_baseline(
    project: Project, request: LintRequest, file: Path, *, standard_input: Callable[[], str]
) -> None:
    """Take everything as known that is found now.

    Raises:
        SchemaDslError: If a file cannot be read or written.
    """
    from schema_dsl.lint import as_baseline  # noqa: PLC0415 - the parsers are heavy

    run = _run(project, request, standard_input)
    write_atomically(file, as_baseline(attrs.evolve(run, known=None)))


def _run(project: Project, request: LintRequest, standard_input: Callable[[], str]) -> Run:
    from schema_dsl.lint import Run  # noqa: PLC0415 - the parsers are heavy

    whole = not request.paths
    paths = [path for path in request.paths if str(path) != "-"]
    if whole and project.settings.migrations.is_dir():
        paths = [project.settings.migrations]
    return Run(
        platform=project.platform,
        selection=_selection(project, request.select, request.ignore),
        root=project.settings.root,
        paths=tuple(paths),
        text=standard_input() if Path("-") in request.paths else None,
        definitions=project.wanted if whole else None,
        wanted=project.wanted if whole else None,
        since=request.since,
        known=request.baseline or project.settings.lint.baseline,
    )


def _selection(project: Project, select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()) -> Selection:
    from schema_dsl.lint.selection import selection  # noqa: PLC0415 - the rules are many

    said = project.settings.lint
    platform_name = project.settings.platform
    selection(platform_name, select=select, ignore=ignore)
    return selection(
        platform_name,
        select=select or said.select,
        ignore=(*said.ignore, *ignore),
        per_file=said.per_file_ignores,
        levels=said.levels,
        where=said.where,
    )


def verify(
    project: Project,
    specs: Iterable[str] = (),
    *,
    only: Iterable[str] = (),
    mutants: Mutants | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """Put the newest migration of ours to the proof, on each server named, by default the settings' one.

    With `mutants` the proofs themselves are tried, on damaged copies of it, each until one of them notices
    or, "every", to all of them.

    Raises:
        SchemaDslError: If there is no migration, or no server to show it on.
    """
    from schema_dsl.verify import proofs  # noqa: PLC0415 - psycopg is heavy
    from schema_dsl.verify import verify as run  # noqa: PLC0415

    chosen = {name: proof for proof in proofs() for name in [proof.name]}
    wanted = tuple(only)
    for name in wanted:
        if name not in chosen:
            raise SettingsError(f"there is no proof {name!r}", instead=f"Known: {', '.join(chosen)}.")
    picked = [proof for proof in proofs() if not wanted or proof.name in wanted]
    return run(subject(project), tuple(specs) or (project.settings.postgres,), picked, tell, mutants)


def subject(
    project: Project, path: Path | None = None, script: str = "", *, output: Path | None = None
) -> Subject:
    """Give what is put to the proof: a migration, by default the newest of ours, and what it continues.

    Raises:
        MigrationError: If there is none.
    """
    from schema_dsl.verify import Subject  # noqa: PLC0415 - psycopg is heavy

    history = read_history(output or project.settings.migrations, project.settings.naming)
    if path is None:
        if not history.ours:
            raise MigrationError(
                f"there is no migration of ours in {history.folder}",
                instead="Run `schema-dsl generate` first.",
            )
        path, script = history.ours[-1].path, history.ours[-1].text
    rollback = rollback_path(path)
    return Subject(
        platform=project.platform,
        baseline=project.baseline,
        earlier=tuple(takewhile(lambda each: each.path != path, history.since_baseline())),
        file=shown(path),
        script=script,
        wanted=project.wanted,
        rollback=rollback.read_text("utf-8") if rollback.is_file() else None,
        settings={
            name: value
            for name in ("lock_timeout", "statement_timeout")
            for value in [getattr(project.settings, name)]
            if value
        },
    )


def shown(path: Path) -> str:
    """Write a path as seen from the current folder."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)
