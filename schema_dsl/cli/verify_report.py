"""Print verification reports as a table for a terminal, as JSON, and as Markdown for a pull request."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

import click

from schema_dsl.cli.console import count, requested_width
from schema_dsl.errors import escape_output

if TYPE_CHECKING:
    from schema_dsl.verify import ProofResult, Report, Status
    from schema_dsl.verify.mutants import Judgement


def summarize(report: Report) -> str:
    """Return the last line of a report: how many proofs are proven, failed and unproven, and which."""
    from schema_dsl.verify import Status  # noqa: PLC0415 - psycopg is heavy

    total = sum(len(server.results) for server in report.servers)
    servers = f" on {len(report.servers)} servers" if len(report.servers) > 1 else ""
    counts = ", ".join(_count_status(report, status) for status in Status)
    return f"{count(total, 'proof')}{servers}: {counts}"


def _count_status(report: Report, status: Status) -> str:
    """Return the number of proofs with a status, and the names of those that are not proven."""
    found = report.with_status(status)
    names = f" ({', '.join(dict.fromkeys(found))})" if found and status.value != "proven" else ""
    return f"{len(found)} {status.value}{names}"


def _print_text(report: Report) -> None:
    from rich.console import Console  # noqa: PLC0415 - only a report needs it
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console(highlight=False)
    if not console.is_terminal:
        # rich cannot detect the width of a log file or a pipe.
        console.width = requested_width() or _LOG_WIDTH
    for server in report.servers:
        table = Table(title=server.server, title_justify="left", title_style="bold", box=None, pad_edge=False)
        for column in ("proof", "", "summary", "s"):
            table.add_column(column, justify="right" if column == "s" else "left")
        for result in server.results:
            status = result.outcome.status.value
            table.add_row(
                result.proof.name,
                Text(status, style=_STYLES[status]),
                Text(escape_output(result.outcome.summary)),
                f"{result.seconds:.1f}",
            )
        console.print(table)
        for result in server.results:
            _print_details(result)
        for result in server.results:
            if 1 < len(result.outcome.table) <= _MAX_ROWS:
                console.print()
                console.print(_build_table(result))
        if server.mutants is not None:
            _print_mutants(server.mutants)
        console.print()
    click.secho(summarize(report), fg=None if report.ok else "red")


_LOG_WIDTH: Final = 110
_MAX_ROWS: Final = 16  # --format json and markdown print longer tables


def _build_table(result: ProofResult) -> Any:
    from rich.table import Table  # noqa: PLC0415 - only a report needs it
    from rich.text import Text  # noqa: PLC0415

    header, *rows = result.outcome.table
    table = Table(title=result.proof.name, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in header:
        table.add_column(Text(column))
    for row in rows:
        table.add_row(*(Text(escape_output(cell)) for cell in row))
    return table


_STYLES: Final = {"proven": "green", "failed": "bold red", "unproven": "yellow"}


def _print_details(result: ProofResult) -> None:
    for failure in result.outcome.failures:
        click.secho(escape_output(f"  {result.proof.name}: {failure}"), fg="red")
    for sentence in result.outcome.untried:
        click.secho(escape_output(f"  {result.proof.name}: not tried: {sentence}"), fg="yellow")
    for note in result.outcome.notes:
        click.echo(escape_output(f"  {result.proof.name}: note: {note}"))


def _print_mutants(judgement: Judgement) -> None:
    click.secho(judgement.summary, fg=None if judgement.ok else "red")
    for equivalent, number in judgement.equivalents.items():
        click.echo(f"  {number} equivalent: {equivalent.name}: {equivalent.reason}")
    for verdict in judgement.survivors:
        click.secho(f"  survived: {verdict.mutant.identity}\n    line {verdict.mutant}", fg="red")


def _print_json(report: Report) -> None:
    click.echo(json.dumps([_server_data(server) for server in report.servers], indent=2, ensure_ascii=False))


def _server_data(server: Any) -> dict[str, Any]:
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
                "untried": list(result.outcome.untried),
                "notes": list(result.outcome.notes),
                "seconds": round(result.seconds, 3),
                "data": dict(result.outcome.data),
            }
            for result in server.results
        ],
        "mutants": server.mutants and _mutant_data(server.mutants),
        "counts": _count_statuses(server.results),
    }


def _count_statuses(results: Iterable[ProofResult]) -> dict[str, int]:
    from schema_dsl.verify import Status  # noqa: PLC0415 - psycopg is heavy

    found = Counter(result.outcome.status for result in results)
    return {status.value: found[status] for status in Status}


def _mutant_data(judgement: Judgement) -> dict[str, Any]:
    return {
        "ok": judgement.ok,
        "count": len(judgement.verdicts),
        "possible": judgement.sample.possible if judgement.sample else len(judgement.verdicts),
        "killed": dict(judgement.killed),
        "equivalents": {equivalent.name: equivalent.reason for equivalent in judgement.equivalents},
        "survivors": [verdict.mutant.identity for verdict in judgement.survivors],
        "mutants": [
            {
                "identity": verdict.mutant.identity,
                "line": verdict.mutant.line,
                "before": verdict.mutant.before,
                "after": verdict.mutant.after,
                "noticed": {failed.proof: failed.message for failed in verdict.failed_proofs},
                "equivalent": verdict.equivalent and verdict.equivalent.name,
            }
            for verdict in judgement.verdicts
        ],
    }


def _print_markdown(report: Report) -> None:
    for server in report.servers:
        click.echo(f"### {server.server}\n\n| proof | | summary |\n|---|---|---|")
        for result in server.results:
            click.echo(
                f"| {result.proof.name} | {result.outcome.status.value} | {_escape_cell(result.outcome.summary)} |"
            )
        click.echo()
        for result in server.results:
            if result.outcome.table:
                header, *rows = result.outcome.table
                click.echo(f"#### {result.proof.name}\n")
                click.echo(f"| {' | '.join(map(_escape_cell, header))} |\n|{'---|' * len(header)}")
                for row in rows:
                    click.echo(f"| {' | '.join(map(_escape_cell, row))} |")
                click.echo()
            for line in (
                *result.outcome.failures,
                *(f"not tried: {sentence}" for sentence in result.outcome.untried),
                *(f"note: {note}" for note in result.outcome.notes),
            ):
                click.echo(f"- {result.proof.name}: {_escape_markdown(line)}")
        click.echo()
        if server.mutants is not None:
            _print_mutants_markdown(server.mutants)
    click.echo(summarize(report))


def _print_mutants_markdown(judgement: Judgement) -> None:
    click.echo(f"#### mutants\n\n{judgement.summary}\n")
    for equivalent, number in judgement.equivalents.items():
        click.echo(f"- {number} equivalent: {equivalent.name}: {equivalent.reason}")
    for verdict in judgement.survivors:
        click.echo(f"- survived: {verdict.mutant.identity}: line {verdict.mutant}")
    click.echo()


def _escape_cell(text: str) -> str:
    return _escape_markdown(text).replace("|", "\\|").replace("\n", " ")


def _escape_markdown(text: str) -> str:
    """Escape text that a page would take for tags or links: a name such as `<img src=...>`."""
    return re.sub(r"([<\[`])", r"\\\1", escape_output(text))


FORMATS: Final[dict[str, Callable[[Report], None]]] = {
    "text": _print_text,
    "json": _print_json,
    "markdown": _print_markdown,
}
