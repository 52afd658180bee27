"""The proof of constraints tries the clauses that few constraints have."""

from __future__ import annotations

import attrs
import pytest
from subjects import damaged, subject_of

from schema_dsl import Column, PrimaryKey, Table, Type
from schema_dsl.platforms import platform
from schema_dsl.postgres import Connection
from schema_dsl.verify.proofs.constraints import probe_constraints

VANILLA = platform("vanilla")
_RANGES = (Column("room", Type("int4range")), Column("during", Type("daterange"), not_null=True))


@attrs.frozen(kw_only=True)
class ClauseFault:
    """A sound table, and a fault in one clause of its migration.

    Attributes:
        tables: The tables.
        old: The text of the migration that the fault replaces.
        new: The text with the fault.
        found: The start of the sentence that names the fault.
        since: The first Postgres version that has the clause.
    """

    tables: tuple[Table, ...]
    old: str
    new: str
    found: str
    since: int = 14


FAULTS = {
    "WITHOUT OVERLAPS left out": ClauseFault(
        tables=(
            Table(
                "stays", columns=_RANGES, constraints=[PrimaryKey(["room", "during"], without_overlaps=True)]
            ),
        ),
        old=" WITHOUT OVERLAPS",
        new="",
        found="primary key stays_pkey of public.stays must refuse",
        since=18,
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_found(shared: Connection, name: str) -> None:
    """A clause that the migration lacks or adds is a failure, and the migration without the fault has none."""
    fault = FAULTS[name]
    if shared.info.server_version // 10000 < fault.since:
        pytest.skip(f"since Postgres {fault.since}")
    subject = subject_of(*fault.tables, platform=VANILLA)
    for script in (subject.script, damaged(subject, fault.old, fault.new).script):
        with shared.transaction(force_rollback=True):
            shared.execute(script.encode())
            results = probe_constraints(shared, subject.wanted).values()
        failures = [sentence for result in results for sentence in result.failures]
        if script == subject.script:
            assert ([], []) == (failures, [sentence for result in results for sentence in result.untried])
        else:
            assert [] != failures
            assert all(sentence.startswith(fault.found) for sentence in failures), failures
