"""Merge the hazards of several steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schema_dsl.analysis.locks import lock_strength
from schema_dsl.plan.step import Hazard


def merge_hazards(hazards: Iterable[Hazard]) -> Iterator[Hazard]:
    """Merge the hazards of every relation into one with the strongest lock, which is held to the end."""
    by_relation: dict[tuple[str, str], list[Hazard]] = {}
    for hazard in hazards:
        by_relation.setdefault(hazard.relation, []).append(hazard)
    for relation, group in by_relation.items():
        strongest = max(group, key=lambda hazard: lock_strength(hazard.lock))
        yield Hazard(
            relation,
            strongest.lock,
            "; ".join(dict.fromkeys(hazard.effect for hazard in group)),
            rewrites=any(hazard.rewrites for hazard in group),
            scans=any(hazard.scans for hazard in group),
            loses_data=any(hazard.loses_data for hazard in group),
        )
