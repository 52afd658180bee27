"""The proof of access tries every kind of caller that policies distinguish."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from access_world import (
    MINE,
    NOT_ALLOWED,
    damaged_database,
    find_failures,
    find_result,
    posts,
    with_access,
    world,
)

from schema_dsl import Access, may
from schema_dsl.postgres import Server
from schema_dsl.verify import Scratch
from schema_dsl.verify.access import assert_access

READ = "authenticated can read another user's row in posts"
OWN_ROW = "authenticated cannot read its own row in posts"


@pytest.fixture(scope="module")
def world_scratch(server: Server) -> Iterator[Scratch]:
    """Scratch databases with the schema without faults."""
    with Scratch(server, world()) as scratch:
        yield scratch


def widened(condition: str) -> list[str]:
    """Return statements that let each policy of the posts also pass rows under a condition."""
    is_own = "(SELECT auth.uid()) = user_id"
    return [
        f"ALTER POLICY authenticated_select_own ON posts USING ({is_own} OR ({condition}))",
    ]


def narrowed(condition: str) -> list[str]:
    """Return statements that let the SELECT policy of the posts pass fewer rows."""
    return [
        f"ALTER POLICY authenticated_select_own ON posts USING ((SELECT auth.uid()) = user_id AND ({condition}))"
    ]


# A condition that lets some callers read everything, and the callers that the proof has to name.
ADMITTED = [
    ("auth.jwt() -> 'app_metadata' ->> 'role' = 'admin'", 'as another user with app_metadata.role = "admin"'),
    ("public.claim('role') = 'admin'", 'as another user with app_metadata.role = "admin"'),
    ("(auth.jwt() -> 'app_metadata' ->> 'staff')::boolean", "as another user with app_metadata.staff = true"),
    ("auth.jwt() -> 'app_metadata' -> 'roles' ? 'admin'", "as another user with app_metadata.roles"),
    (
        "auth.jwt() -> 'user_metadata' ->> 'role' = 'admin'",
        'as another user with user_metadata.role = "admin"',
    ),
    ("(auth.jwt() -> 'user_metadata' ->> 'is_admin')::boolean", "with user_metadata that claims everything"),
    ("auth.email() = 'root@example.com'", 'as another user with email = "root@example.com"'),
    ("auth.jwt() ->> 'email' LIKE '%@example.com'", "as another user with email"),
    ("auth.jwt() ->> 'aal' = 'aal2'", 'as another user with aal = "aal2"'),
    ("(auth.jwt() ->> 'is_anonymous')::boolean", "as another user with is_anonymous = true"),
    (
        "current_setting('request.headers', true)::json ->> 'x-key' = 'secret'",
        """as another user with request.headers = '{"x-key": "secret"}'""",
    ),
    ("current_setting('app.maintenance', true) = 'on'", "as another user with app.maintenance = 'on'"),
    ("auth.uid() IS NULL", "without claims or with claims '' or with claims {}"),
    ("current_setting('request.jwt.claims', true) IS NULL", "without claims"),
    ("current_setting('request.jwt.claims', true) = ''", "with claims ''"),
    ("current_setting('request.jwt.claims', true) = '{}'", "with claims {}"),
    ("coalesce(auth.jwt() ->> 'sub', '') = ''", "without claims or with claims '' or with claims {}"),
    ("public.is_admin()", "as a user with profiles where is_admin is true"),
    (
        "EXISTS (SELECT FROM public.badges b WHERE b.user_id = (SELECT auth.uid()) AND b.name = 'staff')",
        "as a user with badges where name is 'staff'",
    ),
]


class TestAdmittedCallers:
    """A policy that shows everything to some callers fails, with a sentence that names the callers."""

    @pytest.mark.parametrize(("condition", "callers"), ADMITTED, ids=[condition for condition, _ in ADMITTED])
    def test_condition(self, world_scratch: Scratch, condition: str, callers: str) -> None:
        """The sentence names the claims, the settings or the rows that admit the caller."""
        grant = "GRANT SELECT ON public.badges TO authenticated"
        found = find_failures(world_scratch, posts, grant, *widened(condition))
        read = [sentence for sentence in found if sentence.startswith(READ)]
        assert any(callers in sentence and sentence.endswith(f", {NOT_ALLOWED}") for sentence in read), found


EXCLUDED = [
    ("(auth.jwt() ->> 'is_anonymous')::boolean IS NOT TRUE", "as the row's owner with is_anonymous = true"),
    (
        "coalesce((auth.jwt() ->> 'is_anonymous')::boolean, false) IS FALSE",
        "as the row's owner with is_anonymous = true",
    ),
    ("auth.jwt() ->> 'aal' IS DISTINCT FROM 'aal1'", 'as the row\'s owner with aal = "aal1"'),
    ("auth.jwt() -> 'app_metadata' ->> 'banned' IS NULL", "as the row's owner with app_metadata.banned"),
    ("coalesce(auth.email(), '') <> 'old@example.com'", 'as the row\'s owner with email = "old@example.com"'),
    (
        "coalesce(current_setting('request.headers', true), '') = ''",
        "as the row's owner with request.headers",
    ),
]


class TestExcludedCallers:
    """A policy that hides own rows from some callers fails, with a sentence that names the callers."""

    @pytest.mark.parametrize(("condition", "callers"), EXCLUDED, ids=[condition for condition, _ in EXCLUDED])
    def test_condition(self, world_scratch: Scratch, condition: str, callers: str) -> None:
        """The sentence names the claims or the settings that exclude the owner."""
        found = find_failures(world_scratch, posts, *narrowed(condition))
        assert any(f"{OWN_ROW} {callers}" in sentence for sentence in found), found


class TestSoundPolicies:
    """Policies that read the claims and still admit exactly the owner."""

    @pytest.mark.parametrize(
        "condition",
        [
            "auth.jwt() ->> 'sub' = user_id::text",
            "nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub' = user_id::text",
            "(SELECT auth.uid()) = user_id AND auth.role() = 'authenticated'",
            "(SELECT auth.uid()) = user_id AND current_user = 'authenticated'",
            "(SELECT auth.uid()) = user_id AND coalesce(auth.jwt() ->> 'iss', '') IS NOT NULL",
            "(SELECT auth.uid()) = user_id AND (public.is_admin() OR NOT public.is_admin())",
        ],
    )
    def test_holds(self, world_scratch: Scratch, condition: str) -> None:
        """No caller fails."""
        damage = f"ALTER POLICY authenticated_select_own ON posts USING ({condition})"
        assert [] == find_failures(world_scratch, posts, damage)


class TestBasicCallers:
    """The callers of every table."""

    def test_labels(self, world_scratch: Scratch) -> None:
        """Each role has no claims, '', {} and claims without a sub; a user role has users as well."""
        labels: dict[str, set[str]] = {}
        for trial in find_result(world_scratch, posts).trials:
            if trial.caller:
                labels.setdefault(trial.role, set()).add(trial.caller)
        plain = {"without claims", "with claims ''", "with claims {}", "with claims without a sub"}
        users = {"as the row's owner", "as another user", "with the sub of an unknown user"}
        assert {"anon": plain, "service_role": plain, "authenticated": plain | users} == labels

    def test_caller_without_rows(self, world_scratch: Scratch) -> None:
        """A policy that admits users who have no row fails."""
        condition = "NOT EXISTS (SELECT FROM public.badges b WHERE b.user_id = (SELECT auth.uid()))"
        found = find_failures(
            world_scratch, posts, "GRANT SELECT ON public.badges TO authenticated", *widened(condition)
        )
        assert any(sentence.startswith(READ) for sentence in found)

    def test_too_many_claims_are_sampled(self, world_scratch: Scratch) -> None:
        """A policy that reads many claims is tried with a sample of their combinations, which the result names."""
        claims = [f"auth.jwt() -> 'app_metadata' ->> 'k{number}' = 'v'" for number in range(9)]
        result = find_result(
            world_scratch, posts, *narrowed(" AND ".join(f"({each}) IS NOT NULL OR true" for each in claims))
        )
        assert not result.sample.is_complete

    def test_when(self, world_scratch: Scratch) -> None:
        """The claims of `when=` are tried, although no policy reads them."""
        access = Access(
            own="user_id",
            authenticated=[
                may("all", rows="own"),
                may("select", rows="all", when={"app_metadata": {"role": "auditor"}}),
            ],
            service_role=may("all", rows="all"),
        )
        found = find_failures(world_scratch, with_access(posts, access))
        callers = 'as another user with the claims {"app_metadata": {"role": "auditor"}}'
        start = f"authenticated cannot read another user's row in posts {callers}"
        rule = "but the declared access allows it (all rows (app_metadata.role = auditor))"
        assert [True] == [sentence.startswith(start) and rule in sentence for sentence in found], found

    def test_assert_access(self, world_scratch: Scratch) -> None:
        """`assert_access` fails with the same sentences."""
        subject = world_scratch.subject
        with (
            damaged_database(world_scratch, *widened(f"{MINE} IS NOT NULL")) as database,
            pytest.raises(AssertionError, match="authenticated can read another user's row in posts"),
        ):
            assert_access(database, posts, subject.platform, subject.wanted)
