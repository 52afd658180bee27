"""Probes of the constraints of a subject, for tests."""

from __future__ import annotations

from subjects import subject_of

from schema_dsl import Column, Table
from schema_dsl.analysis.identity import Identity
from schema_dsl.platforms import platform
from schema_dsl.postgres import Connection
from schema_dsl.verify import Subject
from schema_dsl.verify.probes import ProbeResult
from schema_dsl.verify.proofs.constraints import probe_constraints

VANILLA = platform("vanilla")


def probed(connection: Connection, subject: Subject, *only: str) -> dict[Identity, ProbeResult]:
    """Apply a subject, probe its constraints, and roll back."""
    with connection.transaction(force_rollback=True):
        connection.execute(subject.baseline.encode())
        connection.execute(subject.script.encode())
        return probe_constraints(connection, subject.wanted, [("public", table) for table in only] or None)


def named(found: dict[Identity, ProbeResult], name: str) -> ProbeResult:
    """Return the result of the object with a name."""
    [result] = [result for identity, result in found.items() if identity.name == name]
    return result


def failures(connection: Connection, subject: Subject, *only: str) -> list[str]:
    """Return the failures of the probes."""
    return [
        sentence for result in probed(connection, subject, *only).values() for sentence in result.failures
    ]


def made(*columns: Column, **more: object) -> Subject:
    """Return the first migration of one table."""
    return subject_of(Table("made", columns=columns, **more), platform=VANILLA)  # type: ignore[arg-type]
