"""The table notes of the policy examples, and callers of the API."""

from __future__ import annotations

import json
from typing import Any

import attrs
import psycopg
from bad_examples import Example

from schema_dsl.postgres import Connection

ANN, BOB = "aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002"
TEAM = "cccccccc-0000-4000-8000-000000000003"

NOTES = """
CREATE TABLE public.notes (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid NOT NULL, body text, owner_email text,
    team_id uuid, owner_name text, owner_code text, deleted_at timestamptz, blocked uuid[] DEFAULT '{}'
);
ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.notes TO anon, authenticated, service_role;
"""
MEMBERS = """
CREATE TABLE public.members (team_id uuid NOT NULL, user_id uuid NOT NULL);
GRANT SELECT ON public.members TO authenticated;
"""
ROWS = (
    f"INSERT INTO public.notes (id, user_id, body) VALUES ('{ANN}', '{ANN}', 'a'), ('{BOB}', '{BOB}', 'b');"
)
SELECT_ALL = "SELECT * FROM public.notes"
UPDATE_ALL = "UPDATE public.notes SET body = 'x'"
DELETE_ALL = "DELETE FROM public.notes"


@attrs.frozen
class Caller:
    """A caller: a role, and the claims of a token."""

    role: str = "authenticated"
    claims: Any = attrs.field(factory=dict)


def signed_in(user: str = ANN, **claims: Any) -> Caller:
    """Return a signed-in user."""
    return Caller("authenticated", {"sub": user, "role": "authenticated", **claims})


ANONYMOUS = Caller("anon", {"role": "anon"})
FORGED_SERVICE_ROLE = Caller("authenticated", {"role": "service_role"})
SELF_DECLARED_ADMIN = signed_in(user_metadata={"role": "admin"})


def run_example(session: Connection, script: str, rows: str = ROWS) -> None:
    """Run an example with rows of two users, after creating the tables that the example requires."""
    for name, table in (("notes", NOTES), ("members", MEMBERS)):
        if f"CREATE TABLE public.{name} " not in script:
            session.execute(table)
    session.execute(script)
    if (
        "INSERT INTO public.notes (id, user_id, body)" in rows
        and " body" not in script
        and "notes (id" in script
    ):
        rows = f"INSERT INTO public.notes VALUES (gen_random_uuid(), '{ANN}'), (gen_random_uuid(), '{BOB}');"
    session.execute(rows)


def set_caller(session: Connection, caller: Caller) -> None:
    """Set the role and the claims of a caller for the transaction."""
    session.execute("SELECT set_config('request.jwt.claims', %s, true)", [json.dumps(caller.claims)])
    session.execute(f"SET LOCAL ROLE {caller.role}")


def result_of(session: Connection, statement: str, role: str = "") -> object:
    """Return the first value, row count or SQLSTATE of a statement, and roll it back."""
    session.execute("SAVEPOINT statement")
    if role:
        set_caller(session, attrs.evolve(signed_in(), role=role))
    try:
        answer = session.execute(statement.encode())
        row = answer.fetchone() if answer.description else (answer.rowcount,)
    except psycopg.Error as error:
        row = (error.sqlstate,)
    session.execute("ROLLBACK TO statement")
    return row and row[0]


def explain_plan(session: Connection, query: str = SELECT_ALL) -> str:
    """Return the plan of a query."""
    return "\n".join(line for (line,) in session.execute(f"EXPLAIN (COSTS OFF) {query}").fetchall())


@attrs.frozen
class AccessExample(Example):
    """An example and the access that it allows a caller.

    Attributes:
        statements: The statements of the caller.
        expected: The row count or SQLSTATE of the last statement.
        caller: The caller.
        setup: A script that a superuser runs first.
        rows: The script that inserts the rows.
    """

    statements: tuple[str, ...]
    expected: int | str
    caller: Caller = attrs.field(factory=signed_in)
    setup: str = ""
    rows: str = ROWS

    def measure(self, transaction: Connection, script: str) -> int | str:
        """Run an example, and return the row count or SQLSTATE of the last statement of the caller."""
        run_example(transaction, script, self.rows)
        if self.setup:
            transaction.execute(self.setup)
        set_caller(transaction, self.caller)
        try:
            for ask in self.statements:
                result: int | str = transaction.execute(ask).rowcount
        except psycopg.Error as error:
            result = error.sqlstate or ""
        return result
