"""The conditions of policies, with names that need quotes: the access proof finds rows and callers for each."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Iterator
from typing import Final

import pytest
from subjects import subject_of

from schema_dsl import (
    Access,
    Column,
    Policy,
    Table,
    array,
    boolean,
    date,
    gen_random_uuid,
    integer,
    jsonb,
    may,
    named_type,
    now,
    numeric,
    one_of,
    sql,
    text,
    timestamptz,
    uuid,
)
from schema_dsl.platforms import platform
from schema_dsl.platforms.supabase import auth_users, service_role_may
from schema_dsl.postgres import Server
from schema_dsl.verify import Scratch
from schema_dsl.verify.access import TableResult, describe_failures, try_access

SUPABASE: Final = platform("supabase")
LONG: Final = "ü" * 31 + "x"
HELPERS: Final = '"My Helpers"'
MEMBERS: Final = f'{HELPERS}."Team Members"'
TEAM: Final = '"Order ""x"" select"."team id"'
OWN: Final = '"user" = (SELECT auth.uid())'
# The percentage of the conditions that a run without -m tries.
_PART: Final = 8

BASELINE: Final = """
CREATE SCHEMA "My Helpers"; GRANT USAGE ON SCHEMA "My Helpers" TO authenticated, anon;
CREATE SCHEMA "Geschäft"; GRANT USAGE ON SCHEMA "Geschäft" TO authenticated, anon, service_role;
CREATE TYPE "My Helpers"."Sicht""bar" AS ENUM ('privat', 'für alle', 'te''am');
CREATE TABLE "My Helpers"."Team Members" (
    "team id" uuid,
    "user" uuid REFERENCES auth.users,
    "Role" text CHECK ("Role" IN ('boss','work er')),
    PRIMARY KEY ("team id", "user")
);
CREATE TABLE "My Helpers"."order" (
    "select" uuid PRIMARY KEY REFERENCES auth.users, "is Admin" boolean NOT NULL DEFAULT false, banned_until timestamptz
);
CREATE VIEW "My Helpers"."Bosse" AS
    SELECT "team id" AS t, "user" AS u FROM "My Helpers"."Team Members" WHERE "Role" = 'boss';
CREATE MATERIALIZED VIEW "My Helpers"."Mat" AS SELECT "select" AS id FROM "My Helpers"."order" WHERE "is Admin";
GRANT SELECT ON ALL TABLES IN SCHEMA "My Helpers" TO authenticated;
CREATE FUNCTION "My Helpers"."is admin?"("who" uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER AS $f$
DECLARE r boolean;
BEGIN SELECT "is Admin" INTO r FROM "My Helpers"."order" WHERE "select" = "who"; RETURN coalesce(r, false); END $f$;
CREATE FUNCTION "My Helpers"."in Team"(t uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS $f$
SELECT t IN (SELECT "team id" FROM "My Helpers"."Team Members" WHERE "user" = auth.uid()) $f$;
CREATE FUNCTION "My Helpers"."boss of"() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER AS $f$
SELECT t FROM "My Helpers"."Bosse" WHERE u = auth.uid() $f$;
CREATE FUNCTION "My Helpers".visible(s text, p boolean) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $f$
BEGIN CASE s WHEN 'pub''lic' THEN RETURN true; ELSE IF p THEN RETURN true; END IF; END CASE; RETURN false; END $f$;
"""

orders = Table(
    'Order "x" select',
    schema="Geschäft",
    columns=[
        Column("id", uuid, primary_key=True, default=gen_random_uuid()),
        Column("user", uuid, not_null=True, references=auth_users),
        Column("Zu'stand", text, not_null=True, default="draft", check=one_of("draft", "pub'lic", "x")),
        Column("Ist öffentlich", boolean, not_null=True, default=False),
        Column(LONG, timestamptz, not_null=True, default=now()),
        Column("meta data", jsonb),
        Column("tags", array(text)),
        Column("n", integer, not_null=True, default=0),
        Column("team id", uuid),
        Column("e mail", text),
        Column("view er", array(uuid)),
        Column("Sicht", named_type('Sicht"bar', schema="My Helpers"), not_null=True, default="privat"),
        Column("code", text),
        Column("price", numeric(10, 2)),
        Column("during", named_type("tstzrange", schema="pg_catalog")),
        Column("ip", named_type("inet", schema="pg_catalog")),
        Column("day", date),
        Column("body", text, not_null=True, default=""),
    ],
    policies=[
        Policy('My "own" policy', to="authenticated", using=sql('"user" = (SELECT auth.uid())')),
        service_role_may("all"),
    ],
    access=Access(own="user", authenticated=may("all", rows="own"), service_role=may("all", rows="all")),
)
M = '"My Helpers"'


# Conditions that let other callers read a row, or the owner's row to others.
CONDITIONS: Final = {
    "a state with a quote": "\"Zu'stand\" = 'pub''lic'",
    "a boolean": '"Ist öffentlich"',
    "a moment in a column of 63 bytes": f"\"{LONG}\" < now() - interval '3 days'",
    "a value of an enum": "\"Sicht\" = 'für alle'",
    "an order of an enum": "\"Sicht\" > 'privat'",
    "a view": f'"team id" IN (SELECT t FROM {HELPERS}."Bosse" WHERE u = auth.uid())',
    "a materialized view": f'EXISTS (SELECT FROM {HELPERS}."Mat" WHERE id = auth.uid())',
    "a PL/pgSQL function": f'{HELPERS}."is admin?"(auth.uid())',
    "a SQL function": f'{HELPERS}."in Team"("team id")',
    "a function of rows": f'"team id" IN (SELECT {HELPERS}."boss of"())',
    "a function in FROM": f'EXISTS (SELECT FROM {HELPERS}."boss of"() AS b(x) WHERE b.x = "team id")',
    "CASE in PL/pgSQL": f'{HELPERS}.visible("Zu\'stand", "Ist öffentlich")',
    "named arguments": f"{HELPERS}.visible(p => \"n\" > 3, s => 'x')",
    "rows that are not in a group": f'NOT EXISTS (SELECT FROM {MEMBERS} AS m WHERE m."team id" = "team id")',
    "a count": f'(SELECT count(*) FROM {MEMBERS} AS m WHERE m."team id" = {TEAM}) > 0',
    "an aggregate": (
        f'(SELECT bool_or(m."Role" = \'boss\') FROM {MEMBERS} AS m WHERE m."team id" = {TEAM}'
        ' AND m."user" = auth.uid())'
    ),
    "WITH": (
        f'EXISTS (WITH z AS (SELECT "team id" q FROM {MEMBERS} WHERE "user" = auth.uid())'
        f" SELECT FROM z WHERE q = {TEAM})"
    ),
    "LATERAL": (
        f'EXISTS (SELECT FROM {HELPERS}."order" o, LATERAL (SELECT m."team id" q FROM {MEMBERS} AS m'
        f' WHERE m."user" = o."select") z WHERE o."select" = auth.uid() AND z.q = {TEAM})'
    ),
    "an attribute of the owner": f'EXISTS (SELECT FROM {HELPERS}."order" o WHERE o."select" = "user" AND o."is Admin")',
    "a bit": '"n" & 4 <> 0',
    "a remainder": '"n" % 7 = 3',
    "an absolute value": 'abs("n") > 100',
    "BETWEEN SYMMETRIC": '"n" BETWEEN SYMMETRIC 20 AND 10',
    "a numeric": '"price" > 1000.5',
    "a row": '("Ist öffentlich", "n") = (true, 5)',
    "IS DISTINCT FROM": "\"Zu'stand\" IS DISTINCT FROM 'draft'",
    "CASE": "CASE \"Zu'stand\" WHEN 'x' THEN true ELSE false END",
    "coalesce": "coalesce(\"e mail\", '') = ''",
    "LIKE": "\"code\" LIKE 'PUB-%'",
    "a regular expression": "\"code\" ~ '^P[0-9]+$'",
    "left": "left(\"code\", 1) = 'P'",
    "a length": 'length("code") > 20',
    "lower": "lower(\"code\") = 'public'",
    "starts_with": "starts_with(\"code\", 'pub')",
    "split_part": "split_part(\"code\", ':', 1) = 'pub'",
    "ILIKE": "\"code\" ILIKE '%open%'",
    "ANY of an array": "'pub' = ANY (\"tags\")",
    "an overlap of arrays": "\"tags\" && ARRAY['open']",
    "an array that contains": "\"tags\" @> '{open}'",
    "a cardinality": 'cardinality("tags") > 2',
    "an element": "\"tags\"[1] = 'open'",
    "a key of a document": "\"meta data\" ->> 'vis' = 'open'",
    "a number in a document": "(\"meta data\" ->> 'n')::int > 5",
    "a key that exists": "\"meta data\" ? 'open'",
    "a document that contains": '"meta data" @> \'{"open": true}\'',
    "a path in a document": "\"meta data\" #>> '{a,b}' = 'c'",
    "an element of a document": "\"meta data\" -> 'list' ->> 0 = 'x'",
    "a jsonpath": "jsonb_path_exists(\"meta data\", '$.open ? (@ == true)')",
    "a boolean in a document": "(\"meta data\" -> 'open')::boolean",
    "a subscript of a document": "\"meta data\"['open'] = 'true'",
    "elements of a document": "auth.uid()::text IN (SELECT jsonb_array_elements_text(\"meta data\" -> 'viewers'))",
    "the caller in a document": "\"meta data\" -> 'viewers' ? auth.uid()::text",
    "the caller in an array": 'auth.uid() = ANY ("view er")',
    "a range": '"during" @> now()',
    "a network": "\"ip\" << '10.0.0.0/8'",
    "a day": '"day" = current_date',
    "the day of a moment": f'"{LONG}"::date = current_date - 1',
    "a weekday": f'extract(isodow FROM "{LONG}") = 7',
    "an hour": f"date_trunc('hour', \"{LONG}\") = date_trunc('hour', now())",
    "an age": f"age(\"{LONG}\") > interval '1 year'",
    "nullif": "nullif(\"e mail\", '') IS NULL",
    "the e-mail of the caller": "\"e mail\" = auth.jwt() ->> 'email'",
    "the domain of the caller": "split_part(\"e mail\", '@', 2) = split_part(auth.jwt() ->> 'email', '@', 2)",
    "a domain": "auth.jwt() ->> 'email' LIKE '%@acme.test'",
    "an assurance level": "auth.jwt() ->> 'aal' = 'aal2'",
    "auth.role()": "auth.role() = 'authenticated'",
    "a role in the claims": "auth.jwt() -> 'app_metadata' -> 'roles' ? 'admin'",
    "elements of the claims": (
        "'admin' = ANY (ARRAY(SELECT jsonb_array_elements_text(auth.jwt() -> 'app_metadata' -> 'roles')))"
    ),
    "an id in the claims": "(\"team id\")::text = auth.jwt() -> 'app_metadata' ->> 'org'",
    "ids in the claims": "auth.jwt() -> 'app_metadata' -> 'orgs' ? \"team id\"::text",
    "a request header": "current_setting('request.headers', true)::json ->> 'x-key' = 's3'",
    "a request method": "current_setting('request.method', true) = 'GET'",
    "a request path": "current_setting('request.path', true) LIKE '/rpc/%'",
    "anonymous sign-ins": "(auth.jwt() ->> 'is_anonymous')::boolean IS TRUE",
    "no anonymous sign-ins": "coalesce((auth.jwt() ->> 'is_anonymous')::boolean, false) = false AND \"n\" > 4",
    "session_user": "session_user = 'authenticator'",
    "a document in the claims": "auth.jwt() -> 'amr' @> '[{\"method\": \"otp\"}]'",
    "a number in the claims": "(auth.jwt() ->> 'exp')::bigint > 5",
    "a claim that exists": "auth.jwt() ->> 'phone' IS NOT NULL",
    "nobody": "auth.uid() IS NULL",
    "user_metadata": "(auth.jwt() -> 'user_metadata' ->> 'admin')::boolean",
    "pg_has_role": "pg_has_role(current_user, 'authenticated', 'MEMBER')",
    "a hash": "md5(\"code\") = md5('secret')",
    "a pattern of the id": "auth.uid()::text LIKE '0%'",
    "two columns": '"Ist öffentlich" AND "Zu\'stand" = \'x\'',
    "three columns": '"Ist öffentlich" AND "n" > 3 AND "code" = \'a\'',
    "joined columns": '"code" || "e mail" = \'ab\'',
    "equal columns": '"code" = "e mail"',
    "an order of columns": '"n" > "price"',
    "a cast": "\"n\"::text = '42'",
    "IN": '"n" IN (7, 9, 11)',
    "greatest": 'greatest("n", 3) = 12',
    "OR within AND": '("n" = 7 OR "code" = \'q\') AND "Ist öffentlich"',
    "OVERLAPS": f"(\"{LONG}\", interval '1 day') OVERLAPS (now(), interval '1 hour')",
    "trim": "trim(\"code\") = 'p'",
    "position": "position('pub' in \"code\") > 0",
    "SIMILAR TO": "\"code\" SIMILAR TO '(pub|open)%'",
    "the type of a document": "jsonb_typeof(\"meta data\") = 'array'",
    "the length of an array in a document": "jsonb_array_length(\"meta data\" -> 'viewers') > 1",
}
REASON: Final = "so nothing shows which rows that condition lets in or keeps out"
# Conditions for which no row is found. They are unproven.
UNSEEN: Final = {"joined columns"}


def _mark(name: str) -> list[pytest.MarkDecorator]:
    return [pytest.mark.full, *([pytest.mark.part] if zlib.crc32(name.encode()) % 100 < _PART else [])]


@pytest.fixture(scope="module")
def scratch(server: Server) -> Iterator[Scratch]:
    """Scratch databases with the table."""
    with Scratch(server, subject_of(orders, platform=SUPABASE, baseline=BASELINE)) as opened:
        yield opened


def try_condition(scratch: Scratch, condition: str) -> TableResult:
    """Return the trials of the table after its policy allows further rows."""
    with scratch.fresh("after") as database:
        with contextlib.closing(database.connect()) as connection:
            alter = (
                'ALTER POLICY "My ""own"" policy" ON "Geschäft"."Order ""x"" select"'
                f" USING ({OWN} OR ({condition})) WITH CHECK ({OWN})"
            )
            connection.execute(alter.encode())
        return try_access(database, orders, scratch.subject.platform, scratch.subject.wanted)


class TestConditions:
    """A policy with one more condition."""

    def test_sound(self, scratch: Scratch) -> None:
        """Without a further condition, nothing fails and nothing is left out."""
        result = try_condition(scratch, "false")
        assert ([], ()) == (describe_failures(result.trials), result.untried)

    @pytest.mark.parametrize(
        "name", [pytest.param(name, marks=_mark(name)) for name in CONDITIONS if name not in UNSEEN]
    )
    def test_noticed(self, scratch: Scratch, name: str) -> None:
        """A row of another user that the condition shows is found."""
        found = describe_failures(try_condition(scratch, CONDITIONS[name]).trials)
        assert any("authenticated can read" in sentence for sentence in found), found


NEVER_MET: Final = '"code" || "e mail" = \'ab\''


class TestUnseen:
    """A condition of which the trials see one side only is unproven, with a sentence that quotes it."""

    @pytest.mark.parametrize(
        ("condition", "side"),
        [
            (NEVER_MET, "true"),
            (f'"n" = 7 AND {NEVER_MET}', "true"),
            (f"NOT ({NEVER_MET})", "true"),
            # An error refuses the row, so that only the other side is missing.
            ("(\"code\" || 'x')::int = 5", "true"),
            ('"Ist öffentlich" IS NOT NULL', "false"),
            # It never decides alone, because it is never true of another user's row.
            (f'{OWN} AND "n" = 7', "true"),
            # Postgres stores it as NOT (... IS DISTINCT FROM ...).
            ("auth.uid() IS NOT DISTINCT FROM auth.uid()", "true"),
        ],
    )
    def test_side(self, scratch: Scratch, condition: str, side: str) -> None:
        """The missing side is named."""
        sentences = try_condition(scratch, condition).untried
        assert [True] == [sentence.endswith(f" {side}, {REASON}") for sentence in sentences], sentences

    def test_other_user(self, scratch: Scratch) -> None:
        """A condition that is seen true and false leaves nothing out."""
        assert () == try_condition(scratch, '"n" = 7 AND "Zu\'stand" = \'x\'').untried
