"""The public types: mypy accepts correct definitions and reports mistakes in a project of a user."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import schema_dsl
from schema_dsl.definitions import load_definitions
from schema_dsl.platforms import platform

DECLARATIONS = Path(__file__).parent / "declarations"
DEFINITIONS = Path(__file__).parents[2] / "definitions"

HEAD = """\
from schema_dsl import *
from schema_dsl.platforms.supabase import auth_users, owner_may, service_role_may

call = Function("call")
"""

MISTAKES = {
    "unknown_name": "from schema_dsl import Tabel",
    "unknown_keyword": 'Column("a", text, deafult="x")',
    "name": "Column(5, text)",
    "on_delete": 'Column("a", uuid, references=auth_users, on_delete="cascad")',
    "on_update": 'Column("a", uuid, references=auth_users, on_update="set nil")',
    "on_delete_of_foreign_key": 'ForeignKey("a", auth_users, on_delete="cascad")',
    "on_update_of_foreign_key": 'ForeignKey("a", auth_users, on_update="set nil")',
    "references": 'Column("a", uuid, references="users")',
    "identity": 'Column("a", bigint, identity="sometimes")',
    "default": 'Column("a", text, default=one_of("x"))',
    "check": 'Column("a", integer, check="a > 0")',
    "check_of_table": 'Check(one_of("x"))',
    "type_table": 'Column("a", auth_users)',
    "type_text": 'Column("a", "text")',
    "type_of_array": 'array("text")',
    "one_of": 'one_of(["x", "y"])',
    "command": 'Policy("p", "upsert", to="anon", using="true")',
    "policy_without_roles": 'Policy("p", using="true")',
    "rows": 'may("select", rows="mine")',
    "operation": 'may("read", rows="all")',
    "operation_of_owner": 'owner_may("read", own="a")',
    "operation_of_service_role": 'service_role_may("read")',
    "access": 'Access(anon="select")',
    "index_method": 'Index("a", method="btre")',
    "index_element": "Index([5])",
    "exclusion_method": 'Exclusion([("a", "=")], method="btre")',
    "exclusion_element": 'Exclusion(["a"])',
    "trigger_timing": 'Trigger("t", call, timing="instead", events="update")',
    "trigger_event": 'Trigger("t", call, timing="before", events="upsert")',
    "trigger_events": 'Trigger("t", call, timing="before", events=["update", "upsert"])',
    "trigger_function": 'Trigger("t", "call", timing="before", events="update")',
    "columns": 'Table("t", columns=["id"])',
    "columns_index": 'Table("t", columns=[Index("id")])',
    "existing": 'Table("t", existing=["id"])',
    "constraints": 'Table("t", constraints=[Index("id")])',
    "indexes": 'Table("t", indexes=["id"])',
    "triggers": 'Table("t", triggers=[call])',
    "policies": 'Table("t", policies=[auth_users])',
    "access_of_table": 'Table("t", access=may("all", rows="all"))',
}


def run_mypy(folder: Path) -> dict[str, set[int]]:
    """Check all files of a folder in one run, and return the lines with errors by module name."""
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={os.devnull}", "."]
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    lines = defaultdict(set)
    for name, line in re.findall(r"^(\w+)\.py:(\d+): error: ", done.stdout, re.MULTILINE):
        lines[name].add(int(line))
    assert ": error: " not in re.sub(r"^\w+\.py:\d+: error: ", "", done.stdout, flags=re.MULTILINE)
    return dict(lines)


class TestTypes:
    """The types of the vocabulary."""

    def test_mypy(self, tmp_path: Path) -> None:
        """Mypy reports each mistake on its line, and nothing in correct definitions."""
        for name, statement in MISTAKES.items():
            (tmp_path / f"{name}.py").write_text(f"{HEAD}{statement}\n", "utf-8")
        for correct in (*DECLARATIONS.glob("*.py"), *DEFINITIONS.glob("*.py")):
            assert correct.stem not in MISTAKES
            shutil.copy(correct, tmp_path)
        line = HEAD.count("\n") + 1
        assert {name: {line} for name in MISTAKES} == run_mypy(tmp_path)

    def test_correct_declarations(self) -> None:
        """The correct declarations use each name of the vocabulary, and load."""
        imported = {
            alias.name
            for node in ast.walk(ast.parse((DECLARATIONS / "every_name.py").read_text("utf-8")))
            if isinstance(node, ast.ImportFrom) and node.module == "schema_dsl"
            for alias in node.names
        }
        assert set(schema_dsl.__all__) == imported
        assert load_definitions(DECLARATIONS, platform("supabase")).objects
