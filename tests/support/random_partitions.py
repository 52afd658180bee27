"""Random partitioned tables whose partitions differ between the two schemas of a pair, as do the parts of both."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from random import Random
from typing import Any, Final

from random_builder import RandomBuilder
from specimen_parts import NASTY, READER, WRITER

from schema_dsl import (
    Check,
    Column,
    Exclusion,
    ForeignKey,
    Function,
    Grant,
    Index,
    IndexElement,
    Partition,
    Policy,
    PrimaryKey,
    Reference,
    Statistics,
    Table,
    Trigger,
    Type,
    Unique,
    View,
    bigint,
    boolean,
    by_hash,
    by_list,
    by_range,
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
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.sql import qualified

_CUTS: Final = (0, 10, 20, 30, 40)
_KINDS: Final = ("a", "it's", "c", None, "größe")


class PartitionedTables(RandomBuilder):
    """Adds partitioned tables to a schema that has a trigger function."""

    def build(self, stamp: Function) -> None:
        """Add a table by range, one by list and one by hash, referenced tables, and tables that reference them."""
        target = Table(
            self.own("parts") + " 0",
            columns=[Column("id", bigint, primary_key=True), Column("code", text)],
            constraints=self.some(Unique("code", name="target code")),
            **self.options(),
        )
        self.objects.append(target)
        for strategy in ("range", "list", "hash"):
            if self.maybe(0.6):
                self._add_partitioned(strategy, target, stamp)

    def _add_partitioned(self, strategy: str, target: Table, stamp: Function) -> None:
        names = [f"{self.own('parts')} {strategy}", f"{self.own('parts')} {strategy} 2"]
        name, _ = self._choose_name(names, 0.2)
        # The partitions of a table do not become those of another one.
        former = next(each for each in names if each != name)
        bounds = getattr(self, f"_bounds_by_{strategy}")()
        kept = "kind" if strategy == "list" else "id"
        detached = []
        partitions = []
        for number, bound in enumerate(bounds):
            part, part_former = self._choose_name([f"{names[0]} p {number}", f"{names[0]} q {number}"], 0.3)
            if strategy != "hash" and self.maybe(0.1):
                detached.append(part)
            else:
                partitions.append(self._build_partition(part, part_former, bound, stamp, number))
        if strategy != "hash" and self.maybe(0.4):
            partitions.append(
                Partition(
                    f"{names[0]} rest", comment=self.comment(), indexes=self._own_indexes(f"{strategy} rest")
                )
            )
        columns = self._build_columns()
        constraints = self._build_constraints(kept, target, strategy)
        table = Table(
            name,
            renamed_from=former,
            columns=columns,
            constraints=constraints,
            indexes=self._build_indexes(columns, kept, strategy),
            triggers=self.some(
                Trigger(
                    "parts 'row'",
                    stamp,
                    timing=self.choose("before", "after"),
                    events=self.choose("insert", ["update", "delete"]),
                    when=self.choose(None, None),
                    comment=self.comment(),
                ),
                Trigger("parts statement", stamp, timing="after", events="insert", for_each_row=False),
                Trigger(
                    "parts deferred",
                    stamp,
                    timing="after",
                    events="insert",
                    constraint=True,
                    initially_deferred=self.maybe(),
                ),
            ),
            policies=self.some(
                Policy("parts 'rows'", "select", to=READER, using=self.choose("id > 1", "kind = 'a'"))
            ),
            partition_by={"range": by_range("id"), "list": by_list("kind"), "hash": by_hash("id")}[strategy],
            partitions=partitions,
            grants=self.choose(None, [Grant("select", to=READER)], [Grant("insert", to=[READER, WRITER])]),
            row_security=self.perhaps(),
            **self.options(),
        )
        self.objects.append(table)
        self.objects += [self._build_detached(each, table) for each in detached]
        self._add_dependents(table, strategy)

    def _choose_name(self, names: Sequence[str], share: float) -> tuple[str, str | None]:
        """Choose one of two names, and perhaps say that the object had the other one before."""
        one, two = names if not self.maybe(share) else names[::-1]
        return one, two if self.maybe(0.7) else None

    def _bounds_by_range(self) -> list[Any]:
        cuts = sorted(self.random.sample(_CUTS, self.random.randint(2, 4)))
        ends = [*cuts, None] if self.maybe(0.3) else cuts
        bounds = [values_from(low, to=high) for low, high in pairwise(ends) if self.maybe(0.8)]
        return self.random.sample(bounds, len(bounds))

    def _bounds_by_list(self) -> list[Any]:
        kinds = self.random.sample(_KINDS, self.random.randint(1, len(_KINDS)))
        middle = self.random.randint(0, len(kinds))
        return [values_in(*each) for each in (kinds[:middle], kinds[middle:]) if each]

    def _bounds_by_hash(self) -> list[Any]:
        modulus = self.choose(2, 3, 4)
        return [values_modulo(modulus, remainder=each) for each in range(modulus) if self.maybe(0.9)]

    def _build_partition(
        self, name: str, former: str | None, bound: Any, stamp: Function, number: int
    ) -> Partition:
        """Build a partition, which few schemas divide by hash, and whose own parts differ."""
        below: dict[str, Any] = {}
        # Postgres cannot make a table partitioned, so that the names differ.
        if number == 2 and self.maybe(0.8):
            name, former = f"{name} parts", None
            modulus = self.choose(2, 3)
            below = {
                "partition_by": by_hash("id"),
                "partitions": [
                    Partition(
                        f"{name} {each}",
                        values_modulo(modulus, remainder=each),
                        indexes=self._own_indexes(f"{name} {each}", "amount > 5"),
                    )
                    for each in range(modulus)
                    if self.maybe(0.9)
                ],
            }
        else:
            below = {
                # A reference needs permanent partitions.
                "unlogged": "list" in name and self.maybe(0.1),
                "parameters": self.choose({}, {}, {"fillfactor": 60}),
                "replica_identity": self.choose(None, None, "full", "nothing"),
            }
        return Partition(
            name,
            bound,
            renamed_from=former,
            constraints=self.some(
                Check("amount > 0", name="own positive", validated=self.maybe(0.8)),
                Check("kind <> 'x'", name=self.choose("own kind", "parts kind 2")),
            ),
            indexes=self._own_indexes(name, is_leaf="partition_by" not in below),
            triggers=self.some(
                Trigger(
                    "own 'row'",
                    stamp,
                    timing="after",
                    events="insert",
                    enabled=self.choose("origin", "always"),
                )
            ),
            policies=self.some(
                Policy("own 'rows'", "select", to=READER, using=self.choose("id > 2", "amount > 1"))
            ),
            grants=self.choose(None, [Grant("select", to=WRITER)]),
            row_security=self.perhaps(),
            comment=self.comment(),
            **below,
        )

    def _own_indexes(self, name: str, where: str | None = None, *, is_leaf: bool = True) -> list[Index]:
        # Postgres makes an index of a partition that equals one of its table the copy of that one.
        return self.some(
            Index(
                "amount", name=f"{name} own", unique=is_leaf and self.maybe(0.2), where=where or "amount > 7"
            ),
            Index(
                ["kind", IndexElement("amount", descending=self.maybe())], name=f"{name} kinds", where=where
            ),
        )

    def _build_columns(self) -> list[Column]:
        label, former = self._choose_name(["label", 'la\'bel "2"'], 0.3)
        # Before Postgres 17, partitioned tables have no identity columns.
        has_identity = self.version >= 170000 and self.maybe(0.3)
        columns = [
            Column("id", bigint, not_null=True, identity="by default" if has_identity else None),
            Column("kind", text, default=self.choose(None, "a", "it's")),
            Column(
                "amount",
                self.choose(integer, bigint, numeric(10, 2)),
                not_null=self.maybe(0.3),
                default=self.choose(None, 1),
            ),
            Column("target", bigint),
        ]
        more = [
            Column(label, self.choose(text, varchar(30)), renamed_from=former, comment=self.comment()),
            Column("flag", boolean, not_null=True, default=self.maybe()),
            Column("doubled", bigint, generated="id * 2"),
            Column("at", timestamptz, default=self.choose(None, sql("now()")), not_null=self.maybe(0.3)),
            Column("number", Type("bigserial")),
        ]
        return [*columns, *self.some(*more)]

    def _build_constraints(self, kept: str, target: Table, strategy: str) -> list[Any]:
        constraints: list[Any] = [
            Unique(
                ["id", "kind", "amount"],
                **self.choose({}, {"name": f"{strategy} unique"}),
                deferrable=self.maybe(0.2),
            ),
            Check(self.choose("id > 0", "id >= 0"), name="parts id", validated=self.maybe(0.8)),
            Check(self.choose("kind <> 'y'", "length(kind) < 30"), name="parts kind"),
            ForeignKey(
                "target",
                target,
                **self.choose({}, {"name": "parts target"}),
                on_delete=self.choose("cascade", "set null", "no action"),
                deferrable=self.maybe(0.2),
                comment=self.comment(),
            ),
        ]
        if self.version >= 170000:
            constraints.append(
                Exclusion(
                    [("id", "="), ("kind", "="), ("amount", "=")],
                    method="btree",
                    name=f"{strategy} exclusion",
                )
            )
        key = [
            PrimaryKey(
                "id" if kept == "id" else ["kind", "id"], **self.choose({}, {"name": f'{strategy} "key"'})
            )
        ]
        return [*(key if self.maybe(0.7) else []), *self.some(*constraints)]

    def _build_indexes(self, columns: list[Column], kept: str, strategy: str) -> list[Index]:
        name, former = self._choose_name([f"{strategy} amounts", f'{strategy} "amounts" 2'], 0.3)
        return self.some(
            Index("amount", name=name, renamed_from=former, comment=self.comment()),
            Index(
                [kept, "amount"], unique=True, name=f"{strategy} once", where=self.choose(None, "amount > 3")
            ),
            Index(sql("lower(kind)"), statistics={1: 50} if self.maybe() else {}),
            Index(IndexElement("kind", collation=self.choose(None, "C")), include=["id"]),
            Index([columns[-1].name, "id"], name=f"{strategy} last", method="btree"),
        )

    def _build_detached(self, name: str, table: Table) -> Table:
        """Build a table in the place of a partition, with the columns that it keeps when it is detached."""
        return Table(
            name,
            columns=[Column("id", bigint, not_null=True), Column("kind", text)],
            indexes=self.some(Index("id")),
            schema=table.schema,
            comment=self.comment(),
        )

    def _add_dependents(self, table: Table, strategy: str) -> None:
        relation = qualified(self.schema, table.name)
        key = next((each for each in table.constraints if isinstance(each, PrimaryKey)), None)
        if key is not None and key.columns == ("id",) and self.maybe():
            self.objects.append(
                Table(
                    f"{self.own('parts')} {strategy} refers",
                    columns=[Column("part", bigint), Column("n", integer)],
                    constraints=[
                        ForeignKey(
                            "part",
                            Reference(table, "id"),
                            name="to parts",
                            on_delete=self.choose("cascade", "no action"),
                        )
                    ],
                    **self.options(),
                )
            )
        if self.maybe(0.4):
            first = self.choose(*[table.name, *(each.name for each in table.partitions)])
            self.objects.append(
                View(
                    f"of {first}",
                    f"SELECT p.id, p.amount FROM {qualified(self.schema, first)} AS p",
                    **self.options(),
                )
            )
        if self.maybe(0.3):
            self.objects.append(
                Statistics(f"stats of {strategy}", table, ["id", "kind"], schema=self.schema, comment=NASTY)
            )
        if self.maybe(0.2):
            helper = f"SELECT count(*) FROM {relation} WHERE amount > {self.choose(1, 2)}"
            self.objects.append(
                Function(
                    f"count of {strategy}",
                    returns="bigint",
                    language="sql",
                    volatility="stable",
                    body=helper,
                    **self.options(),
                )
            )


def build_partitions(seed: int, version: int) -> list[SchemaObject]:
    """Build partitioned tables from a seed; both of a pair, 2 n and 2 n + 1, have names of the same sort."""
    objects: list[SchemaObject] = []
    random = Random(seed)  # noqa: S311 - no secret
    hostile = bool(seed // 2 % 2)
    builder = PartitionedTables(random, hostile=hostile, version=version, foreign=False, objects=objects)
    stamp = Function(
        builder.own("stamp"),
        returns="trigger",
        language="plpgsql",
        body="BEGIN RETURN NEW; END",
        schema=builder.schema,
    )
    objects.append(stamp)
    builder.build(stamp)
    return objects
