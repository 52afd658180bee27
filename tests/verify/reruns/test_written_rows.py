"""Catalog rows that a transaction has written, compared with those that it has replaced."""

from __future__ import annotations

import pytest

from schema_dsl.postgres import Server
from schema_dsl.verify.reruns.written_rows import are_same, read_written

SETUP = """
    CREATE TABLE a (id int);
    CREATE POLICY p ON a USING (id = 1);
    COMMENT ON POLICY p ON a IS 'one';
    CREATE POLICY q ON a USING (true);
"""
AGAIN = "DROP POLICY p ON a; CREATE POLICY p ON a USING (id = 1);"


@pytest.fixture(scope="module")
def compared(server: Server) -> dict[str, bool]:
    """Run scripts on policies, and return for each whether it writes the same rows as before."""
    catalogs = ["pg_class", "pg_depend", "pg_description", "pg_policy", "pg_shdepend"]
    found = {}
    with server.database() as database, database.connect() as connection:
        connection.execute(SETUP)
        for script in SCRIPTS:
            with connection.transaction(force_rollback=True):
                with connection.transaction(force_rollback=True):
                    connection.execute(script.encode())
                    new = read_written(connection, catalogs, "xmin")
                found[script] = are_same(read_written(connection, catalogs, "xmax"), new)
    return found


SCRIPTS = {
    f"{AGAIN} COMMENT ON POLICY p ON a IS 'one'": True,
    "COMMENT ON POLICY p ON a IS 'one'": True,
    "ALTER TABLE a ENABLE ROW LEVEL SECURITY; ALTER TABLE a DISABLE ROW LEVEL SECURITY": True,
    AGAIN: False,
    f"{AGAIN} COMMENT ON POLICY p ON a IS 'two'": False,
    f"{AGAIN} COMMENT ON POLICY q ON a IS 'one'": False,
    "DROP POLICY p ON a; CREATE POLICY p ON a USING (id = 2); COMMENT ON POLICY p ON a IS 'one'": False,
    "DROP POLICY p ON a": False,
    "CREATE POLICY r ON a": False,
    "ALTER TABLE a ENABLE ROW LEVEL SECURITY": False,
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_are_same(compared: dict[str, bool], script: str) -> None:
    """Equal rows are the same, also under another oid, and rows with another value or of another object are not."""
    assert SCRIPTS[script] is compared[script]
