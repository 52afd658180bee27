"""Prove by trial that triggers fire as declared."""

from __future__ import annotations

from collections.abc import Container
from contextlib import suppress
from functools import partial

import psycopg

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.table import Table
from schema_dsl.model.trigger import Trigger
from schema_dsl.postgres import Connection
from schema_dsl.verify.databases.scratch import Scratch
from schema_dsl.verify.fixtures.touched import choose_tables
from schema_dsl.verify.probes import ProbeResult, Sandbox
from schema_dsl.verify.probes.report import build_outcome, count_rows, run_probe
from schema_dsl.verify.probes.trigger import probe_trigger
from schema_dsl.verify.probes.trigger_function import try_function
from schema_dsl.verify.probes.trigger_recorder import TriggerRecorder
from schema_dsl.verify.probes.view_trigger import probe_view_trigger
from schema_dsl.verify.proof import Outcome, Proof, conclude
from schema_dsl.verify.rows import RowError

_HEADER = ("trigger", "fired", "did not fire")


def probe_triggers(
    connection: Connection, wanted: Catalog, seed: int = 0, left_out: Container[tuple[str, str]] = ()
) -> dict[Identity, ProbeResult]:
    """Probe when each declared trigger fires, and whether its function can run.

    Stubs replace the trigger functions while the probe records when they fire.

    Args:
        connection: A superuser's session without an open transaction, or in a transaction that is rolled back.
        wanted: The declared state.
        seed: The seed that selects the trials where not all of them can be made.
        left_out: The tables whose triggers are not tried.
    """
    sandbox = Sandbox(connection, wanted, seed)
    found: dict[Identity, ProbeResult] = {}
    tried = {
        identity: trigger
        for identity, trigger in wanted.of_kind("trigger").items()
        if identity.relation not in left_out
    }
    broken = {identity: _try_function(sandbox, identity, trigger) for identity, trigger in tried.items()}
    with sandbox.rolled_back():
        watch = TriggerRecorder(sandbox)
        for identity, trigger in tried.items():
            probe = partial(probe_trigger if identity.root.kind == Table.kind else probe_view_trigger, watch)
            seen = run_probe(connection, wanted, identity, partial(probe, identity, trigger))
            if seen is not None:
                seen.failures.extend(broken[identity])
                found[identity] = seen
    return found


def _try_function(sandbox: Sandbox, identity: Identity, trigger: Trigger) -> list[str]:
    # The probe of the trigger reports why a row or a table is missing.
    with suppress(RowError, psycopg.Error):
        return list(try_function(sandbox, identity, trigger))
    return []


def _run(scratch: Scratch) -> Outcome:
    wanted = scratch.subject.wanted
    triggers = wanted.of_kind("trigger")
    if not triggers:
        return conclude((), "0 triggers: the definitions declare none")
    choice = choose_tables(scratch, wanted.tables.keys() & {identity.relation for identity in triggers})
    with scratch.unchanged("after") as database, database.connect() as connection:
        found = probe_triggers(connection, wanted, scratch.subject.seed, choice.left_out)
    fired, silent = count_rows(found.values())
    count = f"{len(found)} trigger{'s' if len(found) != 1 else ''}"
    return build_outcome(
        found,
        _HEADER,
        f"{count}: fired in {fired} trials and did not fire in {silent}, as declared",
        choice.describe("triggers"),
    )


PROOF = Proof(
    name="triggers",
    promise="Every trigger calls its function for exactly the declared events, columns and rows.",
    rank=55,
    run=_run,
    checks_folder=True,
)
