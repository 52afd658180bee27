"""A random table that refers to another one, with a function for its policies."""

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
    Policy,
    PrimaryKey,
    Reference,
    Table,
    Trigger,
    Unique,
    View,
    array,
    bigint,
    text,
)
from schema_dsl.sql import identifier, literal


class RandomPeople(RandomBuilder):
    """Builds the table."""

    def build(self, main: Table, mood: Any) -> None:
        """Add a table that refers to the main one, with a helper of its policies, and a view over both."""
        choose = self.random.choice
        label, _, _ = self.columns
        key = main.columns[0]
        further = choose(["", " AND m.count > 0"])
        helper = Function(
            self.own("helper"),
            arguments=f"{identifier(self.own('argument'))} bigint",
            returns="boolean",
            language="sql",
            volatility="stable",
            security_definer=self.maybe(),
            set={"search_path": ""},
            execute=choose([[READER], [READER, WRITER]]),
            body=f"SELECT EXISTS (SELECT FROM {self.name('main')} AS m WHERE m.id = $1{further})",
            **self.options(),
        )
        columns = [
            Column("id", bigint, primary_key=True),
            Column("main id", key.type, comment=self.comment()),
            Column(label, text, default=choose([None, NASTY])),
            Column("upper", text, generated=f"{choose(['upper', 'lower'])}({identifier(label)})"),
        ]
        if mood is not None:
            columns.append(Column("moods", array(mood), not_null=True, default=choose([[], ["new"]])))
        constraints: list[Any] = [
            Unique(["main id", label], name='o"ne', nulls_not_distinct=self.maybe()),
            Exclusion([(label, "=")], method=choose(["btree", "hash"]), name="only 'one'"),
            Check(f"{identifier(label)} <> {literal(NASTY)}", name="$$ check $$"),
        ]
        if PrimaryKey("id") in main.constraints:
            reference = ForeignKey(
                "main id",
                Reference(main, "id"),
                name='to "main"',
                on_delete=choose(["cascade", "set null", "no action"]),
                initially_deferred=self.maybe(0.3),
            )
            constraints.append(reference)
        self.objects += [
            helper,
            Table(
                self.own("people"),
                columns=columns,
                constraints=self.random.sample(constraints, self.random.randint(0, len(constraints))),
                indexes=[Index(IndexElement(label, collation="C"), name="b'y label")] if self.maybe() else [],
                policies=[
                    Policy(
                        'hel"per',
                        choose(["all", "select"]),
                        to=choose([READER, WRITER]),
                        using=f"{self.name('helper')}({identifier('main id')})",
                        permissive=self.maybe(0.7),
                        comment=self.comment(),
                    )
                ]
                if self.maybe(0.7)
                else [],
                triggers=[
                    Trigger(
                        "constraint 'trigger'",
                        self.find_trigger_function(),
                        timing="after",
                        events=choose(["insert", ["insert", "delete"]]),
                        constraint=True,
                        initially_deferred=self.maybe(),
                    )
                ]
                if self.maybe(0.4)
                else [],
                grants=choose([None, [Grant("select", to=READER, columns=[label, "id"])]]),
                **self.options(),
            ),
        ]
        if self.maybe():
            query = (
                f"SELECT p.id, m.count, p.{identifier(label)} FROM {self.name('people')} AS p "
                f"LEFT JOIN {self.name('main')} AS m ON m.id = p.{identifier('main id')}"
            )
            self.objects.append(View("of both", query, security_invoker=self.maybe(), **self.options()))
