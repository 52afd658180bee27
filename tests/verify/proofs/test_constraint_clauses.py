"""The proof of constraints tries the clauses that few constraints have."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from subjects import damaged, subject_of

from schema_dsl import Check, Column, ForeignKey, PrimaryKey, Reference, Table, Type, integer
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


PAIRS = Table(
    "pairs", columns=[Column("x", integer), Column("y", integer)], constraints=[PrimaryKey(["x", "y"])]
)


def refer(**clauses: Any) -> Table:
    """Declare a table with a foreign key on both columns of the pairs."""
    return Table(
        "r",
        columns=[Column("a", integer), Column("b", integer)],
        constraints=[ForeignKey(["a", "b"], Reference("pairs"), name="f", **clauses)],
    )


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
    "MATCH FULL left out": ClauseFault(
        tables=(PAIRS, refer(match_full=True)),
        old=" MATCH FULL",
        new="",
        found="foreign key f of public.r must refuse a = ",
    ),
    "MATCH FULL added": ClauseFault(
        tables=(PAIRS, refer()),
        old="REFERENCES public.pairs (x, y)",
        new="REFERENCES public.pairs (x, y) MATCH FULL",
        found="foreign key f of public.r must accept",
    ),
    "columns of SET NULL left out": ClauseFault(
        tables=(PAIRS, refer(on_delete="set null", on_delete_columns="b")),
        old=" SET NULL (b)",
        new=" SET NULL",
        found="ON DELETE SET NULL of foreign key f of public.r: the referencing row has a = NULL",
        since=15,
    ),
    "NOT ENFORCED left out": ClauseFault(
        tables=(PAIRS, refer(enforced=False)),
        old=" NOT ENFORCED",
        new="",
        found="foreign key f of public.r is declared NOT ENFORCED",
        since=18,
    ),
    "NOT ENFORCED left out of a check": ClauseFault(
        tables=(Table("t", columns=[Column("a", integer)], constraints=[Check("a > 0", enforced=False)]),),
        old=" NOT ENFORCED",
        new="",
        found="check t_a_check of public.t refuses",
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
