"""Bad examples of the group rls on a server: rows that the caller can or cannot access."""

from __future__ import annotations

from api_callers import (
    ANN,
    ANONYMOUS,
    BOB,
    DELETE_ALL,
    FORGED_SERVICE_ROLE,
    SELECT_ALL,
    SELF_DECLARED_ADMIN,
    TEAM,
    UPDATE_ALL,
    AccessExample,
    Caller,
    signed_in,
)
from bad_examples import parametrize_examples

from schema_dsl.postgres import Connection

ADMIN_BY_ROLE = Caller("authenticated", {"role": "admin"})
SEEN = "CREATE POLICY seen ON public.notes FOR SELECT TO authenticated USING (body <> '')"
# The function refuses to run for DELETE.
TRIGGER = (
    "CREATE TRIGGER never BEFORE DELETE ON public.notes FOR EACH STATEMENT"
    " EXECUTE FUNCTION suppress_redundant_updates_trigger()"
)
OWN = f"INSERT INTO public.notes (user_id) VALUES ('{ANN}')"
INTO_TEAM = f"INSERT INTO public.notes (id, user_id, team_id) VALUES ('{TEAM}', '{ANN}', '{TEAM}')"

EXAMPLES = [
    AccessExample("rls-policy-always-true", 0, (UPDATE_ALL,), 2),
    AccessExample("rls-policy-always-true", 1, (DELETE_ALL,), 2),
    AccessExample("rls-policy-always-true", 2, (UPDATE_ALL,), 2),
    AccessExample("rls-policy-always-true", 3, (DELETE_ALL,), 2),
    AccessExample("rls-policy-always-true", 4, (f"INSERT INTO public.notes (user_id) VALUES ('{BOB}')",), 1),
    AccessExample("select-policy-made-void", 0, (SELECT_ALL,), 2),
    AccessExample("select-policy-made-void", 1, (SELECT_ALL,), 2),
    AccessExample("policy-leans-on-service-role", 0, (SELECT_ALL,), 2, FORGED_SERVICE_ROLE),
    AccessExample("policy-leans-on-service-role", 1, (SELECT_ALL,), 2, FORGED_SERVICE_ROLE),
    AccessExample("with-check-wider-than-using", 0, (f"UPDATE public.notes SET user_id = '{BOB}'",), 1),
    AccessExample("with-check-wider-than-using", 1, (f"UPDATE public.notes SET user_id = '{BOB}'",), 1),
    AccessExample("with-check-wider-than-using", 2, (INTO_TEAM,), 1),
    AccessExample("write-policy-without-select", 0, (UPDATE_ALL,), 1),
    AccessExample("write-policy-without-select", 1, (DELETE_ALL,), 1),
    AccessExample("write-policy-without-select", 0, (f"{UPDATE_ALL} WHERE body = 'a'",), 0),
    AccessExample("write-policy-without-select", 1, (f"{DELETE_ALL} WHERE body = 'a'",), 0),
    AccessExample("rls-references-user-metadata", 0, (SELECT_ALL,), 2, SELF_DECLARED_ADMIN),
    AccessExample("rls-references-user-metadata", 1, (SELECT_ALL,), 2, SELF_DECLARED_ADMIN),
    AccessExample("rls-references-user-metadata", 2, (SELECT_ALL,), 2, SELF_DECLARED_ADMIN),
    *(
        AccessExample(
            "policy-trusts-email",
            number,
            (f"{SELECT_ALL} WHERE user_id = '{BOB}'",),
            1,
            signed_in(email="b@b.org"),
            f"UPDATE public.notes SET owner_email = 'b@b.org' WHERE user_id = '{BOB}'",
        )
        for number in (0, 1)
    ),
    AccessExample("policy-passes-without-user", 0, (SELECT_ALL,), 2, ANONYMOUS),
    AccessExample("policy-passes-without-user", 1, (SELECT_ALL,), 2, ANONYMOUS),
    AccessExample(
        "policy-passes-without-user", 2, (SELECT_ALL,), 2, ANONYMOUS, "GRANT SELECT ON public.notes TO anon"
    ),
    AccessExample("policy-passes-without-user", 3, (SELECT_ALL,), 2, ANONYMOUS),
    AccessExample("policy-always-false", 2, (SELECT_ALL,), 0),
    AccessExample("policy-writes-rows-of-others", 0, (DELETE_ALL,), 2),
    AccessExample("policy-writes-rows-of-others", 1, (DELETE_ALL,), 2),
    AccessExample("policy-writes-rows-of-others", 2, ("UPDATE public.notes SET body = 'b'",), 1),
    AccessExample(
        "policy-writes-rows-of-others",
        3,
        (DELETE_ALL,),
        2,
        setup=f"INSERT INTO public.members VALUES ('{TEAM}', '{ANN}')",
    ),
    AccessExample("privilege-in-own-row", 0, ("UPDATE public.notes SET is_admin = true",), 1),
    AccessExample(
        "privilege-in-own-row",
        1,
        (f"INSERT INTO public.notes VALUES ('{TEAM}', '{ANN}', 'mine', 'admin')",),
        1,
    ),
    AccessExample(
        "privilege-in-own-row",
        2,
        (f"INSERT INTO public.members VALUES ('{TEAM}', '{ANN}')", SELECT_ALL),
        2,
        setup=f"UPDATE public.notes SET team_id = '{TEAM}'",
    ),
    # Without the privilege, the result is 42501.
    AccessExample("column-revoke-in-vain", 0, ("UPDATE public.notes SET locked = true",), 0),
    AccessExample("policy-open-to-every-user", 0, (UPDATE_ALL,), 2),
    AccessExample("policy-open-to-every-user", 1, (DELETE_ALL,), 2),
    AccessExample(
        "policy-open-to-every-user", 2, (f"INSERT INTO public.notes VALUES ('{TEAM}', '{BOB}')",), 1
    ),
    AccessExample(
        "policy-open-to-every-user", 3, (f"INSERT INTO public.notes VALUES ('{TEAM}', '{BOB}')",), 1
    ),
    *(
        AccessExample(
            "policy-any-membership",
            number,
            (SELECT_ALL,),
            2,
            setup=f"UPDATE public.notes SET team_id = '{TEAM}'; INSERT INTO public.members VALUES ('{BOB}', '{ANN}')",
        )
        for number in (0, 1, 2)
    ),
    AccessExample(
        "policy-any-membership",
        3,
        (SELECT_ALL,),
        2,
        setup=f"INSERT INTO auth.users (id) VALUES ('{ANN}'); INSERT INTO public.profiles VALUES ('{ANN}')",
    ),
    AccessExample("trigger-granted", 0, (TRIGGER, DELETE_ALL), "39P01"),
    AccessExample(
        "policy-subquery-not-tied-to-caller",
        0,
        (SELECT_ALL,),
        2,
        setup=f"UPDATE public.notes SET team_id = '{TEAM}'; INSERT INTO public.members VALUES ('{TEAM}', '{BOB}')",
    ),
    *(
        AccessExample(
            "policy-subquery-compares-itself",
            number,
            (SELECT_ALL,),
            2,
            setup=f"INSERT INTO public.members VALUES ('{TEAM}', '{ANN}')",
        )
        for number in (0, 1)
    ),
    AccessExample(
        "policy-subquery-compares-itself",
        2,
        ("SELECT * FROM storage.objects",),
        1,
        setup=f"""
            INSERT INTO public.projects VALUES ('{ANN}', '{ANN}', '{ANN}/mine');
            INSERT INTO storage.objects (bucket_id, name) VALUES ('private', '{BOB}/theirs');
        """,
    ),
    AccessExample("policy-reads-auth-users", 0, (SELECT_ALL,), "42501"),
    AccessExample(
        "default-privileges-revoked-in-vain",
        0,
        ("SELECT public.later()",),
        1,
        setup="CREATE FUNCTION public.later() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ),
    AccessExample(
        "policy-reads-unprotected-table", 0, (f"INSERT INTO public.admins VALUES ('{ANN}')", SELECT_ALL), 2
    ),
    AccessExample(
        "policy-compares-session-user",
        0,
        (SELECT_ALL,),
        2,
        setup="UPDATE public.notes SET owner_name = 'authenticated'",
    ),
    AccessExample(
        "policy-compares-session-user",
        1,
        (SELECT_ALL,),
        2,
        setup="UPDATE public.notes SET owner_name = session_user",
    ),
    AccessExample(
        "policy-matches-identity-by-pattern", 0, (SELECT_ALL,), 2, signed_in(email="eve@not-acme.com")
    ),
    AccessExample(
        "policy-matches-identity-by-pattern",
        1,
        (SELECT_ALL,),
        2,
        signed_in(email="%@b.org"),
        "UPDATE public.notes SET owner_email = body || '@b.org'",
    ),
    # Only a caller with a role claim that no real token has passes the policy.
    AccessExample("policy-unknown-auth-role", 0, (SELECT_ALL,), 2, ADMIN_BY_ROLE),
    AccessExample("policy-unknown-auth-role", 1, (SELECT_ALL,), 2, ADMIN_BY_ROLE),
    AccessExample("policy-unknown-auth-role", 0, ("SET LOCAL ROLE admin",), "22023"),
    AccessExample("policy-unknown-auth-role", 0, (SELECT_ALL,), 0),
    AccessExample("policy-unknown-auth-role", 1, (SELECT_ALL,), 0),
    AccessExample(
        "policy-names-a-user", 0, (SELECT_ALL,), 2, signed_in("6f1c2a4e-58f0-4d53-a9a2-3c9b8a1d7e55")
    ),
    AccessExample("policy-names-a-user", 1, (SELECT_ALL,), 2, signed_in(email="a@b.org")),
    AccessExample(
        "nullable-owner-column",
        0,
        (SELECT_ALL,),
        0,
        setup="GRANT SELECT ON public.notes TO authenticated; UPDATE public.notes SET user_id = NULL",
    ),
    AccessExample("force-row-security-missing", 0, (SELECT_ALL,), 2),
    AccessExample("only-restrictive-policies", 0, (SELECT_ALL,), 0, signed_in(aal="aal2")),
    AccessExample("only-restrictive-policies", 0, (SELECT_ALL,), 2, signed_in(aal="aal2"), SEEN),
    AccessExample("only-restrictive-policies", 0, (SELECT_ALL,), 0, signed_in(aal="aal1"), SEEN),
    AccessExample("policy-always-false", 0, (SELECT_ALL,), 0),
    AccessExample("policy-always-false", 1, (SELECT_ALL,), 0),
    # The same policies with a condition that can be true.
    AccessExample(
        "policy-always-false", 0, (SELECT_ALL,), 2, setup="ALTER POLICY own ON public.notes USING (true)"
    ),
    AccessExample(
        "policy-always-false", 1, (SELECT_ALL,), 2, setup="ALTER POLICY none ON public.notes USING (true)"
    ),
    AccessExample("restrictive-policy-always-true", 0, (SELECT_ALL,), 2, setup=SEEN),
    AccessExample(
        "restrictive-policy-always-true",
        0,
        (SELECT_ALL,),
        0,
        setup=f"{SEEN}; ALTER POLICY safe ON public.notes USING (false)",
    ),
    AccessExample("duplicate-policies", 0, (SELECT_ALL,), 1, setup="DROP POLICY own ON public.notes"),
    AccessExample(
        "policy-exists-rls-disabled",
        0,
        (SELECT_ALL,),
        2,
        setup="GRANT SELECT ON public.notes TO authenticated",
        rows=f"INSERT INTO public.notes VALUES (gen_random_uuid(), '{ANN}'), (gen_random_uuid(), '{BOB}')",
    ),
    AccessExample(
        "policy-exists-rls-disabled",
        1,
        (SELECT_ALL,),
        2,
        setup="GRANT SELECT ON public.notes TO authenticated",
        rows=(
            "CREATE TABLE public.every_note PARTITION OF public.notes DEFAULT;"
            f"INSERT INTO public.notes VALUES (now(), '{ANN}'), (now(), '{BOB}')"
        ),
    ),
    AccessExample("rls-enabled-no-policy", 0, (SELECT_ALL,), 0),
    AccessExample(
        "policy-without-condition",
        0,
        (SELECT_ALL,),
        2,
        setup="ALTER POLICY readable ON public.notes USING (true)",
    ),
    AccessExample(
        "policy-without-condition",
        1,
        (SELECT_ALL,),
        2,
        setup="ALTER POLICY anything ON public.notes USING (true)",
    ),
    AccessExample(
        "policy-without-condition",
        2,
        (OWN,),
        1,
        setup="ALTER POLICY insertable ON public.notes WITH CHECK (true)",
    ),
    AccessExample("policy-without-condition", 0, (SELECT_ALL,), 0),
    AccessExample("policy-without-condition", 1, (SELECT_ALL,), 0),
    AccessExample("policy-without-condition", 2, (OWN,), "42501"),
    AccessExample("schema-create-granted", 0, ("CREATE TABLE public.mine (id int)",), -1),
    AccessExample("schema-create-granted", 1, ("CREATE TABLE public.mine (id int)",), -1, ANONYMOUS),
    AccessExample("truncate-granted", 0, ("TRUNCATE public.notes",), -1),
    AccessExample("truncate-granted", 1, ("TRUNCATE public.notes",), -1, ANONYMOUS),
    AccessExample("setting-may-be-missing", 0, (SELECT_ALL,), "42704"),
    AccessExample("policy-recursion", 0, ("SELECT * FROM public.members",), "42P17"),
    AccessExample("policy-recursion", 1, (SELECT_ALL,), "42P17"),
    AccessExample(
        "policy-recursion",
        2,
        (f"INSERT INTO public.notes VALUES (gen_random_uuid(), '{ANN}')",),
        "42P17",
    ),
    AccessExample(
        "default-privileges-open",
        0,
        ("SELECT * FROM public.later",),
        1,
        setup="CREATE TABLE public.later AS SELECT 1 AS one",
    ),
    AccessExample(
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
    AccessExample(
        "storage-policy-without-bucket",
        0,
        ("INSERT INTO storage.objects (bucket_id, name) VALUES ('private', 'x')",),
        1,
    ),
    AccessExample(
        "unique-tells-of-others",
        0,
        (f"INSERT INTO public.notes (id, user_id, body) VALUES ('{TEAM}', '{ANN}', 'b')",),
        "23505",
    ),
    AccessExample(
        "foreign-key-tells-of-others",
        0,
        (f"INSERT INTO public.comments VALUES ('{TEAM}', '{ANN}')",),
        "23503",
        setup="GRANT INSERT ON public.comments TO authenticated",
    ),
    AccessExample(
        "policy-for-bypassing-role",
        0,
        (SELECT_ALL,),
        2,
        Caller("service_role"),
        "DROP POLICY service ON public.notes",
    ),
]


class TestShown:
    """Bad examples and the result of a query."""

    @parametrize_examples(*EXAMPLES)
    def test_shown(self, transaction: Connection, example: AccessExample) -> None:
        """The caller reads, changes or is denied the rows that the rule names."""
        assert example.expected == example.measure(transaction, example.text)
