"""Probe unique constraints."""

from __future__ import annotations

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.constraint import Unique
from schema_dsl.verify.probes.answers import EXCLUSION_VIOLATION, UNIQUE_VIOLATION, ProbeResult
from schema_dsl.verify.probes.pairs import PairRule, list_key_elements, probe_pairs
from schema_dsl.verify.probes.sandbox import Sandbox


def probe(sandbox: Sandbox, identity: Identity, unique: Unique) -> ProbeResult:
    """Probe whether a unique constraint refuses duplicates, and duplicate NULLs if NULLS NOT DISTINCT."""
    rule = PairRule(
        identity=identity,
        elements=list_key_elements(unique),
        sqlstate=EXCLUSION_VIOLATION if unique.without_overlaps else UNIQUE_VIOLATION,
        nulls_not_distinct=unique.nulls_not_distinct,
        deferrable=unique.deferrable,
        initially_deferred=unique.initially_deferred,
    )
    return probe_pairs(sandbox, rule)
