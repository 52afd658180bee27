"""Objects in modules, one module per subject."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from written_modules import OTHERS, read, required, write

from schema_dsl import (
    Collation,
    Column,
    CompositeType,
    DefaultPrivileges,
    Domain,
    Enum,
    Function,
    Grant,
    Index,
    Policy,
    PrimaryKey,
    Publication,
    RangeType,
    Reference,
    Schema,
    Sequence,
    Table,
    Trigger,
    before_update,
    bigint,
    sql,
    text,
)
from schema_dsl.model.default_privileges import ObjectClass
from schema_dsl.model.grant import PrivilegeName
from schema_dsl.model.identity import copy_with

LONG = "x" * 40


@pytest.mark.parametrize(
    ("tables", "module"),
    [
        # A part belongs to its whole, and so does a part of it.
        ([read("invoices"), read("payments", "invoices"), read("refunds", "payments")], "invoices"),
        # A table to which only one subject refers belongs to that subject.
        ([read("venues"), read("seasons"), read("matches", "venues", "seasons")], "matches"),
        # Two that refer to each other belong together.
        ([read("albums", "photos"), read("photos", "albums")], "photos"),
    ],
)
def test_related_tables(tables: list[Table], module: str) -> None:
    """Many tables are grouped by their references, and a few have a module each."""
    names = {table.name for table in tables}
    many = write(*tables, *OTHERS)
    assert {module} == names & many.keys()
    assert all(f'"{name}"' in many[module] for name in names)
    assert names == names & write(*tables).keys()


def test_subjects_of_many() -> None:
    """A table to which many refer takes in none of them."""
    users = [read(name, "people") for name in ("orders", "visits", "notes", "reports")]
    assert {"people", "orders", "visits", "notes", "reports"} <= write(read("people"), *users, *OTHERS).keys()


def test_key_that_refers() -> None:
    """A table whose primary key refers to another one belongs to that one, of two to the one of fewer."""
    consents = Table(
        "consents",
        columns=[Column("person_id", bigint, references=Reference("people")), Column("purpose", text)],
        constraints=[PrimaryKey(["person_id", "purpose"])],
    )
    attendance = Table(
        "attendance",
        columns=[
            Column("person_id", bigint, references=Reference("people")),
            Column("course_id", bigint, references=Reference("courses")),
        ],
        constraints=[PrimaryKey(["person_id", "course_id"])],
    )
    written = write(read("people"), read("courses"), consents, attendance, read("orders", "people"))
    assert {"courses", "people", "orders"} == written.keys() - {"__init__"}
    assert "consents = Table(" in written["people"]
    assert "attendance = Table(" in written["courses"]


def test_end_of_a_name() -> None:
    """A table whose name begins with the last words of one other name only belongs to that table."""
    names = ("club_memberships", "membership_applications", "order_lines", "bus_lines", "line_items")
    written = write(*map(read, names))
    assert {"club_memberships", "order_lines", "bus_lines", "line_items"} == written.keys() & {*names}
    # If each of two names begins like the other ends, one of them names the subject.
    assert {"item_line"} == write(read("line_item"), read("item_line")).keys() & {"line_item", "item_line"}


def test_size_of_a_subject() -> None:
    """Tables that refer to each other in a chain are modules of at most eight, named by the table of most parts."""
    names = [f"{letter}s" for letter in "lmnopqrstu"]
    chain = [required(name, before) for before, name in pairwise(names)]
    written = write(read("ls"), *chain, *OTHERS)
    sizes = {name: text.count(" = Table(") for name, text in written.items() if name in names}
    assert sum(sizes.values()) == len(names)
    assert max(sizes.values()) <= 8
    assert "ls" in sizes


def test_small_schema() -> None:
    """A small schema beside the main one is a subject if foreign keys connect its tables; no module has a prefix."""
    tables = [
        Table(name, schema="app", columns=[Column("id", bigint)]) for name in ("users", "orders", "visits")
    ]
    keys = Table("keys", schema="inner", columns=[Column("id", bigint, primary_key=True)])
    log = Table("log", schema="inner", columns=[Column("id", bigint)])
    written = write(Schema("app"), Schema("inner"), *tables, keys, log)
    assert {"database", "keys", "log", "orders", "users", "visits"} == written.keys() - {"__init__"}
    uses = Table("uses", schema="inner", columns=[Column("key_id", bigint, references=keys)])
    written = write(Schema("app"), Schema("inner"), *tables, keys, uses)
    assert {"database", "inner", "orders", "users", "visits"} == written.keys() - {"__init__"}


def test_schemas_with_tables_of_one_name() -> None:
    """Of two tables with one name, the one that is not in the main schema has a module with the schema in its name."""
    tables = [Table(name, columns=[Column("id", bigint)]) for name in ("users", "orders")]
    other = Table("users", schema="inner", columns=[Column("id", bigint)])
    assert {"database", "inner_users", "orders", "users"} == write(Schema("inner"), *tables, other).keys() - {
        "__init__"
    }


def test_order_in_a_module() -> None:
    """Types precede the tables, the function of a trigger precedes its table, and other functions follow the tables."""
    touch = Function("touch", returns="trigger", body="BEGIN RETURN new; END")
    count = Function(
        "count_notes", returns="bigint", language="sql", body="SELECT count(*) FROM public.notes"
    )
    mood = Enum("mood", ["x"])
    notes = Table(
        "notes",
        columns=[Column("id", bigint), Column("mood", mood)],
        triggers=[before_update(touch)],
    )
    written = write(count, touch, mood, notes)["notes"]
    names = ("mood = ", "touch = ", "notes = ", "count_notes = ")
    assert sorted(names, key=lambda name: written.index(f"\n{name}")) == list(names)


def test_order_of_tables_that_refer_to_one() -> None:
    """Tables follow the one that they refer to: those with its name, those of most references, then the others."""

    def describe(name: str, *parents: str) -> Table:
        keys = [Column(f"{each}_id", bigint, not_null=True, references=Reference(each)) for each in parents]
        return Table(name, columns=[Column("id", bigint, primary_key=True), *keys])

    tables = [
        describe("accounts"),
        describe("deliveries", "orders"),
        describe("order_lines", "orders", "prices"),
        describe("orders"),
        describe("payments", "orders", "accounts"),
        describe("prices"),
        describe("refunds", "payments"),
    ]
    written = write(*tables, *OTHERS)["orders"]
    names = re.findall(r"^(\w+) = Table\(", written, re.MULTILINE)
    assert ["orders", "prices", "order_lines", "accounts", "payments", "refunds", "deliveries"] == names


def test_names_of_the_package() -> None:
    """A table has its own name as its variable, also that of a helper, unless a module that uses it uses the helper."""
    matches = read("matches")
    squads = read("squads", "matches")
    written = write(matches, squads)
    assert "\nmatches = Table(" in written["matches"]
    assert "references=matches)" in written["squads"]
    code = Table(
        "codes",
        columns=[
            Column("match_id", bigint, references=Reference("matches", ["id"])),
            Column("code", text, check=sql("code ~ '^a+$'")),
        ],
    )
    written = write(matches, squads, code)
    assert "\nmatches_table = Table(" in written["matches"]
    assert "references=matches_table)" in written["codes"]


def test_default_privileges() -> None:
    """Default privileges are named by their kind of object and their differences from others."""
    read, write_all = [Grant("select", to="reader")], [Grant("all", to="writer")]
    public = DefaultPrivileges("tables", role="app", schema="public", grants=read)
    assert "default_table_privileges = DefaultPrivileges(" in write(public)["database"]
    written = write(public, DefaultPrivileges("tables", role="app", grants=write_all))["database"]
    assert "default_table_privileges_in_public = DefaultPrivileges(" in written
    assert "default_table_privileges_in_all_schemas = DefaultPrivileges(" in written
    other = DefaultPrivileges("tables", role="owner", schema="public", grants=read)
    written = write(public, other)["database"]
    assert "default_table_privileges_of_app = DefaultPrivileges(" in written
    assert "default_table_privileges_of_owner = DefaultPrivileges(" in written


def test_default_privileges_of_nobody() -> None:
    """Default privileges that revoke those of PUBLIC say so, and have the order of tables, sequences and functions."""
    reader = [Grant("all", to="reader")]
    kinds: list[ObjectClass] = ["functions", "sequences", "tables"]
    granted = [DefaultPrivileges(kind, role="app", schema="public", grants=reader) for kind in kinds]
    tables = [
        Table(name, columns=[Column("id", bigint)], grants=reader) for name in ("notes", "letters", "books")
    ]
    written = write(DefaultPrivileges("functions", role="app"), *granted, *tables)["database"]
    assert (
        "\n\n# PUBLIC may execute new functions, unless default privileges of all schemas revoke it.\n"
        'no_function_privileges = DefaultPrivileges("functions", role="app", grants=[])\n'
    ) in written
    names = ("table", "sequence", "function")
    places = [written.index(f"default_{name}_privileges = ") for name in names]
    assert sorted(places) == places
    assert "from .shared import TABLE_GRANTS\n" in written
    assert 3 == written.count("grants=TABLE_GRANTS")


def test_circle_of_tables() -> None:
    """Of two tables that refer to each other, the one whose rows can be alone comes first."""
    albums = read("albums", "photos")
    photos = Table(
        "photos",
        columns=[
            Column("id", bigint, primary_key=True),
            Column("album_id", bigint, not_null=True, references=Reference("albums")),
        ],
    )
    written = write(albums, photos, *OTHERS)["albums"]
    assert written.index("albums = Table(") < written.index("photos = Table(")
    assert "references=albums" in written
    assert 'references=Reference("photos")' in written


def test_objects_of_the_database() -> None:
    """A publication refers to the variables of its tables, and objects without a subject are those of the database."""
    orders = read("orders")
    publication = Publication("changes", tables=[orders])
    counter = Sequence("counter")
    plain = Collation("plain", "C", provider="libc")
    span = RangeType("span", bigint, collation=None)
    written = write(orders, publication, counter, plain, span)
    assert {"database", "orders", "publications", "types"} == written.keys() - {"__init__"}
    assert "tables=orders" in written["publications"] or "tables=[orders]" in written["publications"]
    assert "counter = Sequence(" in written["database"]


def test_types_of_types() -> None:
    """A type that a type of several subjects uses stands beside it, and not in the module of a subject."""
    code = Domain("code", text)
    money = CompositeType("money_of", {"currency": code})
    tables = [
        Table("orders", columns=[Column("price", money), Column("code", code)]),
        Table("offers", columns=[Column("price", money)]),
    ]
    written = write(code, money, *tables)
    assert "code = Domain(" in written["types"]
    assert '"currency": code' in written["types"]


def test_function_that_reads_one_subject() -> None:
    """A function that reads one subject belongs to it, also if the policies of several call it."""
    called = Function(
        "of_caller",
        returns="SETOF bigint",
        language="sql",
        volatility="stable",
        body="SELECT m.team_id FROM public.members AS m",
    )
    policy = Policy("p", to="public", using="team_id IN (SELECT public.of_caller())")
    tables = [
        Table(
            name,
            columns=[Column("id", bigint, primary_key=True), Column("team_id", bigint)],
            policies=[policy],
        )
        for name in ("members", "plans", "trips")
    ]
    written = write(called, *tables)
    assert "functions" not in written
    assert "of_caller = Function(" in written["members"]


def test_triggers_of_several_tables() -> None:
    """A trigger that three tables have is a function after the function that it calls."""
    audit = Function("audit", returns="trigger", body="BEGIN RETURN NULL; END")

    def build(name: str) -> Table:
        # A database gives the name of the function that a trigger calls.
        called = copy_with(audit, body=None)
        trigger = Trigger(f"{name}_audit", called, timing="after", events=["insert", "delete"])
        return Table(name, columns=[Column("id", bigint)], triggers=[trigger])

    written = write(audit, *map(build, ("notes", "letters", "books")))
    assert (
        '\n\n\ndef audit_trigger(table: str) -> Trigger:\n    """Return the trigger of a table that calls audit."""\n'
        '    return Trigger(f"{table}_audit", audit, timing="after", events=["insert", "delete"])\n'
    ) in written["functions"]
    assert "from .functions import audit_trigger\n" in written["notes"]
    assert 'triggers=[audit_trigger("notes")]' in written["notes"]
    assert "audit_trigger" not in write(audit, *map(build, ("notes", "letters")))["functions"]


def test_type_of_what_others_refer_to() -> None:
    """A type of referenced and referencing tables belongs to the referenced tables."""
    role = Enum("club_role", ["member"])
    clubs = Table("clubs", columns=[Column("id", bigint, primary_key=True), Column("role", role)])
    files = Table("files", columns=[Column("club_id", bigint, references=clubs), Column("role", role)])
    written = write(role, clubs, files)
    assert "club_role = Enum(" in written["clubs"]
    assert "from .clubs import club_role, clubs\n" in written["files"]


def test_order_of_indexes() -> None:
    """Indexes have the order of their columns in the table, and those of expressions come last."""
    indexes = [
        Index(sql("lower(author)"), name="a"),
        Index(["title", "author"], name="b"),
        Index("title", name="c"),
        Index(["author", "id"], name="d"),
        Index("author", name="e"),
        Index(["author", sql("lower(title)")], name="f"),
    ]
    columns = [Column("id", bigint), Column("author", text), Column("title", text)]
    written = write(Table("books", columns=columns, indexes=indexes))["books"]
    assert list("edfcba") == re.findall(r'name="(\w)"', written)


def test_comment_on_maintain() -> None:
    """A name for grants of more than "all" says that "all" leaves out MAINTAIN."""
    tables = [
        Table(name, columns=[Column("id", bigint)], grants=[Grant("all", "maintain", to="reader")])
        for name in ("notes", "letters", "books")
    ]
    comment = '\n# "all" leaves out MAINTAIN, which exists since Postgres 17.\n'
    assert f'{comment}CLIENT_GRANTS = [Grant("all", "maintain", to="reader")]\n' in write(*tables)["shared"]


def test_comment_on_default_privileges() -> None:
    """A name for grants says that they are the default privileges, and that policies do not restrict TRUNCATE."""
    grants = [Grant("all", to="writer")]
    default = DefaultPrivileges("tables", role="app", schema="public", grants=grants)
    tables = [
        Table(name, columns=[Column("id", bigint)], grants=grants) for name in ("notes", "letters", "books")
    ]
    written = write(default, *tables)["shared"]
    assert "# The default privileges on new tables in public.\nTABLE_GRANTS = " in written
    policies = [Policy("p", to="public", using="true")]
    tables = [copy_with(table, policies=policies, row_security=True) for table in tables]
    written = write(default, *tables)["shared"]
    assert "new tables in public. No policy restricts TRUNCATE.\nTABLE_GRANTS = " in written


def test_grants_beside_others() -> None:
    """Two tables share named grants of a role with all privileges, and list the privileges on rows separately."""
    rows: list[list[PrivilegeName]] = [["select", "insert"], ["select"]]
    others: list[PrivilegeName] = ["truncate", "references", "trigger"]
    tables = [
        Table(
            name,
            columns=[Column("id", bigint)],
            grants=[Grant(*own, *others, to="writer"), Grant("all", to="service_role")],
        )
        for name, own in zip(("notes", "letters"), rows, strict=True)
    ]
    written = write(*tables)
    assert '\nSERVICE_ROLE_GRANTS = [Grant("all", to="service_role")]\n' in written["shared"]
    for name, own in (("notes", '"select", "insert"'), ("letters", '"select"')):
        assert (
            f'        Grant({own}, to="writer"),\n'
            '        Grant("truncate", "references", "trigger", to="writer"),\n'
            "        *SERVICE_ROLE_GRANTS,\n"
        ) in written[name]
