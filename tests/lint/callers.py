"""The notes that examples about policies are of, and who asks for them."""

from __future__ import annotations

import json
from typing import Any

import attrs
import psycopg
from shown import Example

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
READ = "SELECT * FROM public.notes"
CHANGE = "UPDATE public.notes SET body = 'x'"
EMPTY = "DELETE FROM public.notes"


@attrs.frozen
class Caller:
    """Who asks: a role, and the claims of a token."""

    role: str = "authenticated"
    claims: Any = attrs.field(factory=dict)


def signed_in(user: str = ANN, **claims: Any) -> Caller:
    """Give a user with a token."""
    return Caller("authenticated", {"sub": user, "role": "authenticated", **claims})


NOBODY = Caller("anon", {"role": "anon"})
FORGED = Caller("authenticated", {"role": "service_role"})
ADMIN_BY_OWN_WORD = signed_in(user_metadata={"role": "admin"})


def run(session: Connection, script: str, rows: str = ROWS) -> None:
    """Run an example, with the tables that it takes for granted, and rows of two users."""
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


def become(session: Connection, caller: Caller) -> None:
    """Take a caller's role, with their claims."""
    session.execute("SELECT set_config('request.jwt.claims', %s, true)", [json.dumps(caller.claims)])
    session.execute(f"SET LOCAL ROLE {caller.role}")


def given(session: Connection, ask: str, role: str = "") -> object:
    """Give what a statement gives, and leave nothing of it."""
    session.execute("SAVEPOINT asked")
    if role:
        become(session, attrs.evolve(signed_in(), role=role))
    try:
        answer = session.execute(ask.encode())
        row = answer.fetchone() if answer.description else (answer.rowcount,)
    except psycopg.Error as error:
        row = (error.sqlstate,)
    session.execute("ROLLBACK TO asked")
    return row and row[0]


def plan(session: Connection, query: str = READ) -> str:
    """Explain a query."""
    return "\n".join(line for (line,) in session.execute(f"EXPLAIN (COSTS OFF) {query}").fetchall())


@attrs.frozen
class Shown(Example):
    """What an example lets a caller do: so many rows, or the SQLSTATE of an error.

    `asks` are statements of the caller, of which the last is meant; `before` is done by a superuser.
    """

    asks: tuple[str, ...]
    seen: int | str
    caller: Caller = attrs.field(factory=signed_in)
    before: str = ""
    rows: str = ROWS

    def seen_with(self, tried: Connection, script: str) -> int | str:
        """Run an example, and give what the caller gets."""
        run(tried, script, self.rows)
        if self.before:
            tried.execute(self.before)
        become(tried, self.caller)
        try:
            for ask in self.asks:
                seen: int | str = tried.execute(ask).rowcount
        except psycopg.Error as error:
            seen = error.sqlstate or ""
        return seen
