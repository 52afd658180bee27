"""Prove by trial that columns and constraints accept and refuse rows as declared."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.catalog import Catalog
from schema_dsl.platforms import CallerSetting
from schema_dsl.postgres import Connection
from schema_dsl.verify.databases.scratch import Scratch
from schema_dsl.verify.fixtures.touched import choose_tables
from schema_dsl.verify.probes import ProbeResult, Sandbox, load_probes, visit_objects
from schema_dsl.verify.probes.isolation import disable_keys_of_others
from schema_dsl.verify.probes.report import build_outcome, count_rows, run_probe
from schema_dsl.verify.proof import Outcome, Proof

_MOST_OF_SESSION: Final = 50
"""The number of tables that one session tries."""


def probe_constraints(
    connection: Connection,
    wanted: Catalog,
    only: Collection[tuple[str, str]] | None = None,
    seed: int = 0,
    caller: CallerSetting | None = None,
) -> dict[Identity, ProbeResult]:
    """Probe every declared object that restricts rows. All changes are rolled back.

    Args:
        connection: A superuser's session without an open transaction, or in a transaction that is rolled back.
        wanted: The declared state.
        only: The tables to probe, by schema and name; by default all tables.
        seed: The seed that selects the trials where not all of them can be made.
        caller: The configuration that identifies the caller, whose id may be a default; None if it is unknown.
    """
    known = load_probes()
    sandbox = Sandbox(connection, wanted, seed, caller)
    with sandbox.rolled_back():
        sandbox.disable_reactions()
        if only is not None:
            disable_keys_of_others(connection, only)
        chosen = [
            identity
            for identity in wanted.objects
            if identity.kind in known and (only is None or identity.relation in only)
        ]
        return {
            identity: found
            for identity in visit_objects(sandbox, chosen)
            for probe in [partial(known[identity.kind], sandbox, identity, wanted.objects[identity])]
            for found in [run_probe(connection, wanted, identity, probe)]
            if found is not None
        }


def _run(scratch: Scratch) -> Outcome:
    # A superuser bypasses policies, which the access proof tries.
    wanted = scratch.subject.wanted
    relations = {identity.relation for identity in wanted.objects if identity.kind in load_probes()}
    choice = choose_tables(scratch, relations & wanted.tables.keys())
    chosen = sorted(relations - choice.left_out)
    results: dict[Identity, ProbeResult] = {}
    with scratch.unchanged("after") as database:
        # A session keeps a plan for each foreign key, and looks at all of them at each ALTER TABLE.
        for start in range(0, len(chosen), _MOST_OF_SESSION):
            part = frozenset(chosen[start : start + _MOST_OF_SESSION])
            with database.connect() as connection:
                # After each ROLLBACK, psycopg drops the statements that it has prepared.
                connection.prepare_threshold = None
                results |= probe_constraints(
                    connection, wanted, part, scratch.subject.seed, scratch.subject.platform.caller
                )
    found = {identity: results[identity] for identity in wanted.objects if identity in results}
    accepted, refused = count_rows(found.values())
    parts = sum(identity.parent is not None for identity in found)
    summary = (
        f"{parts} column{'' if parts == 1 else 's'} and constraints: {accepted} trials accepted, {refused} refused, "
        "each by the expected constraint with the expected SQLSTATE"
    )
    return build_outcome(
        found, ("object", "accepted", "refused"), summary, choice.describe("columns and constraints")
    )


PROOF = Proof(
    name="constraints",
    promise="Columns and constraints accept every valid row and refuse every invalid row, as declared.",
    rank=50,
    run=_run,
    checks_folder=True,
)
