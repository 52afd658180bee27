"""Loading a definitions folder: objects without a name, and traces of loading."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from definition_modules import HEAD, tables

from schema_dsl.cli.signals import interruptible
from schema_dsl.errors import DefinitionError, Terminated
from schema_dsl.model.catalog import Catalog

Load = Callable[..., Catalog]

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
        """The output of a definitions file goes to standard error, because standard output is for SQL and reports."""
        load(one="import sys\nprint('printed')\nsys.stdout.close()\nsys.stderr.close()\n")
        assert not sys.stdout.closed
        assert not sys.stderr.closed
        assert ("", "printed\n") == capfd.readouterr()

    @pytest.mark.parametrize(
        "text", ["os.system('echo printed')", "os.write(1, b'printed\\n'); os.close(1); os.close(2)"]
    )
    def test_descriptors(self, load: Load, capfd: pytest.CaptureFixture[str], text: str) -> None:
        """The output of a child process goes to standard error too, and closed descriptors are open again."""
        load(one=f"import os\n{text}\n")
        os.write(1, b"kept\n")
        assert ("kept\n", "printed\n") == capfd.readouterr()

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

    @pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"])
    def test_interrupt(self, load: Load, number: str) -> None:
        """Ctrl-C or a termination signal during the load is no mistake of the definitions."""
        expected = KeyboardInterrupt if number == "SIGINT" else Terminated
        with pytest.raises(expected), interruptible():
            load(one=f"import signal\nsignal.raise_signal(signal.{number})")

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
