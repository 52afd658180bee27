"""Probe primary keys."""

from __future__ import annotations

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.constraint import PrimaryKey
from schema_dsl.verify.probes.answers import (
    EXCLUSION_VIOLATION,
    NOT_NULL_VIOLATION,
    UNIQUE_VIOLATION,
    ProbeResult,
)
from schema_dsl.verify.probes.pairs import PairRule, list_key_elements, probe_pairs
from schema_dsl.verify.probes.sandbox import Sandbox


def probe(sandbox: Sandbox, identity: Identity, primary_key: PrimaryKey) -> ProbeResult:
    """Probe whether a primary key refuses duplicates and NULL."""
    rule = PairRule(
        identity=identity,
        elements=list_key_elements(primary_key),
        sqlstate=EXCLUSION_VIOLATION if primary_key.without_overlaps else UNIQUE_VIOLATION,
        deferrable=primary_key.deferrable,
        initially_deferred=primary_key.initially_deferred,
    )
    result = probe_pairs(sandbox, rule)
    generated = sandbox.generated_columns(identity)
    with sandbox.isolated(identity) as relation:
        for name in primary_key.columns:
            if name not in generated:
                with result.trying(f"NULL in {name} of {identity}"):
                    answer = sandbox.try_insert(relation, {name: None})
                    result.expect_refused(
                        answer.sqlstate == NOT_NULL_VIOLATION or answer.is_outside_partitions,
                        f"{identity} must refuse NULL in {name}, but the row is {answer}",
                    )
    return result
