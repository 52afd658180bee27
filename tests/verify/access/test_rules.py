"""The declared rows of an access: unions of own rows, conditions and memberships, with claims and columns."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from access_world import (
    IN_TEAM,
    IS_EDITOR,
    IS_PUBLISHED,
    MINE,
    NOT_ALLOWED,
    OWN,
    READABLE,
    diary,
    find_failures,
    find_result,
    notes,
    posts,
    published,
    team,
    with_access,
    world,
)
from shares import share

from schema_dsl import Access, Reference, may, member_of, where
from schema_dsl.errors import PostgresError
from schema_dsl.postgres import Server
from schema_dsl.verify import Scratch
from schema_dsl.verify.access import build_matrix, describe_failures

NO_POLICY = "no policy allows the operation"


@pytest.fixture(scope="module")
def world_scratch(server: Server) -> Iterator[Scratch]:
    """Scratch databases with the schema without faults."""
    with Scratch(server, world()) as scratch:
        yield scratch


class TestSound:
    """The schema without faults."""

    def test_holds(self, world_scratch: Scratch) -> None:
        """Own rows, published rows, rows of the team, editors and columns are as declared."""
        result = find_result(world_scratch, notes)
        assert ([], ()) == (find_failures(world_scratch, notes), result.untried)

    def test_matrix_shows_names(self, world_scratch: Scratch) -> None:
        """The table of the report names the rows that each operation reached."""
        table = build_matrix(find_result(world_scratch, notes).trials)
        rows = "own rows, published, team, all rows (app_metadata.role = editor)"
        assert [
            "notes",
            "authenticated",
            rows,
            "own drafts",
            "own rows (state, body)",
            "own drafts",
            "no",
        ] in table
        assert ["notes", "anon", "published", "no", "no", "no", "no"] in table

    def test_forced_row_security(self, world_scratch: Scratch) -> None:
        """The expectation does not pass through policies, even with FORCE ROW LEVEL SECURITY."""
        force = [f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY" for name in ("notes", "memberships")]
        enable = "ALTER TABLE memberships ENABLE ROW LEVEL SECURITY"
        assert [] == find_failures(world_scratch, notes, enable, *force)


IS_MEMBER = (
    "CREATE OR REPLACE FUNCTION public.is_member(account uuid, roles text[] DEFAULT ARRAY['member', 'admin'])"
    " RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$"
)
READS = "authenticated can read another user's row"

# SQL that runs after the migration, and the start of a sentence of the report.
DAMAGES = {
    "published rows are missing": (
        f"ALTER POLICY readable ON notes USING ({MINE} OR {IN_TEAM} OR {IS_EDITOR})",
        "authenticated cannot read another user's row in notes",
        f"the declared access allows it (published): {NO_POLICY}",
    ),
    "rows of the team are missing": (
        f"ALTER POLICY readable ON notes USING ({MINE} OR {IS_PUBLISHED} OR {IS_EDITOR})",
        "authenticated cannot read another user's row in notes",
        f"the declared access allows it (team): {NO_POLICY}",
    ),
    "rows of editors are missing": (
        f"ALTER POLICY readable ON notes USING ({MINE} OR {IS_PUBLISHED} OR {IN_TEAM})",
        "authenticated cannot read another user's row in notes",
        f"the declared access allows it (all rows (app_metadata.role = editor)): {NO_POLICY}",
    ),
    "archived rows are readable": (
        f"ALTER POLICY readable ON notes USING ({READABLE} OR state = 'archived')",
        f"{READS} in notes whose state is 'archived'",
        NOT_ALLOWED,
    ),
    "invitations that are not accepted": (
        (
            f"{IS_MEMBER} SELECT EXISTS (SELECT FROM public.memberships AS m"
            " WHERE m.account_id = account AND m.user_id = auth.uid()) $$"
        ),
        f"{READS} in notes whose account_id is in memberships (user_id is the owner's id)",
        NOT_ALLOWED,
    ),
    "members of any account": (
        (
            f"{IS_MEMBER} SELECT EXISTS (SELECT FROM public.memberships AS m"
            " WHERE m.user_id = auth.uid() AND m.accepted_at IS NOT NULL) $$"
        ),
        READS,
        NOT_ALLOWED,
    ),
    "admins of the team only": (
        (
            f"{IS_MEMBER} SELECT EXISTS (SELECT FROM public.memberships AS m"
            " WHERE m.account_id = account AND m.user_id = auth.uid() AND m.role = 'admin'"
            " AND m.accepted_at IS NOT NULL) $$"
        ),
        "authenticated cannot read another user's row",
        f"(team): {NO_POLICY}",
    ),
    "the helper runs as the caller": (
        "ALTER FUNCTION public.is_member(uuid, text[]) SECURITY INVOKER",
        "authenticated cannot read another user's row",
        "a privilege is missing (permission denied for table memberships)",
    ),
    "editors by user_metadata": (
        (
            f"ALTER POLICY readable ON notes USING ({READABLE}"
            " OR auth.jwt() -> 'user_metadata' ->> 'role' = 'editor')"
        ),
        f"{READS} in notes whose state is 'archived' or is 'draft' as another user with user_metadata",
        NOT_ALLOWED,
    ),
    "anon reads drafts": (
        "ALTER POLICY readable_by_all ON notes USING (state <> 'archived')",
        "anon can read rows in notes whose state is 'draft'",
        NOT_ALLOWED,
    ),
    "anon reads nothing": (
        "DROP POLICY readable_by_all ON notes",
        "anon cannot read rows in notes",
        f"(published): {NO_POLICY}",
    ),
    "inserts of published rows": (
        f"ALTER POLICY insert_own ON notes WITH CHECK ({MINE})",
        "authenticated can insert its own row into notes whose state is 'archived' or is 'published'",
        NOT_ALLOWED,
    ),
    "inserts for others": (
        "ALTER POLICY insert_own ON notes WITH CHECK (state = 'draft')",
        "authenticated can insert a row of another user into notes whose state is 'draft'",
        NOT_ALLOWED,
    ),
    "deletes of published rows": (
        f"ALTER POLICY delete_drafts ON notes USING ({MINE} AND state <> 'archived')",
        "authenticated can delete its own row from notes whose state is 'published'",
        NOT_ALLOWED,
    ),
    "updates of rows of the team": (
        f"ALTER POLICY update_own ON notes USING ({MINE} OR {IN_TEAM}) WITH CHECK ({MINE} OR {IN_TEAM})",
        "authenticated can update another user's row in notes whose account_id is in memberships",
        NOT_ALLOWED,
    ),
    "updates to another owner": (
        f"ALTER POLICY update_own ON notes USING ({MINE}) WITH CHECK (true)",
        "authenticated could transfer its own row in notes to another user if authenticated held UPDATE",
        "the policies allow it, but the declared access does not",
    ),
    "updates of any column": (
        "GRANT UPDATE ON notes TO authenticated",
        "authenticated can update column id of its own row in notes",
        NOT_ALLOWED,
    ),
    "updates of one more column": (
        "GRANT UPDATE (account_id) ON notes TO authenticated",
        "authenticated can update column account_id of its own row in notes",
        NOT_ALLOWED,
    ),
    "a column is missing": (
        "REVOKE UPDATE (body) ON notes FROM authenticated",
        "authenticated cannot update column body of its own row in notes",
        "a privilege is missing",
    ),
    "service role loses a privilege": (
        "REVOKE DELETE ON notes FROM service_role",
        "service_role cannot delete rows from notes",
        "a privilege is missing",
    ),
    "policies for PUBLIC": (
        "ALTER POLICY update_own ON notes TO PUBLIC; ALTER POLICY update_own ON notes USING (true) WITH CHECK (true)",
        "anon could update rows in notes if anon held UPDATE",
        "the policies allow it, but the declared access does not",
    ),
    "row level security off": (
        "ALTER TABLE notes DISABLE ROW LEVEL SECURITY",
        "anon can read rows in notes whose state is 'archived' or is 'draft'",
        NOT_ALLOWED,
    ),
}


class TestDamages:
    """Damage after the migration is noticed, with a sentence about the role, the operation and the rows."""

    @pytest.mark.parametrize("name", share(DAMAGES, one_in=3))
    def test_damage(self, world_scratch: Scratch, name: str) -> None:
        """One sentence starts and ends as the damage requires."""
        damage, start, end = DAMAGES[name]
        found = find_failures(world_scratch, notes, damage)
        assert any(sentence.startswith(start) and end in sentence for sentence in found), found


DEFINITIONS = {
    "published is not declared": (
        Access(own="user_id", authenticated=may("all", rows="own"), service_role=may("all", rows="all")),
        "authenticated can read another user's row",
    ),
    "team is declared without acceptance": (
        Access(
            own="user_id",
            authenticated=may("select", rows=["own", published, member_of("memberships", "account_id")]),
            anon=may("select", rows=published),
            service_role=may("all", rows="all"),
        ),
        "authenticated cannot read another user's row in notes whose account_id is in memberships",
    ),
    "another claim": (
        Access(
            own="user_id",
            authenticated=[
                may("select", rows=["own", published, team]),
                may("select", rows="all", when={"app_metadata": {"role": "admin"}}),
            ],
            anon=may("select", rows=published),
            service_role=may("all", rows="all"),
        ),
        "authenticated cannot read another user's row in notes",
    ),
    "another owner": (
        Access(own="shared_with", authenticated=may("select", rows=["own", published, team])),
        "authenticated cannot read its own row",
    ),
    "another condition": (
        Access(
            own="user_id",
            authenticated=may("select", rows=["own", where("published", "published"), team]),
            anon=may("select", rows=where("published", "published")),
        ),
        "anon can read rows in notes whose published is false and state is 'published'",
    ),
    "a role may nothing": (
        Access(own="user_id", authenticated=may("select", rows=["own", published, team])),
        "anon can read rows",
    ),
}


class TestWrongDefinitions:
    """A declared access that the policies do not implement is noticed as well."""

    @pytest.mark.parametrize("name", share(DEFINITIONS, one_in=3))
    def test_definition(self, world_scratch: Scratch, name: str) -> None:
        """One sentence starts as the definition requires."""
        access, start = DEFINITIONS[name]
        found = find_failures(world_scratch, with_access(notes, access))
        assert any(sentence.startswith(start) for sentence in found), found


class TestConditions:
    """Conditions are evaluated with the claims of the caller, and never through policies."""

    def declare(self, condition: str) -> Access:
        """Return an access to rows under a condition, as the policy of the diary implements it."""
        return Access(
            authenticated=may("all", rows=where("some", condition)), service_role=may("all", rows="all")
        )

    @pytest.mark.parametrize(
        "condition",
        [
            "user_id = auth.uid()",
            "user_id::text = auth.jwt() ->> 'sub'",
            "user_id = auth.uid() AND current_user = 'authenticated'",
            "user_id = auth.uid() AND session_user = 'authenticated' AND CURRENT_ROLE = 'authenticated'",
            "diary.user_id IN (SELECT u.id FROM auth.users AS u WHERE u.id = auth.uid())",
            "user_id = auth.uid() AND (SELECT count(*) FROM memberships) >= 0",
        ],
    )
    def test_own_rows_by_condition(self, world_scratch: Scratch, condition: str) -> None:
        """The condition may read claims, roles and tables that the role cannot read."""
        table = with_access(diary, self.declare(condition))
        assert [] == find_failures(world_scratch, table, "ALTER TABLE memberships FORCE ROW LEVEL SECURITY")

    def test_wrong_column(self, world_scratch: Scratch) -> None:
        """A condition that names a missing column is an error that names the rule and the condition."""
        table = with_access(diary, self.declare("owner_id = auth.uid()"))
        with pytest.raises(
            PostgresError, match=r"access of diary: the condition of some fails: column .*owner_id"
        ):
            find_failures(world_scratch, table)

    def test_member_of_another_schema(self, world_scratch: Scratch) -> None:
        """The table of memberships may be in another schema, with columns of other names."""
        move = (
            "CREATE SCHEMA teams; CREATE TABLE teams.staff (team uuid, person uuid, PRIMARY KEY (team, person));"
            "CREATE FUNCTION public.is_staff(account uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS"
            " $$ SELECT EXISTS (SELECT FROM teams.staff WHERE team = account AND person = auth.uid()) $$;"
            "ALTER POLICY mine ON diary USING (public.is_staff(account_id))"
        )
        staff = member_of(Reference("staff", schema="teams"), "account_id", group="team", member="person")
        access = Access(authenticated=may("all", rows=staff), service_role=may("all", rows="all"))
        assert [] == find_failures(world_scratch, with_access(diary, access), move)

    def test_columns_of_groups(self, world_scratch: Scratch) -> None:
        """Columns are tried on rows that the access allows, and the table of the report names them."""
        access = Access(authenticated=[may("select", rows=team), may("update", rows=team, columns=["body"])])
        changes = (
            "DROP POLICY service_role_all ON diary; DROP POLICY mine ON diary",
            "CREATE POLICY r ON diary FOR SELECT TO authenticated USING (public.is_member(account_id))",
            "CREATE POLICY w ON diary FOR UPDATE TO authenticated USING (public.is_member(account_id))",
            "REVOKE ALL ON diary FROM authenticated, service_role",
            "GRANT SELECT, UPDATE (body) ON diary TO authenticated",
        )
        trials = find_result(world_scratch, with_access(diary, access), *changes).trials
        assert [] == describe_failures(trials)
        assert ["diary", "authenticated", "team", "no", "team (body)", "no", "no"] in build_matrix(trials)

    def test_member_column_is_unknown(self, world_scratch: Scratch) -> None:
        """Without a foreign key to the users, `member=` is required."""
        access = Access(authenticated=may("all", rows=member_of("badges", "id", group="name")))
        with pytest.raises(
            PostgresError, match=r'the column with the id of the member is unknown\n.*member="user_id"'
        ):
            find_failures(world_scratch, with_access(posts, access))


TRIGGER = """
    CREATE FUNCTION public.fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NEW; END $$;
    CREATE TRIGGER fill BEFORE INSERT OR UPDATE ON posts FOR EACH ROW EXECUTE FUNCTION public.fill()
"""


class TestTriggers:
    """Triggers change rows, and write further rows."""

    def test_trigger_sets_the_owner(self, world_scratch: Scratch) -> None:
        """The row that an INSERT stores counts, not the row that the client sent."""
        body = "IF current_user = 'authenticated' THEN NEW.user_id := auth.uid(); END IF;"
        open_all = "ALTER POLICY authenticated_insert_own ON posts WITH CHECK (true)"
        found = find_failures(world_scratch, posts, TRIGGER.format(body=body), open_all)
        # Nobody has no id, and the policy lets the NULL pass to the NOT NULL constraint.
        assert not any("as another user" in sentence or sentence == OTHERS for sentence in found), found

    def test_trigger_keeps_the_owner(self, world_scratch: Scratch) -> None:
        """The row that an UPDATE stores counts."""
        body = "IF TG_OP = 'UPDATE' THEN NEW.user_id := OLD.user_id; END IF;"
        open_check = "ALTER POLICY authenticated_update_own ON posts WITH CHECK (true)"
        assert [] == find_failures(world_scratch, posts, TRIGGER.format(body=body), open_check)

    def test_trigger_sets_another_owner(self, world_scratch: Scratch) -> None:
        """A trigger that gives rows away after the policy for INSERT is noticed."""
        body = "IF TG_OP = 'INSERT' THEN NEW.user_id := (SELECT id FROM auth.users LIMIT 1); END IF;"
        grant = (
            "GRANT SELECT ON auth.users TO authenticated; ALTER TABLE auth.users DISABLE ROW LEVEL SECURITY"
        )
        open_all = "ALTER POLICY authenticated_insert_own ON posts WITH CHECK (true)"
        found = find_failures(world_scratch, posts, grant, TRIGGER.format(body=body), open_all)
        assert any("authenticated can insert" in sentence for sentence in found), found

    def test_trigger_adds_rows_of_another_table(self, world_scratch: Scratch) -> None:
        """A trigger on a referenced table that adds rows to the table under test is no crash."""
        adds = """
            CREATE FUNCTION public.add_diary() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
            BEGIN INSERT INTO public.diary (user_id) SELECT id FROM auth.users LIMIT 1; RETURN NEW; END $$;
            CREATE TRIGGER add_diary AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.add_diary();
            CREATE TRIGGER add_again AFTER INSERT ON accounts FOR EACH ROW EXECUTE FUNCTION public.add_diary()
        """
        assert [] == find_failures(world_scratch, diary, adds)

    def test_trigger_adds_rows_of_the_same_table(self, world_scratch: Scratch) -> None:
        """A trigger that writes further rows of the table under test is no crash."""
        adds = """
            CREATE FUNCTION public.copy() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
            BEGIN
                IF pg_trigger_depth() = 1 THEN
                    INSERT INTO public.diary (user_id, body) VALUES (NEW.user_id, 'copy');
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER copy AFTER INSERT OR UPDATE ON diary FOR EACH ROW EXECUTE FUNCTION public.copy()
        """
        assert [] == find_failures(world_scratch, diary, adds)


OTHERS = f"authenticated can insert a row of another user into posts, {NOT_ALLOWED}"


def test_old_scopes(world_scratch: Scratch) -> None:
    """`rows="own"` and `rows="all"` go on working."""
    assert [] == find_failures(world_scratch, with_access(posts, OWN))
