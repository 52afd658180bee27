"""What came of probing, put into words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import psycopg

from schema_dsl.model.catalog import Catalog
from schema_dsl.model.identity import Identity
from schema_dsl.verify.probes.sandbox import ProbeResult
from schema_dsl.verify.proof import Outcome, Status, outcome
from schema_dsl.verify.rows import MissingError, RowError

_MOST_SENTENCES: Final = 3


def guarded(
    wanted: Catalog, identity: Identity, probe: Callable[[], ProbeResult | None]
) -> ProbeResult | None:
    """Probe one object; what keeps it from being tried is told, too."""
    try:
        return probe()
    except MissingError as error:
        return ProbeResult(failures=[f"{identity} cannot be tried: {error.what}"])
    except RowError as error:
        table = wanted.tables.get((identity.schema, identity.parent))
        known = {each.name for each in wanted.objects}
        if table is not None and table.existing is None and error.constraint not in {None, *known}:
            return ProbeResult(failures=[f"{identity} cannot be tried: {error.what}; nobody declared that"])
        return ProbeResult(notes=[f"{identity} was not tried: {error.what}"])
    except psycopg.Error as error:
        return ProbeResult(failures=[f"{identity} cannot be tried: {error.diag.message_primary or error}"])


def tell(found: Mapping[Identity, ProbeResult], header: tuple[str, str, str], summary: str) -> Outcome:
    """Put together what came of probing; the header names an object, and the two ways in which it may answer."""
    failures = [sentence for identity, each in found.items() for sentence in _few(identity, each.failures)]
    notes = [sentence for each in found.values() for sentence in each.notes]
    rows = [
        (
            str(identity),
            str(each.accepted),
            str(each.refused),
            "no" if each.failures else "yes" if each.probed else "-",
        )
        for identity, each in found.items()
    ]
    more: dict[str, Any] = {
        "notes": notes,
        "table": [(*header, "as declared"), *rows],
        "data": {
            str(identity): {
                "accepted": each.accepted,
                "refused": each.refused,
                "failures": list(each.failures),
            }
            for identity, each in found.items()
        },
    }
    if not any(each.probed for each in found.values()):
        reason = "nothing could be tried" if found else "there is nothing to try"
        return Outcome(status=Status.UNPROVEN, summary=reason, **more)
    return outcome(failures, summary, **more)


def _few(identity: Identity, sentences: list[str]) -> list[str]:
    """Give a few of the sentences about one object: a constraint that is missing lets in all there is."""
    kept = sentences[:_MOST_SENTENCES]
    left = len(sentences) - len(kept)
    return kept + ([f"{identity}: {left} more like these"] if left else [])


def total(found: Iterable[ProbeResult]) -> tuple[int, int]:
    """Count what was let in and what was refused."""
    each = list(found)
    return sum(one.accepted for one in each), sum(one.refused for one in each)
