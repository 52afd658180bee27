"""Run probes, and report their results as the outcome of a proof."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import psycopg

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.catalog import Catalog
from schema_dsl.verify.probes.sandbox import ProbeResult
from schema_dsl.verify.proof import Outcome, Status, conclude
from schema_dsl.verify.rows import MissingError, RowError

_MOST_SENTENCES: Final = 3


def run_probe(
    wanted: Catalog, identity: Identity, probe: Callable[[], ProbeResult | None]
) -> ProbeResult | None:
    """Run the probe of one object; an error becomes a failure or a note.

    Args:
        wanted: The declared schema.
        identity: The object.
        probe: The probe.
    """
    try:
        return probe()
    except MissingError as error:
        return ProbeResult(failures=[f"{identity} cannot be tried: {error.what}"])
    except RowError as error:
        table = wanted.tables.get(identity.relation)
        known = {declared.name for declared in wanted.objects}
        if table is not None and table.existing is None and error.constraint not in {None, *known}:
            return ProbeResult(
                failures=[f"{identity} cannot be tried: {error.what}; {error.constraint} is not declared"]
            )
        return ProbeResult(notes=[f"{identity} was not tried: {error.what}"])
    except psycopg.Error as error:
        return ProbeResult(failures=[f"{identity} cannot be tried: {error.diag.message_primary or error}"])


def build_outcome(
    results: Mapping[Identity, ProbeResult], header: tuple[str, str, str], summary: str
) -> Outcome:
    """Build the outcome of a proof from the results of its probes.

    Args:
        results: The results by object.
        header: The table header: the kind of object, and the words for accepted and refused.
        summary: The summary if the proof succeeds.
    """
    failures = [
        sentence
        for identity, result in results.items()
        for sentence in _first_failures(identity, result.failures)
    ]
    notes = [sentence for result in results.values() for sentence in result.notes]
    rows = [
        (
            str(identity),
            str(result.accepted),
            str(result.refused),
            "no" if result.failures else "yes" if result.has_results else "-",
        )
        for identity, result in results.items()
    ]
    more: dict[str, Any] = {
        "notes": notes,
        "table": [(*header, "as declared"), *rows],
        "data": {
            str(identity): {
                "accepted": result.accepted,
                "refused": result.refused,
                "failures": list(result.failures),
            }
            for identity, result in results.items()
        },
    }
    if not any(result.has_results for result in results.values()):
        reason = (
            f"no {header[0]} could be tried" if results else f"the definitions declare no {header[0]} to try"
        )
        return Outcome(status=Status.UNPROVEN, summary=reason, **more)
    return conclude(failures, summary, **more)


def _first_failures(identity: Identity, sentences: list[str]) -> list[str]:
    """Return the first failures of an object, because a missing constraint has a failure per row."""
    shown = sentences[:_MOST_SENTENCES]
    rest = len(sentences) - len(shown)
    return shown + ([f"{identity}: {rest} more failure{'s' if rest > 1 else ''}"] if rest else [])


def count_rows(results: Iterable[ProbeResult]) -> tuple[int, int]:
    """Return the number of accepted and of refused statements."""
    all_results = list(results)
    return sum(result.accepted for result in all_results), sum(result.refused for result in all_results)
