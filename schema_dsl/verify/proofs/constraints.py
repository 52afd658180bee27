"""What the database lets in and what it refuses is what was declared, seen by trying."""

from __future__ import annotations

from collections.abc import Container
from functools import partial

from schema_dsl.model.catalog import Catalog
from schema_dsl.model.identity import Identity
from schema_dsl.postgres import Connection
from schema_dsl.verify.probes import ProbeResult, Sandbox, probes
from schema_dsl.verify.probes.report import guarded, tell, total
from schema_dsl.verify.proof import Outcome, Proof
from schema_dsl.verify.scratch import Scratch


def probe_all(
    connection: Connection, wanted: Catalog, only: Container[tuple[str, str]] | None = None
) -> dict[Identity, ProbeResult]:
    """Try every declared object that has a say in which rows may stand. Nothing that is tried stays.

    Args:
        connection: Of a superuser, without an open transaction or in one that is not kept.
        wanted: What was declared.
        only: The tables to look at, by schema and name; by default all.
    """
    known = probes()
    bench = Sandbox(connection, wanted)
    with bench.tried():
        bench.without_triggers()
        bench.prepare(identity for identity in wanted.objects if identity.kind in known)
        return {
            identity: found
            for identity, declared in wanted.objects.items()
            if identity.kind in known and (only is None or (identity.schema, identity.parent) in only)
            for found in [guarded(wanted, identity, partial(known[identity.kind], bench, identity, declared))]
            if found is not None
        }


def _run(scratch: Scratch) -> Outcome:
    # By a superuser: here it is about rows, and whose they are is the proof of access.
    with scratch.fresh("after") as database, database.connect() as connection:
        found = probe_all(connection, scratch.subject.wanted)
    accepted, refused = total(found.values())
    summary = (
        f"{len(found)} columns and constraints: {accepted} tries let in, {refused} refused, "
        "each by the right one and with its SQLSTATE"
    )
    return tell(found, ("object", "let in", "refused"), summary)


PROOF = Proof(
    name="constraints",
    promise="Rows that may stand are let in, and rows that may not are refused, each by the constraint meant for it.",
    rank=50,
    run=_run,
)
