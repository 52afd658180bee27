"""`schema-dsl introspect`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click

from schema_dsl.cli.console import count, platform_option, quiet_option, report_omissions, schema_option
from schema_dsl.errors import escape_output

if TYPE_CHECKING:
    from schema_dsl.introspect.database import DatabaseContents


@click.command(short_help="Show the contents of a database.")
@click.option("--from", "source", required=True, metavar="DSN", help="The database: a connection string.")
@schema_option
@platform_option
@click.option(
    "--format",
    "style",
    type=click.Choice(["summary", "json"]),
    default="summary",
    show_default=True,
    help="Numbers of objects for people, or every object with its attributes.",
)
@click.option(
    "--strict", is_flag=True, help="Exit with 1 if the database has something that cannot be declared."
)
@quiet_option
def command(
    *,
    source: str,
    schemas: tuple[str, ...],
    platform: str | None,
    style: Literal["summary", "json"],
    strict: bool,
    quiet: bool,
) -> None:
    """Show the contents of a database.

    The command reads the catalog in one read-only snapshot and writes nothing to the database. The schemas of the
    platform are left out, except your policies and triggers on their tables. Objects and
    properties that the definitions cannot declare are named on standard error.
    """
    from schema_dsl.pipeline.project import open_project  # noqa: PLC0415 - keeps --help light
    from schema_dsl.pipeline.reading import read_dsn  # noqa: PLC0415

    contents = read_dsn(source, open_project(platform=platform).platform, schemas).without_defaults
    if style == "json":
        click.echo(_format_json(contents))
    elif not quiet:
        click.echo(escape_output(_format_summary(contents)))
    report_omissions(contents.omissions)
    click.get_current_context().exit(1 if strict and contents.omissions else 0)


def _format_json(contents: DatabaseContents) -> str:
    import json  # noqa: PLC0415 - keeps --help light

    from schema_dsl.model.plain import identify, to_plain  # noqa: PLC0415

    found = {
        "version": contents.version,
        "objects": [to_plain(identity, item) for identity, item in contents.catalog.objects.items()],
        "unsupported": [
            {**identify(each.identity), "text": each.text} for each in contents.introspection.unsupported
        ],
        "unmodelled": [identify(each.identity) for each in contents.unmodelled],
    }
    return json.dumps(found, indent=2, ensure_ascii=False)


def _format_summary(contents: DatabaseContents) -> str:
    """Format the numbers of objects by schema and kind, and the total."""
    numbers: dict[str, dict[str, int]] = {}
    for identity in contents.catalog.objects:
        kinds = numbers.setdefault(identity.root.schema, {})
        kinds[identity.kind] = kinds.get(identity.kind, 0) + 1
    lines = []
    for schema, kinds in sorted(numbers.items()):
        lines.append(schema or "outside of schemas")
        width = max(len(str(number)) for number in kinds.values())
        lines += [f"  {number:>{width}} {_name_kind(kind, number)}" for kind, number in sorted(kinds.items())]
    total = sum(number for kinds in numbers.values() for number in kinds.values())
    return "\n".join([*lines, count(total, "object")])


def _name_kind(kind: str, number: int) -> str:
    """Return the name of a kind for a number of objects: `1 policy`, `2 policies`."""
    name = kind.replace("_", " ")
    if number == 1:
        return name
    if name.endswith("y") and not name.endswith("ey"):
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith(("x", "s")) else f"{name}s"
