"""`schema-dsl generate` refuses to weaken the access to a table that exists, until that is allowed by name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Run

from schema_dsl.postgres import Server

Declare = Callable[..., None]

MINE = "id::text = current_setting('app.user_id', true)"


@pytest.fixture
def declare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Declare:
    """Return a function that declares a table with one policy and one privilege in a vanilla project."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "definitions").mkdir()
    (tmp_path / "pyproject.toml").write_text(
        '[tool.schema-dsl]\nplatform = "vanilla"\nclaims = "app.user_id"\n'
        f"postgres = {json.dumps(server.conninfo())}\n"
    )

    def write(using: str = MINE, may: str = '"select"', more: str = "") -> None:
        (tmp_path / "definitions" / "notes.py").write_text(
            '"""Notes."""\nfrom schema_dsl import *\nclient = Role("schema_dsl_client")\n'
            f'mine = Policy("mine", "all", to="schema_dsl_client", using="{using}"{more})\n'
            'notes = Table("notes", columns=[Column("id", text, primary_key=True), Column("body", text)],\n'
            f'    policies=[mine], access=Access(own="id", schema_dsl_client=may({may}, rows="own")))\n'
        )

    return write


class TestRefusal:
    """The refusal of weaker access, and its remedy."""

    def test_refused_then_allowed(self, run: Run, declare: Declare) -> None:
        """Nothing is written until each change is allowed; the header records it, and --amend keeps it."""
        declare()
        assert 0 == run("generate").exit_code
        declare(using=f"{MINE} OR body = 'shared'", may='"select", "update"')
        for options in ((), ("--check",), ("--stdout",), ("--allow", "wider-policy")):
            refused = run("generate", *options)
            assert (1, "") == (refused.exit_code, refused.stdout)
            assert [] == list(Path("generated").glob("002_*"))
        (line,) = [text for text in run("generate").stderr.splitlines() if "notes.mine" in text]
        assert (
            "notes.py:4: public.notes.mine: its USING condition is not the old one with a further AND."
            in line
        )
        assert line.endswith("To allow this: --allow wider-policy:public.notes.mine")
        assert "because of 2 changes that weaken the access to existing objects" in run("generate").stderr
        named = ("wider-policy:public.notes.mine", "new-privilege:public.notes.schema_dsl_client")
        allowed = run("generate", "--name", "shared", *(part for name in named for part in ("--allow", name)))
        assert 0 == allowed.exit_code, allowed.output
        text = Path("generated/002_shared.sql").read_text()
        assert all(f"-- schema-dsl: allows {name}\n" in text for name in named)
        assert 0 == run("generate", "--amend").exit_code
        assert text == Path("generated/002_shared.sql").read_text()

    def test_many(self, run: Run, declare: Declare, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where many changes have one hazard, the last line has the option that allows them all."""
        monkeypatch.setattr("schema_dsl.cli.generate._MANY", 1)
        declare()
        run("generate")
        declare(using=f"{MINE} OR body = 'shared'")
        last = run("generate").stderr.splitlines()[-1]
        assert last.endswith("existing objects. --allow wider-policy allows 1 of them")

    def test_rollback(self, run: Run, declare: Declare) -> None:
        """The way back from a narrower policy is refused and allowed in the same way."""
        declare()
        run("generate")
        declare(using=f"{MINE} AND body IS NOT NULL")
        refused = run("generate", "--name", "narrower", "--rollback")
        assert 1 == refused.exit_code
        assert "wrote generated/002_narrower.sql" in refused.stdout
        assert "--allow wider-policy:public.notes.mine" in refused.stderr
        back = Path("generated/002_narrower_rollback.sql")
        assert not back.exists()
        allowed = run("generate", "--rollback", "--allow", "wider-policy:public.notes.mine")
        assert 0 == allowed.exit_code, allowed.output
        assert "allows nothing" not in allowed.stderr
        assert "-- schema-dsl: allows wider-policy:public.notes.mine\n" in back.read_text()

    def test_allows_nothing(self, run: Run, declare: Declare) -> None:
        """An option that allows nothing is reported, also if nothing is due."""
        declare()
        for _ in range(2):
            done = run("generate", "--allow", "wider-policy:public.notes.own")
            assert 0 == done.exit_code
            assert "note: --allow wider-policy:public.notes.own allows nothing" in done.stderr


class TestOwnerRights:
    """Views and functions that a client role uses, and that read tables with the rights of their owner."""

    def test_refused_then_allowed(self, run: Run, declare: Declare, tmp_path: Path) -> None:
        """A renamed and retyped column is no other query; a further column, row or owner's right is."""

        def declare_readers(column: str, shown: str, peeked: str) -> None:
            declare()
            (tmp_path / "definitions" / "readers.py").write_text(
                '"""Readers."""\nfrom schema_dsl import *\nfrom .notes import client\n'
                f'items = Table("items", columns=[Column("id", bigint, primary_key=True), {column}])\n'
                f'shown = View("shown", "{shown}", select=[client])\n'
                f'stored = MaterializedView("stored", "{shown}", select=[client])\n'
                'peek = Function("peek", returns="SETOF bigint", language="sql", security_definer=True,\n'
                f'    execute=[client], set={{"search_path": ""}}, body="{peeked}")\n'
            )

        old, new = 'Column("state", varchar(9))', 'Column("stage", text, renamed_from="state")'
        declare_readers(old, "SELECT id, state FROM items WHERE state <> 'x'", "SELECT id FROM public.items")
        assert 0 == run("generate").exit_code
        renamed = "SELECT id, stage FROM items WHERE stage <> 'x'"
        declare_readers(new, renamed, "SELECT id FROM public.items")
        done = run("generate")
        assert 0 == done.exit_code, done.output
        declare_readers(new, f"{renamed} OR id = 1", "SELECT id + 1 FROM public.items")
        names = ("wider-view:public.shown", "wider-view:public.stored", "wider-function:public.peek")
        refused = run("generate")
        assert names == tuple(re.findall("--allow (.*)", refused.stderr))
        allowed = run("generate", *(part for name in names for part in ("--allow", name)))
        assert 0 == allowed.exit_code, allowed.output
        verified = run("verify", "--only", "never weaker")
        assert 0 == verified.exit_code, verified.output


class TestVerify:
    """The proof `never weaker` compares with the access before."""

    def test_header(self, run: Run, declare: Declare) -> None:
        """Wider access holds where the header allows it, and fails where it does not."""
        declare()
        run("generate")
        declare(using=f"{MINE} OR body = 'shared'")
        run("generate", "--name", "shared", "--allow", "wider-policy")
        verified = run("verify", "--only", "never weaker")
        assert 0 == verified.exit_code, verified.output
        file = Path("generated/002_shared.sql")
        kept = [text for text in file.read_text().splitlines(keepends=True) if "allows" not in text]
        file.write_text("".join(kept))
        failed = run("verify", "--only", "never weaker")
        assert 1 == failed.exit_code
        assert (
            "after the migration, schema_dsl_client can read another user's row in notes, which is refused before,"
            " and the header of the migration does not allow it"
        ) in " ".join(failed.output.split())

    def test_renamed_table(self, run: Run, declare: Declare) -> None:
        """The access to a renamed table is compared with the access to it under its former name."""
        declare()
        run("generate")
        declare(using=f"{MINE} OR body = 'shared'")
        file = Path("definitions/notes.py")
        file.write_text(file.read_text().replace('Table("notes"', 'Table("remarks", renamed_from="notes"'))
        assert 1 == run("generate", "--name", "remarks").exit_code
        assert 0 == run("generate", "--name", "remarks", "--allow", "wider-policy").exit_code
        migration = Path("generated/002_remarks.sql")
        kept = [text for text in migration.read_text().splitlines(keepends=True) if "allows" not in text]
        migration.write_text("".join(kept))
        failed = run("verify", "--only", "never weaker")
        assert "client can read another user's row in remarks, which is refused before" in " ".join(
            failed.output.split()
        )


REPLACED = """from schema_dsl import *
f = Function("f", arguments="a integer", returns="{type}", language="sql", body="SELECT 1")
kept = Function("kept", returns="{type}", language="sql", body="SELECT 1")
v = View("v", "SELECT 1::{type} AS a")
above = View("above", "SELECT a FROM public.v")
"""


def test_objects_that_are_created_again(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    """Default privileges give nothing on a replaced object to a role from which a migration by hand revoked it.

    A role keeps its default privileges if the definitions do not declare privileges.
    """
    monkeypatch.chdir(tmp_path)
    (tmp_path / "definitions").mkdir()
    (tmp_path / "pyproject.toml").write_text(
        f'[tool.schema-dsl]\nplatform = "supabase"\npostgres = {json.dumps(server.conninfo())}\n'
    )
    definitions = tmp_path / "definitions" / "a.py"
    definitions.write_text(REPLACED.format(type="integer"))
    assert 0 == run("generate").exit_code
    (tmp_path / "generated" / "002_by_hand.sql").write_text(
        "REVOKE EXECUTE ON FUNCTION public.f(integer) FROM PUBLIC, anon, authenticated;\n"
        "REVOKE ALL ON public.v, public.above FROM anon;\n"
    )
    definitions.write_text(REPLACED.format(type="bigint"))
    assert 0 == run("generate", "--name", "wider").exit_code
    text = (tmp_path / "generated" / "003_wider.sql").read_text()
    assert [
        "FUNCTION public.f(integer) FROM anon, authenticated, PUBLIC",
        "TABLE public.v FROM anon",
        "TABLE public.above FROM anon",
    ] == re.findall(r"REVOKE ALL ON (.*);", text)
    assert "GRANT" not in text
    verified = run("verify", "--only", "matches", "--only", "locks", "--only", "idempotent")
    assert 0 == verified.exit_code, verified.stdout
