"""Random schemas of all kinds of objects that depend on each other, half of them with names that are hard to quote.

The names are the same few, so that two schemas share and exchange objects.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any, Final

import attrs
from random_attributes import RareAttributes
from random_builder import RandomBuilder
from random_other_kinds import OtherKinds
from random_partitions import PartitionedTables
from random_people import RandomPeople
from random_powers import Powers
from random_views import RandomViews
from specimen_parts import OWNER, READER, WRITER

from schema_dsl import (
    Aggregate,
    Check,
    Column,
    CompositeType,
    DefaultPrivileges,
    Domain,
    Enum,
    ForeignKey,
    Function,
    Grant,
    Index,
    IndexElement,
    Partition,
    Policy,
    PrimaryKey,
    Procedure,
    RangeType,
    Reference,
    Schema,
    SequenceOptions,
    Statistics,
    Table,
    Trigger,
    Unique,
    bigint,
    boolean,
    by_hash,
    by_list,
    by_range,
    date,
    integer,
    numeric,
    sql,
    text,
    timestamptz,
    values_from,
    values_in,
    values_modulo,
    varchar,
)
from schema_dsl import Sequence as NumberSequence
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.sql import identifier

_LABELS: Final = ("new", "it's", 'o"ld', "größe", "a, b", "done")


class RandomKinds(RandomBuilder):
    """Builds one schema."""

    def build(self) -> list[SchemaObject]:
        """Build the objects."""
        choose, add = self.random.choice, self.objects.append
        label, state, home = self.columns
        if self.maybe(0.4):
            usage = choose([None, [READER], [READER, WRITER]])
            add(Schema("other schema", comment=self.comment(), usage=usage))
        types = self._add_types()
        mood, short, address = types.get(Enum.kind), types.get(Domain.kind), types.get(CompositeType.kind)
        twice = self._add_functions(has_enum=mood is not None)
        columns = {label: self._choose_type(short)}
        if self.maybe(0.8):
            columns[state] = self._choose_type(mood)
        if self.maybe(0.7):
            columns[home] = self._choose_type(address)
        main = self._build_main(columns, twice, self._add_sequence())
        span = types.get(RangeType.kind)
        if span is not None and self.maybe(0.6):
            main = attrs.evolve(main, columns=[*main.columns, Column("during", span)])
        add(main)
        if self.maybe(0.5):
            add(self._build_log())
        RandomViews(self.random, **self.shared).build(list(columns))
        if self.maybe(0.4):
            kinds = choose([["dependencies"], ["ndistinct", "mcv"]])
            add(Statistics("some \"stats'", main, ["id", label], kinds=kinds, **self.options()))
        if self.maybe(0.6):
            RandomPeople(self.random, **self.shared).build(main, mood)
        self._add_more(main)
        return self.objects

    def _add_more(self, main: Table) -> None:
        """Add, to some schemas, default privileges, objects of other kinds, and rarer attributes."""
        if self.maybe(0.3):
            grants = [Grant("select", to=READER)]
            self.objects.append(DefaultPrivileges("tables", role=OWNER, schema=self.schema, grants=grants))
        if self.maybe(0.4):
            OtherKinds(self.random, **self.shared).build(main)
        if self.maybe(0.4):
            RareAttributes(self.random, **self.shared).build(self.find_trigger_function())
        if self.maybe(0.3):
            PartitionedTables(self.random, **self.shared).build(self.find_trigger_function())

    def _choose_type(self, declared: Any) -> Any:
        return declared if declared is not None and self.maybe(0.7) else text

    def _add_types(self) -> dict[str, Any]:
        """Add some types, and return them by their kinds."""
        choose = self.random.choice
        found: dict[str, Any] = {}
        checks: list[Any] = [(), sql("length(VALUE) < 30"), Check("VALUE <> 'x'", name="not x")]
        if self.maybe(0.8):
            usage = choose([None, [READER], [READER, "public"]])
            found[Enum.kind] = Enum(self.own("mood"), self._labels(), usage=usage, **self.options())
        if self.maybe(0.8):
            found[Domain.kind] = Domain(
                self.own("short"),
                choose([text, varchar(40)]),
                not_null=self.maybe(0.2),
                check=choose(checks),
                **self.options(),
            )
        if self.maybe(0.6):
            attributes = [
                ("street", text),
                ("no", choose([integer, bigint])),
                ("Ort", found.get(Enum.kind, text)),
            ]
            chosen = dict(self.random.sample(attributes, 2))
            found[CompositeType.kind] = CompositeType(self.own("address"), chosen, **self.options())
        if self.maybe():
            found[RangeType.kind] = RangeType(self.own("span"), choose([date, integer]), **self.options())
        self.objects += found.values()
        return found

    def _add_sequence(self) -> NumberSequence | None:
        if self.maybe(0.4):
            return None
        numbers = NumberSequence(
            self.own("numbers"),
            start=self.random.choice([1, 50]),
            increment=self.random.choice([1, 5]),
            cycle=self.maybe(),
            **self.options(),
        )
        self.objects.append(numbers)
        return numbers

    def _labels(self) -> Sequence[str]:
        return ["new", *self.random.sample(_LABELS[1:], self.random.randint(1, 4))]

    def _add_functions(self, *, has_enum: bool) -> str | None:
        """Add functions and procedures, and return the name of one that an expression may call."""
        choose = self.random.choice
        returns = choose(["integer", "bigint"])
        found = None
        if self.maybe(0.7):
            found = self.name("twice")
            self.objects.append(
                Function(
                    self.own("twice"),
                    arguments=f"{identifier('the value')} integer",
                    returns=returns,
                    language="sql",
                    volatility="immutable",
                    strict=self.maybe(),
                    body=choose(["SELECT $1 * 2", "SELECT $1 + $1", "RETURN $1 * 2"]),
                    execute=choose([None, [READER, "public"], [WRITER, READER, "public"]]),
                    **self.options(),
                )
            )
        if self.maybe(0.3):
            kind = f"{self.name('mood')}" if has_enum else "text"
            self.objects.append(
                Function(
                    self.own("twice"),
                    arguments=f"one {kind}",
                    returns=kind,
                    language="plpgsql",
                    body="BEGIN RETURN one; END",
                    **self.options(),
                )
            )
        if self.maybe(0.3):
            self.objects.append(
                Procedure(
                    self.own("refresh"),
                    arguments=choose([(), ["IN a integer DEFAULT 1"]]),
                    language="plpgsql",
                    body=choose(["BEGIN NULL; END", "BEGIN PERFORM 1; END"]),
                    **self.options(),
                )
            )
        if self.maybe(0.3):
            self.objects.append(
                Aggregate(
                    self.own("total"),
                    arguments=["integer"],
                    state_function=sql("pg_catalog.int4pl"),
                    state_type=integer,
                    initial=choose([None, "0"]),
                    **self.options(),
                )
            )
        self.objects.append(
            Function(
                self.own("stamp"),
                returns="trigger",
                language="plpgsql",
                body=choose(["BEGIN RETURN NEW; END", "BEGIN RETURN OLD; END"]),
                **self.options(),
            )
        )
        return found

    def _build_main(self, types: dict[str, Any], twice: str | None, numbers: NumberSequence | None) -> Table:
        choose = self.random.choice
        label, state, _ = self.columns
        columns = [Column("id", choose([integer, bigint]), not_null=True, comment=self.comment())]
        if self.maybe(0.3):
            columns[0] = Column(
                "id",
                bigint,
                not_null=True,
                identity=choose(["always", "by default"]),
                sequence=SequenceOptions(start=choose([1, 10])),
            )
        elif numbers is not None and self.maybe():
            columns[0] = Column("id", columns[0].type, not_null=True, default=numbers.next_value())
        for name, kind in types.items():
            default = "new" if name == state and self.maybe() else None
            columns.append(
                Column(name, kind, not_null=self.maybe(0.3), default=default, comment=self.comment())
            )
        columns.append(Column("count", integer, default=choose([None, 1, sql("1 + 1")])))
        calls = twice is not None and self.maybe(0.7)
        if calls and self.maybe(0.4):
            columns.append(Column("doubled", bigint, generated=f"{twice}(count)"))
        count = f"{twice}(count)" if calls else "count"
        checks = [
            Check(f"{count} > 0", name="it's positive"),
            Check(f"{identifier(label)} <> 'x'", name="label_ok"),
        ]
        indexes = [
            Index(label, name="by label"),
            Index(sql(f"({count})"), name='by "count"', unique=self.maybe(0.2)),
            Index("id", where=f"{identifier(label)} <> 'y'", name="some_ids", include=["count"]),
            Index(IndexElement("count", descending=self.maybe()), name="counts"),
        ]
        uses_state = state in types
        conditions = [f"{count} > 1", "true", f"{identifier(label)} = current_user"]
        conditions += [f"{identifier(state)} = 'new'"] if uses_state else []
        when = choose([None, f"NEW.{identifier(label)} IS DISTINCT FROM OLD.{identifier(label)}"])
        return Table(
            self.own("main"),
            columns=columns,
            constraints=[
                PrimaryKey("id"),
                *self.random.sample(checks, self.random.randint(0, 2)),
                *([Unique(["count", "id"], name="both 'x'")] if self.maybe(0.3) else []),
                *(
                    [ForeignKey("count", Reference(self.own("main"), "id"), name="to itself")]
                    if columns[0].type in (integer, bigint) and self.maybe(0.3)
                    else []
                ),
            ],
            indexes=self.random.sample(indexes, self.random.randint(0, 4)),
            policies=[
                Policy(
                    name,
                    choose(["select", "update"]),
                    to=choose([READER, WRITER, "public"]),
                    using=choose(conditions),
                    comment=self.comment(),
                )
                for name in self.random.sample(["po'licy", "$$ p"], self.random.randint(0, 2))
            ],
            triggers=[
                Trigger(
                    'tr"igger',
                    self.find_trigger_function(),
                    timing="before",
                    events="update",
                    when=when,
                    enabled=choose(["origin", "origin", "disabled"]),
                )
            ]
            if self.maybe()
            else [],
            grants=choose(
                [None, [Grant("select", to=READER)], [Grant("insert", "update", to=[READER, WRITER])]]
            ),
            row_security=self.maybe(),
            parameters=choose([{}, {"fillfactor": 70}]),
            **self.options(),
        )

    def _build_log(self) -> Table:
        choose = self.random.choice
        key = choose(["range", "list", "hash"])
        name = self.own("log")
        keys = {"range": by_range("at"), "list": by_list("kind"), "hash": by_hash("kind")}
        bounds: dict[str, list[Any]] = {
            "range": [values_from("2026-01-01", to="2026-02-01"), values_from("2026-02-01", to="2026-03-01")],
            "list": [values_in("a", "it's"), values_in("b")],
            "hash": [values_modulo(2, remainder=0), values_modulo(2, remainder=1)],
        }
        chosen = bounds[key] if key == "hash" else self.random.sample(bounds[key], self.random.randint(1, 2))
        partitions = [Partition(f"{name} {key} {number}", bound) for number, bound in enumerate(chosen)]
        if key != "hash" and self.maybe():
            partitions.append(Partition(f"{name} {key} rest"))
        return Table(
            f"{name} {key}",
            columns=[
                Column("at", timestamptz, not_null=True),
                Column("kind", text, not_null=True, default="it's"),
                Column("amount", choose([integer, numeric(10, 2)])),
                *([Column("extra", boolean)] if self.maybe() else []),
            ],
            constraints=[
                PrimaryKey(["at", "kind"]),
                *([Check("amount > 0", name="pos")] if self.maybe() else []),
            ],
            indexes=[Index("amount", name="log amounts")] if self.maybe() else [],
            partition_by=keys[key],
            partitions=partitions,
            grants=choose([None, [Grant("select", to=READER)]]),
            **self.options(),
        )


def needs_superuser(seed: int) -> bool:
    """Return whether the schema of a seed has objects of a superuser; both of a pair have it, or neither."""
    return seed // 2 % 5 == 0


def build_kinds(seed: int, version: int, *, foreign: bool = True) -> list[SchemaObject]:
    """Build the schema of a seed; both of a pair, 2 n and 2 n + 1, have names of the same sort.

    Args:
        seed: The seed.
        version: The version of the server, as server_version_num.
        foreign: Whether there may be foreign data, which need a wrapper that only a superuser creates, and
            other objects of superusers.
    """
    random = Random(seed)  # noqa: S311 - no secret
    shared: dict[str, Any] = {
        "hostile": bool(seed // 2 % 2),
        "version": version,
        "foreign": foreign,
        "objects": [],
    }
    objects = RandomKinds(random, **shared).build()
    if foreign and needs_superuser(seed):
        Powers(random, **shared).build()
    return objects
