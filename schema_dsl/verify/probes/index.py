"""Probe unique indexes, because other indexes refuse no rows."""

from __future__ import annotations

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.index import Index
from schema_dsl.model.table import Table
from schema_dsl.verify.probes.answers import UNIQUE_VIOLATION, ProbeResult
from schema_dsl.verify.probes.pairs import PairRule, probe_pairs
from schema_dsl.verify.probes.sandbox import Sandbox


def probe(sandbox: Sandbox, identity: Identity, index: Index) -> ProbeResult | None:
    """Probe whether a unique index refuses duplicates among the rows that match its condition."""
    # INSERT into a materialized view fails.
    if not index.unique or identity.root.kind != Table.kind:
        return None
    rule = PairRule(
        identity=identity,
        elements=tuple((element.on, None) for element in index.elements),
        sqlstate=UNIQUE_VIOLATION,
        nulls_not_distinct=index.nulls_not_distinct,
        where=index.where,
    )
    return probe_pairs(sandbox, rule)
