"""The sound schemas of tests/lint/sound on a server: valid, and with the access that their headings describe."""

from __future__ import annotations

from pathlib import Path

import attrs
import psycopg
import pytest
from api_callers import ANN, ANONYMOUS, BOB, TEAM, Caller, set_caller, signed_in

from schema_dsl.postgres import Connection

SOUND = Path(__file__).parents[1] / "sound"
# Objects of a Supabase database that the schemas depend on.
SETUP = f"""
DROP TABLE auth.mfa_factors;
CREATE TABLE auth.mfa_factors (user_id uuid, status text);
INSERT INTO auth.users (id, email) VALUES ('{ANN}', 'ann@example.org'), ('{BOB}', 'bob@example.org'),
    ('{TEAM}', 'eve@example.org');
"""
EVE = TEAM
ORG, DOC = "dddddddd-0000-4000-8000-000000000004", "eeeeeeee-0000-4000-8000-000000000005"


@pytest.fixture(scope="module")
def connection(connection: Connection) -> Connection:
    """A superuser connection to a Supabase database."""
    connection.execute(SETUP.encode())
    return connection


@pytest.mark.parametrize("file", sorted(SOUND.glob("*.sql")), ids=lambda file: file.stem)
def test_valid(transaction: Connection, file: Path) -> None:
    """The server accepts the schema."""
    transaction.execute(file.read_bytes())


@attrs.frozen
class Access:
    """The number of rows or the SQLSTATE that a statement of a caller results in, with `rows` in the tables."""

    file: str
    rows: str
    caller: Caller
    statement: str
    expected: int | str
    settings: str = "SELECT"


TEAMS = f"""
INSERT INTO public.organizations (id, name) VALUES ('{ORG}', 'Acme'), ('{DOC}', 'Other');
INSERT INTO public.memberships VALUES ('{ORG}', '{ANN}', 'owner'), ('{ORG}', '{BOB}', 'member'),
    ('{DOC}', '{EVE}', 'owner');
INSERT INTO public.projects (organization_id, name) VALUES ('{ORG}', 'a'), ('{ORG}', 'b'), ('{DOC}', 'c');
"""
SHARED = f"""
INSERT INTO public.documents VALUES ('{DOC}', '{ANN}', 'mine'), (gen_random_uuid(), '{EVE}', 'theirs');
INSERT INTO public.document_shares VALUES ('{DOC}', '{BOB}', false);
"""
BLOCKED = f"""
INSERT INTO public.blocks VALUES ('{ANN}', '{BOB}');
INSERT INTO public.follows VALUES ('{EVE}', '{ANN}');
INSERT INTO public.posts (author, body, visibility) VALUES ('{ANN}', 'all', 'public'), ('{ANN}', 'few', 'followers');
"""
CUSTOMERS = (
    f"INSERT INTO app.customers (tenant_id, name) VALUES ('{ANN}', 'a'), ('{BOB}', 'b'), ('{BOB}', 'c');"
)
METHODS = f"INSERT INTO public.payment_methods (user_id, label) VALUES ('{ANN}', 'card'), ('{BOB}', 'card')"
CARTS = f"INSERT INTO public.carts (user_id, session_id) VALUES ('{ANN}', NULL), (NULL, 's1'), (NULL, 's2')"
TENANTS = f"INSERT INTO public.properties (tenant_id, name) VALUES ('{ORG}', 'a'), ('{DOC}', 'b')"
MESSAGES = f"""
INSERT INTO public.rooms (topic) VALUES ('lobby');
INSERT INTO public.rooms_users VALUES ('{ANN}', 'lobby');
INSERT INTO realtime.messages VALUES ('lobby', 'broadcast');
"""
LOBBY = "SELECT set_config('realtime.topic', 'lobby', true)"
APP = Caller("app_user")
STRONG = {"aal": "aal2", "is_anonymous": False}

ACCESSES = [
    Access("teams_by_helper", TEAMS, signed_in(ANN), "SELECT * FROM public.projects", 2),
    Access("teams_by_helper", TEAMS, signed_in(EVE), "SELECT * FROM public.projects", 1),
    Access("teams_by_helper", TEAMS, signed_in(BOB), "SELECT * FROM public.memberships", 2),
    Access("teams_by_helper", TEAMS, signed_in(BOB), "DELETE FROM public.projects", 0),
    Access("teams_by_helper", TEAMS, signed_in(ANN), "DELETE FROM public.projects", 2),
    Access("teams_by_helper", TEAMS, signed_in(BOB), "UPDATE public.memberships SET role = 'owner'", 0),
    Access(
        "teams_by_helper",
        TEAMS,
        signed_in(BOB),
        f"UPDATE public.projects SET organization_id = '{DOC}'",
        "42501",
    ),
    Access("teams_by_helper", TEAMS, ANONYMOUS, "SELECT * FROM public.projects", "42501"),
    Access("sharing", SHARED, signed_in(ANN), "SELECT * FROM public.documents", 1),
    Access("sharing", SHARED, signed_in(BOB), "SELECT * FROM public.documents", 1),
    Access("sharing", SHARED, signed_in(EVE), "SELECT * FROM public.documents", 1),
    Access("sharing", SHARED, signed_in(BOB), "UPDATE public.documents SET title = 'x'", 0),
    Access("sharing", SHARED, signed_in(BOB), "UPDATE public.document_shares SET can_edit = true", 0),
    Access("sharing", SHARED, signed_in(ANN), "UPDATE public.document_shares SET can_edit = true", 1),
    Access("sharing", SHARED, signed_in(EVE), "SELECT * FROM public.document_shares", 0),
    Access("follows_and_blocks", BLOCKED, signed_in(BOB), "SELECT * FROM public.posts", 0),
    Access("follows_and_blocks", BLOCKED, signed_in(EVE), "SELECT * FROM public.posts", 2),
    Access("follows_and_blocks", BLOCKED, signed_in(BOB), "SELECT * FROM public.follows", 0),
    Access("second_factor", METHODS, signed_in(ANN), "SELECT * FROM public.payment_methods", 0),
    Access("second_factor", METHODS, signed_in(ANN, **STRONG), "SELECT * FROM public.payment_methods", 1),
    Access(
        "second_factor",
        METHODS,
        signed_in(ANN, aal="aal2", is_anonymous=True),
        "UPDATE public.payment_methods SET label = 'x'",
        0,
    ),
    Access("guests", CARTS, ANONYMOUS, "SELECT * FROM public.carts", 0),
    Access(
        "guests",
        CARTS,
        ANONYMOUS,
        "SELECT * FROM public.carts",
        1,
        """SELECT set_config('request.headers', '{"x-session-id": "s1"}', true)""",
    ),
    Access("guests", CARTS, signed_in(ANN), "SELECT * FROM public.carts", 1),
    Access(
        "tenant_boundary",
        TENANTS,
        signed_in(ANN, app_metadata={"tenant_id": ORG}),
        "SELECT * FROM public.properties",
        1,
    ),
    Access(
        "tenant_boundary",
        TENANTS,
        signed_in(ANN, app_metadata={"tenant_id": ORG}),
        f"UPDATE public.properties SET tenant_id = '{DOC}'",
        "42501",
    ),
    Access("tenant_boundary", TENANTS, signed_in(ANN), "SELECT * FROM public.properties", 0),
    Access("tenant_setting", CUSTOMERS, APP, "SELECT * FROM app.customers", 0),
    Access(
        "tenant_setting",
        CUSTOMERS,
        APP,
        "SELECT * FROM app.customers",
        2,
        f"SELECT set_config('app.tenant_id', '{BOB}', true)",
    ),
    Access("realtime_topics", MESSAGES, signed_in(ANN), "SELECT * FROM realtime.messages", 1, LOBBY),
    Access("realtime_topics", MESSAGES, signed_in(BOB), "SELECT * FROM realtime.messages", 0, LOBBY),
    Access(
        "storage_folders",
        "",
        signed_in(ANN),
        f"INSERT INTO storage.objects (bucket_id, name) VALUES ('avatars', '{ANN}/me.png')",
        1,
    ),
    Access(
        "storage_folders",
        "",
        signed_in(ANN),
        f"INSERT INTO storage.objects (bucket_id, name) VALUES ('avatars', '{BOB}/me.png')",
        "42501",
    ),
    Access(
        "server_only",
        "INSERT INTO public.audit_log (action) VALUES ('x')",
        ANONYMOUS,
        "TABLE public.audit_log",
        "42501",
    ),
    Access("my_account", "", signed_in(ANN), "SELECT * FROM public.my_account", 1),
    Access(
        "enabled_by_trigger",
        "INSERT INTO public.bookmarks (user_id, url) SELECT id, 'x' FROM auth.users",
        signed_in(ANN),
        "SELECT * FROM public.bookmarks",
        1,
    ),
]


@pytest.mark.parametrize(
    "access", ACCESSES, ids=lambda access: f"{access.file}-{access.statement.split()[0]}-{access.expected}"
)
def test_access(transaction: Connection, access: Access) -> None:
    """The caller gets the expected number of rows, or the expected error."""
    transaction.execute((SOUND / f"{access.file}.sql").read_bytes())
    transaction.execute(access.rows.encode() or b"SELECT")
    transaction.execute(access.settings.encode())
    set_caller(transaction, access.caller)
    try:
        result: int | str = transaction.execute(access.statement.encode()).rowcount
    except psycopg.Error as error:
        result = error.sqlstate or ""
    assert access.expected == result
