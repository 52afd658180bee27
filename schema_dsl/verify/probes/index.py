"""Probe unique indexes, because other indexes refuse no rows."""

from __future__ import annotations

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.index import Index
from schema_dsl.verify.probes.keys import UniqueKey, probe_unique_key
from schema_dsl.verify.probes.sandbox import ProbeResult, Sandbox


def probe(sandbox: Sandbox, identity: Identity, index: Index) -> ProbeResult | None:
    """Probe whether a unique index refuses duplicates among the rows that match its condition."""
    if not index.unique:
        return None
    key = UniqueKey(
        identity=identity,
        elements=tuple(element.on for element in index.elements),
        nulls_not_distinct=index.nulls_not_distinct,
        where=index.where,
    )
    return probe_unique_key(sandbox, key)
