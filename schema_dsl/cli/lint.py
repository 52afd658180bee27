"""`schema-dsl lint`."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TextIO

import click

from schema_dsl.cli.console import PLATFORMS, count, echo_message, quiet_option, requested_width, uses_color
from schema_dsl.errors import SchemaDslError, display_path

if TYPE_CHECKING:
    from schema_dsl.lint import Finding, LintResult

# Names only, so that --help does not import the linter, which defines the formats.
FORMATS: Final = ("text", "json", "sarif", "github", "junit")
LEVELS: Final = ("error", "warning", "info")


# A file name has at most 255 bytes. Python converts at most 4,300 digits.
_LONGEST_NUMBER: Final = 255


def _names(_: click.Context, __: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.strip() for names in value for name in names.split(",") if name.strip())


def _parse_since(
    _: click.Context, __: click.Parameter, value: str
) -> int | tuple[int, ...] | Literal["last"]:
    if value.lower() == "last":
        return "last"
    parts = value.split(".")
    if not value.isascii() or not all(part.isdigit() for part in parts) or len(value) > _LONGEST_NUMBER:
        raise click.BadParameter(f"{value!r} is not the number of a migration, and not `last`.")
    return int(value) if len(parts) == 1 else tuple(map(int, parts))


_EXPLANATION_WIDTH: Final = 100
# A terminal shows more findings than these as a table by rule.
_MOST_FINDINGS: Final = 50
_FILE: Final = click.Path(dir_okay=False, path_type=Path)


@click.command(short_help="Find mistakes and hazards in SQL, without a database.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, allow_dash=True), metavar="[FILES]...")
@click.option(
    "--platform", type=click.Choice(PLATFORMS), help="Platform of the SQL. Default: from the settings."
)
@click.option(
    "--select", multiple=True, callback=_names, help="Check only these rules or groups, separated by commas."
)
@click.option(
    "--ignore",
    multiple=True,
    callback=_names,
    help="Leave out these rules or groups, separated by commas.",
)
@click.option(
    "--since",
    default="0",
    metavar="NUMBER",
    callback=_parse_since,
    help="Report only on migrations from this number on; `last` for the newest migration.",
)
@click.option("--full", is_flag=True, help="Print every finding, however many there are.")
@click.option("--fix", is_flag=True, help="Apply the fixes that are safe.")
@click.option("--diff", is_flag=True, help="Print the fixes as a diff, and change no file.")
@click.option("--baseline", type=_FILE, help="File of known findings, which are not reported.")
@click.option("--write-baseline", type=_FILE, help="Write all present findings to a baseline file.")
@click.option(
    "--format", "style", type=click.Choice(FORMATS), default="text", show_default=True, help="Output format."
)
@click.option(
    "--fail-on",
    type=click.Choice(LEVELS),
    default="error",
    show_default=True,
    help="Exit with 1 for findings of this level or worse.",
)
@click.option("--explain", metavar="RULE", help="Print the documentation of a rule, and do nothing else.")
@click.option("--rules", is_flag=True, help="List all rules, and do nothing else.")
@quiet_option
def command(
    *,
    paths: tuple[Path, ...],
    platform: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    since: int | tuple[int, ...] | Literal["last"],
    full: bool,
    fix: bool,
    diff: bool,
    baseline: Path | None,
    write_baseline: Path | None,
    style: str,
    fail_on: str,
    explain: str | None,
    rules: bool,
    quiet: bool,
) -> None:
    """Find mistakes and hazards in SQL, without a database.

    Without FILES, lint checks the SQL expressions in the definitions, and the migrations folder. A folder is
    read as one history, in the order of its files. Files that are named one by one are checked separately. `-`
    is standard input.
    """
    if rules or explain is not None:
        _explain(explain)
        return
    if write_baseline is not None and (fix or diff):
        raise click.UsageError(
            "--write-baseline cannot be combined with --fix or --diff. Run --fix first, then --write-baseline."
        )
    if fix and not diff and Path("-") in paths:
        raise click.UsageError("--fix cannot change standard input. Use --diff.")
    from schema_dsl import pipeline  # noqa: PLC0415 - keeps --help light

    project = pipeline.open_project(platform=platform)
    request = pipeline.LintRequest(paths=paths, select=select, ignore=ignore, since=since, baseline=baseline)
    if write_baseline is not None:
        pipeline.write_lint_baseline(project, request, write_baseline, standard_input=_standard_input)
        if not quiet:
            click.echo(f"wrote {display_path(write_baseline)}", err=True)
        return
    mend: Literal["no", "show", "write"] = "show" if diff else "write" if fix else "no"
    linted = pipeline.lint(project, request, standard_input=_standard_input, fix=mend)
    if not quiet:
        for note in linted.notes:
            echo_message(f"note: {note}")
    if diff:
        _print_diff(linted)
    else:
        _report(linted, style, fixed=fix, quiet=quiet, full=full)
    failing = LEVELS[: LEVELS.index(fail_on) + 1]
    failed = any(finding.level.value in failing for finding in linted.findings)
    click.get_current_context().exit(1 if failed or (diff and linted.changed) else 0)


def _standard_input() -> str:
    # Python sets a closed stream to None, which its annotation does not say.
    stream: TextIO | None = sys.stdin
    if stream is None:
        raise SchemaDslError("standard input is closed", instead="Pipe the SQL into lint, or name a file.")
    # SQL files are UTF-8 in every locale.
    return stream.buffer.read().decode(errors="surrogateescape")


def _explain(name: str | None) -> None:
    from schema_dsl.lint.explain import explain_check, format_check_list  # noqa: PLC0415 - keeps --help light

    width = min(requested_width() or _EXPLANATION_WIDTH, _EXPLANATION_WIDTH)
    click.echo(format_check_list() if name is None else explain_check(name, width=width), nl=False)


def _print_diff(linted: LintResult) -> None:
    from schema_dsl.lint.fixing import format_diff  # noqa: PLC0415 - keeps --help light

    for file, (before, after) in linted.changed.items():
        click.echo(format_diff(file, before, after), nl=False)
    click.echo(f"{count(len(linted.changed), 'file')} would change", err=True)


def _report(linted: LintResult, style: str, *, fixed: bool, quiet: bool, full: bool) -> None:
    from schema_dsl.lint import FORMATS as WRITERS  # noqa: PLC0415 - keeps --help light

    for file in linted.changed if fixed and not quiet else ():
        click.echo(f"fixed {file}", err=True)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # The other formats are UTF-8 by definition. A terminal may lack a character: print its escape instead.
        encoding = sys.stdout.encoding if style == "text" else "utf-8"
        sys.stdout.reconfigure(encoding=encoding, errors="backslashreplace")
    findings: tuple[Finding, ...] = linted.findings
    is_long = (
        style == "text"
        and not full
        and linted.newest is not None
        and len(findings) > _MOST_FINDINGS
        and sys.stdout.isatty()
    )
    if is_long:
        findings = tuple(finding for finding in findings if finding.file == linted.newest)
    if style == "text" and uses_color(sys.stdout):
        from schema_dsl.lint.report import format_text  # noqa: PLC0415 - keeps --help light

        click.echo(format_text(findings, color=True), nl=False)
    else:
        click.echo(WRITERS[style](findings), nl=False)
    if is_long:
        from schema_dsl.lint.overview import format_overview  # noqa: PLC0415 - keeps --help light

        click.echo("\n" * bool(findings) + format_overview(linted.findings, linted.newest or ""))
    if style == "text" and not quiet:
        click.echo(_summary(linted, fixed=fixed), err=True)


def _summary(linted: LintResult, *, fixed: bool) -> str:
    findings: tuple[Finding, ...] = linted.findings
    if not findings:
        return "no findings"
    levels = [(level, sum(finding.level.value == level for finding in findings)) for level in LEVELS]
    summary = ", ".join(
        f"{number} info" if level == "info" else count(number, level) for level, number in levels if number
    )
    if linted.fixable:
        summary += f"; --fix can fix up to {linted.fixable} of them"
    elif fixed:
        summary += "; --fix can fix none of them"
    return f"{summary}\nFor the reasons: schema-dsl lint --explain RULE, for example {findings[0].rule}"
