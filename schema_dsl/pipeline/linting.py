"""The linting of a project, and of SQL before it is written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import attrs

from schema_dsl.errors import display_path
from schema_dsl.migrations import read_history, write_atomically
from schema_dsl.pipeline.project import Project

if TYPE_CHECKING:
    from schema_dsl.lint import Finding, LintResult, LintRun, Selection
    from schema_dsl.plan import Difference


@attrs.frozen(kw_only=True)
class LintRequest:
    """The options of one lint run.

    Attributes:
        paths: Files and folders to lint, "-" for standard input; by default the whole project.
        select: Rules and groups that replace `select` of the settings.
        ignore: Rules and groups that extend `ignore` of the settings.
        since: Number of the first migration to report on, or "last" for the newest one.
        baseline: File with the known findings, instead of the file of the settings.
    """

    paths: tuple[Path, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    since: int | tuple[int, ...] | Literal["last"] = 0
    baseline: Path | None = None


def lint(
    project: Project,
    request: LintRequest,
    *,
    standard_input: Callable[[], str],
    fix: Literal["no", "show", "write"] = "no",
) -> LintResult:
    """Lint files and folders, by default the definitions and the migrations folder.

    Args:
        project: The project.
        request: The options of the run.
        standard_input: Function that reads standard input, for the path "-".
        fix: "show" computes the fixed files, and "write" writes them as well.

    Raises:
        SchemaDslError: If a file cannot be read, a named folder has nothing to lint, or the definitions do not
            describe a valid schema.
    """
    from schema_dsl.lint import STDIN, lint_run  # noqa: PLC0415 - the parsers are heavy
    from schema_dsl.lint.fixing import build_fixed_file  # noqa: PLC0415

    linted = lint_run(_build_lint_run(project, request, standard_input), apply_fixes=fix != "no")
    if fix == "write":
        changed = {file: texts for file, texts in linted.changed.items() if file != STDIN}
        # All texts are built before the first is written: this raises if a file changed meanwhile.
        for file, text in [(file, build_fixed_file(file, *texts)) for file, texts in changed.items()]:
            write_atomically(Path(file).resolve(), text)
    return linted


def write_lint_baseline(
    project: Project, request: LintRequest, file: Path, *, standard_input: Callable[[], str]
) -> None:
    """Write all present findings into a baseline file.

    Raises:
        SchemaDslError: If a file cannot be read or written.
    """
    from schema_dsl.lint import build_baseline_file  # noqa: PLC0415 - the parsers are heavy

    run = _build_lint_run(project, request, standard_input)
    write_atomically(file, build_baseline_file(attrs.evolve(run, baseline_file=None)))


def _build_lint_run(project: Project, request: LintRequest, standard_input: Callable[[], str]) -> LintRun:
    from schema_dsl.lint import LintRun, require_linted_files  # noqa: PLC0415 - the parsers are heavy
    from schema_dsl.lint.linted_files import find_newest, nothing_to_lint_error  # noqa: PLC0415

    whole = not request.paths
    paths = [path for path in request.paths if str(path) != "-"]
    require_linted_files(paths)
    if whole and project.settings.migrations.is_dir():
        paths = [project.settings.migrations]
    settings = project.settings
    if whole and not paths and not settings.definitions.exists():
        raise nothing_to_lint_error(settings.root, settings.definitions, settings.migrations)
    since = request.since
    if since == "last":
        newest = find_newest(paths)
        since = newest.version if newest is not None else 0
    # A project with only hand-written migrations has no definitions folder.
    declared = whole and (not paths or project.settings.definitions.is_dir())
    return LintRun(
        platform=project.platform,
        selection=_build_selection(project, request.select, request.ignore),
        root=project.settings.root,
        paths=tuple(paths),
        text=standard_input() if Path("-") in request.paths else None,
        definitions=project.wanted if declared else None,
        wanted=project.wanted if declared else None,
        since=since,
        baseline_file=request.baseline or project.settings.lint.baseline,
        default_privileges=project.settings.default_privileges,
    )


def _build_selection(
    project: Project, select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()
) -> Selection:
    from schema_dsl.lint.selection import build_selection  # noqa: PLC0415 - the rules are many

    settings = project.settings.lint
    platform_name = project.settings.platform
    # Validate the options separately, so that an error does not name the settings file as its location.
    build_selection(platform_name, select=select, ignore=ignore)
    return build_selection(
        platform_name,
        select=select or settings.select,
        ignore=(*settings.ignore, *ignore),
        per_file=settings.per_file_ignores,
        levels=settings.levels,
        where=settings.where,
    )


def lint_before_writing(
    project: Project,
    texts: Mapping[Path, str],
    *,
    undoes: bool = False,
    changes: Iterable[Difference] | None = None,
    replaced: Collection[Path] = (),
    switched: Collection[Path] = (),
) -> tuple[Finding, ...]:
    """Lint the files of a migration or rollback before they are written, and the definitions.

    Args:
        project: The project.
        texts: Texts of the migration or rollback by path, in the order in which they run.
        undoes: Whether the texts are a rollback.
        changes: The changes that the migration makes, to compare the texts with them.
        replaced: Files that the texts replace.
        switched: Paths of the files that their tool runs without a transaction because of a file beside them.
    """
    from schema_dsl.lint import lint_definitions, lint_generated  # noqa: PLC0415 - the parsers are heavy
    from schema_dsl.lint.broken_routines import find_broken_routines  # noqa: PLC0415

    # An error in the definitions also appears in the SQL, but the user corrects the definitions.
    findings = lint_definitions(project.wanted)
    if any(finding.level.value == "error" for finding in findings):
        return tuple(findings)
    if changes is not None:
        changes = tuple(changes)
        broken = find_broken_routines(project.wanted, texts.values(), changes)
        if broken:
            return tuple(broken)
    # A rollback drops data by design, and is not part of the history. Its other warnings
    # come from the state before, which cannot be changed.
    selection = _build_selection(project, ignore=("data",) if undoes else ())
    folder = next(iter(texts)).parent
    earlier = () if undoes else read_history(folder, project.settings.naming).migrations
    findings += lint_generated(
        [(display_path(path), text) for path, text in texts.items()],
        project.wanted,
        project.platform,
        earlier=[
            (display_path(migration.path), migration.text)
            for migration in earlier
            if migration.path not in texts and migration.path not in replaced
        ],
        changes=changes,
        selection=selection,
        switched={display_path(path) for path in switched},
    )
    return tuple(finding for finding in findings if not undoes or finding.level.value == "error")
