"""Foreign keys: nothing points nowhere, and what is pointed to goes or changes as declared."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import attrs
import psycopg
from psycopg import sql as pg

from schema_dsl.model.constraint import ForeignKey
from schema_dsl.model.identity import Identity
from schema_dsl.model.reference import Reference
from schema_dsl.sql import Sql, identifier, literal, qualified
from schema_dsl.verify.probes.sandbox import (
    POINTS_NOWHERE,
    RESTRICTED,
    ProbeResult,
    Sandbox,
    StatementResult,
    shown,
)
from schema_dsl.verify.rows import RowError
from schema_dsl.verify.rows.relation import TableDescription
from schema_dsl.verify.values import distinct_value

_NOWHERE = 700_000
_RESTRICT_SAYS_SO_SINCE = 180000


@attrs.frozen(kw_only=True)
class _Ends:
    """Both ends of a foreign key, with a row at each."""

    bench: Sandbox
    identity: Identity
    key: ForeignKey
    here: TableDescription
    there: TableDescription
    pairs: tuple[tuple[str, str], ...]
    parent: dict[str, Any]
    child: str

    def held(self) -> list[dict[str, Any]]:
        """Read what the row that pointed there holds now in the key's columns; nothing, if it is gone."""
        columns = pg.SQL(", ").join(
            pg.SQL("{}::text AS {}").format(pg.Identifier(name), pg.Identifier(name))
            for name, _ in self.pairs
        )
        query = pg.SQL("SELECT {} FROM {} AS t WHERE {} = {}::jsonb").format(
            columns,
            pg.Identifier(self.here.schema, self.here.name),
            pg.SQL(_rest(self.here, "t", self.key.columns)),
            self.child,
        )
        cursor = self.bench.connection.execute(query)
        names = [name for name, _ in self.pairs]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _rest(relation: TableDescription, alias: str, columns: Iterable[str]) -> Sql:
    """Write the rest of a row, by which it is known whatever becomes of some columns."""
    names = [*columns, *(name for name, field in relation.fields.items() if field.computed)]
    return Sql(f"to_jsonb({alias}) - ARRAY[{', '.join(map(literal, names))}]")


def probe(bench: Sandbox, identity: Identity, key: ForeignKey) -> ProbeResult:
    """See that a missing target is refused, a target that is there is not, and what each action does."""
    found = ProbeResult()
    here = bench.relation(identity)
    target = key.references
    assert isinstance(target, Reference)  # noqa: S101 - a Catalog holds them resolved
    there = bench.factory.relations.named((target.schema or here.schema, target.table))
    pairs = tuple(zip(key.columns, target.columns, strict=True))
    for mine, theirs in pairs:
        bench.field_place(here, mine)
        bench.field_place(there, theirs)
    _nowhere(bench, identity, key, here, found)
    with bench.tried():
        parent = bench.factory.row((there.schema, there.name))
        given = {mine: parent[theirs] for mine, theirs in pairs}
        try:
            values = bench.filled(here, given)
        except RowError as error:
            found.notes.append(f"{identity}: no row was found that points to {shown(given)}: {error.what}")
            return found
        answer = bench.insert(here, values)
        if not answer.taken:
            found.failures.append(f"{identity} should let in {shown(given)}, which is there and {answer}")
            return found
        rest = _rest(here, identifier(here.name), key.columns)
        child = bench.factory.insert((here.schema, here.name), values, returning=f"({rest})::text AS rest")[
            "rest"
        ]
        found.accepted += 1
        ends = _Ends(
            bench=bench,
            identity=identity,
            key=key,
            here=here,
            there=there,
            pairs=pairs,
            parent=parent,
            child=child,
        )
        _act(ends, "delete", key.on_delete, found)
        _act(ends, "update", key.on_update, found)
    return found


def _nowhere(
    bench: Sandbox, identity: Identity, key: ForeignKey, here: TableDescription, found: ProbeResult
) -> None:
    given = {
        name: distinct_value(here.fields[name].place.type, here.fields[name].place.modifier, _NOWHERE, name)
        for name in key.columns
    }

    def try_it(late: str | None = None) -> StatementResult:
        with bench.tried():
            values = bench.filled(here, given)
            name = (here.schema, here.name)
            return bench.answer(
                lambda: bench.factory.insert(name, values, returning="true AS taken"), late=late
            )

    answer = try_it()
    related = {each.name for each in here.keys if {mine for mine, _ in each.pairs} & set(key.columns)}
    refused = answer.sqlstate == POINTS_NOWHERE and answer.constraint in {identity.name, *related}
    found.refuse(
        refused and identity.name in related,
        f"{identity} let in {shown(given)}, which is nowhere"
        if answer.taken
        else f"{identity} should refuse {shown(given)}, which is nowhere and {answer}",
    )
    if not refused:
        return
    found.refuse(
        answer.late is key.initially_deferred,
        f"{identity} refuses {'at the end only' if answer.late else 'at once'}, which was not declared",
    )
    late = try_it(qualified(here.schema, identity.name))
    if key.deferrable:
        found.refuse(late.late, f"{identity} cannot be deferred: {late}")
    else:
        found.refuse(
            late.sqlstate not in {None, POINTS_NOWHERE}, f"{identity} can be deferred, which was not declared"
        )


def _act(ends: _Ends, event: str, action: str, found: ProbeResult) -> None:
    """Take the target away, or give it another key, and look at what pointed to it."""
    bench, identity = ends.bench, ends.identity
    command = _command(ends, event)
    if command is None and action == "no action":
        return
    if command is None:
        found.notes.append(
            f"{identity}: the key of {ends.there} cannot be changed, so ON UPDATE was not seen"
        )
        return
    do, moved = command
    said = f"on {event} {action} of {identity}"
    if action in {"no action", "restrict"}:
        answer = bench.answer(do)
        code = (
            RESTRICTED
            if action == "restrict" and bench.version >= _RESTRICT_SAYS_SO_SINCE
            else POINTS_NOWHERE
        )
        if _elsewhere(answer, ends):
            found.notes.append(f"{said}: not seen, for it is {answer}")
            return
        found.refuse(
            answer.by(code, identity.name), f"{said}: {ends.there} is pointed to, and its {event} is {answer}"
        )
        late = ends.key.initially_deferred and action == "no action"
        if answer.sqlstate is not None:
            found.refuse(
                answer.late is late, f"{said} is looked at {'at the end' if answer.late else 'at once'}"
            )
        return
    try:
        with bench.tried():
            expected = _expected(ends, action, moved)
            do()
            bench.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
            held = ends.held()
    except psycopg.Error as error:
        answer = StatementResult(
            error.sqlstate, error.diag.constraint_name, None, error.diag.message_primary or str(error)
        )
        if _elsewhere(answer, ends):
            found.notes.append(f"{said}: not seen, for it is {answer}")
        else:
            found.failures.append(f"{said}: the {event} of what it points to is {answer}")
        return
    if action == "cascade" and event == "delete":
        found.accept(not held, f"{said}: the row that pointed there is still there")
    elif not held:
        found.failures.append(f"{said}: the row that pointed there is gone")
    else:
        found.accept(
            held == [expected],
            f"{said}: the row that pointed there holds {shown(held[0])}, not {shown(expected)}",
        )


def _elsewhere(answer: StatementResult, ends: _Ends) -> bool:
    """Say whether it is about another constraint, be it of the target itself or of what else points to it."""
    named = answer.constraint is not None and answer.constraint != ends.identity.name
    return (
        named
        and answer.sqlstate in {POINTS_NOWHERE, RESTRICTED, "23514", "23502", "23505"}
        and any(each.name == ends.identity.name for each in ends.here.keys)
    )


def _command(ends: _Ends, event: str) -> tuple[Callable[[], Any], dict[str, Any]] | None:
    """Make what is done to the target, and give the key that it has then."""
    bench, there = ends.bench, ends.there
    target = pg.Identifier(there.schema, there.name)
    which = pg.SQL(" AND ").join(
        pg.SQL("{} = {}").format(pg.Identifier(name), pg.Placeholder()) for _, name in ends.pairs
    )
    old = [ends.parent[name] for _, name in ends.pairs]
    if event == "delete":
        delete = pg.SQL("DELETE FROM {} WHERE {}").format(target, which)
        return lambda: bench.connection.execute(delete, old), {}
    fields = [there.fields[name] for _, name in ends.pairs]
    if any(field.identity or field.computed for field in fields):
        return None
    # With rows of their own to point to, where the key is itself one of foreign keys.
    values = bench.filled(there, {})
    new = {
        field.name: values[field.name]
        if field.name in there.pointing and field.name in values
        else distinct_value(field.place.type, field.place.modifier, _NOWHERE, field.name)
        for field in fields
    }
    update = pg.SQL("UPDATE {} SET {} WHERE {}").format(
        target,
        pg.SQL(", ").join(pg.SQL("{} = {}").format(pg.Identifier(name), pg.Placeholder()) for name in new),
        which,
    )
    return lambda: bench.connection.execute(update, [*new.values(), *old]), new


def _expected(ends: _Ends, action: str, moved: dict[str, Any]) -> dict[str, Any]:
    """Give what the row that pointed there has to hold afterwards."""
    kinds = {here: ends.here.fields[here].place.written for here, _ in ends.pairs}
    if action == "cascade":
        kept = ends.bench.factory.texts(ends.there, moved) or {}
        return {here: kept.get(there) for here, there in ends.pairs}
    if action == "set null":
        return dict.fromkeys(kinds)
    expected = {}
    for here, kind in kinds.items():
        column = ends.bench.column(ends.identity, here)
        default = column.default if column is not None and column.default is not None else "NULL"
        expected[here] = ends.bench.ask.value(f"CAST(({default}) AS {kind})::text")
    if None not in expected.values():
        # What a row falls back to has to be there.
        known = {there: expected[here] for here, there in ends.pairs}
        ends.bench.factory.row((ends.there.schema, ends.there.name), **known)
    return expected
