"""What was proven, as a table for a terminal, as JSON, and as Markdown for a pull request."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from schema_dsl.verify import Report, Result
    from schema_dsl.verify.mutants import Judgement


def _text(report: Report) -> None:
    from rich.console import Console  # noqa: PLC0415 - only a report needs it
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console(highlight=False)
    if not console.is_terminal:
        # A log has no width to keep to.
        console.width = _LOG_WIDTH
    for server in report.servers:
        table = Table(title=server.server, title_justify="left", title_style="bold", box=None, pad_edge=False)
        for column in ("proof", "", "what was seen", "s"):
            table.add_column(column, justify="right" if column == "s" else "left")
        for result in server.results:
            status = result.outcome.status.value
            table.add_row(
                result.proof.name,
                Text(status, style=_STYLES[status]),
                Text(result.outcome.summary),
                f"{result.seconds:.1f}",
            )
        console.print(table)
        for result in server.results:
            _details(result)
        for result in server.results:
            if 1 < len(result.outcome.table) <= _MOST_ROWS:
                console.print()
                console.print(_rows(result))
        if server.mutants is not None:
            _mutants(server.mutants)
        console.print()


_LOG_WIDTH: Final = 110
_MOST_ROWS: Final = 16  # longer tables are for --format json and markdown


def _rows(result: Result) -> Any:
    from rich.table import Table  # noqa: PLC0415 - only a report needs it
    from rich.text import Text  # noqa: PLC0415

    header, *rows = result.outcome.table
    table = Table(title=result.proof.name, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in header:
        table.add_column(Text(column))
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


_STYLES: Final = {"proven": "green", "failed": "bold red", "unproven": "yellow"}


def _details(result: Result) -> None:
    for failure in result.outcome.failures:
        click.secho(f"  {result.proof.name}: {failure}", fg="red")
    for note in result.outcome.notes:
        click.echo(f"  {result.proof.name}: note: {note}")


def _mutants(found: Judgement) -> None:
    click.secho(found.summary, fg=None if found.ok else "red")
    for kind, count in found.equivalents.items():
        click.echo(f"  {count} equivalent: {kind.name}: {kind.because}")
    for verdict in found.survivors:
        click.secho(f"  survived: {verdict.mutant.identity}\n    line {verdict.mutant}", fg="red")


def _json(report: Report) -> None:
    click.echo(json.dumps([_server(server) for server in report.servers], indent=2, ensure_ascii=False))


def _server(server: Any) -> dict[str, Any]:
    return {
        "server": server.server,
        "ok": server.ok,
        "proofs": [
            {
                "proof": result.proof.name,
                "promise": result.proof.promise,
                "status": result.outcome.status.value,
                "summary": result.outcome.summary,
                "failures": list(result.outcome.failures),
                "notes": list(result.outcome.notes),
                "seconds": round(result.seconds, 3),
                "data": dict(result.outcome.data),
            }
            for result in server.results
        ],
        "mutants": server.mutants and _judged(server.mutants),
    }


def _judged(found: Judgement) -> dict[str, Any]:
    return {
        "ok": found.ok,
        "count": len(found.verdicts),
        "killed": dict(found.killed),
        "equivalents": {kind.name: kind.because for kind in found.equivalents},
        "survivors": [each.mutant.identity for each in found.survivors],
        "mutants": [
            {
                "identity": each.mutant.identity,
                "line": each.mutant.line,
                "before": each.mutant.before,
                "after": each.mutant.after,
                "noticed": {noticed.proof: noticed.said for noticed in each.noticed},
                "equivalent": each.equivalent and each.equivalent.name,
            }
            for each in found.verdicts
        ],
    }


def _markdown(report: Report) -> None:
    for server in report.servers:
        click.echo(f"### {server.server}\n\n| proof | | what was seen |\n|---|---|---|")
        for result in server.results:
            click.echo(
                f"| {result.proof.name} | {result.outcome.status.value} | {_cell(result.outcome.summary)} |"
            )
        click.echo()
        for result in server.results:
            if result.outcome.table:
                header, *rows = result.outcome.table
                click.echo(f"#### {result.proof.name}\n")
                click.echo(f"| {' | '.join(map(_cell, header))} |\n|{'---|' * len(header)}")
                for row in rows:
                    click.echo(f"| {' | '.join(map(_cell, row))} |")
                click.echo()
            for line in (*result.outcome.failures, *(f"note: {note}" for note in result.outcome.notes)):
                click.echo(f"- {result.proof.name}: {line}")
        click.echo()
        if server.mutants is not None:
            _mutants_markdown(server.mutants)


def _mutants_markdown(found: Judgement) -> None:
    click.echo(f"#### mutants\n\n{found.summary}\n")
    for kind, count in found.equivalents.items():
        click.echo(f"- {count} equivalent: {kind.name}: {kind.because}")
    for verdict in found.survivors:
        click.echo(f"- survived: {verdict.mutant.identity}: line {verdict.mutant}")
    click.echo()


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


FORMATS: Final[dict[str, Callable[[Report], None]]] = {"text": _text, "json": _json, "markdown": _markdown}
