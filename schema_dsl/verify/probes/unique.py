"""Unique constraints."""

from __future__ import annotations

from schema_dsl.model.constraint import Unique
from schema_dsl.model.identity import Identity
from schema_dsl.verify.probes.keys import Alike, hold_apart
from schema_dsl.verify.probes.sandbox import ProbeResult, Sandbox


def probe(bench: Sandbox, identity: Identity, unique: Unique) -> ProbeResult:
    """See that no two rows are alike, and that NULL counts as declared."""
    alike = Alike(
        identity=identity,
        elements=unique.columns,
        nulls_alike=unique.nulls_not_distinct,
        deferrable=unique.deferrable,
        deferred=unique.initially_deferred,
    )
    return hold_apart(bench, alike)
