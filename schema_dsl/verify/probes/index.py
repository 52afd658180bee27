"""Indexes: only unique ones refuse rows."""

from __future__ import annotations

from schema_dsl.model.identity import Identity
from schema_dsl.model.index import Index
from schema_dsl.verify.probes.keys import Alike, hold_apart
from schema_dsl.verify.probes.sandbox import ProbeResult, Sandbox


def probe(bench: Sandbox, identity: Identity, index: Index) -> ProbeResult | None:
    """See that no two rows within the index's condition are alike."""
    if not index.unique:
        return None
    alike = Alike(
        identity=identity,
        elements=tuple(each.on for each in index.elements),
        nulls_alike=index.nulls_not_distinct,
        where=index.where,
    )
    return hold_apart(bench, alike)
