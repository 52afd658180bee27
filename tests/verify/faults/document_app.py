"""An application on Supabase: documents that are shared, published or seen by admins, and a storage bucket."""

from __future__ import annotations

from typing import Final

from schema_dsl import (
    Access,
    Check,
    Column,
    Function,
    Index,
    Policy,
    Reference,
    Table,
    Trigger,
    boolean,
    gen_random_uuid,
    integer,
    jsonb,
    may,
    member_of,
    now,
    one_of,
    sql,
    text,
    timestamptz,
    uuid,
    where,
)
from schema_dsl.platforms.supabase import auth_users, owner_may, service_role_may

# The objects of earlier migrations: accounts and their members, profiles, helper functions, a view, and the
# table of Supabase's storage.
BASELINE: Final = """
CREATE TABLE public.accounts (id uuid PRIMARY KEY DEFAULT gen_random_uuid());
CREATE TABLE public.memberships (
    account_id uuid NOT NULL REFERENCES public.accounts,
    user_id uuid NOT NULL REFERENCES auth.users,
    role text NOT NULL DEFAULT 'member' CHECK (role IN ('member', 'admin')),
    accepted_at timestamptz,
    PRIMARY KEY (account_id, user_id)
);
CREATE TABLE public.profiles (
    id uuid PRIMARY KEY REFERENCES auth.users,
    name text,
    is_admin boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE public.accounts ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.memberships ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION public.is_member(account uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT EXISTS (
            SELECT FROM public.memberships AS m
            WHERE m.account_id = account AND m.user_id = auth.uid() AND m.accepted_at IS NOT NULL
        )
    $$;
CREATE FUNCTION public.is_admin() RETURNS boolean LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT coalesce(auth.jwt() -> 'app_metadata' ->> 'role' = 'admin', false)
$$;
CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    NEW.updated_at = now();
    RETURN NEW;
END $$;
CREATE VIEW public.names WITH (security_invoker = true) AS SELECT id, name FROM public.profiles;
CREATE SEQUENCE public.numbers;
REVOKE ALL ON SEQUENCE public.numbers FROM anon, authenticated;
REVOKE ALL ON public.names FROM anon, authenticated;
CREATE SCHEMA files;
GRANT USAGE ON SCHEMA files TO anon, authenticated, service_role;
CREATE TABLE files.objects (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    bucket_id text,
    name text,
    owner_id uuid,
    created_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE files.objects ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION files.foldername(name text) RETURNS text[] LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
    SELECT (string_to_array(name, '/'))[1 : array_length(string_to_array(name, '/'), 1) - 1]
$$;
"""

MINE: Final = "owner_id = (SELECT auth.uid())"
IS_PUBLISHED: Final = "state = 'published'"
IS_SHARED: Final = "shared_with = (SELECT auth.uid())"
IN_ACCOUNT: Final = "public.is_member(account_id)"
READABLE: Final = f"{MINE} OR {IS_PUBLISHED} OR {IS_SHARED} OR {IN_ACCOUNT} OR public.is_admin()"
IN_FOLDER: Final = "bucket_id = 'avatars' AND (files.foldername(name))[1] = (SELECT auth.uid())::text"

touch = Function("touch")
is_member = Function("is_member", arguments="uuid", returns="boolean")
is_admin = Function("is_admin", returns="boolean")
foldername = Function("foldername", schema="files", arguments="text", returns="text[]")

accounts = Table("accounts", existing=[Column("id", uuid, primary_key=True)])
memberships = Table("memberships", existing=[Column("account_id", uuid), Column("user_id", uuid)])

documents = Table(
    "documents",
    comment="Documents of users.",
    columns=[
        Column("id", uuid, primary_key=True, default=gen_random_uuid()),
        Column("owner_id", uuid, not_null=True, references=auth_users, on_delete="cascade"),
        Column("title", text, not_null=True, default=""),
        Column("state", text, not_null=True, default="draft", check=one_of("draft", "published", "archived")),
        Column("shared_with", uuid, references=auth_users),
        Column("account_id", uuid, references=Reference("accounts", "id")),
        Column("updated_at", timestamptz, not_null=True, default=now()),
    ],
    indexes=[Index("owner_id"), Index("state", where="state = 'published'")],
    triggers=[
        Trigger(
            "touched",
            touch,
            timing="before",
            events="update",
            when="OLD.title IS DISTINCT FROM NEW.title OR OLD.state IS DISTINCT FROM NEW.state",
        )
    ],
    policies=[
        Policy("read", "select", to="authenticated", using=sql(READABLE)),
        Policy("read_published", "select", to="anon", using=sql(IS_PUBLISHED)),
        Policy("add", "insert", to="authenticated", check=sql(MINE)),
        Policy("change", "update", to="authenticated", using=sql(MINE), check=sql(MINE)),
        Policy("remove", "delete", to="authenticated", using=sql(f"{MINE} AND state <> 'published'")),
        service_role_may("all"),
    ],
    access=Access(
        own="owner_id",
        authenticated=[
            may(
                "select",
                rows=[
                    "own",
                    where("published", IS_PUBLISHED),
                    where("shared", "shared_with = auth.uid()"),
                    member_of(
                        "memberships", "account_id", condition="accepted_at IS NOT NULL", name="account"
                    ),
                ],
            ),
            may("select", rows="all", when={"app_metadata": {"role": "admin"}}),
            may("insert", rows="own"),
            may("update", rows="own", columns=["title", "state", "shared_with"]),
            may(
                "delete",
                rows=where("own, not published", "owner_id = auth.uid() AND state <> 'published'"),
            ),
        ],
        anon=may("select", rows=where("published", IS_PUBLISHED)),
        service_role=may("all", rows="all"),
    ),
)

diary = Table(
    "diary",
    columns=[
        Column("id", uuid, primary_key=True, default=gen_random_uuid()),
        Column("user_id", uuid, not_null=True, references=auth_users, on_delete="cascade"),
        Column("state", text, not_null=True, default="draft", check=one_of("draft", "published")),
        Column("published", boolean, not_null=True, default=False),
        Column("shared_with", uuid, references=auth_users),
        Column("sharing", text, not_null=True, default="private", check=one_of("private", "team", "link")),
        Column("last_activity_at", timestamptz, not_null=True, default=now()),
        Column("email", text),
        Column("metadata", jsonb),
        Column("score", integer, not_null=True, default=0, check=sql("score >= 0")),
        Column("account_id", uuid, references=Reference("accounts", "id")),
    ],
    constraints=[Check("published OR score < 100", name="high_scores_are_published")],
    policies=[owner_may("all", own="user_id"), service_role_may("all")],
    access=Access(own="user_id", authenticated=may("all", rows="own"), service_role=may("all", rows="all")),
)

secrets = Table(
    "secrets",
    columns=[
        Column("id", uuid, primary_key=True, default=gen_random_uuid()),
        Column("value", text, not_null=True),
        Column("used", boolean, not_null=True, default=False),
    ],
    policies=[service_role_may("all")],
    access=Access(service_role=may("all", rows="all")),
)

objects = Table(
    "objects",
    schema="files",
    existing=[
        Column("id", uuid, primary_key=True),
        Column("bucket_id", text),
        Column("name", text),
        Column("owner_id", uuid),
        Column("created_at", timestamptz),
    ],
    policies=[
        Policy("read_avatars", "select", to=["anon", "authenticated"], using=sql("bucket_id = 'avatars'")),
        Policy("write_avatar", "insert", to="authenticated", check=sql(IN_FOLDER)),
        Policy("remove_avatar", "delete", to="authenticated", using=sql(IN_FOLDER)),
    ],
    access=Access(
        authenticated=[
            may("select", rows=where("avatars", "bucket_id = 'avatars'")),
            may(
                "insert",
                "delete",
                rows=where("own folder", "bucket_id = 'avatars' AND name LIKE auth.uid()::text || '/%'"),
            ),
        ],
        anon=may("select", rows=where("avatars", "bucket_id = 'avatars'")),
        service_role=may("all", rows="all"),
    ),
)

profiles = Table(
    "profiles",
    existing=[
        Column("id", uuid, primary_key=True),
        Column("name", text),
        Column("is_admin", boolean),
        Column("created_at", timestamptz),
    ],
    columns=[
        Column("theme", text, default="light", check=one_of("light", "dark")),
        Column("invited_by", uuid, references=Reference("profiles", "id"), on_delete="set null"),
    ],
    indexes=[Index("invited_by")],
)

TABLES: Final = (
    accounts,
    memberships,
    documents,
    diary,
    secrets,
    objects,
    profiles,
)
