"""What is good to rules about row level security, seen on a server not to do what is bad."""

from __future__ import annotations

import pytest
from asked import of_group
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
    Shown,
    signed_in,
)

from schema_dsl.lint.rules import rules
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

# Where it is not that a signed-in user reads their own note, and no other.
OTHERWISE = [
    Shown(
        "default-privileges-open",
        0,
        ("SELECT * FROM public.later",),
        "42501",
        before="CREATE TABLE public.later ()",
    ),
    Shown("only-restrictive-policies", 0, (READ,), 1, signed_in(aal="aal2")),
    Shown("policy-always-false", 1, (READ,), 0),
    Shown(
        "policy-column-without-index",
        1,
        ("SELECT * FROM public.profiles",),
        1,
        before=f"INSERT INTO public.profiles VALUES ('{ANN}', 'a'), ('{BOB}', 'b')",
    ),
    Shown("policy-leans-on-service-role", 0, (READ,), 0, FORGED),
    Shown("policy-matches-identity-by-pattern", 1, (READ,), 0, signed_in(email="eve@not-acme.com")),
    Shown("policy-matches-identity-by-pattern", 1, (READ,), 2, signed_in(email="ann@acme.com")),
    Shown("policy-open-to-every-user", 0, (EMPTY,), 0),
    Shown("policy-open-to-every-user", 1, (EMPTY,), 0),
    Shown("policy-open-to-every-user", 1, (EMPTY,), 2, ADMIN),
    Shown("policy-passes-without-user", 0, (READ,), "42501", NOBODY),
    Shown(
        "policy-passes-without-user",
        1,
        ("SELECT * FROM public.posts",),
        1,
        NOBODY,
        f"INSERT INTO public.posts VALUES ('{ANN}', '{ANN}', false), ('{BOB}', '{BOB}', true)",
    ),
    Shown(
        "policy-subquery-compares-itself",
        0,
        (READ,),
        0,
        before=f"INSERT INTO public.members VALUES ('{TEAM}', '{ANN}')",
    ),
    Shown(
        "default-privileges-revoked-in-vain",
        0,
        ("SELECT public.later()",),
        "42501",
        before="CREATE FUNCTION public.later() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ),
    Shown("policy-reads-auth-users", 0, (READ,), 2, ADMIN),
    Shown(
        "policy-reads-unprotected-table",
        0,
        (f"INSERT INTO public.members VALUES ('{TEAM}', '{ANN}')",),
        "42501",
    ),
    Shown("policy-recursion", 0, (READ,), 0, before=TEAM_OF_BOB),
    Shown("policy-recursion", 0, (READ,), 2, signed_in(BOB), TEAM_OF_BOB),
    Shown("policy-subquery-not-tied-to-caller", 0, (READ,), 0, before=TEAM_OF_BOB),
    Shown("policy-subquery-not-tied-to-caller", 1, (READ,), 0, before=TEAM_OF_BOB),
    Shown("policy-unknown-auth-role", 0, (READ,), 2, ADMIN),
    Shown("policy-without-role", 1, (READ,), 2),
    Shown("realtime-without-rls", 0, (UNPROTECTED,), 0),
    Shown("restrictive-policy-always-true", 0, (READ,), 0),
    Shown("rls-enabled-no-policy", 1, ("SELECT * FROM public.jobs",), "42501"),
    Shown("rls-policy-always-true", 0, (CHANGE,), 0),
    Shown("rls-policy-always-true", 0, (EMPTY,), 1),
    Shown("rls-policy-always-true", 1, (EMPTY,), 0),
    Shown("rls-references-user-metadata", 0, (READ,), 0, ADMIN_BY_OWN_WORD),
    Shown("select-policy-made-void", 0, (READ,), 2),
    Shown("select-policy-made-void", 0, (CHANGE,), 1),
    Shown("setting-may-be-missing", 0, (READ,), 0),
    Shown("storage-policy-without-bucket", 0, (f"{UPLOAD} ('private', '{ANN}/x')",), "42501"),
    Shown("storage-policy-without-bucket", 0, (f"{UPLOAD} ('avatars', '{ANN}/x')",), 1),
    Shown("truncate-granted", 0, ("TRUNCATE public.notes",), "42501"),
    Shown("with-check-wider-than-using", 0, (GIVE,), "42501"),
    Shown("with-check-wider-than-using", 1, (GIVE,), "42501"),
    Shown("write-policy-without-select", 0, (f"{EMPTY} WHERE body = 'a'",), 1),
    Shown("write-policy-without-select", 1, (f"INSERT INTO public.notes VALUES ('{TEAM}', '{ANN}')",), 1),
]
# Beside their bad examples: these have no policy.
APART = {
    "immutable-function-reads-session",
    "leakproof-function",
    "role-from-user-metadata",
    "role-may-bypass",
    "security-definer-writes",
    "view-without-security-barrier",
}
OWN = [
    Shown(rule.name, number, (READ,), 1)
    for rule in of_group("rls")
    for number in range(len(rule.good))
    if rule.name not in APART and (rule.name, number) not in {(each.rule, each.number) for each in OTHERWISE}
]


@pytest.mark.parametrize("shown", OTHERWISE + OWN, ids=str)
def test_good(tried: Connection, shown: Shown) -> None:
    """Nobody gets more than is meant for them, and all that is."""
    assert shown.seen == shown.seen_with(tried, rules()[shown.rule].good[shown.number])
