"""What unique constraints, primary keys and unique indexes have in common: two rows that are alike, and not quite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from schema_dsl.model.identity import Identity
from schema_dsl.parsing import columns_of
from schema_dsl.sql import Sql, identifier, qualified
from schema_dsl.verify.probes.rows import ProbeRow, judged
from schema_dsl.verify.probes.sandbox import UNIQUE, ProbeResult, Sandbox, StatementResult, said, shown
from schema_dsl.verify.rows import SOMETHING, RowError
from schema_dsl.verify.rows.relation import TableDescription


@attrs.frozen(kw_only=True)
class Alike:
    """What makes two rows alike: the value of each element, if both are within `where`."""

    identity: Identity
    elements: tuple[str | Sql, ...]
    nulls_alike: bool = False
    where: str | None = None
    deferrable: bool = False
    deferred: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Give the columns that the elements are about."""
        found: dict[str, None] = {}
        for each in self.elements:
            names = [parts[-1] for parts in columns_of(each)] if isinstance(each, Sql) else [each]
            found |= dict.fromkeys(names)
        return tuple(found)


def hold_apart(bench: Sandbox, alike: Alike) -> ProbeResult:
    """See that rows that are alike are refused, and that rows that are not are let in."""
    found = ProbeResult()
    relation = bench.relation(alike.identity)
    for name in alike.columns:
        bench.field_place(relation, name)
    inside, outside = _sides(bench, alike, found)
    with bench.tried():
        first = _insert_first(bench, relation, alike, inside)
        _alike(bench, alike, relation, first | inside, found)
        _spelt_otherwise(bench, alike, relation, first | inside, found)
        for name in alike.columns:
            if name not in inside:
                _differing(bench, alike, first | inside, name, found)
        for row in outside:
            answer = _second(bench, relation, {**first, **row})
            found.accept(
                not _is_it(answer, alike),
                f"{alike.identity} refuses a second {shown(first)} where {shown(row)}, outside of {alike.where}",
            )
    _nulls(bench, alike, inside, found)
    _deferral(bench, alike, inside, found)
    return found


def _sides(bench: Sandbox, alike: Alike, found: ProbeResult) -> tuple[dict[str, Any], list[ProbeRow]]:
    """Give values inside of a partial key's condition, and some outside of it."""
    if alike.where is None:
        return {}, []
    relation = bench.relation(alike.identity)
    places = bench.places(alike.identity, alike.where)
    nullable = [name for name in places if bench.nullable(alike.identity, name)]
    rows = judged(bench.ask, f"({alike.where}) IS TRUE", relation.name, places, nullable)
    within = [row.values for row in rows if row.stands and _fits(bench, relation, row.values)]
    outside = [row.values for row in rows if not row.stands and _fits(bench, relation, row.values)]
    if not within:
        found.notes.append(f"{alike.identity}: no row was found for which {alike.where}")
        return {}, []
    # NULL in a key is like nothing, so it shows nothing.
    within.sort(key=lambda row: sum(row.get(name, "") is None for name in alike.columns))
    return dict(within[0]), outside[:3]


def _fits(bench: Sandbox, relation: TableDescription, values: ProbeRow) -> bool:
    return bench.insert_with(relation, values, lambda each: each.taken).taken


def _insert_first(
    bench: Sandbox, relation: TableDescription, alike: Alike, inside: dict[str, Any]
) -> dict[str, Any]:
    """Insert a row with no NULL in the key, and give the key."""
    given = dict.fromkeys(alike.columns, SOMETHING) | inside
    row = bench.factory.row((relation.schema, relation.name), **given)
    return {name: row[name] for name in alike.columns}


def _second(
    bench: Sandbox, relation: TableDescription, given: dict[str, Any], *, late: str | None = None
) -> StatementResult:
    with bench.tried():
        return _put(bench, relation, bench.filled(relation, given), late=late)


def _put(
    bench: Sandbox, relation: TableDescription, values: dict[str, Any], *, late: str | None = None
) -> StatementResult:
    name = (relation.schema, relation.name)
    return bench.answer(lambda: bench.factory.insert(name, values, returning="true AS taken"), late=late)


def _is_it(answer: StatementResult, alike: Alike) -> bool:
    return answer.by(UNIQUE, alike.identity.name)


def _alike(
    bench: Sandbox, alike: Alike, relation: TableDescription, first: dict[str, Any], found: ProbeResult
) -> None:
    answer = _second(bench, relation, first)
    if answer.sqlstate == UNIQUE and not _is_it(answer, alike) and _narrower(bench, alike, answer):
        found.notes.append(f"{alike.identity}: {answer.constraint} refuses such rows before it does")
        return
    also = "" if answer.taken else f", which is {answer}"
    found.refuse(_is_it(answer, alike), f"{alike.identity} let in a second {shown(first)}{also}")
    if _is_it(answer, alike):
        found.refuse(
            answer.late is alike.deferred,
            f"{alike.identity} refuses {'at the end only' if answer.late else 'at once'}, which was not declared",
        )


def _narrower(bench: Sandbox, alike: Alike, answer: StatementResult) -> bool:
    """Say whether another key that is known was there to speak first."""
    schema, parent = alike.identity.schema, alike.identity.parent
    table = bench.wanted.tables.get((schema, parent))
    declared = {each.name for each in bench.wanted.objects if (each.schema, each.parent) == (schema, parent)}
    return answer.constraint in declared or (table is not None and table.existing is not None)


def _spelt_otherwise(
    bench: Sandbox, alike: Alike, relation: TableDescription, first: dict[str, Any], found: ProbeResult
) -> None:
    """See that texts that an expression makes the same count as the same."""
    for element in alike.elements:
        if not isinstance(element, Sql):
            continue
        for name in {parts[-1] for parts in columns_of(element)}:
            value = first.get(name)
            if not isinstance(value, str) or value == value.upper():
                continue
            other = first | {name: value.upper()}
            if _same(bench, relation, element, name, (value, value.upper())):
                answer = _second(bench, relation, other)
                found.refuse(
                    answer.sqlstate == UNIQUE, f"{alike.identity} let in {shown(other)} beside {shown(first)}"
                )


def _same(bench: Sandbox, relation: TableDescription, element: Sql, name: str, values: Sequence[str]) -> bool:
    place = relation.fields[name].place
    written = [
        f"(SELECT {element} FROM (SELECT CAST('{value}' AS {place.written})) AS "  # noqa: S608 - values are ours
        f"{identifier(relation.name)} ({identifier(name)}))"
        for value in values
    ]
    return bench.ask.value(f"{written[0]} IS NOT DISTINCT FROM {written[1]}") is True


def _differing(bench: Sandbox, alike: Alike, first: dict[str, Any], name: str, found: ProbeResult) -> None:
    """See that one other value is enough."""
    relation = bench.relation(alike.identity)
    given = {key: value for key, value in first.items() if key != name}
    values = bench.filled(relation, {**given, name: SOMETHING})
    texts = [bench.factory.texts(relation, {name: row[name]}) for row in (first, values) if name in row]
    if texts[1:] == texts[:1]:
        found.notes.append(f"{alike.identity}: no other {name} was found than {said(first[name])}")
        return
    answer = _put(bench, relation, values)
    what = f"another {name}" + (f" and the same {shown(given)}" if given else "")
    found.accept(not _is_it(answer, alike), f"{alike.identity} refuses {what}")


def _nulls(bench: Sandbox, alike: Alike, inside: dict[str, Any], found: ProbeResult) -> None:
    relation = bench.relation(alike.identity)
    for name in alike.elements:
        if isinstance(name, Sql) or name in inside or not bench.nullable(alike.identity, name):
            continue
        try:
            with bench.tried():
                first = _insert_first(bench, relation, alike, {**inside, name: None})
                answer = _second(bench, relation, {**first, **inside})
        except RowError:
            # Another constraint has no NULL there.
            continue
        if alike.nulls_alike:
            found.refuse(_is_it(answer, alike), f"{alike.identity} let in a second NULL in {name}")
        else:
            found.accept(not _is_it(answer, alike), f"{alike.identity} refuses a second NULL in {name}")


def _deferral(bench: Sandbox, alike: Alike, inside: dict[str, Any], found: ProbeResult) -> None:
    """See that the constraint waits to the end if it is told to, and that one that must not wait does not."""
    relation = bench.relation(alike.identity)
    if alike.identity.kind == "index":
        return
    name = qualified(relation.schema, alike.identity.name)
    if not alike.deferrable:
        answer = bench.answer(lambda: None, late=name)
        found.refuse(not answer.taken, f"{alike.identity} can be deferred, which was not declared")
        return
    with bench.tried():
        first = _insert_first(bench, relation, alike, inside)
        answer = _second(bench, relation, first | inside, late=name)
    if answer.sqlstate == UNIQUE and not _is_it(answer, alike) and _narrower(bench, alike, answer):
        return
    found.refuse(_is_it(answer, alike) and answer.late, f"{alike.identity} cannot be deferred: {answer}")
