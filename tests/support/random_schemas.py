"""Random schemas of all kinds of objects, with the same few names, so that two of them share and exchange objects."""

from __future__ import annotations

from random import Random
from typing import Any

from specimen_parts import READER, WRITER, other, touch

from schema_dsl import (
    Access,
    Check,
    Column,
    Exclusion,
    ForeignKey,
    Index,
    Policy,
    PrimaryKey,
    Reference,
    Table,
    Trigger,
    Type,
    Unique,
    bigint,
    date,
    descending,
    integer,
    may,
    sql,
    text,
    timestamp,
    varchar,
)
from schema_dsl.model.table import TableConstraint

_TYPES = {"n": (integer, bigint), "m": (integer, bigint), "t": (text, varchar(20)), "d": (date, timestamp)}
_DEFAULTS: dict[str, int | str] = {"n": 1, "m": sql("2 + 3"), "t": "it's", "d": sql("now()")}
# Expressions, each with the columns that it uses.
_CHECKS = {
    "n > 0": "n",
    "n < m": "nm",
    "t <> 'a' OR n > 1": "tn",
    "d > '2020-01-01'": "d",
    "length(t) < 9": "t",
    "m IN (1, 2)": "m",
}
_CONDITIONS = {"n > 0": "n", "t = current_user": "t", "d < now()": "d", "true": "", "m = n": "nm"}


def build_schema(random: Random) -> list[Table]:
    """Build one to three tables that may reference and read each other."""
    names = random.sample(["a", "b", "c"], random.randint(1, 3))
    return [_build_table(random, name, names) for name in names]


def _maybe(random: Random, share: float = 0.5) -> bool:
    return random.random() < share


def _build_table(random: Random, name: str, names: list[str]) -> Table:
    key = random.choice(["id", "code"])
    columns = [
        Column("id", random.choice(_TYPES["n"]), not_null=True),
        Column("code", bigint, not_null=True, identity="always" if _maybe(random, 0.2) else None),
    ]
    present = random.sample(["n", "m", "t", "d"], random.randint(2, 4))
    columns += [_build_column(random, letter) for letter in present]
    if "n" in present and _maybe(random, 0.4):
        expression = sql(random.choice(["n * 2", "n + 1"]))
        columns.insert(random.randint(0, len(columns)), Column("g", bigint, generated=expression))
    constraints: list[TableConstraint] = [PrimaryKey(key), Unique("code" if key == "id" else "id")]
    usable = _list_usable(_CHECKS, present)
    constraints += [
        Check(text, name=f"c{number}")
        for number, text in enumerate(random.sample(usable, random.randint(0, min(2, len(usable)))))
    ]
    if _maybe(random, 0.6):
        target = Reference(random.choice(names), random.choice(["id", "code"]))
        column = random.choice([letter for letter in present if letter in "nm"] or ["id"])
        constraints.append(
            ForeignKey(column, target, name="f", on_delete=random.choice(["cascade", "no action"]))
        )
    if "n" in present and _maybe(random, 0.2):
        constraints.append(
            Exclusion(
                [("n", "=")], method="btree", name=f"{name}_x", where=random.choice([None, sql("n > 3")])
            )
        )
    return Table(
        name,
        columns=columns,
        constraints=constraints,
        indexes=_build_indexes(random, name, present),
        policies=_build_policies(random, present, names),
        triggers=_build_triggers(random, present),
        access=_build_access(random),
        row_security=random.choice([False, True]),
        comment=random.choice([None, "one", "two"]),
    )


def _list_usable(expressions: dict[str, str], present: list[str]) -> list[str]:
    return [text for text, columns in expressions.items() if set(columns) <= set(present)]


def _build_column(random: Random, letter: str) -> Column:
    kind: Type = random.choice(_TYPES[letter])
    return Column(
        letter,
        kind,
        not_null=_maybe(random, 0.3),
        default=random.choice([None, _DEFAULTS[letter]]),
        comment=random.choice([None, None, "x"]),
    )


def _build_indexes(random: Random, table: str, present: list[str]) -> list[Index]:
    choices = [
        Index(present[0], name=f"{table}_{random.choice(['i1', 'i2'])}"),
        Index([descending(present[-1]), present[0]], name=f"{table}_i3", unique=_maybe(random)),
        Index(present[0], name=f"{table}_i4", where=f"{present[0]} IS NOT NULL"),
    ]
    if "t" in present:
        choices.append(
            Index(sql("lower(t)"), name=f"{table}_i5", where=random.choice([None, sql("t <> 'x'")]))
        )
    return random.sample(choices, random.randint(0, 3))


def _build_policies(random: Random, present: list[str], names: list[str]) -> list[Policy]:
    texts = _list_usable(_CONDITIONS, present)
    texts += [f"EXISTS (SELECT FROM {name} x WHERE x.id = {present[0]}::text::bigint)" for name in names[:1]]
    return [
        Policy(
            name,
            random.choice(["select", "delete"]),
            to=random.choice([READER, WRITER, "public"]),
            using=random.choice(texts),
            permissive=_maybe(random, 0.7),
        )
        for name in random.sample(["p", "q"], random.randint(0, 2))
    ]


def _build_triggers(random: Random, present: list[str]) -> list[Trigger]:
    if _maybe(random):
        return []
    return [
        Trigger(
            "w",
            random.choice([touch, other]),
            timing=random.choice(["before", "after"]),
            events="update",
            update_of=random.choice([(), (present[0],)]),
            when=random.choice([None, sql(f"NEW.{present[1]} IS NOT NULL")]),
        )
    ]


def _build_access(random: Random) -> Access:
    permissions: dict[str, Any] = {
        role: may("select", rows="all") for role in random.sample([READER, WRITER], random.randint(1, 2))
    }
    return Access(**permissions)
