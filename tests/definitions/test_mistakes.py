"""Loading a definitions folder: the errors for mistakes."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest
from definition_modules import tables

from schema_dsl.definitions import load_definitions
from schema_dsl.errors import DefinitionError
from schema_dsl.model.catalog import Catalog
from schema_dsl.platforms import CallerSetting, platform

Load = Callable[..., Catalog]

GOOD = """
notes = Table(
    "notes",
    columns=[
        Column("id", uuid, primary_key=True),
        Column("body", text),
        Column("owner", uuid),
    ],
    {more}
)
"""


COLUMN = """
notes = Table(
    "notes",
    columns=[Column("id", uuid, primary_key=True), Column("body", text),
        Column({column}),
    ],
)
"""


class TestMistakes:
    """Each mistake raises an error with its line and a remedy."""

    @pytest.mark.parametrize(
        ("more", "line", "what"),
        [
            (
                'indexes=[Index("boddy")]',
                11,
                "refers to column boddy, which the table does not have\n  Did you mean body?",
            ),
            (
                'indexes=[Index("zzz")]',
                11,
                "refers to column zzz, which the table does not have\n  The table has: body, id, owner.",
            ),
            (
                'indexes=[\n        Index("id"),\n        Index("id", include=["zzz"]),\n    ]',
                13,
                "column zzz",
            ),
            ('indexes=[Index("id", include="zzz")]', 11, "column zzz"),
            ('constraints=[Unique(["body", "zzz"])]', 11, "unique of table notes refers to column zzz"),
            ('constraints=[Exclusion([("zzz", "=")])]', 11, "exclusion of table notes refers to column zzz"),
            ('access=Access(own="ownr", anon=may("select", rows="own"))', 4, "Did you mean owner?"),
            (
                'access=Access(anon=may("select", rows="all", columns="x"))',
                4,
                "access of table notes refers to column x",
            ),
            (
                'triggers=[Trigger("t", Function("f"), timing="before", events="update", update_of="zzz")]',
                11,
                "trigger of table notes refers to column zzz",
            ),
            (
                'policies=[Policy("p", to="anno", using="true")]',
                11,
                "refers to role anno, which is not declared\n  Did you mean anon?",
            ),
            (
                'access=Access(readers=may("select", rows="all"))',
                4,
                "access of table notes refers to role readers",
            ),
            ('policies=[Policy("p", to="anon", using="true")] * 2', 11, "has policy p twice"),
            (
                'triggers=[before_update(Function("f")), before_update(Function("f"))]',
                11,
                "has trigger f twice",
            ),
            (
                'constraints=[Check("a > 0", name="c"), Check("a > 1", name="c")]',
                11,
                "has constraint c twice",
            ),
            (
                'constraints=[Check("id IS NOT NULL", name="c"), Unique("id", name="c")]',
                11,
                "has constraint c twice",
            ),
            (
                (
                    'constraints=[Check("id > 0", name="c")],'
                    ' triggers=[Trigger("c", Function("f"), timing="after", events="insert", constraint=True)]'
                ),
                11,
                "has constraint c twice",
            ),
            (
                'indexes=[Index("id", name="i"), Index("body", name="i")]',
                11,
                "index i of table notes has the name of another",
            ),
            (
                'indexes=[Index("body", name="notes")]',
                11,
                "index notes of table notes has the name of another relation",
            ),
            ('indexes=[Index("body"), Index("body")]', 11, "has the same index twice"),
            ('constraints=[PrimaryKey(["body"])]', 11, "has two primary keys"),
            ('constraints=[Unique(["body", "body"])]', 11, "names a column twice: body, body"),
            ("constraints=[Unique([])]", 11, "at least one column"),
            ('constraints=[Check("a b")]', 11, "syntax error"),
            ('constraints=[Check("")]', 11, "a check must be SQL text, not ''"),
            (
                'constraints=[Check("body <> 1", backfill={"bodi": 1})]',
                11,
                "check of table notes refers to column bodi, which the table does not have\n  Did you mean body?",
            ),
            (
                'constraints=[Check("id <> now()", backfill={"id": "gen_random_uuid()"})]',
                11,
                "looks like SQL\n  Write backfill=gen_random_uuid().",
            ),
            ('indexes=[Index(sql("lower("))]', 11, "syntax error"),
            ("indexes=[Index([])]", 11, "at least one column or expression"),
            ("indexes=[Index([5])]", 11, "not 5"),
            ('constraints=[Index("id")]', 4, "constraints of table notes cannot contain Index"),
            (
                'indexes=[\n        Index("id", unique="yes"),\n    ]',
                12,
                "unique must be True or False, not 'yes'\n  Write unique=True or unique=False.",
            ),
            ('indexes=[Index(descending("id", nulls_first="yes"))]', 11, "nulls_first must be True or False"),
            (
                'constraints=[Unique("id", deferrable="yes")]',
                11,
                "deferrable must be True or False, not 'yes'",
            ),
            (
                'constraints=[Unique("id", nulls_not_distinct=1)]',
                11,
                "nulls_not_distinct must be True or False",
            ),
            (
                'policies=[Policy("p", to="anon", using="true", permissive="no")]',
                11,
                "permissive must be True or False, not 'no'\n  Write permissive=True or permissive=False.",
            ),
            (
                'triggers=[Trigger("t", Function("f"), timing="after", events="truncate", for_each_row=0)]',
                11,
                "for_each_row must be True or False, not 0",
            ),
            ('row_security="on"', 4, "row_security must be True or False, not 'on'"),
            ("columns_=[]", 4, "Table() has no argument columns_\n  Did you mean columns?"),
            ("comment=5", 4, "a comment must be a plain str, not 5"),
            ('comment="a\\0"', 4, "NUL"),
            ('policies=[Policy("p", "upsert", to="anon", using="true")]', 11, "not 'upsert'"),
            ('policies=[Policy("p", to=[], using="true")]', 11, "has no role"),
            (
                'policies=[Policy("p", to="anon", using="true", restrictive=True)]',
                11,
                "Policy() has no argument restrictive\n  Known: name, command, to, using, check, permissive, ",
            ),
            (
                'policies=[Policy("p", "select", "anon")]',
                11,
                "Policy() takes name and command without a name, but",
            ),
            (
                'triggers=[Trigger("t", Function("f"))]',
                11,
                "Trigger() lacks timing and events\n  Write Trigger(name, ",
            ),
            ('policies=[Policy("p", to="anon")]', 11, "has no condition"),
            ('policies=[Policy("p", "insert", to="anon", using="true")]', 11, "Use check= instead"),
            ('policies=[Policy("p", "select", to="anon", check="true")]', 11, "Use using= instead"),
            ('access=Access(anon=may("reed", rows="all"))', 11, "unknown operation 'reed'"),
            (
                'access=Access(anon=may("select", rows="mine"))',
                11,
                'rows must be "own", "all", where(...) or member_of(...)',
            ),
            ('access=Access(anon=may("select", rows="own"))', 11, 'Access(own="user_id", ...)'),
            ('access=Access(anon="select")', 11, "must be may(...)"),
            ('access=Access(anon=may(rows="all"))', 11, "at least one operation"),
            ('access=Access(anon=may("delete", rows="all", columns=["id"]))', 11, "DELETE cannot be limited"),
            (
                'triggers=[Trigger("t", Function("f"), timing="instead", events="update")]',
                11,
                "not 'instead'",
            ),
            ('triggers=[Trigger("t", Function("f"), timing="after", events=[])]', 11, "has no event"),
            (
                'triggers=[Trigger("t", Function("f"), timing="after", events="upsert")]',
                11,
                "not on 'upsert'",
            ),
            (
                'triggers=[Trigger("t", "f", timing="after", events="update")]',
                11,
                "must be a Function, not 'f'",
            ),
            (
                'triggers=[Trigger("t", Function("f"), timing="after", events="insert", update_of="id")]',
                11,
                "update_of",
            ),
            (
                'triggers=[Trigger("t", Function("f"), timing="after", events="truncate")]',
                11,
                "for_each_row=False",
            ),
        ],
    )
    def test_in_a_table(self, load: Load, more: str, line: int, what: str) -> None:
        """An invalid argument of the table, or of an object of the table."""
        self.assert_error(load, GOOD.format(more=more), line, what)

    @pytest.mark.parametrize(
        ("column", "what"),
        [
            ('"id", text', "has column id twice"),
            ('"", text', "column needs a name\n"),
            ("5, text", "the name of a column must be a plain str, not 5"),
            ('"a\\0", text', "contains NUL"),
            ('"\\ud800", text', "not valid Unicode"),
            (f'"{"é" * 32}", text', "has 64 bytes\n  Postgres truncates names to 63 bytes"),
            ('"x", "text"', "the type of column x must be a Type, not 'text'"),
            (
                '"x", timestamptz, default=now',
                "default is the function now, and not a value\n  Call it: default=now().",
            ),
            ('"x", text, default={1, 2}', "{1, 2} of type set has no SQL constant"),
            ('"x", text, default="a\\0"', "NUL"),
            ('"x", timestamptz, default="now()"', "looks like SQL\n  Write default=now()."),
            ('"x", uuid, default="gen_random_uuid()"', "Write default=gen_random_uuid()."),
            ('"x", date, default="CURRENT_DATE"', "Write default=sql('CURRENT_DATE')."),
            ('"x", integer, default="nextval(\'s\')"', "Write default=sql("),
            (
                '"x", date, not_null=True, backfill="CURRENT_DATE"',
                "backfill 'CURRENT_DATE' is text, but looks like SQL\n  Write backfill=sql('CURRENT_DATE').",
            ),
            ('"x", text, not_null=True, backfill={1, 2}', "backfill: {1, 2} of type set has no SQL constant"),
            ('"x", text, default=1, generated=sql("id")', "more than one of default, generated and identity"),
            ('"x", text, generated=5', "generated must be SQL text"),
            ('"x", bigint, identity="maybe"', "Use one of: always, by default."),
            ('"x", uuid, references=auth_users, on_delete="cascad"', "Did you mean 'cascade'?"),
            ('"x", uuid, references=auth_users, on_update="zzz"', "Use one of: no action, restrict"),
            ('"x", uuid, on_delete="cascade"', "but no references"),
            ('"x", uuid, references="notes"', "must be a table or Reference(...)"),
            ('"x", uuid, references=Reference("nots")', "which is not declared\n  Did you mean notes?"),
            ('"x", uuid, references=Reference("notes", "boddy")', "references column boddy"),
            (
                '"x", uuid, references=Reference("notes", ["id", "body"])',
                "has columns (x), but references (id, body) of notes",
            ),
            ('"x", uuid, references=Reference("notes", "body")', "which is not unique"),
            ('"x", text, check="a > 0"', 'Write SQL as sql("...")'),
            ('"x", text, check=one_of()', "at least one value"),
            ('"x", text, check=one_of(["a", "b"])', "Unpack it: one_of(*values)."),
            ('"x", text, check=one_of("a", "a")', "a value twice"),
            ('"x", text, check=one_of("a", None)', "a check accepts NULL"),
            ('"x", text, check=at_least(None)', "never true"),
            ('"x", integer, check=between(3, 0)', "Swap the two bounds."),
            (
                '"x", text, not_null="yes"',
                "not_null must be True or False, not 'yes'\n  Write not_null=True or ",
            ),
            ('"x", text, primary_key="no"', "primary_key must be True or False, not 'no'"),
            ('"x", text, unique=None', "unique must be True or False, not None"),
            ('"x", text, deafult="a"', "Column() has no argument deafult\n  Did you mean default?"),
            ('"x", text, zzz=1', "Column() has no argument zzz\n  Known: name, type, not_null"),
            ('"x", txt', "NameError: name 'txt' is not defined\n  Did you mean text?"),
            ('"x"', "Column() lacks type\n  Write Column(name, type, ...)."),
            (
                '"x", text, True',
                "takes name and type without a name, but got 3 values without a name\n  Write the others with",
            ),
        ],
    )
    def test_in_a_column(self, load: Load, column: str, what: str) -> None:
        """An invalid argument of a column, or a reference that does not match its target."""
        self.assert_error(load, COLUMN.format(column=column), 7, what)

    @pytest.mark.parametrize(
        ("text", "line", "what"),
        [
            ("x = (\n", 3, "not valid Python: '(' was never closed\n  The error is in: x = ("),
            (
                "del Aggregate\nx = Aggregate\n",
                4,
                "NameError: name 'Aggregate' is not defined\n  Import it: from schema_dsl import Aggregate.",
            ),
            ("\nx = Tabel('a')\n", 4, "NameError: name 'Tabel' is not defined\n  Did you mean Table?"),
            ("from schema_dsl import Tabel\n", 3, "cannot import name 'Tabel'"),
            ("import zzz\n", 3, "ModuleNotFoundError: No module named 'zzz'"),
            ("import one\n", 3, "Import another definitions file with a leading dot: from .one import ..."),
            ("from .zzz import x\n", 3, "No module named"),
            ("def make():\n    return 1 / 0\n\nx = make()\n", 4, "ZeroDivisionError: division by zero"),
            ("raise SystemExit(3)\n", 3, "SystemExit: 3"),
            (
                "a = Table('a')\nb = Table('a')\n",
                4,
                "table public.a is declared twice\n  The other declaration is at ",
            ),
            (
                "a = Table('a', columns=[Column('n', text, unique=True)], constraints=[\n  Unique('n', name='k')])\n",
                4,
                "table a has two keys on (n): a_n_key and k\n  Remove one of the two; ",
            ),
            (f"a = Table('{'t' * 64}')\n", 3, "table name 'ttt"),
            ("a = Table('')\n", 3, "table needs a name"),
            ("a = Table('a', columns=5)\n", 3, "columns of table a cannot contain 5"),
            ("\nr = Role('a', client='no')\n", 4, "client must be True or False, not 'no'"),
            ("a = Type('')\n", 3, "must not be empty"),
            ("a = sql('')\n", 3, "ValueError: sql() needs SQL text"),
        ],
    )
    def test_in_python(self, load: Load, text: str, line: int, what: str) -> None:
        """An exception of Python, or of a declaration outside a table."""
        self.assert_error(load, text, line, what)

    def assert_error(self, load: Load, text: str, line: int, what: str) -> None:
        """Assert that loading raises an error with this line and text."""
        with pytest.raises(DefinitionError) as raised:
            load(one=text)
        message = str(raised.value)
        assert f"definitions/one.py:{line}: " == message[: len(f"definitions/one.py:{line}: ")]
        assert what in message
        if "Error: " not in message and "SystemExit" not in message:
            assert raised.value.instead

    def test_in_a_module_that_another_imports(self, load: Load) -> None:
        """The error has the line of the mistake, not of the import."""
        with pytest.raises(DefinitionError, match=r"^definitions/two.py:3: column needs a name"):
            load(one="from .two import x\n", two="x = Column('', text)\n")

    def test_a_text_default_that_looks_like_sql(self, load: Load) -> None:
        """A default that looks like SQL is allowed in a text column, and not every str looks like SQL."""
        one = 'a = Table("a", columns=[Column("b", text, default="now()"), Column("c", Type("kind"), default="x")])'
        assert ["a"] == tables(load(one=one))

    def test_an_empty_folder(self, load: Load) -> None:
        """A folder without Python and SQL is an error, not an empty schema."""
        with pytest.raises(
            DefinitionError, match=r"definitions/ contains no .py and no .sql files\n  Run `schema-dsl init`"
        ):
            load()

    def test_no_folder(self, tmp_path: Path) -> None:
        """A missing folder is an error."""
        with pytest.raises(DefinitionError, match=r"nowhere/ does not exist\n  Run `schema-dsl init`"):
            load_definitions(tmp_path / "nowhere", platform("vanilla"))

    @pytest.mark.parametrize(
        ("claims", "meaning"),
        [("app.user_id", "an id, not a JSON object"), ("role", "the name of the database role")],
    )
    def test_when_without_claims(self, tmp_path: Path, claims: str, meaning: str) -> None:
        """`when=` is an error if no request carries claims, because the permission would never apply."""
        text = """
        app = Role("app")
        pages = Table(
            "pages",
            columns=[Column("id", uuid)],
            access=Access(app=may("select", rows="all", when={"role": "editor"})),
        )
        """
        (tmp_path / "pages.py").write_text("from schema_dsl import *\n" + textwrap.dedent(text), "utf-8")
        vanilla = platform("vanilla")
        with pytest.raises(DefinitionError) as caught:
            load_definitions(tmp_path, attrs.evolve(vanilla, caller=CallerSetting.parse(claims)))
        assert (
            "table pages: the access of app has when=..., but no request carries claims: "
            f'the setting claims = "{claims}" is {meaning}'
        ) == caught.value.what
        assert "pages.py:4" in (caught.value.where or "")
        allowed = CallerSetting.parse("app.claims ->> user_id")
        load_definitions(tmp_path, attrs.evolve(vanilla, caller=allowed))

    def test_columns_of_a_platform_table(self, tmp_path: Path) -> None:
        """`columns=` is an error on a table of the platform, because no migration may revoke its privileges."""
        text = """
        objects = Table(
            "objects",
            schema="storage",
            existing=[Column("id", uuid), Column("name", text)],
            access=Access(authenticated=may("update", rows="all", columns="name")),
        )
        """
        (tmp_path / "objects.py").write_text("from schema_dsl import *\n" + textwrap.dedent(text), "utf-8")
        with pytest.raises(DefinitionError) as caught:
            load_definitions(tmp_path, platform("supabase"))
        assert (
            "table storage.objects: the access of authenticated has columns=..., but the privileges of this table "
            "belong to the platform supabase, and a migration cannot revoke them"
        ) == caught.value.what
        assert "objects.py:3" in (caught.value.where or "")
