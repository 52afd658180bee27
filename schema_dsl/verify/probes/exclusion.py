"""Exclusions: no two rows that conflict in every element."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from schema_dsl.model.constraint import Exclusion
from schema_dsl.model.identity import Identity
from schema_dsl.parsing import columns_of
from schema_dsl.sql import Sql, identifier
from schema_dsl.verify.probes.rows import judged
from schema_dsl.verify.probes.sandbox import EXCLUDED, ProbeResult, Sandbox, StatementResult, shown
from schema_dsl.verify.rows import SOMETHING
from schema_dsl.verify.rows.relation import TableDescription
from schema_dsl.verify.values import distinct_value

_OTHER = 900_000


def probe(bench: Sandbox, identity: Identity, exclusion: Exclusion) -> ProbeResult:
    """See that a row that conflicts is refused, and that one that differs in one element is let in."""
    found = ProbeResult()
    relation = bench.relation(identity)
    columns = _columns(exclusion)
    for name in columns:
        bench.field_place(relation, name)
    inside: dict[str, Any] = {}
    outside: list[dict[str, Any]] = []
    if exclusion.where is not None:
        places = bench.places(identity, exclusion.where)
        nullable = [name for name in places if bench.nullable(identity, name)]
        rows = judged(bench.ask, f"({exclusion.where}) IS TRUE", relation.name, places, nullable)
        inside = next((dict(row.values) for row in rows if row.stands), {})
        outside = [dict(row.values) for row in rows if not row.stands][:2]
    with bench.tried():
        row = bench.factory.row((relation.schema, relation.name), **_new(relation, columns, 1), **inside)
        first = inside | {name: row[name] for name in columns}
        # Each column by itself, and those together that make one element, as the ends of a range do.
        apart = dict.fromkeys(
            [*((name,) for name in columns), *(_columns_of(on) for on, _ in exclusion.elements)]
        )
        for second in [first, *(first | _other(bench, relation, names) for names in apart)]:
            conflict = _conflict(bench, relation, exclusion, first, second)
            answer = _second(bench, relation, second)
            if conflict is True:
                found.refuse(
                    answer.by(EXCLUDED, identity.name),
                    f"{identity} let in {shown(second)} beside {shown(first)}: {answer}",
                )
            elif conflict is False:
                found.accept(
                    not answer.by(EXCLUDED, identity.name),
                    f"{identity} refuses {shown(second)} beside {shown(first)}",
                )
        for beyond in outside:
            answer = _second(bench, relation, first | beyond)
            found.accept(
                not answer.by(EXCLUDED, identity.name),
                f"{identity} refuses {shown(first | beyond)}, outside of {exclusion.where}",
            )
    return found


def _columns(exclusion: Exclusion) -> list[str]:
    found: dict[str, None] = {}
    for on, _ in exclusion.elements:
        found |= dict.fromkeys(_columns_of(on))
    return list(found)


def _columns_of(on: str | Sql) -> tuple[str, ...]:
    return tuple(parts[-1] for parts in columns_of(on)) if isinstance(on, Sql) else (on,)


def _new(relation: TableDescription, columns: Iterable[str], number: int) -> dict[str, Any]:
    """Give new values; of columns that make a range together, the later ones in the table are greater."""
    found: dict[str, Any] = {}
    for name in columns:
        place = relation.fields[name].place
        step = list(relation.fields).index(name)
        value = distinct_value(place.type, place.modifier, _OTHER + 100 * number + step, name)
        found[name] = SOMETHING if name in relation.pointing else value
    return found


def _other(bench: Sandbox, relation: TableDescription, columns: Iterable[str]) -> dict[str, Any]:
    """Give values as another row has them, with what foreign keys point to."""
    found = _new(relation, columns, 3)
    if SOMETHING in found.values():
        values = bench.filled(relation, found)
        found = {name: values[name] for name in found}
    return found


def _conflict(
    bench: Sandbox,
    relation: TableDescription,
    exclusion: Exclusion,
    first: dict[str, Any],
    second: dict[str, Any],
) -> bool | None:
    """Ask whether every element of two rows compares true; None where that cannot be said."""
    columns = _columns(exclusion)
    texts = [bench.factory.texts(relation, {name: row[name] for name in columns}) for row in (first, second)]
    if texts[0] is None or texts[1] is None:
        return None
    places = {f"{name}": relation.fields[name].place for name in columns}
    compared = []
    for on, operator in exclusion.elements:
        written = on if isinstance(on, Sql) else identifier(on)
        sides = [bench.ask.of_row(written, relation.name, places, row) for row in texts if row is not None]
        compared.append(f"({sides[0]} {operator} {sides[1]})")
    value = bench.ask.value(f"({' AND '.join(compared)}) IS TRUE")
    return None if value is None else bool(value)


def _second(bench: Sandbox, relation: TableDescription, given: dict[str, Any]) -> StatementResult:
    with bench.tried():
        values = bench.filled(relation, given)
        name = (relation.schema, relation.name)
        return bench.answer(lambda: bench.factory.insert(name, values, returning="true AS taken"))
