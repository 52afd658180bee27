"""Probe exclusion constraints."""

from __future__ import annotations

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.constraint import Exclusion
from schema_dsl.model.index import IndexElement, get_key
from schema_dsl.sql import Sql, identifier
from schema_dsl.verify.probes.answers import EXCLUSION_VIOLATION, ProbeResult
from schema_dsl.verify.probes.pairs import PairRule, probe_pairs
from schema_dsl.verify.probes.sandbox import Sandbox


def _collate(element: str | Sql | IndexElement) -> str | Sql:
    """Return a key as the operator compares it."""
    on = get_key(element)
    if not isinstance(element, IndexElement) or element.collation is None:
        return on
    return Sql(f"({on if isinstance(on, Sql) else identifier(on)}) COLLATE {element.collation}")


def probe(sandbox: Sandbox, identity: Identity, exclusion: Exclusion) -> ProbeResult:
    """Probe whether an exclusion constraint refuses a conflicting row and accepts rows that differ."""
    rule = PairRule(
        identity=identity,
        elements=tuple((_collate(element), operator) for element, operator in exclusion.elements),
        sqlstate=EXCLUSION_VIOLATION,
        where=exclusion.where,
        deferrable=exclusion.deferrable,
        initially_deferred=exclusion.initially_deferred,
    )
    return probe_pairs(sandbox, rule)
