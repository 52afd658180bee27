"""The titles of modules."""

from __future__ import annotations

from written_modules import OTHERS, read, required, write

from schema_dsl import (
    Column,
    Enum,
    Function,
    Policy,
    Schema,
    Table,
    before_update,
    bigint,
    text,
)
from schema_dsl.importing.assembly import assemble
from schema_dsl.importing.titles import build_title
from schema_dsl.model.catalog import build_catalog


def test_title() -> None:
    """A module is named by its subject and the comment of its table, or by its tables."""
    described = Table("people", comment="Who visits us.", columns=[Column("id", bigint)])
    tables = [Table(name, columns=[Column("id", bigint)]) for name in ("orders", "order_lines")]
    written = write(Schema("app", comment="x"), described, *tables)
    assert written["people"].startswith('"""People: who visits us."""\n')
    assert written["orders"].startswith('"""Orders with their lines."""\n')
    assert written["database"].startswith('"""Schemas."""\n')
    related = [read("venues"), read("seasons"), read("match_squads", "matches")]
    related += [read("matches", "venues", "seasons"), read("venue_keys", "venues")]
    assert write(*related, *OTHERS)["matches"].startswith(
        '"""Matches with their squads; venues and seasons."""\n'
    )
    helper = Function("now_there", returns="integer", language="sql", body="SELECT 1")
    objects = (helper, Enum("mood", ["x"]))
    several = write(*objects, read("people"), read("visits"))
    assert several["functions"].startswith('"""Functions."""\n')
    assert several["types"].startswith('"""Types."""\n')


def test_title_of_a_subject() -> None:
    """The title of a subject has its parts, and the other objects of its module."""
    tables = [read("orders"), required("parcels", "orders"), required("scans", "parcels")]
    tables += [read("price_lists"), read("price_changes", "orders"), read("vouchers")]
    roots = assemble(build_catalog(tables).objects)
    title = "Orders with their parcels and scans; prices and vouchers."
    assert title == build_title("orders", [root for root in roots if root.identity.kind == "table"], {}, "")
    mail = [read("mail"), required("mail_items", "mail"), read("api_keys")]
    assert write(*mail)["mail"].startswith('"""Mail with its items."""\n')
    assert write(*mail)["api_keys"].startswith('"""API keys."""\n')
    objects = Table(
        "objects",
        schema="storage",
        existing=[Column("name", text)],
        policies=[Policy("p", to="public", using="name = 'x'")],
    )
    assert write(objects)["storage_objects"].startswith('"""Policies on storage.objects."""\n')


def test_title_of_what_several_modules_share() -> None:
    """The titles of the modules of types and functions mention several users only if there are several."""
    mood, unused = Enum("mood", ["x"]), Enum("unused", ["x"])
    touch = Function("touch", returns="trigger", body="BEGIN RETURN new; END")
    tables = [
        Table(name, columns=[Column("id", bigint), Column("mood", mood)], triggers=[before_update(touch)])
        for name in ("people", "visits")
    ]
    written = write(mood, touch, *tables)
    assert written["types"].startswith('"""A type that several subjects use."""\n')
    assert written["functions"].startswith('"""A function that several subjects use."""\n')
    written = write(mood, unused, touch, *tables)
    assert written["types"].startswith('"""Types that several subjects use, or none."""\n')
