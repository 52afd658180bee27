"""The features that histories of Supabase projects use run on a scratch server, as the role that runs migrations."""

from __future__ import annotations

import contextlib
import json
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from subjects import subject_of

from schema_dsl import Column, Table, integer
from schema_dsl.migrations import Migration
from schema_dsl.platforms import platform
from schema_dsl.postgres import Connection, Server
from schema_dsl.verify import Scratch
from schema_dsl.verify.scripts.apply import (
    ApplyError,
    apply_in_transaction,
    apply_migration,
    split_statements,
)

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
def owner(server: Server) -> Iterator[Connection]:
    """A session of the owner in an empty database of Supabase."""
    subject = subject_of(Table("made", columns=[Column("id", integer)]), platform=platform("supabase"))
    with (
        Scratch(server, subject) as scratch,
        scratch.fresh("platform") as database,
        contextlib.closing(scratch.connect(database)) as connection,
    ):
        yield connection


@pytest.fixture(scope="module")
def session(owner: Connection) -> Connection:
    """The session of the owner, on a server that this package started with its stand-ins."""
    query = "SELECT FROM pg_available_extensions WHERE name = 'pgsodium' AND default_version = '0'"
    if owner.execute(query).fetchone() is None:
        pytest.skip("roles and extensions of this server are not ours")
    return owner


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
        "CREATE EXTENSION pgtap; CREATE EXTENSION index_advisor; CREATE EXTENSION hypopg; CREATE EXTENSION wrappers;",
        "CREATE EXTENSION pgaudit; CREATE EXTENSION plpgsql_check; CREATE EXTENSION pg_repack;",
        "CREATE EXTENSION earthdistance CASCADE; CREATE EXTENSION postgres_fdw; CREATE EXTENSION insert_username;",
    ],
)
def test_runs(session: Connection, script: str) -> None:
    """Statements that Supabase runs for the owner of migrations run here too."""
    with session.transaction(force_rollback=True):
        apply_in_transaction(session, split_statements(script), "001_a.sql")


POLICY = "CREATE POLICY seen ON storage.objects FOR SELECT TO anon USING (true)"
LENT = """
    SELECT relname, relowner::regrole::text, xmin::text FROM pg_class
    WHERE oid = ANY ('{auth.users,storage.buckets,storage.objects,realtime.messages}'::regclass[])
"""


class TestTablesOfTheHost:
    """The owner of migrations manages policies on tables of Supabase, which the owner does not own."""

    @pytest.mark.parametrize(
        "script",
        [
            f"{POLICY}; ALTER POLICY seen ON storage.objects TO authenticated; DROP POLICY seen ON storage.objects;",
            'CREATE POLICY seen ON storage."objects" USING (true);',
            'CREATE POLICY seen ON storage.U&"\\006fbjects" USING (true);',
            "SET search_path = storage; CREATE POLICY seen ON Objects USING (true);",
            f"DO $$ BEGIN {POLICY}; DROP POLICY seen ON storage.objects; END $$;",
            "DO $$ BEGIN EXECUTE concat('CREATE POLICY seen ON storage.obj', 'ects USING (true)'); END $$;",
            f"CREATE FUNCTION public.f() RETURNS void LANGUAGE sql AS $$ {POLICY} $$; SELECT public.f();",
            f"""CREATE FUNCTION public.f() RETURNS void LANGUAGE sql AS $$ {POLICY} $$;
                DO $$ BEGIN PERFORM public.f(); END $$;""",
        ],
    )
    def test_policies(self, owner: Connection, script: str) -> None:
        """Statements on policies of storage.objects run wherever they stand, and the table keeps its owner."""
        owners = [row[:2] for row in owner.execute(LENT)]
        with owner.transaction(force_rollback=True):
            apply_in_transaction(owner, split_statements(script), "001_a.sql")
            assert sorted(owners) == sorted(row[:2] for row in owner.execute(LENT))

    @pytest.mark.parametrize("form", ["{}", "DO $$ BEGIN {}; END $$"])
    def test_other_tables(self, owner: Connection, form: str) -> None:
        """A statement on a policy of another table writes no new version of their rows in pg_class."""
        with owner.transaction(force_rollback=True):
            owner.execute(MADE.encode())
            before = owner.execute(LENT).fetchall()
            for text in ("CREATE POLICY a ON public.made USING (true)", "DROP POLICY a ON public.made"):
                owner.execute(form.format(text).encode())
            assert before == owner.execute(LENT).fetchall()

    def test_long_script(self, owner: Connection) -> None:
        """A block with a statement on a policy in a long script costs at most four times a block that does nothing."""
        comment = f"/*{' ' * 10_000_000}*/"
        seconds = []
        with owner.transaction(force_rollback=True):
            owner.execute(MADE.encode())
            for text in ("NULL", "DROP POLICY IF EXISTS a ON public.made"):
                script = f"{f'DO $$ BEGIN {text}; END $$;' * 100}{comment}"
                started = time.perf_counter()
                owner.execute(script.encode())
                seconds.append(time.perf_counter() - started)
        assert seconds[1] < 4 * seconds[0]


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


WATCH = """CREATE FUNCTION public.watch() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM set_config('test.seen', tg_tag, true); END $$;
"""


class TestHost:
    """Statements that the host runs for the owner of migrations, who is no superuser."""

    def test_event_trigger(self, owner: Connection) -> None:
        """An event trigger of a history works, belongs to the owner, and can be altered and dropped."""
        create = (
            f'{WATCH}\nCREATE EVENT TRIGGER "It\'s" ON ddl_command_end\n  EXECUTE FUNCTION public.watch();\n'
        )
        with owner.transaction(force_rollback=True):
            run(owner, f"SET search_path = public; {create}CREATE TABLE made ();")
            found = owner.execute(
                "SELECT evtname, evtowner = current_user::regrole, current_setting('test.seen')"
                " FROM pg_event_trigger WHERE evtname !~ '^schema_dsl_'"
            )
            assert [("It's", True, "CREATE TABLE")] == found.fetchall()
            run(owner, 'ALTER EVENT TRIGGER "It\'s" DISABLE; DROP EVENT TRIGGER "It\'s";')

    @pytest.mark.parametrize("quotes", ["$$", "$do$", "'"])
    def test_event_trigger_in_a_block(self, owner: Connection, quotes: str) -> None:
        """An event trigger that a DO block creates under a condition works as well."""
        body = "BEGIN IF true THEN CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION public.watch(); END IF; END"
        with owner.transaction(force_rollback=True):
            run(owner, f"{WATCH}DO {quotes}{body}{quotes};")
            assert [("e",)] == owner.execute(
                "SELECT evtname FROM pg_event_trigger WHERE evtowner = current_user::regrole"
            ).fetchall()

    def test_server_of_an_extension(self, session: Connection) -> None:
        """A server whose wrapper belongs to an extension is created for the owner, also a second time."""
        create = "CREATE SERVER IF NOT EXISTS \"s'1\" FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'x');"
        with session.transaction(force_rollback=True):
            run(session, f"CREATE EXTENSION postgres_fdw; {create} {create}")
            found = session.execute("SELECT srvname, srvowner = current_user::regrole FROM pg_foreign_server")
            assert [("s'1", True)] == found.fetchall()

    def test_line(self, owner: Connection) -> None:
        """An error after an event trigger has its line in the file."""
        script = (
            f"{WATCH}CREATE EVENT TRIGGER e\nON ddl_command_end EXECUTE FUNCTION watch();\nSELECT nothing;"
        )
        with owner.transaction(force_rollback=True), pytest.raises(ApplyError, match=r"001_a\.sql:5: column"):
            run(owner, script)

    @pytest.mark.parametrize("begin", ["", "BEGIN;\nCOMMIT;\n"])
    def test_row_security_of_the_platform(self, owner: Connection, begin: str) -> None:
        """Row security that a table of the platform has can be enabled again, as in older projects; nothing else."""
        enable = f"{begin}SELECT 1;\nALTER TABLE storage.objects ENABLE ROW LEVEL SECURITY;\n"
        run(owner, enable)
        for refused in ("FORCE ROW LEVEL SECURITY", "ADD COLUMN a int", "DISABLE ROW LEVEL SECURITY"):
            with pytest.raises(ApplyError, match=r"001_a\.sql:\d: must be owner of table objects"):
                run(owner, f"{enable}ALTER TABLE storage.objects {refused};")

    def test_version_of_an_extension(self, owner: Connection) -> None:
        """If the server lacks the version that a history names, it takes its own; an available version is kept."""
        with owner.transaction(force_rollback=True):
            run(owner, "CREATE EXTENSION IF NOT EXISTS \"citext\" WITH VERSION '9.9' CASCADE;")
            run(owner, "ALTER EXTENSION citext UPDATE TO '9.9'; CREATE EXTENSION hstore VERSION '1.7';")
            query = (
                "SELECT extversion FROM pg_extension WHERE extname IN ('citext', 'hstore') ORDER BY extname"
            )
            citext, hstore = (version for (version,) in owner.execute(query))
            assert citext != "9.9"
            assert "1.7" == hstore


def run(session: Connection, text: str) -> None:
    """Run a hand-written migration."""
    apply_migration(session, Migration.from_text(Path("001_a.sql"), text))


def test_uuids(session: Connection) -> None:
    """The functions of uuid-ossp give the identifiers of the standard, of any length of names."""
    for name in ("", "a" * 26, "a" * 103, "é" * 100):
        row = session.execute(
            "SELECT uuid_generate_v3(uuid_ns_url(), %(name)s), uuid_generate_v5(uuid_ns_url(), %(name)s)",
            {"name": name},
        ).fetchone()
        assert row == (uuid.uuid3(uuid.NAMESPACE_URL, name), uuid.uuid5(uuid.NAMESPACE_URL, name))
    first, second = session.execute("SELECT uuid_generate_v1(), uuid_generate_v1mc()").fetchone() or ()
    assert (1, uuid.RFC_4122, 1, uuid.RFC_4122) == (
        first.version,
        first.variant,
        second.version,
        second.variant,
    )
    since_1582 = (first.time - 0x01B21DD213814000) / 1e7
    assert abs(since_1582 - time.time()) < 60
    assert first.node != second.node


ADDRESS = {"$ref": "#/$defs/a~1b", "$defs": {"a/b": {"enum": [1, None]}}}
TREE = {"properties": {"child": {"$ref": "#"}}, "additionalProperties": False}


@pytest.mark.parametrize(
    ("schema", "valid", "invalid"),
    [
        ({"type": "object", "required": ["a"]}, {"a": None}, {}),
        ({"type": ["integer", "null"]}, 1.0, 1.5),
        ({"type": "string"}, "a", None),
        ({"const": {"a": 1}}, {"a": 1}, {"a": 2}),
        ({"multipleOf": 0.1, "exclusiveMaximum": 3}, 0.3, 3),
        ({"minimum": 1, "maximum": 2}, 2, 3),
        ({"minimum": 1, "exclusiveMinimum": True}, 2, 1),
        ({"minLength": 1, "maxLength": 2}, "é€", "abc"),
        ({"pattern": "^a\\d+$"}, "a12", "b1"),
        ({"items": {"type": "number"}, "minItems": 1, "maxItems": 2}, [1, 2], [1, "a"]),
        ({"uniqueItems": True}, [1, "1"], [1, 1.0]),
        ({"prefixItems": [{"type": "string"}], "items": False}, ["a"], ["a", 1]),
        ({"items": [{"type": "string"}], "additionalItems": False}, ["a"], ["a", 1]),
        ({"contains": {"const": 1}, "maxContains": 1}, [1, 2], [1, 1]),
        ({"properties": {"a": {"type": "null"}}, "additionalProperties": False}, {"a": None}, {"b": None}),
        (
            {"patternProperties": {"^x": {"type": "null"}}, "additionalProperties": False},
            {"x": None},
            {"x": 1},
        ),
        ({"propertyNames": {"maxLength": 1}, "minProperties": 1}, {"a": 1}, {"ab": 1}),
        ({"dependentRequired": {"a": ["b"]}}, {"b": 1}, {"a": 1}),
        ({"dependencies": {"a": {"required": ["b"]}}}, {"a": 1, "b": 1}, {"a": 1}),
        ({"allOf": [{"minimum": 1}, {"maximum": 2}]}, 1, 3),
        ({"anyOf": [{"type": "string"}, {"minimum": 3}]}, "a", 1),
        ({"oneOf": [{"multipleOf": 2}, {"multipleOf": 3}]}, 4, 6),
        ({"not": {"type": "null"}}, 1, None),
        (
            {"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"maxProperties": 0}},
            {},
            {"a": 1},
        ),
        (ADDRESS, None, 2),
        (TREE, {"child": {"child": {}}}, {"child": {"other": {}}}),
    ],
)
def test_json_schema(session: Connection, schema: object, valid: object, invalid: object) -> None:
    """pg_jsonschema judges as the standard does, also where the search_path is empty, and names the violated rules."""
    values = {"schema": json.dumps(schema), "valid": json.dumps(valid), "invalid": json.dumps(invalid)}
    with session.transaction(force_rollback=True):
        session.execute("CREATE EXTENSION pg_jsonschema WITH SCHEMA extensions; SET LOCAL search_path = ''")
        row = session.execute(
            """SELECT extensions.jsonschema_is_valid(%(schema)s::json),
                extensions.jsonb_matches_schema(%(schema)s::json, %(valid)s::jsonb),
                extensions.json_matches_schema(%(schema)s::json, %(invalid)s::json),
                extensions.jsonschema_validation_errors(%(schema)s::json, %(valid)s::json) = '{}',
                extensions.jsonschema_validation_errors(%(schema)s::json, %(invalid)s::json) <> '{}'
            """,
            values,
        ).fetchone()
    assert (True, True, False, True, True) == row


def test_json_schema_refusals(session: Connection) -> None:
    """A schema that is wrong is not valid, and a keyword that pg_jsonschema's stand-in does not know is an error."""
    with session.transaction(force_rollback=True):
        session.execute("CREATE EXTENSION pg_jsonschema WITH SCHEMA extensions")
        wrong = 'SELECT jsonschema_is_valid(\'{"properties": {"a": {"type": "text"}}}\')'
        assert [(False,)] == session.execute(wrong).fetchall()
        for keyword in ('"unevaluatedProperties": false', '"$ref": "https://example.com/schema"'):
            with session.transaction(force_rollback=True), pytest.raises(psycopg.errors.FeatureNotSupported):
                session.execute(f"SELECT json_matches_schema('{{{keyword}}}', '{{}}')".encode())


def test_missing_role(session: Connection) -> None:
    """A role that the definitions no longer declare is an error that says how to declare it."""
    statements = split_statements('GRANT USAGE ON SCHEMA public TO "the reader";')
    with pytest.raises(ApplyError, match=r'001_a\.sql:1: role "the reader" does not exist') as caught:
        apply_in_transaction(session, statements, "001_a.sql")
    assert 'Role("the reader")' in str(caught.value)
