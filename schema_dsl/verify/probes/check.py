"""Checks: each value that they name, and what lies beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schema_dsl.model.constraint import Check
from schema_dsl.model.identity import Identity
from schema_dsl.parsing import columns_of
from schema_dsl.verify.probes.rows import Judged, ProbeRow, judged
from schema_dsl.verify.probes.sandbox import CHECK, ProbeResult, Sandbox, shown


def probe(bench: Sandbox, identity: Identity, check: Check) -> ProbeResult:
    """See that rows are let in and refused as the declared condition says."""
    found = ProbeResult()
    relation = bench.relation(identity)
    places = bench.places(identity, check.expression)
    if any(relation.fields[name].computed for name in places):
        found.notes.append(f"{identity}: about a computed column, so only its examples were tried")
    else:
        nullable = [name for name in places if bench.nullable(identity, name)]
        beside = [other.expression for other in _siblings(bench, identity).values()]
        for row in judged(bench.ask, check.expression, relation.name, places, nullable, beside=beside):
            _try(bench, identity, row, found)
    for example in check.accepts:
        _example(bench, identity, example, found, stands=True)
    for example in check.refuses:
        _example(bench, identity, example, found, stands=False)
    for count, what in ((found.accepted, "accept"), (found.refused, "refuse")):
        if not count and not found.failures:
            found.notes.append(
                f"{identity}: no row was found that it has to {what}; give one: Check({what}s=[{{...}}])"
            )
    return found


def _try(bench: Sandbox, identity: Identity, row: Judged, found: ProbeResult) -> None:
    relation = bench.relation(identity)
    others = _others(bench, identity, row.values)
    if None in others.values():
        # Another check fails with an error on it: there is nothing to see of this one.
        return
    if others and not row.stands:
        # Whichever of them comes first may say so.
        answer = bench.insert_with(
            relation, row.values, lambda each: each.sqlstate == CHECK, without=identity.name
        )
        found.refuse(
            answer.sqlstate == CHECK and answer.constraint in {identity.name, *others},
            f"{identity} let in {shown(row.values)}",
        )
    elif not others:
        _hold(bench, identity, row.values, found, stands=row.stands)


def _example(
    bench: Sandbox, identity: Identity, values: Mapping[str, Any], found: ProbeResult, *, stands: bool
) -> None:
    for name in values:
        bench.field_place(bench.relation(identity), name)
    _hold(bench, identity, values, found, stands=stands)


def _hold(
    bench: Sandbox, identity: Identity, values: Mapping[str, Any], found: ProbeResult, *, stands: bool
) -> None:
    relation = bench.relation(identity)
    if stands:
        answer = bench.insert_with(relation, values, lambda each: each.met_checks)
        if answer.met_checks:
            found.accepted += 1
        elif answer.by(CHECK, identity.name):
            found.failures.append(f"{identity} refuses {shown(values)}")
        elif answer.sqlstate != CHECK:
            found.failures.append(f"{identity} should let in {shown(values)}, which is {answer}")
        # Otherwise another check is in the way, whose own probe says what there is to say.
        return
    answer = bench.insert_with(
        relation, values, lambda each: each.by(CHECK, identity.name), without=identity.name
    )
    if answer.by(CHECK, identity.name):
        found.refused += 1
    elif answer.met_checks:
        found.failures.append(f"{identity} let in {shown(values)}")
    elif identity.name not in relation.checks or answer.sqlstate != CHECK:
        found.failures.append(f"{identity} should refuse {shown(values)}, which is {answer}")


def _others(bench: Sandbox, identity: Identity, row: ProbeRow) -> dict[str, bool | None]:
    """Give the other declared checks that do not let these values in, by themselves: False, or None on an error."""
    refusing: dict[str, bool | None] = {}
    relation = bench.relation(identity)
    for other, check in _siblings(bench, identity).items():
        columns = {parts[-1] for parts in columns_of(check.expression)}
        if columns and columns <= set(row):
            places = bench.places(other, check.expression)
            values = {name: row[name] for name in places}
            [truth] = bench.ask.truths(check.expression, relation.name, places, [values])
            if truth is not True:
                refusing[other.name] = truth
    return refusing


def _siblings(bench: Sandbox, identity: Identity) -> dict[Identity, Check]:
    """Give the other declared checks of the table."""
    declared = bench.wanted.of_kind(identity.kind)
    return {
        other: check for other, check in declared.items() if other[:3] == identity[:3] and other != identity
    }
