"""The rule of sequences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from schema_dsl.analysis.identity import Identity, table_part
from schema_dsl.model.names import choose_default_name
from schema_dsl.plan.dependency import Dependency, OnReplace
from schema_dsl.plan.existence import relation_exists
from schema_dsl.plan.identity_sequence import build_sequence_query
from schema_dsl.plan.number_source import build_sequence_source, find_number_source
from schema_dsl.plan.rule import PRIVILEGES, Alter, Commented, Creation, Ignored, KindRule, Object
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Step
from schema_dsl.sql import Sql, identifier, literal, qualified


def _name(identity: Identity) -> Sql:
    return qualified(identity.schema, identity.name)


def _list_options(sequence: Any) -> Iterator[Sql]:
    """Yield the options that differ from those of a new sequence."""
    smallest, largest = sequence.default_bounds()
    first = sequence.minimum if sequence.increment > 0 else sequence.maximum
    for is_set, option in (
        (sequence.type != "bigint", f"AS {sequence.type}"),
        (sequence.increment != 1, f"INCREMENT BY {sequence.increment}"),
        (sequence.minimum != smallest, f"MINVALUE {sequence.minimum}"),
        (sequence.maximum != largest, f"MAXVALUE {sequence.maximum}"),
        (sequence.start != first, f"START WITH {sequence.start}"),
        (sequence.cache != 1, f"CACHE {sequence.cache}"),
        (sequence.cycle, "CYCLE"),
    ):
        if is_set:
            yield Sql(option)


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    for identity, sequence in objects:
        values = {
            "sequence": _name(identity),
            "unlogged": sequence.unlogged,
            "options": list(_list_options(sequence)),
        }
        serial = _find_serial_column(identity, sequence)
        present = None if serial is None else creation.before.get(serial[0])
        if serial is None or present is None or present.identity is None:
            yield Step(identity, "sequence/create", values)
        else:
            more = {"sequence_literal": literal(str(_name(identity))), "second": identifier(serial[1])}
            yield Step(identity, "sequence/create_serial", {**values, **more})


def _find_serial_column(identity: Identity, sequence: Any) -> tuple[Identity, str] | None:
    """Return the column to whose sequence Postgres gives this name, and the name that it gives a second one."""
    owner = sequence.owned_by
    if owner is None or identity.name != choose_default_name(
        owner.table, owner.columns, "seq", lambda _: False
    ):
        return None
    second = choose_default_name(owner.table, owner.columns, "seq", identity.name.__eq__)
    return table_part("column", owner.schema, owner.table, owner.columns[0]), second


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, sequence = dropped_object
    # Postgres refuses to drop a sequence from which a default takes its numbers.
    serial = _find_serial_column(identity, sequence)
    if serial is None:
        yield Step(identity, "sequence/drop", {"sequence": _name(identity)})
        return
    second = qualified(identity.schema, serial[1])
    values = {
        "sequence": _name(identity),
        "sequence_literal": literal(str(_name(identity))),
        "name": identifier(identity.name),
        "identity_sequence": build_sequence_query(serial[0]),
        "second": second,
        "second_literal": literal(str(second)),
    }
    yield Step(identity, "sequence/drop_serial", values)


def _alter(wanted: Object, before: Any) -> Iterable[Step]:
    identity, sequence = wanted
    options = []
    if sequence.type != before.type:
        options.append(f"AS {sequence.type}")
    if sequence.increment != before.increment:
        options.append(f"INCREMENT BY {sequence.increment}")
    # A new type or direction moves the bounds that have their default, so they are all written.
    if options or (sequence.minimum, sequence.maximum) != (before.minimum, before.maximum):
        options += [f"MINVALUE {sequence.minimum}", f"MAXVALUE {sequence.maximum}"]
    if sequence.start != before.start:
        options.append(f"START WITH {sequence.start}")
    if sequence.cache != before.cache:
        options.append(f"CACHE {sequence.cache}")
    if sequence.cycle != before.cycle:
        options.append("CYCLE" if sequence.cycle else "NO CYCLE")
    values = {
        "sequence": _name(identity),
        "sequence_literal": literal(str(_name(identity))),
        "options": [Sql(option) for option in options],
        "start": Sql(str(sequence.start)),
    }
    yield Step(identity, "sequence/alter", values)


def _set_persistence(wanted: Object, _: Any) -> Iterable[Step]:
    identity, sequence = wanted
    action = Sql("SET UNLOGGED" if sequence.unlogged else "SET LOGGED")
    yield Step(identity, "sequence/set_persistence", {"sequence": _name(identity), "action": action})


def _references(identity: Identity, _sequence: Any, state: State) -> Iterable[Dependency]:
    """Yield the dependency on the owning column: DROP of the column drops the sequence with it."""
    owner = state.objects.get(Identity("owning_column", identity.schema, parent=identity))
    if owner is not None:
        for referenced in find_owner(owner, state):
            yield Dependency(
                dependent=identity, referenced=referenced, required=False, on_replace=OnReplace.OWNED
            )


def find_owner(owner: Any, state: State) -> Iterator[Identity]:
    """Yield the column that owns a sequence, or its table if this is an existing table without known columns."""
    table = Identity("table", owner.column.schema, owner.column.table)
    column = Identity("column", table.schema, owner.column.columns[0], parent=table)
    found = next((each for each in (column, table) if each in state.objects), None)
    if found is not None:
        yield found


def _list_owners(sequence: Any) -> Iterable[Identity]:
    owner = sequence.owned_by
    return () if owner is None else (Identity("table", owner.schema, owner.table),)


def _serves(
    identity: Identity, present: Mapping[Identity, Any], wanted: Mapping[Identity, Any]
) -> bool | None:
    """Return whether a declared column that owns the sequence takes its numbers from it; False if it alone did so."""
    owner = present.get(Identity("owning_column", identity.schema, parent=identity))
    if owner is None:
        return None
    table = Identity("table", owner.column.schema, owner.column.table)
    column = Identity("column", table.schema, owner.column.columns[0], parent=table)
    if column not in wanted or column not in present:
        return None
    source = build_sequence_source(identity.schema, identity.name)
    if find_number_source(wanted[column]) == source:
        return True

    def list_users(objects: Mapping[Identity, Any]) -> list[Identity]:
        """List the columns that take their numbers from the sequence."""
        return [
            each
            for each, item in objects.items()
            if each.kind == "column" and find_number_source(item) == source
        ]

    return False if list_users(present) == [column] and not list_users(wanted) else None


_CHANGED = Alter(_alter)

RULE = KindRule(
    kind="sequence",
    rank=5,
    create=_create,
    drop=_drop,
    exists=relation_exists("S"),
    references=_references,
    targets=_list_owners,
    serves=_serves,
    comment_target=lambda identity: Sql(f"SEQUENCE {_name(identity)}"),
    attributes={
        "name": Ignored("the name is part of the identity"),
        "schema": Ignored("the schema is part of the identity"),
        "type": _CHANGED,
        "increment": _CHANGED,
        "minimum": _CHANGED,
        "maximum": _CHANGED,
        "start": _CHANGED,
        "cache": _CHANGED,
        "cycle": _CHANGED,
        "owned_by": Ignored("the ownership is an object of its own"),
        "unlogged": Alter(_set_persistence),
        "usage": PRIVILEGES,
        "grants": PRIVILEGES,
        "owner": PRIVILEGES,
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
