"""Exclusions: no two rows that conflict in every element."""

from __future__ import annotations

from typing import Any

from schema_dsl.model.constraint import Exclusion
from schema_dsl.model.identity import Identity
from schema_dsl.parsing import columns_of
from schema_dsl.sql import Sql, identifier
from schema_dsl.verify.probes.bench import EXCLUDED, Answer, Bench, Found, shown
from schema_dsl.verify.probes.rows import judged
from schema_dsl.verify.rows.relation import Relation
from schema_dsl.verify.values import fresh

_OTHER = 900_000


def probe(bench: Bench, identity: Identity, exclusion: Exclusion) -> Found:
    """See that a row that conflicts is refused, and that one that differs in one element is let in."""
    found = Found()
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
        given = inside | {
            name: _new(relation, name, 1)
            for name in columns
            if name not in relation.pointing and name not in inside
        }
        row = bench.factory.row((relation.schema, relation.name), **given)
        first = inside | {name: row[name] for name in columns}
        others = [
            first | {name: _new(relation, name, 3)} for name in columns if name not in relation.pointing
        ]
        for second in [first, *others]:
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
        names = [parts[-1] for parts in columns_of(on)] if isinstance(on, Sql) else [on]
        found |= dict.fromkeys(names)
    return list(found)


def _new(relation: Relation, name: str, number: int) -> str | None:
    field = relation.fields[name]
    # Columns that make a range together need its ends apart: those that stand later in the table are later.
    place = list(relation.fields).index(name)
    return fresh(field.place.type, field.place.modifier, _OTHER + 100 * number + place, name)


def _conflict(
    bench: Bench, relation: Relation, exclusion: Exclusion, first: dict[str, Any], second: dict[str, Any]
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


def _second(bench: Bench, relation: Relation, given: dict[str, Any]) -> Answer:
    with bench.tried():
        values = bench.filled(relation, given)
        name = (relation.schema, relation.name)
        return bench.answer(lambda: bench.factory.insert(name, values, returning="true AS taken"))
