"""Loading a definitions folder: the collected objects."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from definition_modules import tables

from schema_dsl.analysis.identity import table_identity
from schema_dsl.definitions import load_definitions
from schema_dsl.errors import DefinitionError
from schema_dsl.model.catalog import Catalog
from schema_dsl.platforms import platform

Load = Callable[..., Catalog]


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

    def test_import_by_the_folder(self, load: Load) -> None:
        """A definitions file imported by the name of the folder is reported with the relative import."""
        with pytest.raises(DefinitionError) as caught:
            load(**{"app/one": "from definitions.two import x\n", "two": ""})
        assert re.search(r"leading dot: from \.\.(two|NAME) import", str(caught.value))
