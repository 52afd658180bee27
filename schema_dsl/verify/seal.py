"""Mark the report of a migration that was edited by hand, or of a check without a migration."""

from __future__ import annotations

import attrs

from schema_dsl.verify.proof import Outcome
from schema_dsl.verify.run import Report, ServerReport
from schema_dsl.verify.subject import Subject


def mark_edited(report: Report, subject: Subject) -> Report:
    """Return a report that names a broken seal of the migration in its head and in every verdict.

    Args:
        report: The report.
        subject: The migration that the report is about.
    """
    if not subject.is_edited:
        return report
    remark = f"{subject.file} was edited by hand: the proofs are about the file as it is"
    return add_remark(Report(tuple(map(_mark_server, report.servers))), remark)


def add_remark(report: Report, remark: str) -> Report:
    """Return a report with a sentence in its head."""
    return Report(
        tuple(attrs.evolve(server, server=f"{server.server}. {remark}") for server in report.servers)
    )


def _mark_server(server: ServerReport) -> ServerReport:
    results = tuple(attrs.evolve(result, outcome=_mark_outcome(result.outcome)) for result in server.results)
    return attrs.evolve(server, results=results)


def _mark_outcome(outcome: Outcome) -> Outcome:
    return attrs.evolve(outcome, summary=f"(edited by hand) {outcome.summary}")
