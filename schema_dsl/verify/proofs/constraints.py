"""What the database lets in and what it refuses is what was declared, seen by trying."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from functools import partial
from typing import Any

import psycopg

from schema_dsl.model.catalog import Catalog
from schema_dsl.model.identity import Identity
from schema_dsl.postgres import Connection
from schema_dsl.verify.probes import Bench, Found, probes
from schema_dsl.verify.proof import Outcome, Proof, Status, outcome
from schema_dsl.verify.rows import MissingError, RowError
from schema_dsl.verify.scratch import Scratch

_MOST_SENTENCES = 3


def probe_all(
    connection: Connection, wanted: Catalog, only: Container[tuple[str, str]] | None = None
) -> dict[Identity, Found]:
    """Try every declared object that has a say in which rows may stand. Nothing that is tried stays.

    Args:
        connection: Of a superuser, without an open transaction or in one that is not kept.
        wanted: What was declared.
        only: The tables to look at, by schema and name; by default all.
    """
    known = probes()
    bench = Bench(connection, wanted)
    with bench.tried():
        bench.without_triggers()
        bench.prepare(identity for identity in wanted.objects if identity.kind in known)
        return {
            identity: found
            for identity, declared in wanted.objects.items()
            if identity.kind in known and (only is None or (identity.schema, identity.parent) in only)
            for found in [guarded(wanted, identity, partial(known[identity.kind], bench, identity, declared))]
            if found is not None
        }


def guarded(wanted: Catalog, identity: Identity, probe: Callable[[], Found | None]) -> Found | None:
    """Probe one object; what keeps it from being tried is told, too."""
    try:
        return probe()
    except MissingError as error:
        return Found(failures=[f"{identity} cannot be tried: {error.what}"])
    except RowError as error:
        table = wanted.tables.get((identity.schema, identity.parent))
        known = {each.name for each in wanted.objects}
        if table is not None and table.existing is None and error.constraint not in {None, *known}:
            return Found(failures=[f"{identity} cannot be tried: {error.what}; nobody declared that"])
        return Found(notes=[f"{identity} was not tried: {error.what}"])
    except psycopg.Error as error:
        return Found(failures=[f"{identity} cannot be tried: {error.diag.message_primary or error}"])


def tell(found: dict[Identity, Found], what: str, summary: str) -> Outcome:
    """Put together what came of probing."""
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
        "table": [(what, "let in", "refused", "as declared"), *rows],
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


def total(found: Iterable[Found]) -> tuple[int, int]:
    """Count what was let in and what was refused."""
    each = list(found)
    return sum(one.accepted for one in each), sum(one.refused for one in each)


def _run(scratch: Scratch) -> Outcome:
    # By a superuser: here it is about rows, and whose they are is the proof of access.
    with scratch.fresh("after") as database, database.connect() as connection:
        found = probe_all(connection, scratch.subject.wanted)
    accepted, refused = total(found.values())
    summary = (
        f"{len(found)} columns and constraints: {accepted} tries let in, {refused} refused, "
        "each by the right one and with its SQLSTATE"
    )
    return tell(found, "object", summary)


PROOF = Proof(
    name="constraints",
    promise="Rows that may stand are let in, and rows that may not are refused, each by the constraint meant for it.",
    rank=50,
    run=_run,
)
