"""Files of SQL that declarations in Python name."""

from __future__ import annotations

from pathlib import Path

import pytest
from sql_definitions import load

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import DefinitionError


class TestNamedFiles:
    """Files that a declaration in Python names."""

    def test_belong_to_the_declaration(self, tmp_path: Path) -> None:
        """from_file and sql_file read from the folder of the module, and the files declare nothing by themselves."""
        (tmp_path / "definitions" / "sql").mkdir(parents=True)
        (tmp_path / "definitions" / "sql" / "f.sql").write_text(
            "\nCREATE FUNCTION f() RETURNS int RETURN 1;\n"
        )
        (tmp_path / "definitions" / "sql" / "v.sql").write_text("SELECT 1 AS a;\n")
        found = load(
            tmp_path,
            app_py="from schema_dsl import *\n"
            'f = Function.from_file("sql/f.sql")\nv = View("v", sql_file("sql/v.sql"))\n',
        ).objects
        function = found[Identity("function", "public", "f", ())]
        assert "RETURN 1" == function.body.strip()
        assert ("f.sql", 2) == (Path(function.origin.file).name, function.origin.line)
        assert "SELECT 1 AS a" == found[Identity("view", "public", "v")].query

    @pytest.mark.parametrize(
        ("name", "arguments"), [("Function", "() RETURNS int RETURN 1"), ("Procedure", "() BEGIN ATOMIC END")]
    )
    def test_take_privileges_from_python(self, tmp_path: Path, name: str, arguments: str) -> None:
        """A declaration from a file takes the privileges, the owner and the comment from its arguments."""
        (tmp_path / "definitions").mkdir()
        (tmp_path / "definitions" / "f.sql").write_text(f"CREATE {name.upper()} f{arguments};")
        options = 'execute=[reader], grants=[Grant("execute", to=admin)], owner=boss, comment="Says one."'
        found = load(
            tmp_path,
            app_py="from schema_dsl import *\nreader, admin, boss = Role('reader'), Role('admin'), Role('boss')\n"
            f"f = {name}.from_file('f.sql', {options})\n",
        )
        routine = Identity(name.lower(), "public", "f", ())
        assert "Says one." == found.objects[routine].comment
        assert "boss" == found.objects[Identity("owner", "public", "", parent=routine)].role
        assert {"reader", "admin"} <= {
            identity.name for identity in found.objects if identity.kind == "privilege"
        }

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("SELECT 1;", "the file has 1 statement, and not one CREATE FUNCTION"),
            ("CREATE PROCEDURE p() LANGUAGE sql AS '';", "not one CREATE FUNCTION"),
            ("CREATE FUNCTION f() RETURNS int", "f names no language"),
            ("CREATE FUNCTION f(", "syntax error"),
        ],
    )
    def test_must_have_one_statement(self, tmp_path: Path, text: str, expected: str) -> None:
        """A file that is not one CREATE statement is an error with its line."""
        (tmp_path / "definitions").mkdir()
        (tmp_path / "definitions" / "f.sql").write_text(text)
        with pytest.raises(DefinitionError, match=expected) as caught:
            load(tmp_path, app_py='from schema_dsl import *\nf = Function.from_file("f.sql")\n')
        assert "f.sql:1" in str(caught.value)

    def test_must_exist(self, tmp_path: Path) -> None:
        """A missing file is an error at the line that names it, and lists the files that exist."""
        with pytest.raises(DefinitionError, match=r"there is no file x\.sql") as caught:
            load(tmp_path, app_py='from schema_dsl import *\n\nv = View("v", sql_file("x.sql"))\n', y_sql="")
        assert "app.py:3" in str(caught.value)
        assert "y.sql" in str(caught.value)
