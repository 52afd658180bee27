"""`schema-dsl diff`."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import click

from schema_dsl.cli.console import count, echo_message, platform_option, quiet_option
from schema_dsl.errors import escape_output

if TYPE_CHECKING:
    from schema_dsl.pipeline.comparing import SchemaComparison
    from schema_dsl.verify.comparison.change import SchemaChange

_SIGNS = {"create": "+", "drop": "-", "alter": "~", "rename": "~"}
_MAX_NAMED = 5


@click.command(short_help="Compare two schemas.")
@click.option("--from", "source", required=True, metavar="SCHEMA", help="The schema before.")
@click.option("--to", "target", required=True, metavar="SCHEMA", help="The schema after.")
@click.option("--sql", is_flag=True, help="Print the SQL that changes the first schema into the second.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if the schemas differ.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Changes for people, or as JSON with their hazards.",
)
@click.option(
    "--allow",
    multiple=True,
    metavar="HAZARD[:OBJECT]",
    help="With --sql: allow a hazard as printed, such as data-loss:public.notes.title. Repeatable.",
)
@click.option(
    "--offline",
    is_flag=True,
    help="With --sql: no other session uses the database. Statements that refuse a transaction are avoided.",
)
@click.option("--postgres", "spec", help="Scratch server to use instead of the one in the settings.")
@platform_option
@quiet_option
def command(
    *,
    source: str,
    target: str,
    sql: bool,
    exit_code: bool,
    style: Literal["text", "json"],
    allow: tuple[str, ...],
    offline: bool,
    spec: str | None,
    platform: str | None,
    quiet: bool,
) -> None:
    """Compare two schemas.

    A SCHEMA is `definitions`, `migrations` (the folder of the settings, replayed over its baseline), a folder with
    definitions, a .sql file or a folder of them (applied to a scratch database), or a connection string. Nothing is
    written to a database that is compared.

    With definitions on one side, objects that they do not manage are left alone, and named on standard error.
    """
    from schema_dsl.pipeline.comparing import compare  # noqa: PLC0415 - keeps --help light
    from schema_dsl.pipeline.project import open_project  # noqa: PLC0415

    found = compare(
        open_project(platform=platform),
        source,
        target,
        spec,
        allow=allow,
        offline=offline,
        with_plan=sql or style == "json",
    )
    _report_notes(found, quiet=quiet)
    failed = exit_code and not found.difference.is_empty
    if style == "json":
        click.echo(_format_json(found, with_sql=sql))
    elif not sql:
        text = _format_text(found)
        if text or not quiet:
            click.echo(escape_output(text or "no differences"))
    elif found.refused:
        failed = True
    elif found.sql:
        click.echo(found.sql, nl=False)
    if sql:
        _report_hazards(found)
    click.get_current_context().exit(1 if failed else 0)


def _report_notes(found: SchemaComparison, *, quiet: bool) -> None:
    for note in found.notes:
        echo_message(f"warning: {note}")
    left = found.difference.left_alone
    if left and not quiet:
        names = ", ".join(str(each) for each in left[:_MAX_NAMED])
        more = f" and {len(left) - _MAX_NAMED} more" if len(left) > _MAX_NAMED else ""
        echo_message(
            f"note: the definitions do not manage {count(len(left), 'object')}: {names}{more}. To compare every object"
            " of a schema, name it in the setting `managed`"
        )


def _report_hazards(found: SchemaComparison) -> None:
    for hazard in found.refused:
        echo_message(
            f"error: {hazard.allowance.target}: {hazard.effect}. To allow this:"
            f" --allow {shlex.quote(str(hazard.allowance))}"
        )
    for text in found.unused:
        echo_message(f"note: --allow {shlex.quote(text)} allows nothing: there is no such hazard")


def _format_json(found: SchemaComparison, *, with_sql: bool) -> str:
    import json  # noqa: PLC0415 - keeps --help light

    from schema_dsl.model.plain import identify  # noqa: PLC0415

    difference = found.difference
    document = {
        "from": difference.source.label,
        "to": difference.target.label,
        "equal": difference.is_empty,
        "changes": [change.to_plain() for change in found.changes],
        "inexpressible": list(difference.inexpressible),
        "left_alone": [identify(each) for each in difference.left_alone],
        "notes": list(found.notes),
    }
    if with_sql:
        document["sql"] = None if found.refused else found.sql
    return json.dumps(document, indent=2, ensure_ascii=False)


def _format_text(found: SchemaComparison) -> str:
    """Format the changes below the table or other object that they belong to."""
    lines: list[str] = []
    groups: dict[object, list[SchemaChange]] = {}
    for change in found.changes:
        groups.setdefault(change.identity.root, []).append(change)
    for root, changes in groups.items():
        whole = next(
            (change for change in changes if change.identity == root and change.verb != "alter"), None
        )
        lines += _format_group(str(root), changes, whole)
    lines += [f"! {each}" for each in found.difference.inexpressible]
    return "\n".join(lines)


def _format_group(root: str, changes: Sequence[SchemaChange], whole: SchemaChange | None) -> list[str]:
    if whole is not None and whole.verb in {"create", "drop"}:
        return [f"{_SIGNS[whole.verb]} {root}"]
    lines = [f"~ {root}"]
    if whole is not None and whole.former is not None:
        lines[0] += f" (renamed from {whole.former.name})"
    for change in changes:
        if change is whole:
            continue
        phrases = "; ".join(change.describe_attributes())
        if change.identity.parent is None:
            lines[0] += f": {phrases}"
            continue
        name = f"{change.identity.kind.replace('_', ' ')} {change.identity.name}"
        renamed = f" (renamed from {change.former.name})" if change.former is not None else ""
        lines.append(f"  {_SIGNS[change.verb]} {name}{renamed}{f': {phrases}' if phrases else ''}")
    return lines
