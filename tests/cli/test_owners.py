"""The owners of the objects of a database in `diff`, `dump` and `import`."""

from __future__ import annotations

import contextlib
import json
import re
from pathlib import Path
from typing import Final

import pytest
from command_line import Run

from schema_dsl.parsing import split
from schema_dsl.postgres import Database, Server
from schema_dsl.sql import identifier

OTHER: Final = "schema_dsl_cli_owner"
TABLES: Final = (
    "CREATE TABLE zero (a int); CREATE TABLE one (a int); CREATE TABLE two (a int);"
    " CREATE TABLE three (a serial, b int) PARTITION BY LIST (b); CREATE TABLE part PARTITION OF three DEFAULT;"
)


def apply(database: Database, script: str) -> None:
    """Run a script statement by statement."""
    with contextlib.closing(database.connect()) as connection:
        for statement in split(script).statements:
            connection.execute(statement.text.encode())


@pytest.fixture
def role(server: Server) -> str:
    """A role, which another process may have created."""
    with contextlib.closing(server.connect()) as connection:
        connection.execute(
            f"DO $$ BEGIN CREATE ROLE {identifier(OTHER)}; "
            "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$".encode()
        )
    return OTHER


def test_owners(run: Run, server: Server, role: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An owner that is not the one of most objects is compared, dumped and imported, and a partition's is named."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "shop"\n\n[tool.schema-dsl]\nplatform = "vanilla"\nmigrations = "migrations"\n'
        f"postgres = {json.dumps(server.conninfo())}\n"
    )
    with server.database() as one, server.database() as other, server.database() as copy:
        apply(one, TABLES)
        apply(other, f"{TABLES} ALTER TABLE two OWNER TO {role}; ALTER TABLE part OWNER TO {role};")
        here, there = one.conninfo(), other.conninfo()
        for source, target in ((here, there), (there, here)):
            found = run("diff", "--from", source, "--to", target)
            assert 2 == found.stdout.count("~ owner"), found.stdout
            assert ["table public.part", "table public.two"] == sorted(
                line.removeprefix("~ ") for line in found.stdout.splitlines() if "table" in line
            )
        script = run("diff", "--from", here, "--to", there, "--sql", "--allow", "new-owner").stdout
        apply(one, script)
        assert "" == run("diff", "--from", here, "--to", there).stdout.replace("no differences\n", "")
        with server.database() as third:
            apply(third, f"CREATE TABLE zero (a int); ALTER TABLE zero OWNER TO {role};")
            found = run("diff", "--from", here, "--to", third.conninfo())
        assert f"most objects belong to {server.superuser} in" in found.stderr
        dumped = run("dump", "--from", there).stdout
        assert server.superuser in " ".join(dumped[: dumped.index("CREATE")].replace("--", "").split())
        apply(copy, dumped)
        assert dumped.splitlines()[2:] == run("dump", "--from", copy.conninfo()).stdout.splitlines()[2:]
        done = run("import", "--from", there)
        assert 0 == done.exit_code, done.stderr
        assert f"table public.part is owned by {role}, which the definitions cannot declare" in done.stderr
        assert f'owner="{role}"' in Path("definitions/two.py").read_text()
        assert "owner=" not in Path("definitions/one.py").read_text()


@pytest.mark.parametrize(
    ("grants", "membership", "reason"),
    [
        ("[]", "member_of=[], ", "must be able to SET ROLE|must be member of role"),
        ("[]", "", "permission denied for schema shop"),
        ('[Grant("usage", "create", to="schema_dsl_cli_boss")]', "", ""),
    ],
)
def test_refused_owner(
    run: Run,
    server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    grants: str,
    membership: str,
    reason: str,
) -> None:
    """An owner to whom Postgres does not give a table is refused before a migration is written."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text(
        f'[tool.schema-dsl]\nplatform = "vanilla"\npostgres = {json.dumps(server.conninfo())}\n'
    )
    (tmp_path / "definitions").mkdir()

    def declare(owner: str) -> None:
        (tmp_path / "definitions/shop.py").write_text(
            '"""Shop."""\nfrom schema_dsl import *\n'
            f'boss = Role("schema_dsl_cli_boss", {membership and "managed=True, "}client=False)\n'
            f'shop = Schema("shop", grants={grants})\n'
            f'notes = Table("notes", schema="shop", columns=[Column("id", bigint, primary_key=True)]{owner})\n'
        )

    declare("")
    assert 0 == run("generate").exit_code
    declare(", owner=boss")
    done = run("generate", "--name", "owned")
    if not reason:
        assert 0 == done.exit_code, done.output
        return
    assert 2 == done.exit_code, done.output
    assert re.search(f"002_owned.sql:[0-9]+: the migration cannot run: .*({reason})", done.stderr), (
        done.stderr
    )
    assert (
        "It changes the owner of table shop.notes. The role that runs migrations has to be a member"
        in done.stderr
    )
    assert not (tmp_path / "generated/002_owned.sql").exists()
