"""Run probes, and report their results as the outcome of a proof."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from typing import Final

import psycopg

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.catalog import Catalog
from schema_dsl.postgres import Connection
from schema_dsl.verify.probes.answers import ProbeResult
from schema_dsl.verify.proof import Outcome, conclude
from schema_dsl.verify.rows import MissingError, RowError
from schema_dsl.verify.scripts.lost_session import raise_if_lost

_MOST_SENTENCES: Final = 3
# The class of undefined tables, columns, types and functions: the database lacks something that is declared.
_MISSING_CLASS: Final = "42"


def run_probe(
    connection: Connection, wanted: Catalog, identity: Identity, probe: Callable[[], ProbeResult | None]
) -> ProbeResult | None:
    """Run the probe of one object; an error becomes a failure, or a sentence about an omitted trial.

    Args:
        connection: The session of the probe.
        wanted: The declared schema.
        identity: The object.
        probe: The probe.

    Raises:
        LostSessionError: If the server ended the session.
    """
    try:
        return probe()
    except MissingError as error:
        return ProbeResult(failures=[f"{identity} cannot be tried: {error.what}"])
    except RowError as error:
        raise_if_lost(error)
        if _is_undeclared(connection, wanted, identity, error.constraint):
            return ProbeResult(
                failures=[f"{identity} cannot be tried: {error.what}; {error.constraint} is not declared"]
            )
        return ProbeResult(untried=[f"{identity} was not tried: {error.what}"])
    except psycopg.Error as error:
        raise_if_lost(error)
        reason = error.diag.message_primary or str(error)
        if (error.sqlstate or "").startswith(_MISSING_CLASS):
            return ProbeResult(failures=[f"{identity} cannot be tried: {reason}"])
        return ProbeResult(untried=[f"{identity} was not tried: {reason}"])


def _is_undeclared(
    connection: Connection, wanted: Catalog, identity: Identity, constraint: str | None
) -> bool:
    """Return whether a constraint is on a table that the definitions own, and they do not declare it."""
    table = wanted.tables.get(identity.relation)
    if constraint is None or table is None or table.existing is not None:
        return False
    declared = {other.name for other in wanted.objects if other.relation == identity.relation}
    found = connection.execute(
        "SELECT FROM pg_catalog.pg_constraint WHERE conname = %s"
        " AND conrelid = pg_catalog.to_regclass(pg_catalog.format('%%I.%%I', %s::text, %s::text))",
        [constraint, *identity.relation],
    ).fetchone()
    return found is not None and constraint not in declared


def build_outcome(
    results: Mapping[Identity, ProbeResult],
    header: tuple[str, str, str],
    summary: str,
    notes: Sequence[str],
) -> Outcome:
    """Build the outcome of a proof from the results of its probes.

    Args:
        results: The results by object.
        header: The table header: the kind of object, and the words for accepted and refused.
        summary: The summary if the proof succeeds.
        notes: Facts that do not affect the verdict.
    """
    samples = [result.sample for result in results.values() if result.sample is not None]
    rows = [
        (
            str(identity),
            str(result.accepted),
            str(result.refused),
            "no" if result.failures else "not tried" if result.untried else "yes",
        )
        for identity, result in results.items()
    ]
    return conclude(
        [
            sentence
            for identity, result in results.items()
            for sentence in _first_failures(identity, result.failures)
        ],
        summary,
        untried=[sentence for result in results.values() for sentence in result.untried],
        sample=reduce(operator.add, samples) if samples else None,
        notes=notes,
        table=[(*header, "as declared"), *rows],
        data={
            str(identity): {
                "accepted": result.accepted,
                "refused": result.refused,
                "failures": list(result.failures),
                "untried": list(result.untried),
            }
            for identity, result in results.items()
        },
    )


def _first_failures(identity: Identity, sentences: list[str]) -> list[str]:
    """Return the first failures of an object, because a missing constraint has a failure per row."""
    sentences = list(dict.fromkeys(sentences))
    shown = sentences[:_MOST_SENTENCES]
    rest = len(sentences) - len(shown)
    return shown + ([f"{identity}: {rest} more failure{'s' if rest > 1 else ''}"] if rest else [])


def count_rows(results: Iterable[ProbeResult]) -> tuple[int, int]:
    """Return the number of accepted and of refused statements."""
    all_results = list(results)
    return sum(result.accepted for result in all_results), sum(result.refused for result in all_results)
