"""Record the roles whose names scripts compute, before the scripts create them on an existing server.

A role of Postgres 15 does not tell who created it, so the names have to be known before a run can be killed.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from typing import Final

import psycopg

from schema_dsl.postgres import Connection, Server
from schema_dsl.postgres.marked_roles import CREATOR_SINCE, record_roles
from schema_dsl.verify.scripts.apply import ApplyError, rehearse_statements, split_statements
from schema_dsl.verify.scripts.refusals import has_transactions

_CREATES: Final = re.compile(r"\bcreate\s+(?:role|user|group)\b", re.IGNORECASE)
_DYNAMIC: Final = re.compile(r"\bexecute\s+(?!on\b|function\b|procedure\b)", re.IGNORECASE)
_NAMES: Final = "SELECT rolname FROM pg_catalog.pg_roles"


def may_compute_roles(server: Server, scripts: Iterable[str]) -> bool:
    """Return whether a server would keep roles that scripts create under computed names, if the run is killed."""
    if server.owns_cluster or server.version >= CREATOR_SINCE:
        return False
    text = "\n".join(scripts)
    return bool(_CREATES.search(text) and _DYNAMIC.search(text))


def record_computed_roles(server: Server, connection: Connection, script: str, file: str) -> None:
    """Run a script in a transaction that is rolled back, and record the roles that it creates.

    A script with transactions of its own, or that fails, records nothing.

    Args:
        server: The server.
        connection: A session of the role that runs the script, without an open transaction.
        script: The script.
        file: The name of the script, for messages.
    """
    statements = split_statements(script)
    if has_transactions(statements):
        return
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
    try:
        # The snapshot of the transaction shows no roles that other sessions create meanwhile.
        before = connection.execute(_NAMES).fetchall()
        rehearse_statements(connection, statements, file)
        created = {name for (name,) in {*connection.execute(_NAMES).fetchall()}.difference(before)}
    except (ApplyError, psycopg.Error):
        created = set()
    finally:
        if not connection.closed:
            connection.execute("ROLLBACK")
    if created:
        with contextlib.closing(server.connect()) as recorder:
            record_roles(recorder, created)
