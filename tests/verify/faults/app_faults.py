"""Faults of the application on Supabase: most of them concern who may use which rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs
from document_app import IN_ACCOUNT, IS_PUBLISHED, IS_SHARED, MINE, READABLE
from planted_fault import (
    Fault,
    Plant,
    after,
    as_superuser,
    define,
)

from schema_dsl import Access, Policy, Table, may, where

_SCHEMA: Final = "app"
_OWN: Final = "user_id = (SELECT auth.uid())"
_READS: Final = "authenticated can read another user's row"

# Conditions of the policy that lets users read their diary.
_DIARY_CONDITIONS: Final = {
    # Rows that the policy distinguishes and the access does not.
    "published by state": (f"{_OWN} OR state = 'published'", f"{_READS} in diary whose state is 'published'"),
    "shared with anybody": (f"{_OWN} OR shared_with IS NOT NULL", _READS),
    "published by flag": (f"{_OWN} OR published", f"{_READS} in diary whose published is true"),
    "inactive for long": (
        f"{_OWN} OR last_activity_at < now() - interval '14 days'",
        f"{_READS} in diary whose last_activity_at",
    ),
    "active lately": (f"{_OWN} OR last_activity_at > now() - interval '1 hour'", _READS),
    "own, unless published": (f"{_OWN} AND NOT published", "authenticated cannot read its own row"),
    "not private": (f"{_OWN} OR sharing <> 'private'", f"{_READS} in diary whose sharing"),
    "one value of three": (f"{_OWN} OR sharing = 'link'", f"{_READS} in diary whose sharing is 'link'"),
    "shared with me": (f"{_OWN} OR shared_with = auth.uid()", _READS),
    "shared with me only": ("shared_with = auth.uid()", _READS),
    "without e-mail": (f"{_OWN} OR email IS NULL", _READS),
    "a key in the metadata": (f"{_OWN} OR metadata ? 'public'", _READS),
    "a value in the metadata": (f"{_OWN} OR metadata ->> 'visibility' = 'all'", _READS),
    "metadata contains": (f"{_OWN} OR metadata @> '{{\"public\": true}}'", _READS),
    "a low score": (f"{_OWN} OR score < 10", _READS),
    "published and of a team": (f"{_OWN} OR (published AND sharing = 'team')", _READS),
    "published, inactive and scored": (f"{_OWN} OR (state = 'published' AND score > 50)", _READS),
    "own drafts only": (f"{_OWN} AND state = 'draft'", "authenticated cannot read its own row"),
    "own without e-mail only": (f"{_OWN} AND email IS NULL", "authenticated cannot read its own row"),
    "case": (f"CASE WHEN state = 'published' THEN true ELSE {_OWN} END", _READS),
    "coalesce": (f"coalesce(shared_with, user_id) = auth.uid() OR {_OWN}", _READS),
    "no policy": ("false", "authenticated cannot read its own row"),
    "everything": ("true", _READS),
    # Memberships and other tables.
    "members of the account": (f"{_OWN} OR public.is_member(account_id)", _READS),
    "members of any account": (
        f"{_OWN} OR EXISTS (SELECT FROM public.memberships AS m WHERE m.user_id = auth.uid())",
        "permission denied for table",
    ),
    "anybody with a profile": (
        f"{_OWN} OR EXISTS (SELECT FROM public.profiles AS p WHERE p.id = auth.uid())",
        "permission denied for table",
    ),
    "admins by profile": (
        f"{_OWN} OR EXISTS (SELECT FROM public.profiles AS p WHERE p.id = auth.uid() AND p.is_admin)",
        "permission denied for table",
    ),
    # Callers.
    "admins by claim": (f"{_OWN} OR public.is_admin()", _READS),
    "user_metadata": (f"{_OWN} OR auth.jwt() -> 'user_metadata' ->> 'role' = 'admin'", "with user_metadata"),
    "user_metadata without a value": (
        f"{_OWN} OR auth.jwt() -> 'user_metadata' ? 'staff'",
        "with user_metadata",
    ),
    "app_metadata": (f"{_OWN} OR auth.jwt() -> 'app_metadata' ->> 'plan' = 'pro'", "app_metadata"),
    "anonymous sign-ins": (f"{_OWN} OR (auth.jwt() ->> 'is_anonymous')::boolean", "is_anonymous"),
    "not anonymous sign-ins": (
        f"{_OWN} OR (auth.jwt() ->> 'is_anonymous')::boolean IS NOT TRUE",
        _READS,
    ),
    "own unless anonymous": (
        f"{_OWN} AND (auth.jwt() ->> 'is_anonymous')::boolean IS NOT TRUE",
        "authenticated cannot read its own row",
    ),
    "e-mail of the row": (f"{_OWN} OR email = auth.email()", "email"),
    "e-mail of a domain": (f"{_OWN} OR auth.jwt() ->> 'email' LIKE '%@acme.test'", "email"),
    "request headers": (
        f"{_OWN} OR current_setting('request.headers', true)::json ->> 'x-admin' = 'yes'",
        "request.headers",
    ),
    "without claims": (f"{_OWN} OR auth.uid() IS NULL", _READS),
    "empty claims": (f"{_OWN} OR coalesce(current_setting('request.jwt.claims', true), '') = ''", _READS),
    "any signed-in user": ("auth.uid() IS NOT NULL", _READS),
    "any token of the role": ("auth.role() = 'authenticated'", _READS),
    "second factor": (f"{_OWN} AND auth.jwt() ->> 'aal' = 'aal2'", "authenticated cannot read its own row"),
    "a setting of the application": (f"{_OWN} OR current_setting('app.debug', true) = 'on'", "app.debug"),
    "the role of the session": (f"{_OWN} OR current_user = 'authenticated'", _READS),
    "a fixed user": (
        f"{_OWN} OR auth.uid() = '5a7a7a7a-0000-4000-8000-000000000001'",
        f"{_READS} in diary with sub = '5a7a7a7a-0000-4000-8000-000000000001'",
    ),
}


def _reads(condition: str) -> Plant:
    return after(f"ALTER POLICY authenticated_select_own ON public.diary USING ({condition});")


def _reads_documents(condition: str) -> Plant:
    return after(f"ALTER POLICY read ON public.documents USING ({condition});")


_MEMBER: Final = (
    "CREATE OR REPLACE FUNCTION public.is_member(account uuid) RETURNS boolean"
    " LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT"
)

# Other changes of access: the table, the fault and the text of the failure.
_ACCESS: Final[dict[str, tuple[str, Plant, str]]] = {
    # Policies of other commands.
    "inserts for others": (
        "diary",
        after("ALTER POLICY authenticated_insert_own ON public.diary WITH CHECK (true);"),
        "authenticated can insert a row of another user",
    ),
    "inserts of published rows for others": (
        "diary",
        after(f"ALTER POLICY authenticated_insert_own ON public.diary WITH CHECK ({_OWN} OR published);"),
        "authenticated can insert a row of another user",
    ),
    "updates of others": (
        "diary",
        after("ALTER POLICY authenticated_update_own ON public.diary USING (true);"),
        "authenticated",
    ),
    "updates that give rows away": (
        "diary",
        after("ALTER POLICY authenticated_update_own ON public.diary WITH CHECK (true);"),
        "authenticated can transfer its own row",
    ),
    "deletes of shared rows": (
        "diary",
        after(
            f"ALTER POLICY authenticated_delete_own ON public.diary USING ({_OWN} OR shared_with = auth.uid());"
        ),
        "authenticated can delete another user's row",
    ),
    "a policy for everybody": (
        "diary",
        after("CREATE POLICY open ON public.diary USING (state = 'published');"),
        "",
    ),
    "a restrictive policy": (
        "diary",
        after("CREATE POLICY scored ON public.diary AS RESTRICTIVE FOR SELECT USING (score < 50);"),
        "authenticated cannot read its own row",
    ),
    "no row level security": (
        "diary",
        after("ALTER TABLE public.diary DISABLE ROW LEVEL SECURITY;"),
        _READS,
    ),
    "a policy is missing": (
        "diary",
        after("DROP POLICY authenticated_delete_own ON public.diary;"),
        "authenticated cannot delete its own row",
    ),
    "a policy of another role": (
        "diary",
        after("ALTER POLICY authenticated_select_own ON public.diary TO anon;"),
        "authenticated cannot read its own row",
    ),
    "a membership of a role": (
        "diary",
        # The roles of the platform are NOINHERIT, so that a membership alone gives nothing.
        after(
            as_superuser("ALTER ROLE authenticated INHERIT")
            + as_superuser("GRANT service_role TO authenticated")
        ),
        "authenticated can read another user's row",
    ),
    # Privileges.
    "SELECT for anon": ("secrets", after("GRANT SELECT ON public.secrets TO anon;"), "anon"),
    "SELECT for PUBLIC": ("secrets", after("GRANT SELECT ON public.secrets TO PUBLIC;"), ""),
    "SELECT of a column": (
        "secrets",
        after("GRANT SELECT (value) ON public.secrets TO authenticated;"),
        "authenticated holds SELECT on secrets",
    ),
    "TRUNCATE": (
        "diary",
        after("GRANT TRUNCATE ON public.diary TO authenticated;"),
        "authenticated can truncate diary",
    ),
    "REFERENCES": ("diary", after("GRANT REFERENCES ON public.diary TO authenticated;"), "REFERENCES"),
    "REFERENCES of a column": (
        "diary",
        after("GRANT REFERENCES (id) ON public.diary TO authenticated;"),
        "REFERENCES",
    ),
    "TRIGGER": ("diary", after("GRANT TRIGGER ON public.diary TO authenticated;"), "TRIGGER"),
    "MAINTAIN": ("diary", after("GRANT MAINTAIN ON public.diary TO authenticated;"), "MAINTAIN"),
    "a missing privilege": (
        "diary",
        after("REVOKE DELETE ON public.diary FROM authenticated;"),
        "authenticated cannot delete its own row",
    ),
    "a missing privilege of the service role": (
        "secrets",
        after("REVOKE INSERT ON public.secrets FROM service_role;"),
        "service_role cannot insert",
    ),
    "a missing column privilege": (
        "documents",
        after("REVOKE UPDATE (title) ON public.documents FROM authenticated;"),
        "column title",
    ),
    "one more column": (
        "documents",
        after("GRANT UPDATE (account_id) ON public.documents TO authenticated;"),
        "column account_id",
    ),
    "every column": ("documents", after("GRANT UPDATE ON public.documents TO authenticated;"), "column"),
    # Documents: declared access is missing, or undeclared access is allowed.
    "published is missing": (
        "documents",
        _reads_documents(f"{MINE} OR {IS_SHARED} OR {IN_ACCOUNT} OR public.is_admin()"),
        "(published)",
    ),
    "shared is missing": (
        "documents",
        _reads_documents(f"{MINE} OR {IS_PUBLISHED} OR {IN_ACCOUNT} OR public.is_admin()"),
        "(shared)",
    ),
    "the account is missing": (
        "documents",
        _reads_documents(f"{MINE} OR {IS_PUBLISHED} OR {IS_SHARED} OR public.is_admin()"),
        "(account)",
    ),
    "admins are missing": (
        "documents",
        _reads_documents(f"{MINE} OR {IS_PUBLISHED} OR {IS_SHARED} OR {IN_ACCOUNT}"),
        "app_metadata.role = admin",
    ),
    "shared with anybody": (
        "documents",
        _reads_documents(f"{READABLE} OR shared_with IS NOT NULL"),
        "authenticated can read another user's row",
    ),
    "archived is readable": ("documents", _reads_documents(f"{READABLE} OR state <> 'draft'"), "'archived'"),
    "archived is readable for anon": (
        "documents",
        after("ALTER POLICY read_published ON public.documents USING (state <> 'draft');"),
        "anon can read rows in documents whose state is 'archived'",
    ),
    "published is not readable for anon": (
        "documents",
        after("DROP POLICY read_published ON public.documents;"),
        "anon cannot read",
    ),
    "published rows are deleted": (
        "documents",
        after(f"ALTER POLICY remove ON public.documents USING ({MINE});"),
        "authenticated can delete its own row",
    ),
    "archived rows are not deleted": (
        "documents",
        after(f"ALTER POLICY remove ON public.documents USING ({MINE} AND state = 'draft');"),
        "authenticated cannot delete its own row",
    ),
    "shared rows are updated": (
        "documents",
        after(f"ALTER POLICY change ON public.documents USING ({MINE} OR {IS_SHARED}) WITH CHECK (true);"),
        "authenticated can update",
    ),
    "invitations count as memberships": (
        "documents",
        after(
            f"{_MEMBER} EXISTS (SELECT FROM public.memberships AS m"
            " WHERE m.account_id = account AND m.user_id = auth.uid()) $$;"
        ),
        _READS,
    ),
    "members of any account": (
        "documents",
        after(
            f"{_MEMBER} EXISTS (SELECT FROM public.memberships AS m"
            " WHERE m.user_id = auth.uid() AND m.accepted_at IS NOT NULL) $$;"
        ),
        _READS,
    ),
    "everybody is a member": ("documents", after(f"{_MEMBER} true $$;"), _READS),
    "the account of nobody": ("documents", after(f"{_MEMBER} account IS NULL $$;"), _READS),
    "members are admins only": (
        "documents",
        after(
            f"{_MEMBER} EXISTS (SELECT FROM public.memberships AS m WHERE m.account_id = account"
            " AND m.user_id = auth.uid() AND m.role = 'admin' AND m.accepted_at IS NOT NULL) $$;"
        ),
        "(account)",
    ),
    "the helper runs as the caller": (
        "documents",
        after("ALTER FUNCTION public.is_member(uuid) SECURITY INVOKER;"),
        "authenticated cannot read",
    ),
    "the helper cannot be called": (
        "documents",
        after("REVOKE EXECUTE ON FUNCTION public.is_member(uuid) FROM PUBLIC, authenticated;"),
        "authenticated cannot read",
    ),
    "admins by user_metadata": (
        "documents",
        after(
            "CREATE OR REPLACE FUNCTION public.is_admin() RETURNS boolean LANGUAGE sql STABLE SET search_path = '' AS"
            " $$ SELECT coalesce(auth.jwt() -> 'user_metadata' ->> 'role' = 'admin', false) $$;"
        ),
        "user_metadata",
    ),
    "two roles are admins": (
        "documents",
        after(
            "CREATE OR REPLACE FUNCTION public.is_admin() RETURNS boolean LANGUAGE sql STABLE SET search_path = '' AS"
            " $$ SELECT coalesce(auth.jwt() -> 'app_metadata' ->> 'role' IN ('admin', 'support'), false) $$;"
        ),
        "support",
    ),
    # The storage policies.
    "any bucket is readable": (
        "objects",
        after("ALTER POLICY read_avatars ON files.objects USING (true);"),
        "can read rows",
    ),
    "a second bucket is readable": (
        "objects",
        after("ALTER POLICY read_avatars ON files.objects USING (bucket_id IN ('avatars', 'invoices'));"),
        "'invoices'",
    ),
    "any folder is writable": (
        "objects",
        after("ALTER POLICY write_avatar ON files.objects WITH CHECK (bucket_id = 'avatars');"),
        "can insert rows",
    ),
    "the folder of any bucket": (
        "objects",
        after(
            "ALTER POLICY write_avatar ON files.objects"
            " WITH CHECK ((files.foldername(name))[1] = (SELECT auth.uid())::text);"
        ),
        "can insert rows",
    ),
    "a folder at any depth": (
        "objects",
        after(
            "ALTER POLICY write_avatar ON files.objects WITH CHECK (bucket_id = 'avatars'"
            " AND (SELECT auth.uid())::text = ANY (files.foldername(name)));"
        ),
        "can insert rows",
    ),
    "the second folder": (
        "objects",
        after(
            "ALTER POLICY remove_avatar ON files.objects USING (bucket_id = 'avatars'"
            " AND (files.foldername(name))[2] = (SELECT auth.uid())::text);"
        ),
        "delete rows",
    ),
    "deletes of owned objects": (
        "objects",
        after("ALTER POLICY remove_avatar ON files.objects USING (owner_id = auth.uid());"),
        "delete rows",
    ),
    "storage without row level security": (
        "objects",
        after("ALTER TABLE files.objects DISABLE ROW LEVEL SECURITY;"),
        "can read rows",
    ),
    # Objects that client roles gain.
    "a view for anon": (
        "secrets",
        after(
            "CREATE VIEW public.leak AS SELECT * FROM public.secrets; GRANT SELECT ON public.leak TO anon;"
        ),
        "view leak",
    ),
    "a materialized view": (
        "secrets",
        after(
            "CREATE MATERIALIZED VIEW public.leak AS SELECT * FROM public.secrets;"
            " GRANT SELECT ON public.leak TO authenticated;"
        ),
        "materialized view leak",
    ),
    "an existing view for anon": (
        "secrets",
        after("GRANT SELECT ON public.names TO anon;"),
        "anon gained SELECT on view names",
    ),
    "an existing table for anon": (
        "secrets",
        after("GRANT SELECT ON public.memberships TO anon;"),
        "",
    ),
    "a SECURITY DEFINER function": (
        "secrets",
        after(
            "CREATE FUNCTION public.leak() RETURNS SETOF public.secrets LANGUAGE sql SECURITY DEFINER"
            " SET search_path = '' AS 'SELECT * FROM public.secrets';"
        ),
        "leak",
    ),
    "a function becomes SECURITY DEFINER": (
        "secrets",
        after("ALTER FUNCTION public.is_admin() SECURITY DEFINER;"),
        "is_admin",
    ),
    "a sequence": ("secrets", after("GRANT USAGE ON SEQUENCE public.numbers TO anon;"), "sequence numbers"),
    "a large object": (
        "secrets",
        after("SELECT lo_create(4712); GRANT SELECT ON LARGE OBJECT 4712 TO anon;"),
        "large object",
    ),
    "CREATE on a schema": (
        "secrets",
        after(as_superuser("GRANT CREATE ON SCHEMA public TO authenticated")),
        "authenticated gained CREATE on schema public",
    ),
    "USAGE on a schema": (
        "secrets",
        after("CREATE SCHEMA more; GRANT USAGE ON SCHEMA more TO anon;"),
        "schema more",
    ),
    "a trigger changes rows": (
        "secrets",
        after(
            "CREATE FUNCTION public.hide() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
            " CREATE TRIGGER hide BEFORE DELETE ON public.secrets FOR EACH ROW EXECUTE FUNCTION public.hide();"
        ),
        "service_role cannot delete",
    ),
}


_SINCE: Final = {"MAINTAIN": 17}


def _with_access(name: str, **roles: object) -> Plant:
    def change(table: Table) -> Table:
        known = table.access
        assert known is not None
        return attrs.evolve(table, access=Access(own=known.own, **{**known.roles, **roles}))  # type: ignore[arg-type]

    return define({name: change})


def _with_policy(table: str, policy: Policy) -> Plant:
    def change(declared: Table) -> Table:
        kept = [each for each in declared.policies if each.name != policy.name]
        return attrs.evolve(declared, policies=[*kept, policy])

    return define({table: change})


# Definitions whose policies contradict their access. The migration has the policies.
_DEFINITIONS: Final[dict[str, tuple[str, Plant, str]]] = {
    "policy reads published rows": (
        "diary",
        _with_policy(
            "diary",
            Policy(
                "authenticated_select_own",
                "select",
                to="authenticated",
                using=f"{_OWN} OR state = 'published'",
            ),
        ),
        _READS,
    ),
    "policy of the wrong role": (
        "secrets",
        _with_policy("secrets", Policy("open", "select", to="public", using="true")),
        "",
    ),
    "policy for used secrets": (
        "secrets",
        _with_policy("secrets", Policy("open", "select", to="authenticated", using="used")),
        "",
    ),
    "policy on the wrong folder": (
        "objects",
        _with_policy(
            "objects",
            Policy(
                "write_avatar",
                "insert",
                to="authenticated",
                check="bucket_id = 'avatars' AND name LIKE '%' || auth.uid()::text || '%'",
            ),
        ),
        "can insert rows",
    ),
    "access without a policy": (
        "documents",
        _with_access("documents", anon=may("select", rows="all")),
        "anon cannot read",
    ),
    "access of fewer rows": (
        "objects",
        _with_access("objects", anon=may("select", rows=where("new avatars", "bucket_id = 'new'"))),
        "anon can read rows",
    ),
    "access with claims": (
        "objects",
        _with_access("objects", anon=may("select", rows="all", when={"app_metadata": {"role": "reader"}})),
        "anon can read rows",
    ),
    "access of inserts": (
        "documents",
        _with_access(
            "documents",
            anon=[may("select", rows=where("published", IS_PUBLISHED)), may("insert", rows="all")],
        ),
        "anon cannot insert",
    ),
}


# For a moment: the statement and its opposite, and the text of the failure. None of the objects declares an access.
_NEVER_WEAKER: Final = {
    "row level security of profiles off": (
        (
            "GRANT SELECT ON public.profiles TO authenticated; ALTER TABLE public.profiles DISABLE ROW LEVEL SECURITY;"
            " ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;"
        ),
        "authenticated can read rows in profiles",
    ),
    "a policy of memberships": (
        (
            "GRANT SELECT, DELETE ON public.memberships TO authenticated;"
            " DROP POLICY IF EXISTS open ON public.memberships;"
            " CREATE POLICY open ON public.memberships TO authenticated USING (user_id = auth.uid());"
            " DROP POLICY open ON public.memberships;"
        ),
        "authenticated can delete rows from memberships",
    ),
    "a column privilege on profiles": (
        (
            "DROP POLICY IF EXISTS open ON public.profiles;"
            " CREATE POLICY open ON public.profiles TO anon USING (name IS NOT NULL);"
            " GRANT SELECT (id, name) ON public.profiles TO anon;"
            " REVOKE SELECT (id, name) ON public.profiles FROM anon;"
        ),
        "anon gained SELECT on column id of table profiles",
    ),
    "a view": (
        "GRANT SELECT ON public.names TO anon; REVOKE SELECT ON public.names FROM anon;",
        "anon gained SELECT on view names",
    ),
    "a new view": (
        (
            "CREATE OR REPLACE VIEW public.leak AS SELECT * FROM public.profiles; GRANT SELECT ON public.leak TO anon;"
            " DROP VIEW public.leak;"
        ),
        "anon gained SELECT on view leak (reads with the privileges of its owner)",
    ),
    "a copy of a table": (
        (
            "DROP TABLE IF EXISTS public.copied; CREATE TABLE public.copied AS SELECT * FROM public.profiles;"
            " GRANT SELECT ON public.copied TO anon;"
            " DROP TABLE public.copied;"
        ),
        "anon gained SELECT on table copied",
    ),
    "a sequence": (
        "GRANT USAGE ON SEQUENCE public.numbers TO anon; REVOKE ALL ON SEQUENCE public.numbers FROM anon;",
        "anon gained USAGE on sequence numbers",
    ),
    "a SECURITY DEFINER function": (
        "ALTER FUNCTION public.is_admin() SECURITY DEFINER; ALTER FUNCTION public.is_admin() SECURITY INVOKER;",
        "function is_admin() (SECURITY DEFINER)",
    ),
}


def list_faults() -> Iterator[Fault]:
    """Yield the faults of the application."""
    for name, (condition, says) in _DIARY_CONDITIONS.items():
        yield Fault(
            name=f"diary: {name}",
            schema=_SCHEMA,
            proof="access",
            plant=_reads(condition),
            says=says,
            tables=["diary"],
        )
    for name, (table, plant, says) in _ACCESS.items():
        yield Fault(
            name=f"{table}: {name}",
            schema=_SCHEMA,
            proof="access",
            plant=plant,
            says=says,
            tables=[table],
            since=_SINCE.get(name, 0),
        )
    for name, (table, plant, says) in _DEFINITIONS.items():
        yield Fault(
            name=f"definition of {table}: {name}",
            schema=_SCHEMA,
            proof="access",
            plant=plant,
            says=says,
            tables=[table],
            is_alone=name == "policy reads published rows",
        )
    for name, (statements, says) in _NEVER_WEAKER.items():
        yield Fault(
            name=f"{name} for a moment",
            schema=_SCHEMA,
            proof="never weaker",
            plant=after(statements),
            says=says,
            tables=["secrets"],
        )
