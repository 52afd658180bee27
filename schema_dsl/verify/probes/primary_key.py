"""Primary keys."""

from __future__ import annotations

from schema_dsl.model.constraint import PrimaryKey
from schema_dsl.model.identity import Identity
from schema_dsl.verify.probes.keys import Alike, hold_apart
from schema_dsl.verify.probes.sandbox import NOT_NULL, ProbeResult, Sandbox


def probe(bench: Sandbox, identity: Identity, key: PrimaryKey) -> ProbeResult:
    """See that no two rows are alike, and that none has NULL in its key."""
    alike = Alike(
        identity=identity,
        elements=key.columns,
        deferrable=key.deferrable,
        deferred=key.initially_deferred,
    )
    found = hold_apart(bench, alike)
    relation = bench.relation(identity)
    for name in key.columns:
        answer = bench.insert_with(relation, {name: None}, lambda each: each.sqlstate == NOT_NULL)
        found.refuse(
            answer.sqlstate == NOT_NULL, f"{identity} should refuse NULL in {name}, which is {answer}"
        )
    return found
