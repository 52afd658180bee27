"""The proof of access tries every kind of row that policies distinguish."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from access_world import MINE, NOT_ALLOWED, diary, find_failures, find_result, world

from schema_dsl.postgres import Server
from schema_dsl.verify import Scratch
from schema_dsl.verify.access import TrialLimits


@pytest.fixture(scope="module")
def world_scratch(server: Server) -> Iterator[Scratch]:
    """Scratch databases with the schema without faults."""
    with Scratch(server, world()) as scratch:
        yield scratch


# A condition that opens rows of other users, and the rows that the proof has to name.
OPENED = [
    ("state = 'published'", "state is 'published'"),
    ("state <> 'draft'", "state is 'archived' or is 'published'"),
    ("state IN ('published', 'archived')", "state is 'archived' or is 'published'"),
    ("shared_with IS NOT NULL", "shared_with is not NULL"),
    ("shared_with IS NULL", "shared_with is NULL"),
    ("published", "published is true"),
    ("NOT published", "published is false"),
    ("published IS NOT TRUE", "published is false"),
    (
        "last_activity_at < now() - interval '14 days'",
        "last_activity_at is now() - '14 days'::interval - interval '1 day'",
    ),
    ("sharing <> 'private'", "sharing is 'public' or is 'team'"),
    ("sharing = 'public'", "sharing is 'public'"),
    ("score > 10", "score is 11"),
    ("score BETWEEN 5 AND 7", "score is 5"),
    ("'public' = ANY (tags)", "tags is '{public}'"),
    ("tags && ARRAY['open', 'free']", "tags is"),
    ("cardinality(tags) > 2", "tags is"),
    ("metadata ->> 'visibility' = 'public'", """metadata is '{"visibility": "public"}'"""),
    ("metadata ? 'open'", """metadata is '{"open": true}'"""),
    ("(metadata -> 'flags' ->> 'open')::boolean", """metadata is '{"flags": {"open": true}}'"""),
    ("""metadata @> '{"public": true}'""", """metadata is '{"public": true}'"""),
    ("metadata #>> '{a,b}' = 'yes'", """metadata is '{"a": {"b": "yes"}}'"""),
    ("metadata IS NULL", "metadata is NULL"),
    ("body LIKE 'public:%'", "body is 'public:"),
    ("lower(body) = 'open'", "body is 'open'"),
    ("coalesce(email, '') = ''", "email is '' or is NULL"),
    ("starts_at < ends_at", "ends_at is"),
    ("state = 'published' AND published", "published is true and state is 'published'"),
    (
        "state = 'published' AND published AND sharing = 'public'",
        "published is true and sharing is 'public' and state is 'published'",
    ),
    (
        "CASE WHEN state = 'archived' THEN published ELSE false END",
        "published is true and state is 'archived'",
    ),
    ("shared_with = (SELECT auth.uid())", "shared_with is the owner's id"),
    ("length(path) > 1000", f"path is '{'x' * 26}… (1,006 characters)"),
    ("(SELECT auth.uid()) = ANY (viewers)", """viewers is '{"<another user''s id>","<the owner''s id>"}'"""),
    (
        "metadata ->> 'editor' = (SELECT auth.uid())::text",
        """metadata is '{"editor": "<the owner''s id>"}'""",
    ),
    (
        "(public.foldername(path))[1] = (SELECT auth.uid())::text",
        "path is '<the owner''s id>/<another user''s id>/file' or is '<the owner''s id>/file'",
    ),
    ("public.is_member(account_id)", "account_id is in memberships ("),
    ("public.is_member(account_id, ARRAY['admin'])", "account_id is in memberships ("),
    (
        "account_id IN (SELECT public.my_accounts())",
        "account_id is in memberships (user_id is the owner's id)",
    ),
    ("tenant_id = (SELECT public.my_tenant())", "tenant_id is the owner's profiles tenant_id"),
]


class TestOpenedRows:
    """A policy that shows rows of other users fails, with a sentence that names the rows."""

    @pytest.mark.parametrize(("condition", "rows"), OPENED, ids=[condition for condition, _ in OPENED])
    def test_condition(self, world_scratch: Scratch, condition: str, rows: str) -> None:
        """The sentence names the role, the operation, the table, and the value of the row that the policy lets pass."""
        damage = f"ALTER POLICY mine ON diary USING ({MINE} OR ({condition}))"
        found = find_failures(world_scratch, diary, damage)
        read = [
            sentence for sentence in found if sentence.startswith("authenticated can read another user's row")
        ]
        assert any(
            f"whose {rows}" in sentence and sentence.endswith(f", {NOT_ALLOWED}") for sentence in read
        ), found

    def test_through_a_table_of_memberships(self, world_scratch: Scratch) -> None:
        """Rows of an account in which the caller has a membership are a kind of rows."""
        condition = "account_id IN (SELECT account_id FROM memberships WHERE user_id = (SELECT auth.uid()))"
        damage = f"ALTER POLICY mine ON diary USING ({MINE} OR {condition})"
        found = find_failures(world_scratch, diary, "GRANT SELECT ON memberships TO authenticated", damage)
        rows = "another user's row in diary whose account_id is in memberships (user_id is the owner's id)"
        assert f"authenticated can read {rows}, {NOT_ALLOWED}" in found

    def test_any_admin_of_the_account(self, world_scratch: Scratch) -> None:
        """A condition on memberships that forgets the caller is found with a membership of another user."""
        condition = (
            "EXISTS (SELECT FROM memberships m WHERE m.account_id = diary.account_id AND m.role = 'admin')"
        )
        damage = f"ALTER POLICY mine ON diary USING ({MINE} OR {condition})"
        found = find_failures(world_scratch, diary, "GRANT SELECT ON memberships TO authenticated", damage)
        rows = "another user's row in diary whose account_id is in memberships ("
        assert any(f"can read {rows}" in sentence and "role is 'admin'" in sentence for sentence in found), (
            found
        )

    def test_rows_of_a_parent(self, world_scratch: Scratch) -> None:
        """The rows of a parent table that a condition reads are kinds of rows."""
        condition = "EXISTS (SELECT FROM accounts a WHERE a.id = diary.account_id AND a.open)"
        damage = f"ALTER POLICY mine ON diary USING ({MINE} OR {condition})"
        found = find_failures(world_scratch, diary, "GRANT SELECT ON accounts TO authenticated", damage)
        rows = "another user's row in diary whose account_id is in accounts (open is true)"
        assert f"authenticated can read {rows}, {NOT_ALLOWED}" in found

    def test_rows_of_a_child(self, world_scratch: Scratch) -> None:
        """The rows of a child table that a condition reads are kinds of rows."""
        condition = (
            "EXISTS (SELECT FROM shares s WHERE s.note_id = diary.id AND s.user_id = (SELECT auth.uid())"
            " AND s.until > now())"
        )
        damage = f"ALTER POLICY mine ON diary USING ({MINE} OR {condition})"
        found = find_failures(world_scratch, diary, "GRANT SELECT ON shares TO authenticated", damage)
        rows = "another user's row in diary whose id is in shares (user_id is the owner's id and until is"
        assert any(f"authenticated can read {rows}" in sentence for sentence in found), found

    def test_through_a_view(self, world_scratch: Scratch) -> None:
        """The tables behind a view that a condition reads are kinds of rows."""
        view = (
            "CREATE VIEW my_memberships AS SELECT account_id AS account, role AS rank FROM memberships"
            " WHERE user_id = (SELECT auth.uid()); GRANT SELECT ON my_memberships TO authenticated"
        )
        condition = "account_id IN (SELECT account FROM my_memberships WHERE rank = 'admin')"
        damage = f"ALTER POLICY mine ON diary USING ({MINE} OR {condition})"
        found = find_failures(world_scratch, diary, view, damage)
        member = "user_id is the owner's id and role is 'admin'"
        rows = f"another user's row in diary whose account_id is in memberships ({member})"
        assert f"authenticated can read {rows}, {NOT_ALLOWED}" in found

    def test_table_that_reads_itself(self, world_scratch: Scratch) -> None:
        """Other rows of the same table that a helper function reads are kinds of rows."""
        helper = """
            CREATE FUNCTION public.writes_for(account uuid) RETURNS boolean
            LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
                SELECT EXISTS (SELECT FROM public.diary d WHERE d.account_id = account AND d.user_id = auth.uid())
            $$"""
        damage = f"ALTER POLICY mine ON diary USING ({MINE} OR public.writes_for(account_id))"
        found = find_failures(world_scratch, diary, helper, damage)
        rows = "another user's row in diary whose account_id is in diary (user_id is the owner's id"
        assert any(f"authenticated can read {rows}" in sentence for sentence in found), found


HIDDEN = [
    ("NOT published", "published is true"),
    ("state IN ('draft', 'published')", "state is 'archived'"),
    ("shared_with IS NULL", "shared_with is not NULL"),
    ("sharing <> 'public'", "sharing is 'public'"),
    ("last_activity_at > now() - interval '1 year'", "last_activity_at is now() - '1 year'::interval"),
    ("metadata ->> 'locked' IS NULL", """metadata is '{"locked":"""),
    ("score < 100", "score is 100"),
]


class TestHiddenRows:
    """A policy that hides rows of the caller fails."""

    @pytest.mark.parametrize(("condition", "rows"), HIDDEN, ids=[condition for condition, _ in HIDDEN])
    def test_condition(self, world_scratch: Scratch, condition: str, rows: str) -> None:
        """The sentence names the value of the row that the policy hides from its owner."""
        found = find_failures(
            world_scratch, diary, f"ALTER POLICY mine ON diary USING ({MINE} AND ({condition}))"
        )
        hidden = [
            sentence for sentence in found if sentence.startswith("authenticated cannot read its own row")
        ]
        assert any(f"whose {rows}" in sentence for sentence in hidden), found


SOUND = [
    f"{MINE} AND true",
    f"{MINE} OR (state = 'published' AND state = 'draft')",
    f"{MINE} AND (published OR NOT published)",
    f"{MINE} AND state IN ('draft', 'published', 'archived')",
    f"{MINE} AND score IS NOT NULL",
    f"{MINE} OR (shared_with IS NULL AND shared_with IS NOT NULL)",
    "CASE WHEN published THEN user_id = (SELECT auth.uid()) ELSE user_id = (SELECT auth.uid()) END",
    f"{MINE} OR (public.is_member(account_id) AND {MINE})",
    "user_id::text = (SELECT auth.jwt() ->> 'sub')",
    "(SELECT auth.uid()) IN (user_id)",
]


class TestSoundPolicies:
    """Policies that read more columns than the owner, and still show each user exactly the own rows."""

    @pytest.mark.parametrize("condition", SOUND)
    def test_holds(self, world_scratch: Scratch, condition: str) -> None:
        """No kind of row fails."""
        assert [] == find_failures(world_scratch, diary, f"ALTER POLICY mine ON diary USING ({condition})")


class TestSamples:
    """Where a table has too many kinds of rows, a seed selects some."""

    WIDE = " OR ".join(
        f"({column} = '{value}' AND {MINE})"
        for column, value in [("state", "published"), ("sharing", "team"), ("email", "a@b.cd"), ("body", "y")]
    )
    FEW = TrialLimits(rows=20, callers=12, updates=10, seed=3)

    def test_sample_is_named(self, world_scratch: Scratch) -> None:
        """The sample has its size, the number of possible kinds, and the seed; a second run tries the same."""
        damage = f"ALTER POLICY mine ON diary USING ({MINE} OR {self.WIDE})"
        first = find_result(world_scratch, diary, damage, limits=self.FEW)
        second = find_result(world_scratch, diary, damage, limits=self.FEW)
        assert not first.sample.is_complete
        assert str(first.sample).endswith("seed 3")
        assert [(trial.kind, trial.caller) for trial in first.trials] == [
            (trial.kind, trial.caller) for trial in second.trials
        ]

    def test_small_numbers_are_tried_completely(self, world_scratch: Scratch) -> None:
        """A policy that distinguishes few kinds of rows is tried with all of them."""
        assert find_result(world_scratch, diary).sample.is_complete


class TestUnreadable:
    """A helper function that cannot be read leaves something untried."""

    @pytest.mark.parametrize(
        ("body", "why"),
        [
            (
                "LANGUAGE plpgsql AS $$ DECLARE a boolean; BEGIN EXECUTE 'SELECT true' INTO a; RETURN a; END $$",
                "it executes SQL that it builds at run time",
            ),
            (
                "LANGUAGE sql AS $$ SELECT current_setting('app.' || session_user, true) = 'on' $$",
                "the name of the parameter is computed",
            ),
        ],
    )
    def test_named(self, world_scratch: Scratch, body: str, why: str) -> None:
        """The sentence names the function and the reason."""
        result = find_result(
            world_scratch,
            diary,
            f"CREATE FUNCTION public.odd() RETURNS boolean STABLE {body}",
            f"ALTER POLICY mine ON diary USING ({MINE} OR (public.odd() AND false))",
        )
        assert any(why in sentence for sentence in result.untried), result.untried


IN_PLACE: Final = "in what its policies read or call true, so nothing shows which rows that condition lets in"
FUNCTION: Final = "CREATE FUNCTION public.odd(a text, b text) RETURNS boolean STABLE LANGUAGE sql"
ODD: Final = "public.odd(state, body)"


class TestNestedConditions:
    """A condition in a sub-select or a SQL function that nothing tried makes true leaves something untried."""

    @pytest.mark.parametrize(
        ("function", "condition", "unseen"),
        [
            (
                "",
                "EXISTS (SELECT FROM public.memberships WHERE role || state = 'ab')",
                "memberships.role || diary.state",
            ),
            (f"{FUNCTION} AS $$ SELECT a = 'draft' OR a || b = 'ab' $$", ODD, "(a || b) = 'ab'"),
            (f"{FUNCTION} RETURN a = 'draft' OR a || b = 'ab'", ODD, "(a || b) = 'ab'"),
            (
                (
                    f"{FUNCTION} SECURITY DEFINER SET search_path = '' AS $$ SELECT EXISTS ("
                    "SELECT FROM public.memberships AS m WHERE (m.role = 'admin' OR m.role || a = b)) $$"
                ),
                ODD,
                "(m.role || a) = b",
            ),
            (
                (
                    f"{FUNCTION} AS $$ SELECT a = 'draft' OR a || b = 'ab' $$; CREATE FUNCTION public.even(c text)"
                    " RETURNS boolean STABLE LANGUAGE sql AS $$ SELECT public.odd(c, c) $$"
                ),
                "public.even(state)",
                "(a || b) = 'ab'",
            ),
        ],
        ids=["sub-select", "body", "RETURN", "query in a body", "function of a function"],
    )
    def test_named(self, world_scratch: Scratch, function: str, condition: str, unseen: str) -> None:
        """The sentence quotes the condition, where another operand of its OR lets rows in."""
        statements = [
            *([function] if function else []),
            f"ALTER POLICY mine ON diary USING ({MINE} OR {condition})",
        ]
        untried = find_result(world_scratch, diary, *statements, limits=TestSamples.FEW).untried
        assert any(unseen in sentence and IN_PLACE in sentence for sentence in untried), untried

    def test_seen(self, world_scratch: Scratch) -> None:
        """A function of which each operand lets a row in leaves nothing untried."""
        function = f"{FUNCTION} AS $$ SELECT a = 'published' OR b = 'open' $$"
        use = f"ALTER POLICY mine ON diary USING ({MINE} OR {ODD})"
        assert () == find_result(world_scratch, diary, function, use).untried
