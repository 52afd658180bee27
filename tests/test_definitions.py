"""Loading a definitions folder: the collected objects, and the errors for mistakes."""

from __future__ import annotations

import gc
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

from schema_dsl.analysis.identity import table_identity
from schema_dsl.definitions import load_definitions
from schema_dsl.errors import DefinitionError
from schema_dsl.model.catalog import Catalog
from schema_dsl.platforms import CallerSetting, platform

Load = Callable[..., Catalog]

HEAD = "from schema_dsl import *\nfrom schema_dsl.platforms.supabase import auth_users\n"


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Return a function that writes modules into a definitions folder and loads the folder."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "definitions"
    folder.mkdir()

    def run(**modules: str) -> Catalog:
        for name, text in modules.items():
            file = folder / f"{name}.py"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(HEAD + textwrap.dedent(text), "utf-8")
        return load_definitions(Path("definitions"), platform("supabase"))

    return run


def tables(catalog: Catalog) -> list[str]:
    """Return the names of the declared tables, in the order of the catalog."""
    return [identity.name for identity in catalog.of_kind("table")]


class TestCollection:
    """Objects that a module-level name is bound to are collected."""

    def test_names_lists_and_dicts(self, load: Load) -> None:
        """Objects in a list, tuple or dict are collected as well, and each object once."""
        catalog = load(
            one="""
            a = Table("a", columns=[Column("id", uuid)])
            rest = [Table("b", columns=[Column("id", uuid)]), (Table("c", columns=[Column("id", uuid)]),)[0]]
            pair = (Table("d", columns=[Column("id", uuid)]),)
            named = {"e": Table("e", columns=[Column("id", uuid)])}
            again = a
            """
        )
        assert ["a", "b", "c", "d", "e"] == tables(catalog)

    def test_functions_and_roles(self, load: Load) -> None:
        """Declared functions and roles are added to those of the platform."""
        catalog = load(one='f = Function("f")\nr = Role("reader")\n')
        assert "f" in [function.name for function in catalog.functions]
        assert "reader" in [role.name for role in catalog.roles]
        assert "anon" in [role.name for role in catalog.roles]

    def test_modules_import_from_each_other(self, load: Load) -> None:
        """An imported table is collected once, and belongs to the module that declares it."""
        catalog = load(
            a_first="""
            from .b_second import b
            a = Table("a", columns=[Column("b", uuid, references=b)])
            """,
            b_second='b = Table("b", columns=[Column("id", uuid, primary_key=True)])\n',
        )
        assert ["a", "b"] == tables(catalog)
        assert [
            ("definitions/a_first.py", (table_identity("public", "a"),)),
            ("definitions/b_second.py", (table_identity("public", "b"),)),
        ] == [(section.file, section.roots) for section in catalog.sections]

    def test_table_of_a_helper(self, load: Load) -> None:
        """A table from a helper in another module belongs to the module that binds the table."""
        catalog = load(
            a_shared='def make(name):\n    return Table(name, columns=[Column("id", uuid)])\n',
            b_uses="from .a_shared import make\nnotes = make('notes')\n",
        )
        assert ["definitions/b_uses.py"] == [section.file for section in catalog.sections]

    def test_imported_platform_table(self, load: Load) -> None:
        """An import of a platform's table does not declare the table."""
        assert ["a"] == tables(load(one='a = Table("a", columns=[Column("u", uuid, references=auth_users)])'))

    def test_the_docstring_is_title_and_purpose(self, tmp_path: Path) -> None:
        """The first line of the docstring is the title, the rest is the purpose."""
        (tmp_path / "one.py").write_text(
            '"""A title.\n\n    The purpose.\n    """\n'
            "from schema_dsl import *\n"
            'a = Table("a", columns=[Column("b", text)])\n'
        )
        section = load_definitions(tmp_path, platform("vanilla")).sections[0]
        assert ("A title.", "The purpose.") == (section.title, section.purpose)


class TestSubFolders:
    """Files in sub-folders are definitions as well."""

    NOTES = 'notes = Table("notes", columns=[Column("id", uuid, primary_key=True)])\n'

    def test_collection(self, load: Load) -> None:
        """Tables of sub-folders are collected in the order of the paths, and their section has the path."""
        catalog = load(
            **{
                "zebra": 'z = Table("z", columns=[Column("id", uuid)])\n',
                "app/deep/two": 'two = Table("two", columns=[Column("id", uuid)])\n',
                "app/one": 'one = Table("one", columns=[Column("id", uuid)])\n',
            }
        )
        assert ["two", "one", "z"] == tables(catalog)
        assert ["definitions/app/deep/two.py", "definitions/app/one.py", "definitions/zebra.py"] == [
            section.file for section in catalog.sections
        ]

    @pytest.mark.parametrize("package", [False, True])
    @pytest.mark.parametrize(
        ("importing", "statement"),
        [
            ("app/tasks", "from .notes import notes"),
            ("app/tasks", "from . import notes as module\nnotes = module.notes"),
            ("tasks", "from .app.notes import notes"),
            ("other/tasks", "from ..app.notes import notes"),
            ("app/deep/tasks", "from ..notes import notes"),
        ],
    )
    def test_relative_imports(self, load: Load, importing: str, statement: str, *, package: bool) -> None:
        """Files of different folders import from each other, with and without __init__.py."""
        inits = {"app/__init__": "", "__init__": "", "other/__init__": "", "app/deep/__init__": ""}
        reference = 'tasks = Table("tasks", columns=[Column("note", uuid, references=notes)])\n'
        catalog = load(
            **{"app/notes": self.NOTES, importing: f"{statement}\n{reference}", **(inits if package else {})}
        )
        assert ["notes", "tasks"] == sorted(tables(catalog))
        assert "definitions/app/notes.py" in [section.file for section in catalog.sections]

    def test_init(self, load: Load) -> None:
        """An __init__.py runs first and once, and others import from its package."""
        catalog = load(
            **{
                "__init__": "owner = Column('owner', uuid)\n",
                "A": 'from . import owner\na = Table("a", columns=[owner])\n',
                "app/__init__": self.NOTES,
                "app/tasks": 'from . import notes\nt = Table("t", columns=[Column("n", uuid, references=notes)])\n',
            }
        )
        assert ["a", "notes", "t"] == tables(catalog)

    def test_other_folders(self, load: Load, tmp_path: Path) -> None:
        """Hidden folders, caches and virtual environments are not loaded."""
        (tmp_path / "definitions" / "env").mkdir()
        (tmp_path / "definitions" / "env" / "pyvenv.cfg").touch()
        files = (".hidden/x", "__pycache__/x", "env/lib/x", "app/.checkpoints/x")
        assert ["notes"] == tables(load(notes=self.NOTES, **dict.fromkeys(files, "1 / 0\n")))

    def test_one_module_twice(self, load: Load) -> None:
        """Two files that are one module for Python are an error, because only one of them would be loaded."""
        with pytest.raises(DefinitionError) as caught:
            load(**{"app": self.NOTES, "app/__init__": ""})
        assert str(caught.value) == (
            "definitions/app.py: definitions/app/__init__.py and definitions/app.py are the same module for Python\n"
            "  Rename one of the two."
        )

    def test_dot_in_a_file_name(self, load: Load) -> None:
        """A dot in a file name makes no package of the name."""
        files = {"app.notes": self.NOTES, "app/notes": 'b = Table("b", columns=[Column("id", uuid)])\n'}
        assert ["b", "notes"] == sorted(tables(load(**files)))

    @pytest.mark.parametrize(
        ("files", "message"),
        [
            (
                {"app/one": "from ..other.two import b\na = 1\n", "other/two": "from ..app.one import a\n"},
                (
                    "definitions/other/two.py:3: ImportError: cannot import name 'a' from '.app.one'\n"
                    "  Two definitions files import each other: move what both need into a third file."
                ),
            ),
            (
                {"app/one": "\nimport two\n", "app/two": ""},
                (
                    "definitions/app/one.py:4: ModuleNotFoundError: No module named 'two'\n"
                    "  Import another definitions file with a leading dot: from .two import ..."
                ),
            ),
            (
                {"app/one": "from two import x\n", "two": ""},
                (
                    "definitions/app/one.py:3: ModuleNotFoundError: No module named 'two'\n"
                    "  Import another definitions file with a leading dot: from ..two import ..."
                ),
            ),
            (
                {"one": "from app.two import x\n", "app/two": ""},
                (
                    "definitions/one.py:3: ModuleNotFoundError: No module named 'app'\n"
                    "  Import another definitions file with a leading dot: from .app import ..."
                ),
            ),
            ({"app/one": "a = Column('', text)\n"}, "definitions/app/one.py:3: column needs a name"),
            ({"app/one": "a = (\n"}, "definitions/app/one.py:3: not valid Python: '(' was never closed"),
        ],
    )
    def test_mistakes(self, load: Load, files: dict[str, str], message: str) -> None:
        """A mistake in a sub-folder has its file, its line and its remedy."""
        with pytest.raises(DefinitionError) as caught:
            load(**files)
        assert str(caught.value).startswith(message)


ID = 'columns=[Column("id", uuid, primary_key=True)]'


class TestUnbound:
    """A table that no name is bound to would be left out of the schema without a word."""

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            (f'Table("lost", {ID})\n', 3),
            (f'a = Table("lost", {ID})\na = Table("kept", {ID})\n', 3),
            (f'def make():\n    Table("lost", {ID})\nmake()\n', 4),
            (f'class Blog:\n    posts = Table("lost", {ID})\n', 4),
            (f'a = Table("lost", schema="app", {ID})\ndel a\nb = Table("lost", {ID})\n', 3),
            (f'for name in ("lost", "kept"):\n    t = Table(name, {ID})\n', 4),
            (f'a = Table("lost", {ID}),\na = {{Table("kept", {ID})}}\n', 3),
        ],
    )
    def test_lost_table(self, load: Load, text: str, line: int) -> None:
        """The error has the line of the table."""
        with pytest.raises(DefinitionError) as caught:
            load(one=text)
        schema = "app" if "app" in text else "public"
        assert str(caught.value) == (
            f"definitions/one.py:{line}: table {schema}.lost is bound to no module-level name, "
            "so it is not declared\n  Assign it to a name of its own, or put it into a list, tuple or "
            "dict that has a name; remove it if the schema does not need it."
        )

    def test_lost_in_a_sub_folder(self, load: Load) -> None:
        """A table that an imported file of a sub-folder loses is found as well."""
        with pytest.raises(DefinitionError, match=r"^definitions/app/x\.py:3: table public\.lost "):
            load(**{"app/x": f'Table("lost", {ID})\na = 1\n', "one": "from .app.x import a\n"})

    @pytest.mark.parametrize(
        "text",
        [
            f'rest = {{"a": [Table("a", {ID})], "b": ((Table("b", {ID}),),)}}\n',
            f'a = Table("a", {ID})\nb = [Table("b", {ID})]\nb.append(b)\n',
            f'import attrs\na = attrs.evolve(Table("a", {ID}), comment="A.")\nb = Table("b", {ID})\n',
            f'a = Table("a", {ID})\nb = Table("b", {ID})\nTable("users", existing=[])\n',
            f'a = Table("a", {ID})\nb = Table("b", {ID})\nColumn("c", uuid, references=Table("c", {ID}))\n',
            f'a = Table("a", {ID})\nb = Table("b", {ID})\nForeignKey(["c"], Table("c", {ID}))\n',
            f'a = Table("a", {ID})\nb = Table("b", {ID})\nr = Role("reader")\nReference("c")\n',
            f'import collections\nt = collections.OrderedDict(a=Table("a", {ID}), b=Table("b", {ID}))\n',
        ],
    )
    def test_no_lost_table(self, load: Load, text: str) -> None:
        """Nested lists and dicts contain tables; existing tables and tables of a reference need no name."""
        assert ["a", "b"] == tables(load(one=text))

    def test_table_of_a_library(self, load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A library that the definitions import may construct tables that the schema does not take."""
        library = f'from schema_dsl import *\ntaken = Table("taken", {ID})\nTable("left", {ID})\n'
        (tmp_path / "schema_library.py").write_text(library)
        monkeypatch.syspath_prepend(tmp_path)
        assert ["taken"] == tables(load(one="from schema_library import taken\n"))
        sys.modules.pop("schema_library")


class TestSideEffects:
    """Loading definitions has no side effects."""

    def test_interpreter(self, load: Load) -> None:
        """sys.modules, the garbage collector and sys.dont_write_bytecode are restored."""
        modules = set(sys.modules)
        load(one='from .two import b\na = Table("a", columns=[Column("b", text)])\n', two="b = 1\n")
        assert not [name for name in set(sys.modules) - modules if "definitions" in name]
        assert gc.isenabled()
        assert not sys.dont_write_bytecode or "PYTHONDONTWRITEBYTECODE" in __import__("os").environ

    def test_folder(self, load: Load, tmp_path: Path) -> None:
        """The load creates no __pycache__ folder."""
        load(one="from .two import b\n", two="b = 1\n")
        assert {"one.py", "two.py"} == {path.name for path in (tmp_path / "definitions").iterdir()}

    def test_after_a_failure(self, load: Load) -> None:
        """After a failed load, the corrected files load."""
        with pytest.raises(DefinitionError):
            load(one="1 / 0\n")
        assert gc.isenabled()
        assert ["a"] == tables(load(one='a = Table("a", columns=[Column("b", text)])\n'))

    def test_output(self, load: Load, capfd: pytest.CaptureFixture[str]) -> None:
        """What a definitions file prints goes to standard error, because standard output is for SQL and reports."""
        load(one="import sys\nprint('printed')\nsys.stdout.close()\nsys.stderr.close()\n")
        assert not sys.stdout.closed
        assert not sys.stderr.closed
        assert ("", "printed\n") == capfd.readouterr()

    def test_current_folder(self, load: Load) -> None:
        """A definitions file that changes the current folder changes it for itself only."""
        before = Path.cwd()
        load(one="import os\nos.chdir('/')\n")
        assert before == Path.cwd()

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("import sys; sys.exit()", "SystemExit: no message\n  A definitions file must not exit."),
            ("raise GeneratorExit('stop')", "GeneratorExit: stop"),
            ("class Other(BaseException): pass\nraise Other('x\\x1b[31m')", r"Other: x\x1b[31m"),
        ],
    )
    def test_any_exception(self, load: Load, text: str, message: str) -> None:
        """An exception of any class is one message with the file and line."""
        with pytest.raises(DefinitionError) as caught:
            load(one=text)
        line = HEAD.count("\n") + text.count("\n") + 1
        assert str(caught.value) == f"definitions/one.py:{line}: {message}"

    def test_interrupt(self, load: Load) -> None:
        """Ctrl-C during the load is no mistake of the definitions."""
        with pytest.raises(KeyboardInterrupt):
            load(one="raise KeyboardInterrupt")

    def test_circular_import(self, load: Load) -> None:
        """Files that import each other are told so, without the name of an internal module."""
        with pytest.raises(DefinitionError) as caught:
            load(one="from .two import b\na = 1\n", two="from .one import a\nb = 1\n")
        assert str(caught.value) == (
            "definitions/two.py:3: ImportError: cannot import name 'a' from '.one'\n"
            "  Two definitions files import each other: move what both need into a third file."
        )

    def test_reload(self, load: Load) -> None:
        """A changed file is reloaded."""
        load(one="x = 1\n")
        assert ["a"] == tables(load(one='a = Table("a", columns=[Column("b", text)])\n'))


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
            ("columns_=[]", 4, "unexpected keyword argument 'columns_'\n  Did you mean columns?"),
            ("comment=5", 4, "a comment must be a plain str, not 5"),
            ('comment="a\\0"', 4, "NUL"),
            ('policies=[Policy("p", "upsert", to="anon", using="true")]', 11, "not 'upsert'"),
            ('policies=[Policy("p", to=[], using="true")]', 11, "has no role"),
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
            ('"x", text, default={1, 2}', "{1, 2} of type set has no SQL constant"),
            ('"x", text, default="a\\0"', "NUL"),
            ('"x", timestamptz, default="now()"', "looks like SQL\n  Write default=now()."),
            ('"x", uuid, default="gen_random_uuid()"', "Write default=gen_random_uuid()."),
            ('"x", date, default="CURRENT_DATE"', "Write default=sql('CURRENT_DATE')."),
            ('"x", integer, default="nextval(\'s\')"', "Write default=sql("),
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
            ('"x", text, deafult="a"', "unexpected keyword argument 'deafult'\n  Did you mean default?"),
            ('"x", text, zzz=1', "unexpected keyword argument 'zzz'\n  Known: name, type, not_null"),
            ('"x", txt', "NameError: name 'txt' is not defined\n  Did you mean text?"),
            ('"x"', "missing 1 required positional argument: 'type'"),
        ],
    )
    def test_in_a_column(self, load: Load, column: str, what: str) -> None:
        """An invalid argument of a column, or a reference that does not match its target."""
        self.assert_error(load, COLUMN.format(column=column), 7, what)

    @pytest.mark.parametrize(
        ("text", "line", "what"),
        [
            ("x = (\n", 3, "not valid Python: '(' was never closed\n  The error is in: x = ("),
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
