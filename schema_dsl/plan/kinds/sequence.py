"""The rule of sequences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.dependency import Dependency, OnReplace
from schema_dsl.plan.existence import relation_exists
from schema_dsl.plan.rule import PRIVILEGES, Alter, Commented, Creation, Ignored, KindRule, Object
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Step
from schema_dsl.sql import Sql, literal, qualified


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
    del creation
    for identity, sequence in objects:
        values = {
            "sequence": _name(identity),
            "unlogged": sequence.unlogged,
            "options": list(_list_options(sequence)),
        }
        yield Step(identity, "sequence/create", values)


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    # Postgres refuses to drop a sequence from which a default takes its numbers.
    yield Step(identity, "sequence/drop", {"sequence": _name(identity)})


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
    """Yield the column that owns a sequence, or its table if that is an existing table of which we know no columns."""
    table = Identity("table", owner.column.schema, owner.column.table)
    column = Identity("column", table.schema, owner.column.columns[0], parent=table)
    found = next((each for each in (column, table) if each in state.objects), None)
    if found is not None:
        yield found


def _list_owners(sequence: Any) -> Iterable[Identity]:
    owner = sequence.owned_by
    return () if owner is None else (Identity("table", owner.schema, owner.table),)


_CHANGED = Alter(_alter)

RULE = KindRule(
    kind="sequence",
    rank=5,
    create=_create,
    drop=_drop,
    exists=relation_exists("S"),
    references=_references,
    targets=_list_owners,
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
