"""Probe unique constraints."""

from __future__ import annotations

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.constraint import Unique
from schema_dsl.verify.probes.keys import UniqueKey, probe_unique_key
from schema_dsl.verify.probes.sandbox import ProbeResult, Sandbox


def probe(sandbox: Sandbox, identity: Identity, unique: Unique) -> ProbeResult:
    """Probe whether a unique constraint refuses duplicates, and duplicate NULLs if NULLS NOT DISTINCT."""
    key = UniqueKey(
        identity=identity,
        elements=unique.columns,
        nulls_not_distinct=unique.nulls_not_distinct,
        deferrable=unique.deferrable,
        initially_deferred=unique.initially_deferred,
    )
    return probe_unique_key(sandbox, key)
