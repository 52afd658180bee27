"""Probe exclusion constraints."""

from __future__ import annotations

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.constraint import Exclusion
from schema_dsl.verify.probes.answers import EXCLUSION_VIOLATION, ProbeResult
from schema_dsl.verify.probes.pairs import PairRule, probe_pairs
from schema_dsl.verify.probes.sandbox import Sandbox


def probe(sandbox: Sandbox, identity: Identity, exclusion: Exclusion) -> ProbeResult:
    """Probe whether an exclusion constraint refuses a conflicting row and accepts rows that differ."""
    rule = PairRule(
        identity=identity,
        elements=exclusion.elements,
        sqlstate=EXCLUSION_VIOLATION,
        where=exclusion.where,
        deferrable=exclusion.deferrable,
        initially_deferred=exclusion.initially_deferred,
    )
    return probe_pairs(sandbox, rule)
