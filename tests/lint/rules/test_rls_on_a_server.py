"""What rules about row level security claim, seen on a server: rows that are shown, or kept."""

from __future__ import annotations

from callers import (
    ADMIN_BY_OWN_WORD,
    ANN,
    BOB,
    CHANGE,
    EMPTY,
    FORGED,
    NOBODY,
    READ,
    TEAM,
    Caller,
    Shown,
    signed_in,
)
from shown import shows

from schema_dsl.postgres import Connection

ADMIN_BY_ROLE = Caller("authenticated", {"role": "admin"})
SEEN = "CREATE POLICY seen ON public.notes FOR SELECT TO authenticated USING (body <> '')"
OWN = f"INSERT INTO public.notes (user_id) VALUES ('{ANN}')"

SHOWN = [
    Shown("rls-policy-always-true", 0, (CHANGE,), 2),
    Shown("rls-policy-always-true", 1, (EMPTY,), 2),
    Shown("rls-policy-always-true", 2, (CHANGE,), 2),
    Shown("rls-policy-always-true", 3, (EMPTY,), 2),
    Shown("rls-policy-always-true", 4, (f"INSERT INTO public.notes (user_id) VALUES ('{BOB}')",), 1),
    Shown("select-policy-made-void", 0, (READ,), 2),
    Shown("select-policy-made-void", 1, (READ,), 2),
    Shown("policy-leans-on-service-role", 0, (READ,), 2, FORGED),
    Shown("policy-leans-on-service-role", 1, (READ,), 2, FORGED),
    Shown("with-check-wider-than-using", 0, (f"UPDATE public.notes SET user_id = '{BOB}'",), 1),
    Shown("with-check-wider-than-using", 1, (f"UPDATE public.notes SET user_id = '{BOB}'",), 1),
    Shown("write-policy-without-select", 0, (CHANGE,), 1),
    Shown("write-policy-without-select", 1, (EMPTY,), 1),
    Shown("write-policy-without-select", 0, (f"{CHANGE} WHERE body = 'a'",), 0),
    Shown("write-policy-without-select", 1, (f"{EMPTY} WHERE body = 'a'",), 0),
    Shown("rls-references-user-metadata", 0, (READ,), 2, ADMIN_BY_OWN_WORD),
    Shown("rls-references-user-metadata", 1, (READ,), 2, ADMIN_BY_OWN_WORD),
    Shown("rls-references-user-metadata", 2, (READ,), 2, ADMIN_BY_OWN_WORD),
    *(
        Shown(
            "policy-trusts-email",
            number,
            (f"{READ} WHERE user_id = '{BOB}'",),
            1,
            signed_in(email="b@b.org"),
            f"UPDATE public.notes SET owner_email = 'b@b.org' WHERE user_id = '{BOB}'",
        )
        for number in (0, 1)
    ),
    Shown("policy-passes-without-user", 0, (READ,), 2, NOBODY),
    Shown("policy-passes-without-user", 1, (READ,), 2, NOBODY),
    Shown("policy-passes-without-user", 2, (READ,), 2, NOBODY, "GRANT SELECT ON public.notes TO anon"),
    Shown("policy-passes-without-user", 3, (READ,), 2, NOBODY),
    Shown("policy-open-to-every-user", 0, (CHANGE,), 2),
    Shown("policy-open-to-every-user", 1, (EMPTY,), 2),
    Shown("policy-open-to-every-user", 2, (f"INSERT INTO public.notes VALUES ('{TEAM}', '{BOB}')",), 1),
    Shown(
        "policy-subquery-not-tied-to-caller",
        0,
        (READ,),
        2,
        before=f"UPDATE public.notes SET team_id = '{TEAM}'; INSERT INTO public.members VALUES ('{TEAM}', '{BOB}')",
    ),
    *(
        Shown(
            "policy-subquery-compares-itself",
            number,
            (READ,),
            2,
            before=f"INSERT INTO public.members VALUES ('{TEAM}', '{ANN}')",
        )
        for number in (0, 1)
    ),
    Shown("policy-reads-auth-users", 0, (READ,), "42501"),
    Shown(
        "default-privileges-revoked-in-vain",
        0,
        ("SELECT public.later()",),
        1,
        before="CREATE FUNCTION public.later() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ),
    Shown("policy-reads-unprotected-table", 0, (f"INSERT INTO public.admins VALUES ('{ANN}')", READ), 2),
    Shown(
        "policy-compares-session-user",
        0,
        (READ,),
        2,
        before="UPDATE public.notes SET owner_name = 'authenticated'",
    ),
    Shown(
        "policy-compares-session-user",
        1,
        (READ,),
        2,
        before="UPDATE public.notes SET owner_name = session_user",
    ),
    Shown("policy-matches-identity-by-pattern", 0, (READ,), 2, signed_in(email="eve@not-acme.com")),
    Shown(
        "policy-matches-identity-by-pattern",
        1,
        (READ,),
        2,
        signed_in(email="%@b.org"),
        "UPDATE public.notes SET owner_email = body || '@b.org'",
    ),
    # Whoever is let in is no caller that there can be.
    Shown("policy-unknown-auth-role", 0, (READ,), 2, ADMIN_BY_ROLE),
    Shown("policy-unknown-auth-role", 1, (READ,), 2, ADMIN_BY_ROLE),
    Shown("policy-unknown-auth-role", 0, ("SET LOCAL ROLE admin",), "22023"),
    Shown("policy-unknown-auth-role", 0, (READ,), 0),
    Shown("policy-unknown-auth-role", 1, (READ,), 0),
    Shown("policy-names-a-user", 0, (READ,), 2, signed_in("6f1c2a4e-58f0-4d53-a9a2-3c9b8a1d7e55")),
    Shown("policy-names-a-user", 1, (READ,), 2, signed_in(email="a@b.org")),
    Shown(
        "nullable-owner-column",
        0,
        (READ,),
        0,
        before="GRANT SELECT ON public.notes TO authenticated; UPDATE public.notes SET user_id = NULL",
    ),
    Shown("force-row-security-missing", 0, (READ,), 2),
    Shown("only-restrictive-policies", 0, (READ,), 0, signed_in(aal="aal2")),
    Shown("only-restrictive-policies", 0, (READ,), 2, signed_in(aal="aal2"), SEEN),
    Shown("only-restrictive-policies", 0, (READ,), 0, signed_in(aal="aal1"), SEEN),
    Shown("policy-always-false", 0, (READ,), 0),
    Shown("policy-always-false", 1, (READ,), 0),
    # The same policies, with a condition that may be true.
    Shown("policy-always-false", 0, (READ,), 2, before="ALTER POLICY own ON public.notes USING (true)"),
    Shown("policy-always-false", 1, (READ,), 2, before="ALTER POLICY none ON public.notes USING (true)"),
    Shown("restrictive-policy-always-true", 0, (READ,), 2, before=SEEN),
    Shown(
        "restrictive-policy-always-true",
        0,
        (READ,),
        0,
        before=f"{SEEN}; ALTER POLICY safe ON public.notes USING (false)",
    ),
    Shown("duplicate-policies", 0, (READ,), 1, before="DROP POLICY own ON public.notes"),
    Shown(
        "policy-exists-rls-disabled",
        0,
        (READ,),
        2,
        before="GRANT SELECT ON public.notes TO authenticated",
        rows=f"INSERT INTO public.notes VALUES (gen_random_uuid(), '{ANN}'), (gen_random_uuid(), '{BOB}')",
    ),
    Shown(
        "policy-exists-rls-disabled",
        1,
        (READ,),
        2,
        before="GRANT SELECT ON public.notes TO authenticated",
        rows=(
            "CREATE TABLE public.every_note PARTITION OF public.notes DEFAULT;"
            f"INSERT INTO public.notes VALUES (now(), '{ANN}'), (now(), '{BOB}')"
        ),
    ),
    Shown("rls-enabled-no-policy", 0, (READ,), 0),
    Shown(
        "policy-without-condition", 0, (READ,), 2, before="ALTER POLICY readable ON public.notes USING (true)"
    ),
    Shown(
        "policy-without-condition", 1, (READ,), 2, before="ALTER POLICY anything ON public.notes USING (true)"
    ),
    Shown(
        "policy-without-condition",
        2,
        (OWN,),
        1,
        before="ALTER POLICY insertable ON public.notes WITH CHECK (true)",
    ),
    Shown("policy-without-condition", 0, (READ,), 0),
    Shown("policy-without-condition", 1, (READ,), 0),
    Shown("policy-without-condition", 2, (OWN,), "42501"),
    Shown("truncate-granted", 0, ("TRUNCATE public.notes",), -1),
    Shown("truncate-granted", 1, ("TRUNCATE public.notes",), -1, NOBODY),
    Shown("setting-may-be-missing", 0, (READ,), "42704"),
    Shown("policy-recursion", 0, ("SELECT * FROM public.members",), "42P17"),
    Shown("policy-recursion", 1, (READ,), "42P17"),
    Shown(
        "policy-recursion",
        2,
        (f"INSERT INTO public.notes VALUES (gen_random_uuid(), '{ANN}')",),
        "42P17",
    ),
    Shown(
        "default-privileges-open",
        0,
        ("SELECT * FROM public.later",),
        1,
        before="CREATE TABLE public.later AS SELECT 1 AS one",
    ),
    Shown(
        "realtime-without-rls",
        0,
        (
            """
            SELECT FROM pg_publication_tables p JOIN pg_class c ON c.relname = p.tablename
            WHERE p.tablename = 'messages' AND NOT c.relrowsecurity
            """,
        ),
        1,
    ),
    Shown(
        "storage-policy-without-bucket",
        0,
        ("INSERT INTO storage.objects (bucket_id, name) VALUES ('private', 'x')",),
        1,
    ),
    Shown(
        "unique-tells-of-others",
        0,
        (f"INSERT INTO public.notes (id, user_id, body) VALUES ('{TEAM}', '{ANN}', 'b')",),
        "23505",
    ),
    Shown(
        "foreign-key-tells-of-others",
        0,
        (f"INSERT INTO public.comments VALUES ('{TEAM}', '{ANN}')",),
        "23503",
        before="GRANT INSERT ON public.comments TO authenticated",
    ),
    Shown(
        "policy-for-bypassing-role",
        0,
        (READ,),
        2,
        Caller("service_role"),
        "DROP POLICY service ON public.notes",
    ),
]


class TestShown:
    """Each bad example does what its rule says."""

    @shows(*SHOWN)
    def test_shown(self, tried: Connection, example: Shown) -> None:
        """The caller sees, changes or is refused what the rule says."""
        assert example.seen == example.seen_with(tried, example.text)
