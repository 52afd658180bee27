"""A Supabase schema to plant faults of access in: notes of users and teams, with helper functions and policies."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import attrs
from subjects import subject_of

from schema_dsl import (
    Access,
    Column,
    Policy,
    Reference,
    Table,
    array,
    boolean,
    gen_random_uuid,
    integer,
    jsonb,
    may,
    member_of,
    named_type,
    now,
    one_of,
    sql,
    text,
    timestamptz,
    uuid,
    where,
)
from schema_dsl.platforms import platform
from schema_dsl.platforms.supabase import auth_users, owner_may, service_role_may
from schema_dsl.postgres import Database
from schema_dsl.verify import Scratch, Subject
from schema_dsl.verify.access import LIMITS, TableResult, TrialLimits, describe_failures, try_access

SUPABASE: Final = platform("supabase")
NOT_ALLOWED: Final = "but the declared access does not allow it"
MINE: Final = "user_id = (SELECT auth.uid())"

# The objects of earlier migrations: the tables of teams, and helper functions for policies.
BASELINE: Final = """
    CREATE TYPE public.visibility AS ENUM ('private', 'team', 'public');
    CREATE TABLE public.accounts (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), open boolean NOT NULL DEFAULT false);
    CREATE TABLE public.memberships (
        account_id uuid NOT NULL REFERENCES public.accounts,
        user_id uuid NOT NULL REFERENCES auth.users,
        role text NOT NULL DEFAULT 'member' CHECK (role IN ('member', 'admin')),
        accepted_at timestamptz,
        PRIMARY KEY (account_id, user_id)
    );
    CREATE TABLE public.profiles (
        id uuid PRIMARY KEY REFERENCES auth.users,
        is_admin boolean NOT NULL DEFAULT false,
        tenant_id uuid
    );
    CREATE TABLE public.shares (note_id uuid NOT NULL, user_id uuid NOT NULL, until timestamptz);
    CREATE TABLE public.badges (user_id uuid NOT NULL, name text NOT NULL);
    CREATE FUNCTION public.is_member(account uuid, roles text[] DEFAULT ARRAY['member', 'admin'])
        RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
            SELECT EXISTS (
                SELECT FROM public.memberships AS m
                WHERE m.account_id = account AND m.user_id = auth.uid() AND m.role = ANY (roles)
                    AND m.accepted_at IS NOT NULL
            )
        $$;
    CREATE FUNCTION public.my_accounts() RETURNS SETOF uuid
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
            SELECT account_id FROM public.memberships WHERE user_id = auth.uid()
        $$;
    CREATE FUNCTION public.is_admin() RETURNS boolean
        LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
        DECLARE
            profile public.profiles;
        BEGIN
            SELECT * INTO profile FROM public.profiles WHERE id = auth.uid();
            RETURN coalesce(profile.is_admin, false);
        END $$;
    CREATE FUNCTION public.my_tenant() RETURNS uuid
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
            SELECT tenant_id FROM public.profiles WHERE id = auth.uid()
        $$;
    CREATE FUNCTION public.claim(name text) RETURNS text LANGUAGE sql STABLE SET search_path = '' AS $$
        SELECT auth.jwt() -> 'app_metadata' ->> name
    $$;
    CREATE FUNCTION public.foldername(name text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE AS $$
        DECLARE
            parts text[];
        BEGIN
            SELECT string_to_array(name, '/') INTO parts;
            RETURN parts[1 : array_length(parts, 1) - 1];
        END $$;
"""

accounts = Table("accounts", existing=[Column("id", uuid, primary_key=True)])
memberships = Table("memberships", existing=[Column("account_id", uuid), Column("user_id", uuid)])


def columns() -> list[Column]:
    """Return the columns of the notes: one for each kind of condition."""
    return [
        Column("id", uuid, primary_key=True, default=gen_random_uuid()),
        Column("user_id", uuid, not_null=True, references=auth_users),
        Column("state", text, not_null=True, default="draft", check=one_of("draft", "published", "archived")),
        Column("published", boolean, not_null=True, default=False),
        Column("shared_with", uuid, references=auth_users),
        Column("viewers", array(uuid)),
        Column("sharing", named_type("visibility"), not_null=True, default="private"),
        Column("last_activity_at", timestamptz, not_null=True, default=now()),
        Column("metadata", jsonb),
        Column("tags", array(text)),
        Column("score", integer, not_null=True, default=0),
        Column("email", text),
        Column("path", text),
        Column("starts_at", timestamptz),
        Column("ends_at", timestamptz),
        Column("account_id", uuid, references=Reference("accounts", "id")),
        Column("tenant_id", uuid),
        Column("body", text, not_null=True, default=""),
    ]


OWN: Final = Access(own="user_id", authenticated=may("all", rows="own"), service_role=may("all", rows="all"))

diary = Table(
    "diary",
    columns=columns(),
    policies=[Policy("mine", to="authenticated", using=sql(MINE)), service_role_may("all")],
    access=OWN,
)
"""Notes that only their owners may use."""

IS_PUBLISHED: Final = "state = 'published'"
IN_TEAM: Final = "public.is_member(account_id)"
IS_EDITOR: Final = "public.claim('role') = 'editor'"
READABLE: Final = f"{MINE} OR {IS_PUBLISHED} OR {IN_TEAM} OR {IS_EDITOR}"

team = member_of("memberships", "account_id", condition="accepted_at IS NOT NULL", name="team")
published = where("published", IS_PUBLISHED)

notes = Table(
    "notes",
    columns=columns(),
    policies=[
        Policy("readable", "select", to="authenticated", using=sql(READABLE)),
        Policy("readable_by_all", "select", to="anon", using=sql(IS_PUBLISHED)),
        Policy("insert_own", "insert", to="authenticated", check=sql(f"{MINE} AND state = 'draft'")),
        Policy("update_own", "update", to="authenticated", using=sql(MINE), check=sql(MINE)),
        Policy("delete_drafts", "delete", to="authenticated", using=sql(f"{MINE} AND state = 'draft'")),
        service_role_may("all"),
    ],
    access=Access(
        own="user_id",
        authenticated=[
            may("select", rows=["own", published, team]),
            may("select", rows="all", when={"app_metadata": {"role": "editor"}}),
            may("insert", "delete", rows=where("own drafts", "user_id = auth.uid() AND state = 'draft'")),
            may("update", rows="own", columns=["state", "body"]),
        ],
        anon=may("select", rows=published),
        service_role=may("all", rows="all"),
    ),
)
"""Notes that owners, their teams, editors and, once published, everybody may read."""

posts = Table(
    "posts",
    columns=[
        Column("id", uuid, primary_key=True, default=gen_random_uuid()),
        Column("user_id", uuid, not_null=True, references=auth_users),
        Column("body", text, not_null=True, default=""),
    ],
    policies=[owner_may("all", own="user_id"), service_role_may("all")],
    access=OWN,
)
"""A small table, for faults that do not concern kinds of rows."""


def world() -> Subject:
    """Return the migration that creates the tables, without faults."""
    return subject_of(accounts, memberships, diary, notes, posts, platform=SUPABASE, baseline=BASELINE)


@contextmanager
def damaged_database(scratch: Scratch, *statements: str) -> Iterator[Database]:
    """Yield a migrated database, in which statements have run after the migration."""
    with scratch.fresh("after") as database:
        with contextlib.closing(database.connect()) as connection:
            for statement in statements:
                connection.execute(statement.encode())
        yield database


def find_result(
    scratch: Scratch, table: Table, *statements: str, limits: TrialLimits = LIMITS
) -> TableResult:
    """Return the result of the trials of a table after a damage."""
    subject = scratch.subject
    with damaged_database(scratch, *statements) as database:
        return try_access(database, table, subject.platform, subject.wanted, limits=limits)


def find_failures(scratch: Scratch, table: Table, *statements: str) -> list[str]:
    """Return the failures of the trials of a table after a damage."""
    return describe_failures(find_result(scratch, table, *statements).trials)


def with_access(table: Table, access: Access) -> Table:
    """Return a table that declares another access."""
    return attrs.evolve(table, access=access)
