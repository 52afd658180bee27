"""Objects in modules, one module a subject."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

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
    View,
    before_update,
    bigint,
    numeric,
    sql,
    text,
    varchar,
)
from schema_dsl.importing import write_definitions
from schema_dsl.importing.assembly import assemble
from schema_dsl.importing.titles import build_title
from schema_dsl.model.catalog import build_catalog
from schema_dsl.model.default_privileges import ObjectClass
from schema_dsl.model.grant import PrivilegeName
from schema_dsl.model.identity import copy_with
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.platforms import platform

LONG = "x" * 40

# Tables without a relation, so that the folder has many modules.
OTHERS = tuple(Table(name, columns=[Column("id", bigint, primary_key=True)]) for name in "abcdefghijk")


def read(name: str, *references: str) -> Table:
    """Return a table with a key and a foreign key to each of other tables."""
    keys = [Column(f"{other}_id", bigint, references=Reference(other, ["id"])) for other in references]
    return Table(name, columns=[Column("id", bigint, primary_key=True), *keys])


def required(name: str, other: str) -> Table:
    """Return a table of which each row refers to a row of another table."""
    reference = Column("other_id", bigint, not_null=True, references=Reference(other, ["id"]))
    return Table(name, columns=[Column("id", bigint, primary_key=True), reference])


def write(*objects: SchemaObject) -> dict[str, str]:
    """Return the modules of the definitions of objects, by their names without the ending."""
    catalog = build_catalog(objects)
    written = write_definitions(catalog, platform("vanilla"))
    return {name.removesuffix(".py"): text for name, text in written.texts.items()}


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


def test_order_of_columns_in_grants() -> None:
    """The columns of a grant have the order of the table."""
    grant = Grant("update", to="reader", columns=["title", "author"])
    table = Table("books", columns=[Column("title", text), Column("author", text)], grants=[grant])
    assert 'columns=["title", "author"]' in write(table)["books"]


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


class TestConditions:
    """Conditions that several policies have."""

    IDS = Function("ids", schema="app", returns="SETOF bigint", language="sql", body="SELECT 1")
    COLUMNS = (Column("id", bigint), Column("club_id", bigint), Column("a", text))

    def test_that_are_short(self) -> None:
        """A repeated condition that has no named part and fits on a line is written out."""
        policy = Policy("p", to="public", using="id > 0 AND id < 1000", check="id > 0 AND id < 1000")
        written = write(Table("t", columns=[Column("id", bigint)], policies=[policy]))
        assert 'using="id > 0 AND id < 1000",\n            check="id > 0 AND id < 1000"' in written["t"]

    def test_of_one_policy(self) -> None:
        """A long condition that one policy repeats is a constant of the module, with the name of the policy."""
        long = "id > 0 AND id < 1000 AND id <> 555555555 AND id <> 666666666"
        policy = Policy("p", to="public", using=long, check=long)
        written = write(Table("t", columns=[Column("id", bigint)], policies=[policy]))
        assert f'P = "{long}"\n' in written["t"]
        assert "using=P, check=P" in written["t"]
        assert "shared" not in written

    def test_of_a_function(self) -> None:
        """A condition of several modules belongs to the module of the function that it calls, and has its name."""
        policies = [Policy("p", to="public", using="public.is_member(id, true)")]
        called = Function(
            "is_member", arguments="a bigint, b boolean", returns="boolean", body=sql("RETURN b")
        )
        tables = [Table(name, columns=[Column("id", bigint)], policies=policies) for name in ("t", "u")]
        written = write(called, *tables)
        assert 'IS_MEMBER = "public.is_member(id, true)"\n' in written["functions"]
        for name in ("t", "u"):
            assert "from .functions import IS_MEMBER\n" in written[name]
            assert "using=IS_MEMBER" in written[name]

    def test_of_a_function_that_is_read_later(self) -> None:
        """A condition of a module that precedes the one of the function is shared, because that module imports it."""
        policy = Policy("p", to="public", using="id IN (SELECT app.ids())")
        tables = [Table(name, columns=[Column("id", bigint)], policies=[policy]) for name in ("t", "u")]
        reading = Function(
            "ids", schema="app", returns="SETOF bigint", language="sql", body="SELECT u.id FROM public.u"
        )
        written = write(Schema("app"), reading, *tables)
        assert "ids = Function(" in written["u"]
        assert 'IDS = "(SELECT app.ids())"' in written["shared"]

    def test_of_a_column(self) -> None:
        """A condition on the caller belongs to the module of the table to which its column refers."""
        own = Policy("p", to="public", using="person_id = (SELECT auth.uid())")
        columns = [Column("person_id", bigint, references=Reference("people", ["id"]))]
        tables = [Table(name, columns=columns, policies=[own]) for name in ("t", "u")]
        written = write(read("people"), *tables)
        assert 'PERSON_IS_CALLER = "person_id = (SELECT auth.uid())"' in written["people"]
        assert "from .people import PERSON_IS_CALLER, people\n" in written["t"]
        assert "using=PERSON_IS_CALLER" in written["u"]

    def test_within_another(self) -> None:
        """A longer condition names the shared ones that it joins with AND, OR and NOT."""
        policies = [
            Policy("p", to="public", using="app.is_a_member(id)"),
            Policy("q", to="public", using="app.is_a_member(id) AND id > 5"),
            Policy("r", to="public", using="(app.is_a_member(id) OR id > 5) AND id < 9"),
            Policy("s", to="public", using="NOT app.is_a_member(id) OR id > 5"),
            Policy("t", to="public", using="app.is_a_member(id) AND a = '}'"),
        ]
        called = Function(
            "is_member", schema="app", arguments="a bigint", returns="boolean", body=sql("RETURN a")
        )
        table = Table("t", columns=[Column("id", bigint), Column("a", text)], policies=policies)
        written = write(Schema("app"), called, table)["t"]
        assert 'IS_A_MEMBER = "app.is_a_member(id)"\n' in written
        assert """using=f"{IS_A_MEMBER} AND id > 5\"""" in written
        assert """using=f"({IS_A_MEMBER} OR id > 5) AND id < 9\"""" in written
        assert """using=f"NOT {IS_A_MEMBER} OR id > 5\"""" in written
        assert "using=\"app.is_a_member(id) AND a = '}'\"" in written

    def test_within_a_query(self) -> None:
        """A condition in a query is about other rows, and is written out; the result of a function is the same."""
        inner = (
            "EXISTS (SELECT 1 FROM public.t AS o WHERE app.is_a_member(id) AND o.id IN (SELECT app.ids()))"
        )
        policies = [
            Policy("p", to="public", using="app.is_a_member(id)", check="app.is_a_member(id)"),
            Policy("q", to="public", using="club_id IN (SELECT app.ids())"),
            Policy("r", to="public", using=inner),
        ]
        written = write(Schema("app"), self.IDS, Table("t", columns=self.COLUMNS, policies=policies))["t"]
        assert "o.id IN {IDS}" in written
        assert "app.is_a_member(id)\n" in written

    def test_of_what_a_function_returns(self) -> None:
        """The result of a function has a name, and the columns that are compared with it are written out."""
        policies = [
            Policy("p", to="public", using="club_id IN (SELECT app.ids())"),
            Policy("q", to="public", using="id IN (SELECT app.ids())"),
            Policy("r", to="public", using="club_id IN (SELECT app.ids()) AND a <> 'owner'"),
        ]
        written = write(Schema("app"), self.IDS, Table("t", columns=self.COLUMNS, policies=policies))["t"]
        assert 'IDS = "(SELECT app.ids())"\n' in written
        assert 'using=f"club_id IN {IDS}"' in written
        assert 'using=f"id IN {IDS}"' in written
        assert """using=f"club_id IN {IDS} AND a <> 'owner'\"""" in written

    def test_comparisons(self) -> None:
        """A column that is compared three times with the result of a function is one condition, beside the function."""
        policies = [
            Policy("p", to="public", using="club_id IN (SELECT app.ids())"),
            Policy("q", to="public", using="club_id IN (SELECT app.ids()) AND a <> 'owner'"),
            Policy("r", to="public", using="club_id NOT IN (SELECT app.ids()) OR a <> 'owner'"),
            Policy("s", to="public", using="id IN (SELECT app.ids())"),
        ]
        written = write(Schema("app"), self.IDS, Table("t", columns=self.COLUMNS, policies=policies))["t"]
        assert ')\nIDS = "(SELECT app.ids())"\nIN_IDS = f"club_id IN {IDS}"\n\n' in written
        assert "using=IN_IDS" in written
        assert """using=f"{IN_IDS} AND a <> 'owner'\"""" in written
        assert """using=f"NOT {IN_IDS} OR a <> 'owner'\"""" in written
        assert 'using=f"id IN {IDS}"' in written
        policies = policies[:-1]
        written = write(Schema("app"), self.IDS, Table("t", columns=self.COLUMNS, policies=policies))["t"]
        assert ')\nIN_IDS = "club_id IN (SELECT app.ids())"\n\n' in written

    def test_follows_its_function(self) -> None:
        """A function that a named condition calls stands before it, and both before the tables that use it."""
        members = Function(
            "a_members",
            schema="app",
            returns="SETOF bigint",
            language="sql",
            body="SELECT id FROM public.t",
        )
        ids = copy_with(self.IDS, body="SELECT id FROM public.t")
        policies = [
            Policy(f"p{number}", to="public", using=f"id IN (SELECT app.{name}())")
            for number, name in enumerate(["ids", "ids", "a_members", "a_members"])
        ]
        written = write(Schema("app"), members, ids, Table("t", columns=self.COLUMNS, policies=policies))["t"]
        assert ')\nIDS = "(SELECT app.ids())"\n\n' in written
        names = ("a_members = ", "A_MEMBERS = ", "ids = ", "IDS = ", "t = ")
        assert sorted(names, key=lambda name: written.index(f"\n{name}")) == list(names)

    def test_of_what_a_function_returns_for_constants(self) -> None:
        """The result of a function for constants has a name with them, and the result for a column has none."""
        policies = [
            Policy(name, to="public", using=f"id IN (SELECT app.ids({arguments}))")
            for name, arguments in (("p", "'member'"), ("q", "'member'"), ("r", "a"), ("s", "a"))
        ]
        written = write(Schema("app"), self.IDS, Table("t", columns=self.COLUMNS, policies=policies))["t"]
        assert "IDS_MEMBER = \"(SELECT app.ids('member'))\"\n" in written
        assert 2 == written.count('using=f"id IN {IDS_MEMBER}"')
        assert 2 == written.count('using="id IN (SELECT app.ids(a))"')

    def test_title_of_shared(self) -> None:
        """The docstring of the module of shared values names its contents."""
        policy = Policy("p", to="public", using="id IN (SELECT app.ids())")
        tables = [Table(name, columns=[Column("id", bigint)], policies=[policy]) for name in ("t", "u")]
        written = write(Schema("app"), *tables)["shared"]
        assert written.startswith('"""Conditions that several modules share."""\n')

    def test_with_a_named_part(self) -> None:
        """A condition of one module that names one of another imports it there, and not where it is used itself."""
        block = "id IN (SELECT t.id FROM public.t WHERE t.a_long_name_of_a_column IN (SELECT app.ids()))"
        policies = [Policy("p", to="public", using=block), Policy("q", to="public", using=block)]
        other = Policy("o", to="public", using="id IN (SELECT app.ids())")
        tables = [
            Table("t", columns=self.COLUMNS, policies=policies),
            Table("u", columns=self.COLUMNS, policies=[other]),
        ]
        written = write(Schema("app"), self.IDS, *tables)
        assert "from .functions import IDS\n" in written["t"]
        assert 'IN_T_OF_IDS = f"""\n' in written["t"]
        assert "IN {IDS}" in written["t"]
        assert 2 == written["t"].count("using=IN_T_OF_IDS")

    def test_once(self) -> None:
        """A condition of one policy, and a short one, have no name."""
        policies = [
            Policy("p", to="public", using="id > 0 AND id < 1000"),
            Policy("q", to="public", using="true"),
            Policy("r", to="public", using="true"),
        ]
        written = write(Table("t", columns=[Column("id", bigint)], policies=policies))
        assert 'using="id > 0 AND id < 1000"' in written["t"]
        assert 2 == written["t"].count('using="true"')


def test_columns_of_many_tables() -> None:
    """A column that many tables have is a function."""
    people = Table("people", columns=[Column("id", bigint, primary_key=True, identity="always")])
    tables = [
        Table(
            f"t{number}",
            columns=[Column("id", bigint, primary_key=True, identity="always"), Column("note", text)],
        )
        for number in range(4)
    ]
    written = write(people, *tables)
    assert (
        "def id_column() -> Column:\n"
        '    """Return the primary key id of type bigint."""\n'
        '    return Column("id", bigint, primary_key=True, identity="always")\n'
    ) in written["shared"]
    for name in ("people", "t0", "t3"):
        assert "from .shared import id_column\n" in written[name]
        assert "id_column()" in written[name]
    assert 'Column("note", text)' in written["t0"]
    assert "shared" not in write(people, *tables[:3])


def test_columns_that_refer_to_one_table() -> None:
    """A column with the same reference in several tables is a function after that table, also for a primary key."""
    people = read("people")
    person = Column("person_id", bigint, not_null=True, references=people, on_delete="cascade")
    tables = [
        Table(name, columns=[Column("id", bigint, primary_key=True), person]) for name in ("orders", "visits")
    ]
    key = Table(
        "seats", columns=[person, Column("place", bigint)], constraints=[PrimaryKey(["person_id", "place"])]
    )
    written = write(people, *tables, key)
    assert (
        "\n\n\ndef person_id_column() -> Column:\n"
        '    """Return the column person_id, which refers to people."""\n'
        "    return Column(\n"
        '        "person_id",\n'
        "        bigint,\n"
        "        not_null=True,\n"
        "        references=people,\n"
        '        on_delete="cascade",\n'
        "    )\n\n\n"
        "seats = Table(\n"
    ) in written["people"]
    assert 'columns=[person_id_column(), Column("place", bigint, not_null=True)]' in written["people"]
    for name in ("orders", "visits"):
        assert "from .people import person_id_column\n" in written[name]
        assert "person_id_column()]" in written[name]
    assert all("person_id_column" not in text for text in write(people, *tables).values())


def test_columns_that_refer_in_several_ways() -> None:
    """A column that may be NULL, or has a default, has a name of its own."""
    people = read("people")
    plain = Column("person_id", bigint, not_null=True, references=people)
    optional = Column("person_id", bigint, references=people)
    own = Column("person_id", bigint, not_null=True, default=sql("auth.uid()"), references=people)
    tables = [
        Table(f"{kind}{number}", columns=[Column("id", bigint, primary_key=True), column])
        for kind, column in (("p", plain), ("o", optional), ("w", own))
        for number in range(4 if kind == "p" else 3)
    ]
    written = write(people, *tables)
    for kind, name in (("p", ""), ("o", "optional_"), ("w", "own_")):
        assert f" {name}person_id_column()]" in written[f"{kind}0"]
    assert (
        '    """Return the column person_id: one of people, by default the caller."""\n' in written["people"]
    )


def test_columns_of_a_declared_type() -> None:
    """A column of a type with a name of any characters is written in each table."""
    mood = Enum('a"""b\\', ["x"])
    tables = [Table(f"t{number}", columns=[Column("a", mood, default="x")]) for number in range(5)]
    written = write(mood, *tables)
    assert "shared" not in written
    assert all(compile(text, name, "exec") for name, text in written.items())


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


@pytest.mark.parametrize(
    ("condition", "name"),
    [
        (
            "visit_id IN (SELECT v.id FROM visits AS v WHERE v.place_id IN (SELECT app.places_of_caller()))",
            "IN_VISITS_OF_PLACES_OF_CALLER",
        ),
        ("visit_id IN (SELECT v.id FROM visits AS v WHERE v.owner = auth.uid())", "IN_VISITS_OF_CALLER"),
        ("visit_id IN (SELECT v.id FROM visits AS v WHERE v.is_open)", "VISIT_ID_IN_VISITS"),
        (f"app.is_manager(visit_id, kind, '{LONG}') OR kind <> 'x'", "IS_MANAGER_OR_KIND"),
        (
            f"app.is_manager(visit_id, kind, '{LONG}') OR owner = (SELECT auth.uid())",
            "IS_MANAGER_OR_OWNER_IS_CALLER",
        ),
        (f"published_at <= now() AND kind <> '{LONG}'", "CONDITION_ON_PUBLISHED_AT_AND_KIND"),
        (f"NOT app.is_blocked(visit_id, kind, '{LONG}')", "CONDITION_ON_VISIT_ID_AND_KIND"),
        (f"published_at <= now() AND kind <> '{LONG}' AND visit_id <> 12345678", "CONDITION"),
        (f"this is no condition at all {LONG}", "CONDITION"),
    ],
)
def test_names_of_conditions(condition: str, name: str) -> None:
    """A condition of policies with several names is named by its reads, calls or comparisons."""

    def write_policies(*names: str) -> str:
        policies = [Policy(each, "select", to="public", using=condition) for each in names]
        return write(Table("notes", columns=[Column("id", bigint)], policies=policies))["notes"]

    assert f"\n{name} = " in write_policies("Readers read", "Writers read")
    assert (
        "READERS_READ = "
        in write(
            *(
                Table(
                    table,
                    columns=[Column("id", bigint)],
                    policies=[Policy("Readers read", to="public", using=condition)],
                )
                for table in ("notes", "letters")
            )
        )["shared"]
    )


def test_conditions_that_fit_on_a_line() -> None:
    """A condition with names in it is on one line if it fits, unless a part has several lines."""
    own, visits = "owner_id = (SELECT auth.uid())", "visit_id IN (SELECT app.visits_of_caller())"
    block = "id IN (SELECT v.id FROM visits AS v WHERE v.owner_of_the_visit IS NOT NULL)"
    policies = [
        Policy("a", "select", to="public", using=own),
        Policy("b", "insert", to="public", check=visits),
        Policy("c", "delete", to="public", using=f"{own}\nAND {visits}"),
        Policy("d", "update", to="public", using=f"{own}\nAND {block}", check=own),
        Policy("e", "delete", to="public", using=f"{own}\nAND {visits}\nAND note <> '{'x' * 60}'"),
    ]
    written = write(Table("notes", columns=[Column("id", bigint)], policies=policies))["notes"]
    assert 'using=f"{OWNER_IS_CALLER} AND {IN_VISITS_OF_CALLER}"' in written
    assert (
        '            using=f"""\n                {OWNER_IS_CALLER}\n                AND id IN (\n'
        "                    SELECT v.id\n"
    ) in written
    assert (
        '            using=f"""\n                {OWNER_IS_CALLER}\n                AND {IN_VISITS_OF_CALLER}\n'
        "                AND note <>"
    ) in written


def test_columns_of_a_key_of_several() -> None:
    """The columns of a key of several say that they are not null; one with an identity does not."""
    key = PrimaryKey(["shelf", "place"])
    numbered = Column("place", bigint, identity="always")
    written = write(Table("books", columns=[Column("shelf", bigint), numbered], constraints=[key]))["books"]
    assert 'Column("shelf", bigint, not_null=True)' in written
    assert 'Column("place", bigint, identity="always")' in written


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


def test_casts_of_columns() -> None:
    """The casts that Postgres adds to columns are left out, and those by which a column has another type are not."""
    cents = Domain("cents", bigint)
    columns = [
        Column("amount", cents),
        Column("number", numeric(8, 2)),
        Column("total", numeric(8, 2), generated="number * (amount)::numeric"),
        Column("part", numeric(8, 2), generated="(amount)::numeric / 3"),
        Column("name", varchar(20)),
    ]
    query = "SELECT max((p.amount)::bigint) AS m, lower((p.name)::text) AS n, (p.amount)::bigint AS a FROM payments p"
    index = Index(sql("lower((name)::text)"), name="i")
    written = write(cents, Table("payments", columns=columns, indexes=[index]), View("sums", query))[
        "payments"
    ]
    assert 'generated="number * amount"' in written
    assert 'generated="amount::numeric / 3"' in written
    assert "max(p.amount) AS m" in written
    assert "lower(p.name) AS n" in written
    assert "p.amount::bigint AS a" in written
    assert 'sql("lower(name)")' in written
