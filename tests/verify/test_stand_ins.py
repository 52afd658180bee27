"""What the histories of Supabase projects use runs on a scratch server, as the role that runs migrations there."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from subjects import subject_of

from schema_dsl import Column, Table, integer
from schema_dsl.platforms import platform
from schema_dsl.postgres import Connection, Server
from schema_dsl.verify import Scratch
from schema_dsl.verify.apply import ApplyError, apply_in_transaction, split_statements

USER = """
INSERT INTO auth.users (
    instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, recovery_sent_at, last_sign_in_at,
    raw_app_meta_data, raw_user_meta_data, created_at, updated_at, confirmation_token, email_change,
    email_change_token_new, recovery_token
) VALUES (
    '00000000-0000-0000-0000-000000000000', '5eed0000-0000-4000-8000-000000000001', 'authenticated', 'authenticated',
    'a@b.example', '', now(), now(), now(), '{}', '{}', now(), now(), '', '', '', ''
);
"""
MADE = "CREATE TABLE public.made (id int);\n"
TRIGGER = "CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';\n"


@pytest.fixture(scope="module")
def session(server: Server) -> Iterator[Connection]:
    """A session of the owner in an empty database of Supabase, on a server that this package started."""
    subject = subject_of(Table("made", columns=[Column("id", integer)]), platform=platform("supabase"))
    with (
        Scratch(server, subject) as scratch,
        scratch.fresh("platform") as database,
        contextlib.closing(scratch.connect(database)) as connection,
    ):
        query = "SELECT FROM pg_available_extensions WHERE name = 'pgsodium' AND default_version = '0'"
        if connection.execute(query).fetchone() is None:
            pytest.skip("roles and extensions of this server are not ours")
        yield connection


@pytest.mark.parametrize(
    "script",
    [
        "ALTER ROLE anon SET statement_timeout = '3s'; ALTER ROLE authenticated SET statement_timeout = '8s';",
        "ALTER ROLE authenticator SET pgrst.db_pre_request = 'public.check_request';",
        "ALTER ROLE authenticator SET pgrst.db_schemas TO 'public, api'; NOTIFY pgrst, 'reload config';",
        "CREATE ROLE dsl_clerk NOINHERIT; GRANT dsl_clerk TO authenticator; GRANT anon TO dsl_clerk;",
        "SET session_replication_role = replica;",
        USER,
        f"""{USER} INSERT INTO auth.identities
            (id, user_id, identity_data, provider, provider_id, last_sign_in_at, created_at, updated_at)
        SELECT gen_random_uuid(), id, format('{{"sub":"%s"}}', id)::jsonb, 'email', id, now(), now(), now()
        FROM auth.users;""",
        f"""{MADE} CREATE POLICY mfa ON public.made AS RESTRICTIVE TO authenticated USING (
            array[(SELECT auth.jwt() ->> 'aal')] <@ (
                SELECT CASE WHEN count(id) > 0 THEN array['aal2'] ELSE array['aal1', 'aal2'] END FROM auth.mfa_factors
                WHERE (SELECT auth.uid()) = user_id AND status = 'verified'));""",
        f"""{TRIGGER} CREATE TRIGGER confirmed AFTER UPDATE ON auth.users FOR EACH ROW
            WHEN (old.confirmed_at IS NULL AND new.confirmed_at IS NOT NULL) EXECUTE FUNCTION public.f();""",
        f"{TRIGGER} CREATE TRIGGER stored AFTER INSERT ON storage.objects FOR EACH ROW EXECUTE FUNCTION public.f();",
        "CREATE POLICY listed ON storage.objects FOR SELECT TO anon USING (storage.operation() = 'object.list');",
        'CREATE EXTENSION IF NOT EXISTS "pgsodium" WITH SCHEMA "pgsodium"; SELECT (pgsodium.create_key()).id;',
        "CREATE EXTENSION earthdistance CASCADE; CREATE EXTENSION postgres_fdw; CREATE EXTENSION insert_username;",
    ],
)
def test_runs(session: Connection, script: str) -> None:
    """Statements that Supabase runs for the owner of migrations run here too."""
    with session.transaction(force_rollback=True):
        apply_in_transaction(session, split_statements(script), "001_a.sql")


def test_webhook(session: Connection) -> None:
    """A database webhook is recorded with its trigger, and sends nothing."""
    webhook = """
        CREATE TRIGGER "new row" AFTER INSERT ON public.made FOR EACH ROW EXECUTE FUNCTION
            supabase_functions.http_request('https://example.com', 'POST', '{}', '{}', '5000');
        INSERT INTO public.made VALUES (1);
    """
    with session.transaction(force_rollback=True):
        apply_in_transaction(session, split_statements(MADE + webhook), "001_a.sql")
        hooks = session.execute(
            "SELECT hook_table_id::regclass::text, hook_name FROM supabase_functions.hooks"
        )
        assert [("public.made", "new row")] == [
            (f"public.{name.split('.')[-1]}", hook) for name, hook in hooks
        ]


def test_unavailable_extension(session: Connection) -> None:
    """An extension without a stand-in is an error with file and line, which says what to do."""
    statements = split_statements("SELECT 1;\nCREATE EXTENSION IF NOT EXISTS postgis;")
    with pytest.raises(ApplyError, match=r'001_a\.sql:2: extension "postgis" is not available') as caught:
        apply_in_transaction(session, statements, "001_a.sql")
    assert "server that has it" in str(caught.value)
