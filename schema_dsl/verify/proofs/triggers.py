"""Triggers fire when they were declared to, seen by making them."""

from __future__ import annotations

from functools import partial

from schema_dsl.model.catalog import Catalog
from schema_dsl.model.identity import Identity
from schema_dsl.postgres import Connection
from schema_dsl.verify.probes import ProbeResult, Sandbox
from schema_dsl.verify.probes.report import guarded, tell, total
from schema_dsl.verify.probes.trigger import TriggerWatch
from schema_dsl.verify.proof import Outcome, Proof
from schema_dsl.verify.scratch import Scratch

_HEADER = ("trigger", "fired", "did not")


def watch_all(connection: Connection, wanted: Catalog) -> dict[Identity, ProbeResult]:
    """See each declared trigger fire, and not fire. The functions that they call are replaced meanwhile."""
    bench = Sandbox(connection, wanted)
    found: dict[Identity, ProbeResult] = {}
    with bench.tried():
        watch = TriggerWatch(bench)
        for identity, trigger in wanted.of_kind("trigger").items():
            seen = guarded(wanted, identity, partial(watch.probe, identity, trigger))
            if seen is not None:
                found[identity] = seen
    return found


def _run(scratch: Scratch) -> Outcome:
    wanted = scratch.subject.wanted
    if not wanted.of_kind("trigger"):
        return tell({}, _HEADER, "")
    with scratch.fresh("after") as database, database.connect() as connection:
        found = watch_all(connection, wanted)
    fired, silent = total(found.values())
    count = f"{len(found)} trigger{'s' if len(found) > 1 else ''}"
    return tell(found, _HEADER, f"{count}: fired on {fired} tries and not on {silent}, as declared")


PROOF = Proof(
    name="triggers",
    promise="Each trigger calls its function on the events, columns and rows that it was declared for, and no others.",
    rank=55,
    run=_run,
)
