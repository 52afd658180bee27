"""Good examples of the group rls on a server: the fault of the rule does not occur."""

from __future__ import annotations

import pytest
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
    signed_in,
)
from rule_hits import rules_of_group

from schema_dsl.lint.rules import rules_by_name
from schema_dsl.postgres import Connection

ADMIN = signed_in(app_metadata={"role": "admin"})
GIVE = f"UPDATE public.notes SET user_id = '{BOB}'"
TEAM_OF_BOB = (
    f"UPDATE public.notes SET team_id = '{TEAM}'; INSERT INTO public.members VALUES ('{TEAM}', '{BOB}')"
)
UNPROTECTED = """
SELECT FROM pg_publication_tables p JOIN pg_class c ON c.relname = p.tablename
WHERE p.pubname = 'supabase_realtime' AND NOT c.relrowsecurity
"""
UPLOAD = "INSERT INTO storage.objects (bucket_id, name) VALUES"

# Examples with another expectation than one readable note of the signed-in user.
SPECIAL = [
    AccessExample(
        "default-privileges-open",
        0,
        ("SELECT * FROM public.later",),
        "42501",
        setup="CREATE TABLE public.later ()",
    ),
    AccessExample("only-restrictive-policies", 0, (SELECT_ALL,), 1, signed_in(aal="aal2")),
    AccessExample("policy-always-false", 1, (SELECT_ALL,), 0),
    AccessExample(
        "policy-column-without-index",
        1,
        ("SELECT * FROM public.profiles",),
        1,
        setup=f"INSERT INTO public.profiles VALUES ('{ANN}', 'a'), ('{BOB}', 'b')",
    ),
    AccessExample("policy-leans-on-service-role", 0, (SELECT_ALL,), 0, FORGED_SERVICE_ROLE),
    AccessExample(
        "policy-matches-identity-by-pattern", 1, (SELECT_ALL,), 0, signed_in(email="eve@not-acme.com")
    ),
    AccessExample("policy-matches-identity-by-pattern", 1, (SELECT_ALL,), 2, signed_in(email="ann@acme.com")),
    AccessExample("policy-open-to-every-user", 0, (DELETE_ALL,), 0),
    AccessExample("policy-open-to-every-user", 1, (DELETE_ALL,), 0),
    AccessExample("policy-open-to-every-user", 1, (DELETE_ALL,), 2, ADMIN),
    AccessExample("policy-passes-without-user", 0, (SELECT_ALL,), "42501", ANONYMOUS),
    AccessExample(
        "policy-passes-without-user",
        1,
        ("SELECT * FROM public.posts",),
        1,
        ANONYMOUS,
        f"INSERT INTO public.posts VALUES ('{ANN}', '{ANN}', false), ('{BOB}', '{BOB}', true)",
    ),
    AccessExample(
        "policy-subquery-compares-itself",
        0,
        (SELECT_ALL,),
        0,
        setup=f"INSERT INTO public.members VALUES ('{TEAM}', '{ANN}')",
    ),
    AccessExample(
        "default-privileges-revoked-in-vain",
        0,
        ("SELECT public.later()",),
        "42501",
        setup="CREATE FUNCTION public.later() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ),
    AccessExample("policy-reads-auth-users", 0, (SELECT_ALL,), 2, ADMIN),
    AccessExample(
        "policy-reads-unprotected-table",
        0,
        (f"INSERT INTO public.members VALUES ('{TEAM}', '{ANN}')",),
        "42501",
    ),
    AccessExample("policy-recursion", 0, (SELECT_ALL,), 0, setup=TEAM_OF_BOB),
    AccessExample("policy-recursion", 0, (SELECT_ALL,), 2, signed_in(BOB), TEAM_OF_BOB),
    AccessExample("policy-any-membership", 0, (SELECT_ALL,), 0, setup=TEAM_OF_BOB),
    AccessExample("policy-any-membership", 1, (SELECT_ALL,), 0, setup=TEAM_OF_BOB),
    # The staff reads every note.
    AccessExample(
        "policy-any-membership",
        2,
        (SELECT_ALL,),
        2,
        setup=f"INSERT INTO public.staff VALUES ('{ANN}', '{TEAM}')",
    ),
    AccessExample("policy-subquery-not-tied-to-caller", 0, (SELECT_ALL,), 0, setup=TEAM_OF_BOB),
    AccessExample("policy-subquery-not-tied-to-caller", 1, (SELECT_ALL,), 0, setup=TEAM_OF_BOB),
    AccessExample("policy-unknown-auth-role", 0, (SELECT_ALL,), 2, ADMIN),
    AccessExample("policy-without-role", 1, (SELECT_ALL,), 2),
    AccessExample("realtime-without-rls", 0, (UNPROTECTED,), 0),
    AccessExample("restrictive-policy-always-true", 0, (SELECT_ALL,), 0),
    AccessExample("rls-enabled-no-policy", 1, ("SELECT * FROM public.jobs",), "42501"),
    AccessExample("rls-policy-always-true", 0, (UPDATE_ALL,), 0),
    AccessExample("rls-policy-always-true", 0, (DELETE_ALL,), 1),
    AccessExample("rls-policy-always-true", 1, (DELETE_ALL,), 0),
    AccessExample("rls-references-user-metadata", 0, (SELECT_ALL,), 0, SELF_DECLARED_ADMIN),
    AccessExample("select-policy-made-void", 0, (SELECT_ALL,), 2),
    AccessExample("select-policy-made-void", 0, (UPDATE_ALL,), 1),
    AccessExample("setting-may-be-missing", 0, (SELECT_ALL,), 0),
    AccessExample("storage-policy-without-bucket", 0, (f"{UPLOAD} ('private', '{ANN}/x')",), "42501"),
    AccessExample("storage-policy-without-bucket", 0, (f"{UPLOAD} ('avatars', '{ANN}/x')",), 1),
    AccessExample("schema-create-granted", 0, ("CREATE TABLE public.mine (id int)",), "42501"),
    AccessExample("truncate-granted", 0, ("TRUNCATE public.notes",), "42501"),
    AccessExample("with-check-wider-than-using", 0, (GIVE,), "42501"),
    AccessExample("with-check-wider-than-using", 1, (GIVE,), "42501"),
    AccessExample("write-policy-without-select", 0, (f"{DELETE_ALL} WHERE body = 'a'",), 1),
    AccessExample(
        "write-policy-without-select", 1, (f"INSERT INTO public.notes VALUES ('{TEAM}', '{ANN}')",), 1
    ),
]
# Rules without a policy in their good examples. The test of the bad example covers them.
WITHOUT_POLICY = {
    "immutable-function-reads-session",
    "leakproof-function",
    "role-from-user-metadata",
    "role-may-bypass",
    "security-definer-writes",
    "view-without-security-barrier",
}
OWN = [
    AccessExample(rule.name, number, (SELECT_ALL,), 1)
    for rule in rules_of_group("rls")
    for number in range(len(rule.good))
    if rule.name not in WITHOUT_POLICY
    and (rule.name, number) not in {(each.rule, each.number) for each in SPECIAL}
]


@pytest.mark.parametrize("shown", SPECIAL + OWN, ids=str)
def test_good(transaction: Connection, shown: AccessExample) -> None:
    """The caller accesses exactly the intended rows."""
    assert shown.expected == shown.measure(transaction, rules_by_name()[shown.rule].good[shown.number])
