"""`schema-dsl lint`."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import click

if TYPE_CHECKING:
    from schema_dsl.lint import Finding, LintResult

# By name only, so that --help loads nothing; the formats themselves are the linter's.
FORMATS: Final = ("text", "json", "sarif", "github", "junit")
PLATFORMS: Final = ("vanilla", "supabase")
LEVELS: Final = ("error", "warning", "info")


def _names(_: click.Context, __: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.strip() for each in value for name in each.split(",") if name.strip())


_FILE: Final = click.Path(dir_okay=False, path_type=Path)


@click.command
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, allow_dash=True), metavar="[FILES]...")
@click.option(
    "--platform", type=click.Choice(PLATFORMS), help="What the SQL is for, if the settings do not say so."
)
@click.option("--select", multiple=True, callback=_names, help="Only these rules or groups; comma separated.")
@click.option("--ignore", multiple=True, callback=_names, help="Not these rules or groups.")
@click.option("--since", default=0, metavar="NUMBER", help="Only migrations from this number on.")
@click.option("--fix", is_flag=True, help="Mend what can be mended safely.")
@click.option("--diff", is_flag=True, help="Show what --fix would do, and write nothing.")
@click.option("--baseline", type=_FILE, help="File with findings that are known, and not told.")
@click.option("--write-baseline", type=_FILE, help="Take what is found now as known.")
@click.option("--format", "style", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--fail-on", type=click.Choice(LEVELS), default="error", show_default=True, help="What makes exit code 1."
)
@click.option("--explain", metavar="RULE", help="Say what a rule is about, and do nothing else.")
@click.option("--rules", is_flag=True, help="List all rules, and do nothing else.")
def command(
    *,
    paths: tuple[Path, ...],
    platform: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    since: int,
    fix: bool,
    diff: bool,
    baseline: Path | None,
    write_baseline: Path | None,
    style: str,
    fail_on: str,
    explain: str | None,
    rules: bool,
) -> None:
    """Say what is wrong with SQL before a database sees it.

    Without FILES: the definitions, and the migrations folder. A folder is read as a history, in the order of
    its files; files named one by one are judged each on its own. `-` reads from standard input.
    """
    if rules or explain:
        _explain(explain)
        return
    if write_baseline is not None and (fix or diff):
        raise click.UsageError("--write-baseline takes what is found as it is: --fix first, without it.")
    if fix and not diff and Path("-") in paths:
        raise click.UsageError("--fix writes to files, and standard input is none: use --diff.")
    from schema_dsl import pipeline  # noqa: PLC0415 - keeps --help light

    project = pipeline.open_project(platform=platform)
    request = pipeline.LintRequest(paths=paths, select=select, ignore=ignore, since=since, baseline=baseline)
    if write_baseline is not None:
        pipeline.write_lint_baseline(project, request, write_baseline, standard_input=_standard_input)
        click.echo(f"wrote {pipeline.shown(write_baseline)}", err=True)
        return
    mend: Literal["no", "show", "write"] = "show" if diff else "write" if fix else "no"
    linted = pipeline.lint(project, request, standard_input=_standard_input, mend=mend)
    for note in linted.notes:
        click.echo(f"note: {note}", err=True)
    if diff:
        _show(linted)
    else:
        _report(linted, style, fixed=fix)
    failing = LEVELS[: LEVELS.index(fail_on) + 1]
    failed = any(finding.level.value in failing for finding in linted.findings)
    click.get_current_context().exit(1 if failed or (diff and linted.changed) else 0)


def _standard_input() -> str:
    # Whatever the locale says: SQL files are UTF-8.
    return sys.stdin.buffer.read().decode(errors="surrogateescape")


def _explain(name: str | None) -> None:
    from schema_dsl.lint.explain import explained, listed  # noqa: PLC0415 - keeps --help light

    click.echo(explained(name) if name else listed(), nl=False)


def _show(linted: LintResult) -> None:
    from schema_dsl.lint.fixing import difference  # noqa: PLC0415 - keeps --help light

    for file, (before, after) in linted.changed.items():
        click.echo(difference(file, before, after), nl=False)
    click.echo(f"{_count(len(linted.changed), 'file')} would be changed", err=True)


def _report(linted: LintResult, style: str, *, fixed: bool) -> None:
    from schema_dsl.lint import FORMATS as WRITERS  # noqa: PLC0415 - keeps --help light

    for file in linted.changed if fixed else ():
        click.echo(f"fixed {file}", err=True)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # What programs read is UTF-8; a terminal that cannot show a character is no reason to fail.
        encoding = sys.stdout.encoding if style == "text" else "utf-8"
        sys.stdout.reconfigure(encoding=encoding, errors="backslashreplace")
    click.echo(WRITERS[style](linted.findings), nl=False)
    if style == "text":
        click.echo(_summary(linted), err=True)


def _summary(linted: LintResult) -> str:
    findings: tuple[Finding, ...] = linted.findings
    if not findings:
        return "no findings"
    errors = sum(finding.level.value == "error" for finding in findings)
    text = f"{_count(errors, 'error')}, {_count(len(findings) - errors, 'other finding')}"
    if linted.fixable:
        text += f"; --fix mends {linted.fixable} of them"
    return f"{text}\nwhy: schema-dsl lint --explain {findings[0].rule}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
