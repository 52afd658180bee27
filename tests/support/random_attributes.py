"""Random tables with the rarer attributes of columns, constraints, indexes, triggers, partitions and views."""

from __future__ import annotations

from typing import Any

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
    MaterializedView,
    Partition,
    Policy,
    PrimaryKey,
    Reference,
    RewriteRule,
    Statistics,
    Table,
    Trigger,
    Type,
    Unique,
    View,
    array,
    bigint,
    by_hash,
    by_list,
    int4range,
    integer,
    jsonb,
    sql,
    text,
    values_in,
    values_modulo,
    varchar,
)
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.sql import identifier, qualified


class RareAttributes(RandomBuilder):
    """Adds tables and views to a schema that has a trigger function."""

    def build(self, stamp: Function) -> None:
        """Add a table with rare attributes, and tables and views that refer to it."""
        store = self._build_store(stamp)
        self.objects.append(store)
        if self.maybe(0.6):
            self.objects.append(self._build_reference(store))
        if self.maybe(0.5):
            self.objects.append(self._build_nested(stamp))
        if self.maybe(0.5):
            self.objects += self._build_children(store)
        if self.version >= 180000 and self.maybe(0.4):
            self.objects += self._build_periods()
        if self.maybe(0.5):
            on = self.choose(["item", sql("lower(item)")], [sql("(amount + 1)")])
            kinds = [] if len(on) == 1 else self.choose([], ["mcv"], ["ndistinct", "dependencies"])
            self.objects.append(
                Statistics(
                    "store 'stats'", store, on, kinds=kinds, target=self.choose(None, 9), **self.options()
                )
            )
        self._add_views(store, stamp)

    def _build_store(self, stamp: Function) -> Table:
        is_new = self.version >= 180000
        doubled = Column("doubled", bigint, generated=self.choose("amount * 2", "amount + amount"))
        if is_new and self.maybe():
            doubled = Column("doubled", bigint, generated="amount * 2", virtual=True)
        columns = [
            Column("id", integer, not_null=True),
            Column(
                "item",
                self.choose(text, varchar(30)),
                storage=self.choose(None, "external", "main"),
                compression=self.choose(None, "pglz"),
                statistics=self.choose(None, 50),
                options=self.choose({}, {"n_distinct": "-0.5"}),
                collation=self.choose(None, "C"),
                **self._choose_not_null("item"),
            ),
            Column("amount", integer, default=self.choose(None, 0, 5)),
            Column("during", int4range, **self._choose_not_null("during")),
            Column("tags", array(text), default=self.choose(None, [], ["a b", "it's"])),
            Column("more", jsonb, default=self.choose(None, {}, {"a": [NASTY]})),
        ]
        if self.maybe():
            columns.append(doubled)
        if self.maybe(0.3):
            columns.append(Column("number", Type(self.choose("serial", "bigserial"))))
        indexes = [
            Index("tags", method="gin", name="by tags", parameters=self.choose({}, {"fastupdate": "off"})),
            Index(
                IndexElement("more", operator_class=self.choose("jsonb_path_ops", None)),
                method="gin",
                name="more",
            ),
            Index("amount", method=self.choose("brin", "hash", "btree"), name="amounts"),
            Index(sql("lower(item)"), name="lower", statistics={1: 70} if self.maybe() else {}),
            Index(
                [
                    IndexElement("item", collation="C", operator_class=self.choose(None, "text_pattern_ops")),
                    IndexElement("amount", descending=self.maybe(), nulls_first=self.perhaps()),
                ],
                name="both",
                include=self.choose([], ["during"]),
                parameters=self.choose({}, {"fillfactor": 60}),
            ),
        ]
        chosen = self.some(*indexes)
        names = [each.name for each in chosen if each.method == "btree"]
        key = PrimaryKey(
            "id",
            include=self.choose([], ["amount"]),
            initially_deferred=self.maybe(0.2),
            comment=self.comment(),
        )
        if is_new and self.maybe(0.2):
            key = PrimaryKey(["id", "during"])
        constraints = [
            Unique(
                ["item", "amount"],
                name="item 'amount'",
                include=self.choose([], ["during"]),
                deferrable=self.maybe(0.3),
                parameters=self.choose({}, {"fillfactor": 80}),
            ),
            Exclusion(
                [("during", "&&")],
                name="no \"overlap'",
                where=self.choose(None, "amount > 0"),
                deferrable=self.maybe(0.3),
            ),
            Check("amount >= 0", name="never", no_inherit=self.maybe(), validated=self.maybe()),
            Check("item <> 'x'", name="item", enforced=not (is_new and self.maybe())),
        ]
        return Table(
            self.own("store"),
            columns=columns,
            constraints=[key, *self.some(*constraints)],
            indexes=chosen,
            triggers=self._choose_triggers(stamp),
            policies=self._choose_policies(),
            rules=self._choose_rules(),
            grants=self.choose(
                None,
                [
                    Grant("select", to=READER, grant_option=True),
                    Grant("update", to=WRITER, columns=["amount"]),
                ],
                [Grant("truncate", "references", "trigger", to=WRITER)],
            ),
            row_security=self.maybe(),
            force_row_security=self.perhaps(),
            unlogged=self.perhaps(),
            parameters=self.choose({}, {"autovacuum_enabled": "false", "toast.autovacuum_enabled": "false"}),
            replica_identity=self.choose(None, "full", "nothing"),
            cluster_on=self.random.choice(names) if names and self.maybe() else None,
            **self.options(),
        )

    def _choose_not_null(self, column: str) -> dict[str, Any]:
        """Choose whether a column is NOT NULL, and the name of the constraint, which Postgres 18 stores."""
        if not self.maybe(0.4):
            return {}
        is_named = self.version >= 180000 and self.maybe()
        return {
            "not_null": True,
            **(
                {"not_null_name": self.choose(f"{column} \"must'", f"{column} {NASTY[:12]}")}
                if is_named
                else {}
            ),
        }

    def _choose_triggers(self, stamp: Function) -> list[Trigger]:
        events = self.choose(["insert"], ["update"])
        return self.some(
            Trigger(
                "each 'statement'",
                stamp,
                timing="after",
                events=events,
                for_each_row=False,
                new_table=self.choose(None, 'new "rows"'),
                arguments=self.choose([], [NASTY, "2"]),
                comment=self.comment(),
            ),
            Trigger(
                "update of",
                stamp,
                timing=self.choose("before", "after"),
                events="update",
                update_of=self.choose("item", ["item", "amount"]),
                when=self.choose(None, "OLD.amount <> NEW.amount", "NEW.item = 'a'"),
                enabled=self.choose("origin", "always", "replica"),
            ),
        )

    def _choose_policies(self) -> list[Policy]:
        return self.some(
            Policy(
                "restrict", "all", to="public", using="amount > 0", permissive=False, comment=self.comment()
            ),
            Policy(
                "new 'rows'",
                "insert",
                to=[READER, WRITER],
                check=self.choose("amount < 5", "item = current_user"),
            ),
            Policy("any", "all", to=WRITER, using="true", check=self.choose(None, "amount > 1")),
            Policy("gone", "delete", to=READER, using=self.choose("item IS NULL", "cardinality(tags) = 0")),
        )

    def _choose_rules(self) -> list[RewriteRule]:
        return self.some(
            RewriteRule(
                "keep $$",
                "delete",
                "NOTHING",
                instead=True,
                where=self.choose(None, "OLD.amount > 5"),
                enabled=self.choose("origin", "always"),
                comment=self.comment(),
            )
        )

    def _build_reference(self, store: Table) -> Table:
        columns = [Column("store", integer), Column("during", int4range), Column("n", integer)]
        constraints = []
        key = next(each for each in store.constraints if isinstance(each, PrimaryKey))
        if key.columns == ("id",) and not key.initially_deferred and not store.unlogged:
            action = self.choose("cascade", "set null", "set default", "restrict")
            constraints = [
                ForeignKey(
                    "store",
                    store,
                    name="stored",
                    on_delete=action,
                    on_update=self.choose("cascade", "no action"),
                    on_delete_columns=["store"] if action == "set null" and self.version >= 150000 else [],
                    match_full=self.maybe(0.3),
                    deferrable=self.maybe(0.3),
                    validated=self.maybe(0.7),
                    enforced=self.version < 180000 or self.maybe(0.7),
                    comment=self.comment(),
                )
            ]
        return Table(self.own("store") + " 2", columns=columns, constraints=constraints, **self.options())

    def _build_children(self, store: Table) -> list[SchemaObject]:
        """Build tables that inherit: one from the store, and one from that and a table of its own."""
        name = self.own("store")
        other = Table(
            f"{name} 4",
            columns=[Column("tag", self.choose(text, varchar(9)))],
            constraints=self.some(Check("tag <> 'x'", name="tagged", no_inherit=self.maybe())),
            **self.options(),
        )
        child = Table(
            f"{name} 5",
            inherits=store,
            columns=[Column("own", self.choose(integer, bigint), not_null=self.maybe(0.2))],
            constraints=self.some(PrimaryKey("id"), Check("amount < own", name="less")),
            indexes=self.some(Index(["item", "own"], name="child index")),
            policies=self._choose_policies(),
            grants=self.choose(None, [Grant("select", to=READER, columns=["item", "own"])]),
            **self.options(),
        )
        last = Table(
            f"{name} 6",
            inherits=[child, other],
            columns=[Column("of last", text)] if self.maybe() else [],
            indexes=self.some(Index(sql("upper(tag)"), name="upper tags")),
            **self.options(),
        )
        view = View(
            "of the child",
            f"SELECT c.item, c.own FROM {qualified(self.schema, child.name)} AS c WHERE c.amount > 1",
            **self.options(),
        )
        return [other, child, last, *([view] if self.maybe() else [])]

    def _build_periods(self) -> list[Table]:
        """Build a table whose rows may not overlap in time, and one whose rows lie within these."""
        name = self.own("store")
        periods = Table(
            f"{name} 7",
            columns=[Column("id", int4range, not_null=True), Column("at", int4range, not_null=True)],
            constraints=[
                self.choose(PrimaryKey, Unique)(["id", "at"], name="in time", without_overlaps=True)
            ],
            **self.options(),
        )
        within = Table(
            f"{name} 8",
            columns=[Column("of", int4range), Column("at", int4range)],
            constraints=self.some(
                ForeignKey(["of", "at"], Reference(periods, ["id", "at"]), name="within", period=True)
            ),
            **self.options(),
        )
        return [periods, within]

    def _build_nested(self, stamp: Function) -> Table:
        """Build a partitioned table with partitions that are partitioned."""
        name = self.own("store") + " 3"
        below = [
            Partition(
                f"{name} a {number}",
                values_modulo(2, remainder=number),
                unlogged=self.maybe(0.2),
                parameters=self.choose({}, {"fillfactor": 50}),
                comment=self.comment(),
            )
            for number in range(2)
        ]
        partitions = [
            Partition(f"{name} a parts", values_in("a"), partition_by=by_hash("id"), partitions=below)
            if self.maybe(0.7)
            else Partition(f"{name} a", values_in("a")),
            *([Partition(f"{name} rest", comment=self.comment())] if self.maybe() else []),
        ]
        return Table(
            name,
            columns=[
                Column("id", bigint, not_null=True),
                Column("kind", text, not_null=True),
                *([Column("extra", integer, default=1)] if self.maybe() else []),
            ],
            constraints=self.some(
                PrimaryKey(["id", "kind"]), Check("id > 0", name="positive"), Unique(["kind", "id"])
            ),
            indexes=self.some(
                Index("id", name="nested ids"), Index("kind", name="nested kinds", where="id > 5")
            ),
            triggers=self.some(Trigger("nested", stamp, timing="after", events="insert")),
            policies=self.some(Policy("nested 'rows'", "select", to=READER, using="id > 1")),
            partition_by=by_list("kind"),
            partitions=partitions,
            grants=self.choose(None, [Grant("select", to=READER)]),
            **self.options(),
        )

    def _add_views(self, store: Table, stamp: Function) -> None:
        source = self.name("store")
        if self.maybe(0.5):
            self.objects.append(
                View(
                    "checked 'view'",
                    f"SELECT s.id, s.item, s.amount FROM {source} AS s WHERE s.amount > {self.choose(1, 2)}",
                    columns=self.choose([], ["id", "the item", "amount"]),
                    check_option=self.choose(None, "local", "cascaded"),
                    insert=self.choose(None, [WRITER]),
                    triggers=[
                        Trigger(
                            "instead",
                            stamp,
                            timing="instead of",
                            events=self.choose("delete", ["insert", "update"]),
                        )
                    ]
                    if self.maybe(0.3)
                    else [],
                    **self.options(),
                )
            )
        if self.maybe(0.4):
            name = identifier("tree")
            self.objects.append(
                View(
                    "tree",
                    f"SELECT id, 1 FROM {source} UNION ALL SELECT t.id, t.depth + {self.choose(1, 2)} FROM {name} AS t "
                    "WHERE t.depth < 3",
                    recursive=True,
                    columns=["id", "depth"],
                    schema=self.schema,
                    comment=self.comment(),
                )
            )
        # A migration does not store rows of which policies may hide some from the owner.
        if self.maybe(0.4) and not store.force_row_security:
            self.objects.append(
                MaterializedView(
                    "kept",
                    f"SELECT s.id, s.item{self.choose('', ', s.amount')} FROM {source} AS s",
                    parameters=self.choose({}, {"fillfactor": 40}),
                    indexes=[Index("id", name="kept ids", unique=self.maybe())],
                    cluster_on=self.choose(None, "kept ids"),
                    column_comments=self.choose({}, {"item": NASTY}),
                    **self.options(),
                )
            )
