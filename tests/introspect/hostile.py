"""Hypothesis strategies for small schemas with names and texts that are hard to quote."""

from __future__ import annotations

from typing import Any

import attrs
from declared import CLIENTS, MOOD, TOUCH
from hypothesis import strategies as st

from schema_dsl import (
    Access,
    Column,
    Enum,
    ForeignKey,
    Index,
    Policy,
    Sql,
    Table,
    Trigger,
    Unique,
    boolean,
    descending,
    integer,
    jsonb,
    may,
    now,
    one_of,
    text,
    timestamptz,
    uuid,
)
from schema_dsl.model.access import Permission
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.sql import identifier, literal

SCHEMAS = ("public", 'It\'s "mine" $$\n\\')

_CHARACTERS = "aZ_09 \"'\\$.%{}();-/*:\n\tüß🐘é%"
_WORDS = (
    "select",
    "user",
    "table",
    "Table",
    "group",
    "public",
    "$$",
    "$policy$",
    "--",
    "*/",
    "E'",
    "{{ x }}",
    "%s",
)


def _cut(name: str) -> str:
    return name.encode()[:63].decode(errors="ignore")


names = st.one_of(
    st.sampled_from([*_WORDS, "a" * 63, "ü" * 31, "🐘" * 15, '"' * 63, "'" * 63, "\\" * 63]),
    st.text(_CHARACTERS, min_size=1, max_size=12),
    st.text(_CHARACTERS, min_size=50, max_size=63).map(_cut),
)
texts = st.one_of(
    st.sampled_from(
        ["", "\\", "''", "$$", "$table$ $policy$", "line\nline\r\n", "-- no", "/* no", "%s {{ x }} {% y %}"]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40),
)
comments = st.none() | texts


def _access(roles: dict[str, list[Permission]]) -> Access:
    return Access(own=None, **roles)


@st.composite
def columns(draw: st.DrawFn, name: str) -> Column:
    """A column of some type, with a default and a check of that type."""
    kind, default, check = draw(
        st.sampled_from(
            [
                (
                    text,
                    texts,
                    st.lists(texts, min_size=1, max_size=3, unique=True).map(lambda item: one_of(*item)),
                ),
                (integer, st.integers(-(2**31), 2**31 - 1), st.just(one_of(1, -2, 3))),
                (boolean, st.booleans(), st.none()),
                (jsonb, st.dictionaries(texts, texts, max_size=2), st.none()),
                (timestamptz, st.just(now()), st.none()),
                (MOOD.type, st.sampled_from(["fine", "it's", "$$", "back\\slash"]), st.none()),
            ]
        )
    )
    default_value: Any = draw(st.none() | default)
    return Column(
        name,
        kind,
        not_null=draw(st.booleans()),
        default=default_value,
        check=draw(st.none() | check),
        comment=draw(comments),
    )


@st.composite
def tables(draw: st.DrawFn, name: str, key: str, target: Table | None) -> Table:
    """A table with a key and a text column, which the other objects of the table refer to."""
    schema = draw(st.sampled_from(SCHEMAS))
    others = draw(st.lists(names.filter(lambda item: item != key), min_size=1, max_size=4, unique=True))
    label, *more = others
    parts = [
        Column(key, uuid, primary_key=True),
        Column(label, text),
        *(draw(columns(item)) for item in more),
    ]
    mine = Sql(f"{identifier(label)} = {literal(draw(texts))}")
    constraints: list[Any] = [Unique([label, key])] if draw(st.booleans()) else []
    if target is not None:
        constraints.append(
            ForeignKey(key, target, name=draw(names), on_delete="cascade", comment=draw(comments))
        )
    policy_names = draw(st.lists(names, max_size=3, unique=True))
    trigger_names = draw(st.lists(names, max_size=2, unique=True))
    used = draw(st.lists(st.sampled_from([key, *others]), min_size=1, max_size=2, unique=True))
    return Table(
        name,
        schema=schema,
        columns=parts,
        comment=draw(comments),
        constraints=constraints,
        indexes=[
            Index([label, descending(key)], where=draw(st.none() | st.just(mine)), comment=draw(comments)),
            Index(Sql(f"lower({identifier(label)})"), unique=draw(st.booleans())),
        ],
        triggers=[
            Trigger(
                item,
                TOUCH,
                timing="before",
                events=["insert", "update"],
                update_of=used,
                when=Sql(f"NEW.{mine}"),
                arguments=draw(st.lists(texts, max_size=2)),
                comment=draw(comments),
            )
            for item in trigger_names
        ],
        policies=[
            Policy(
                item,
                to=draw(st.lists(st.sampled_from(CLIENTS), min_size=1, unique=True)),
                using=mine,
                check=draw(st.none() | st.just(mine)),
                comment=draw(comments),
            )
            for item in policy_names
        ],
        access=draw(
            st.none()
            | st.dictionaries(
                st.sampled_from(CLIENTS),
                st.just([may("select", rows="all"), may("update", rows="all", columns=used)]),
            ).map(_access)
        ),
    )


@st.composite
def enums(draw: st.DrawFn, name: str) -> Enum:
    """An enum with labels that are hard to quote."""
    labels = draw(st.lists(names, max_size=4, unique=True))
    return Enum(name, labels, schema=draw(st.sampled_from(SCHEMAS)), comment=draw(comments))


@st.composite
def schemas(draw: st.DrawFn) -> list[SchemaObject]:
    """One table, or two tables of which the second references the first; and an enum, which a table may have."""
    first, second = draw(st.lists(names, min_size=2, max_size=2, unique=True))
    key = draw(names)
    result: list[SchemaObject] = [MOOD]
    table = draw(tables(first, key, None))
    if draw(st.booleans()):
        enum = draw(enums(draw(names.filter(lambda item: item not in (first, second, MOOD.name)))))
        result.append(enum)
        column = Column(
            draw(names.filter(lambda item: item not in {each.name for each in table.columns})), enum
        )
        table = attrs.evolve(table, columns=[*table.columns, column])
    result.append(table)
    if draw(st.booleans()):
        result.append(draw(tables(second, key, table)))
    return result
