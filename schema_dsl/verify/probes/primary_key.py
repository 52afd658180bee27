"""Probe primary keys."""

from __future__ import annotations

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.constraint import PrimaryKey
from schema_dsl.verify.probes.keys import UniqueKey, probe_unique_key
from schema_dsl.verify.probes.sandbox import NOT_NULL_VIOLATION, ProbeResult, Sandbox


def probe(sandbox: Sandbox, identity: Identity, primary_key: PrimaryKey) -> ProbeResult:
    """Probe whether a primary key refuses duplicates and NULL."""
    key = UniqueKey(
        identity=identity,
        elements=primary_key.columns,
        deferrable=primary_key.deferrable,
        initially_deferred=primary_key.initially_deferred,
    )
    result = probe_unique_key(sandbox, key)
    relation = sandbox.describe_table(identity)
    for name in primary_key.columns:
        answer = sandbox.try_insert_with(
            relation, {name: None}, lambda answer: answer.sqlstate == NOT_NULL_VIOLATION
        )
        result.expect_refused(
            answer.sqlstate == NOT_NULL_VIOLATION,
            f"{identity} must refuse NULL in {name}, but the row is {answer}",
        )
    return result
