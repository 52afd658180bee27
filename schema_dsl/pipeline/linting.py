"""What is wrong with a project's SQL."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import attrs

from schema_dsl.migrations import read_history, write_atomically
from schema_dsl.pipeline.project import Project, shown

if TYPE_CHECKING:
    from schema_dsl.lint import Finding, LintResult, LintRun, Selection


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
) -> LintResult:
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


def _run(project: Project, request: LintRequest, standard_input: Callable[[], str]) -> LintRun:
    from schema_dsl.lint import LintRun  # noqa: PLC0415 - the parsers are heavy

    whole = not request.paths
    paths = [path for path in request.paths if str(path) != "-"]
    if whole and project.settings.migrations.is_dir():
        paths = [project.settings.migrations]
    # A project may be written by hand altogether.
    declared = whole and (not paths or project.settings.definitions.is_dir())
    return LintRun(
        platform=project.platform,
        selection=_selection(project, request.select, request.ignore),
        root=project.settings.root,
        paths=tuple(paths),
        text=standard_input() if Path("-") in request.paths else None,
        definitions=project.wanted if declared else None,
        wanted=project.wanted if declared else None,
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


def lint_written(project: Project, path: Path, text: str, *, undoes: bool = False) -> tuple[Finding, ...]:
    """Lint what is about to be written, and the definitions that it comes from."""
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
