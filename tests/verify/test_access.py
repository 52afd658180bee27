"""Access: what is meant, against what the database lets its clients do."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
import jinja2
import pytest
from subjects import damaged, subject_of

from schema_dsl import Access, Column, Policy, Table, integer, may, sql, text, uuid
from schema_dsl.errors import PostgresError
from schema_dsl.platforms import platform
from schema_dsl.platforms.supabase import auth_users, owner_may, service_role_may
from schema_dsl.postgres import Server
from schema_dsl.render import environment
from schema_dsl.verify import Scratch, Status, Subject
from schema_dsl.verify.access import Trial, assert_access, broken, matrix, try_access
from schema_dsl.verify.apply import apply_script
from schema_dsl.verify.proofs.access import PROOF

STATES = "user_engagement_states"
TRANSITIONS = "engagement_state_transitions"
QUEUE = "engagement_message_queue"
SUPABASE = platform("supabase")


def tried(
    scratch: Scratch, subject: Subject, settings: Iterable[str] = ("new",), only: Iterable[str] = ()
) -> list[Trial]:
    """Apply a subject's script to the state before, and try the access of its tables."""
    names = set(only)
    trials: list[Trial] = []
    for setting in settings:
        with scratch.fresh("before", setting) as database:
            with scratch.connect(database) as connection:
                apply_script(connection, subject.script, subject.file)
            for table in subject.wanted.tables.values():
                if table.access is not None and (not names or table.name in names):
                    trials += try_access(database, table, subject.platform, subject.wanted, setting=setting)
    return trials


def failures(scratch: Scratch, subject: Subject, *only: str, settings: Iterable[str] = ("new",)) -> list[str]:
    """Give the sentences on what is wrong."""
    return broken(tried(scratch, subject, settings, only))


class TestEngagement:
    """The engagement schema as it is declared."""

    def test_holds_under_both_default_privileges(self, scratch: Scratch) -> None:
        """The matrix is as declared, whatever default privileges the project was made under."""
        found = PROOF.run(scratch)
        assert (Status.PROVEN, ()) == (found.status, tuple(found.failures))
        assert "3 tables x 3 roles x 5 operations" in found.summary
        assert "under the new and old default privileges" in found.summary
        assert {"new", "old"} == {trial["setting"] for trial in found.data["trials"]}

    def test_table_shows_what_was_seen(self, scratch: Scratch) -> None:
        """A row for each table and role says whose rows each operation reached."""
        table = [list(row) for row in PROOF.run(scratch).table]
        assert ["table", "role", "select", "insert", "update", "delete", "truncate"] == table[0]
        assert [STATES, "authenticated", "own rows", "no", "no", "no", "no"] in table
        assert [QUEUE, "service_role", "all rows", "all rows", "all rows", "all rows", "no"] in table
        assert [QUEUE, "anon", "no", "no", "no", "no", "no"] in table
        assert 10 == len(table)

    def test_nothing_stays(self, scratch: Scratch, engagement: Subject) -> None:
        """Trying leaves no row and no role behind, and may be done twice."""
        table = engagement.wanted.tables["public", STATES]
        # Roles belong to the server, and other tests have theirs.
        query = (
            f"SELECT (SELECT count(*) FROM {STATES}), (SELECT count(*) FROM auth.users),"
            " (SELECT array_agg(rolname ORDER BY rolname) FROM pg_roles)"
        )
        with scratch.fresh("after") as database:
            with database.connect() as connection:
                before = connection.execute(query).fetchone()
            for _ in range(2):
                assert_access(database, table, engagement.platform, engagement.wanted)
            with database.connect() as connection:
                assert before == connection.execute(query).fetchone()

    def test_rows_that_are_there_do_not_matter(self, scratch: Scratch, engagement: Subject) -> None:
        """A table that has rows, even such that others refer to, is tried like an empty one and keeps them."""
        with scratch.fresh("after") as database:
            with database.connect() as connection:
                connection.execute(
                    "INSERT INTO auth.users (id) SELECT gen_random_uuid() FROM generate_series(1, 5);"
                    f"INSERT INTO {STATES} (user_id) SELECT id FROM auth.users;"
                    f"CREATE TABLE refers (id uuid REFERENCES {STATES});"
                    f"INSERT INTO refers SELECT id FROM {STATES}"
                )
            table = engagement.wanted.tables["public", STATES]
            assert_access(database, table, engagement.platform, engagement.wanted)
            with database.connect() as connection:
                assert (5,) == connection.execute(f"SELECT count(*) FROM {STATES}").fetchone()

    def test_callers(self, scratch: Scratch, engagement: Subject) -> None:
        """Nobody is forgotten: claims unset, '', {} and without sub, subs of the owner, another and no user."""
        callers = {
            (trial.role, trial.caller) for trial in tried(scratch, engagement, only=[STATES]) if trial.caller
        }
        plain = {"without claims", "with '' for claims", "with {} for claims", "with claims but no sub"}
        users = {"as the row's owner", "as another user", "with the sub of no user"}
        assert plain == {caller for role, caller in callers if role == "anon"}
        assert plain == {caller for role, caller in callers if role == "service_role"}
        assert plain | users == {caller for role, caller in callers if role == "authenticated"}

    def test_as_the_role_itself(self, scratch: Scratch, engagement: Subject) -> None:
        """Whoever asks is the role, logged in as PostgREST would be: a policy that looks sees just that."""
        who = "session_user = 'authenticator' AND current_user = 'authenticated'"
        strict = damaged(engagement, OWNER, f"{OWNER[:-1]} AND {who})")
        assert [] == failures(scratch, strict, STATES)


READS_ANY = f"authenticated can read another user's row in {TRANSITIONS}"
OWNER = "USING ((SELECT auth.uid()) = user_id)"


def policy_of(table: str, name: str) -> str:
    """Give the start of a policy's statement, as the migration has it."""
    return f"CREATE POLICY {name} ON public.{table}\n            FOR "


class TestFaultsInSql:
    """Faults put into the SQL by hand turn access red, with a sentence that says who can do what."""

    def test_using_true(self, scratch: Scratch, engagement: Subject) -> None:
        """A policy that lets everything through."""
        found = failures(scratch, damaged(engagement, OWNER, "USING (true)"))
        assert READS_ANY in found
        assert f"authenticated can read another user's row in {STATES}" in found

    def test_using_negated(self, scratch: Scratch, engagement: Subject) -> None:
        """A policy turned around shows others' rows, and hides one's own."""
        found = failures(scratch, damaged(engagement, OWNER, OWNER.replace(" = ", " <> ")), TRANSITIONS)
        assert READS_ANY in found
        assert any(each.startswith("authenticated cannot read its own row in") for each in found)

    @pytest.mark.parametrize("table", [STATES, TRANSITIONS, QUEUE])
    def test_to_service_role_forgotten(self, scratch: Scratch, engagement: Subject, table: str) -> None:
        """A policy for everybody is noticed, even where only a missing privilege keeps them out."""
        policy = policy_of(table, "service_role_all") + "ALL\n            TO "
        found = failures(scratch, damaged(engagement, policy + "service_role", policy + "PUBLIC"), table)
        expected = (
            f"authenticated could read another user's row in {table} but for a missing privilege: "
            "the policies would let it"
            if table == QUEUE
            else f"authenticated can read another user's row in {table}"
        )
        assert expected in found
        assert any(each.startswith("anon could read rows in") for each in found)

    @pytest.mark.parametrize("table", [STATES, TRANSITIONS, QUEUE])
    def test_row_level_security_off(self, scratch: Scratch, engagement: Subject, table: str) -> None:
        """Policies without ENABLE ROW LEVEL SECURITY are no policies."""
        enable = f"ALTER TABLE public.{table} ENABLE ROW LEVEL SECURITY;"
        found = failures(scratch, damaged(engagement, enable, ""), table)
        assert any(
            "authenticated can read another" in each or "authenticated could read" in each for each in found
        )

    def test_revoke_missing(self, scratch: Scratch, engagement: Subject) -> None:
        """What the old default privileges give is noticed, and the setting is named."""
        revoke = f"REVOKE ALL ON TABLE public.{QUEUE} FROM PUBLIC, anon, authenticated, service_role;"
        found = failures(scratch, damaged(engagement, revoke, ""), QUEUE, settings=("new", "old"))
        assert f"anon can empty {QUEUE} (TRUNCATE), under the old default privileges" in found
        assert f"service_role can empty {QUEUE} (TRUNCATE), under the old default privileges" in found
        assert all(each.endswith("under the old default privileges") for each in found)

    @pytest.mark.parametrize(
        ("grant", "sentence"),
        [
            (
                "INSERT ON TABLE public.{} TO authenticated",
                "authenticated holds INSERT on {}, which nobody declared: only policies keep it from rows",
            ),
            ("TRUNCATE ON TABLE public.{} TO authenticated", "authenticated can empty {} (TRUNCATE)"),
            (
                "SELECT ON TABLE public.{} TO anon",
                "anon holds SELECT on {}, which nobody declared: only policies keep it from rows",
            ),
            ("TRIGGER ON TABLE public.{} TO anon", "anon can put triggers on {} (TRIGGER)"),
            ("REFERENCES (id) ON TABLE public.{} TO anon", "anon can tie other tables to {} (REFERENCES)"),
            (
                "UPDATE (state) ON TABLE public.{} TO authenticated",
                "authenticated holds UPDATE on {}, which nobody declared: only policies keep it from rows",
            ),
        ],
    )
    def test_a_grant_too_many(self, scratch: Scratch, engagement: Subject, grant: str, sentence: str) -> None:
        """A privilege that nobody declared is noticed, be it that policies still keep the role from rows."""
        added = attrs.evolve(engagement, script=f"{engagement.script};\nGRANT {grant.format(STATES)};\n")
        assert [sentence.format(STATES)] == failures(scratch, added, STATES)

    def test_maintain(self, scratch: Scratch, engagement: Subject) -> None:
        """MAINTAIN, which PostgreSQL 17 brought, is asked for where it exists."""
        if scratch.server.version < 170000:
            pytest.skip("MAINTAIN came with PostgreSQL 17")
        grant = f"GRANT MAINTAIN ON TABLE public.{STATES} TO service_role"
        added = attrs.evolve(engagement, script=f"{engagement.script};\n{grant};\n")
        expected = [f"service_role can lock and rebuild {STATES} (MAINTAIN)"]
        assert expected == failures(scratch, added, STATES)

    def test_a_grant_missing(self, scratch: Scratch, engagement: Subject) -> None:
        """What is declared and not granted is noticed."""
        grant = f"GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.{QUEUE} TO service_role;"
        found = failures(scratch, damaged(engagement, grant, grant.replace("INSERT, ", "")), QUEUE)
        assert f"service_role cannot add rows to {QUEUE}: a privilege is missing" in found

    def test_command_widened(self, scratch: Scratch, engagement: Subject) -> None:
        """A policy for ALL where SELECT was meant is noticed, though no privilege makes use of it yet."""
        policy = policy_of(TRANSITIONS, "authenticated_select_own")
        found = failures(scratch, damaged(engagement, policy + "SELECT", policy + "ALL"), TRANSITIONS)
        assert (
            f"authenticated could delete its own row from {TRANSITIONS} but for a missing privilege: "
            "the policies would let it"
        ) in found

    def test_policy_missing(self, scratch: Scratch, engagement: Subject) -> None:
        """Where no policy lets the owner read, they are told apart from those who must not."""
        gone = attrs.evolve(
            engagement,
            script=f"{engagement.script};\nDROP POLICY authenticated_select_own ON public.{TRANSITIONS};\n",
        )
        expected = [f"authenticated cannot read its own row in {TRANSITIONS}: no policy shows it"]
        assert expected == failures(scratch, gone, TRANSITIONS)

    def test_policy_of_a_role_that_bypasses(self, scratch: Scratch, engagement: Subject) -> None:
        """A service policy must do its work too, should the role lose BYPASSRLS some day."""
        gone = attrs.evolve(
            engagement, script=f"{engagement.script};\nDROP POLICY service_role_all ON public.{QUEUE};\n"
        )
        expected = f"service_role cannot read rows in {QUEUE}, were it bound by policies: no policy shows it"
        assert expected in failures(scratch, gone, QUEUE)

    def test_anon_with_empty_claims(self, scratch: Scratch, engagement: Subject) -> None:
        """What opens only to a request without claims is noticed, and so is which."""
        policy = policy_of(TRANSITIONS, "authenticated_select_own") + "SELECT\n            TO authenticated"
        hole = "current_setting('request.jwt.claims', true) IS NULL"
        found = failures(
            scratch,
            damaged(
                engagement, f"{policy}\n            {OWNER}", f"{policy}\n            {OWNER[:-1]} OR {hole})"
            ),
            TRANSITIONS,
        )
        assert [f"{READS_ANY} without claims"] == found


def notes(*policies: Policy | list[Policy], **more: object) -> Table:
    """Declare notes that their owners may read, write, and give no one else."""
    access = Access(own="user_id", authenticated=may("all", rows="own"), service_role=may("all", rows="all"))
    return Table(
        "notes",
        columns=[
            Column("id", uuid, primary_key=True, default=sql("gen_random_uuid()")),
            Column("user_id", uuid, not_null=True, references=auth_users),
            Column("body", text, not_null=True),
        ],
        policies=list(policies) or [owner_may("all", own="user_id"), service_role_may("all")],
        **{"access": access, **more},  # type: ignore[arg-type]
    )


def of(*tables: Table) -> Subject:
    """Make a Supabase project of some tables."""
    return subject_of(*tables, platform=SUPABASE)


MINE = sql("(SELECT auth.uid()) = user_id")


class TestFaultsInDefinitions:
    """Policies that do not do what the access says turn it red."""

    def test_sound(self, scratch: Scratch) -> None:
        """Owners may do everything with their rows."""
        trials = tried(scratch, of(notes()), ("new", "old"))
        assert [] == broken(trials)
        assert ["notes", "authenticated", *["own rows"] * 4, "no"] in matrix(trials)

    def test_update_gives_rows_away(self, scratch: Scratch) -> None:
        """An update without a check on the new row lets owners hand it to others."""
        policy = Policy("u", "update", to="authenticated", using=MINE, check=sql("true"))
        table = notes(owner_may("select", "insert", "delete", own="user_id"), policy)
        expected = ["authenticated can make its own row another user's in notes"]
        assert expected == failures(scratch, of(table))

    def test_update_takes_rows(self, scratch: Scratch) -> None:
        """An update that looks at the new row only lets anybody take another's."""
        policy = Policy("u", "update", to="authenticated", using=sql("true"), check=MINE)
        read = Policy("s", "select", to="authenticated", using=MINE)
        found = failures(scratch, of(notes(owner_may("insert", "delete", own="user_id"), read, policy)))
        assert "authenticated can make another user's row its own in notes" in found

    def test_insert_as_another(self, scratch: Scratch) -> None:
        """An insert without a check on the owner lets anybody write in another's name."""
        policy = Policy("i", "insert", to="authenticated", check=sql("true"))
        table = notes(owner_may("select", "update", "delete", own="user_id"), policy)
        assert ["authenticated can add a row as another user to notes"] == failures(scratch, of(table))

    def test_delete_of_others(self, scratch: Scratch) -> None:
        """A delete policy that does not look at the owner."""
        policy = Policy("d", "delete", to="authenticated", using=sql("true"))
        table = notes(owner_may("select", "insert", "update", own="user_id"), policy)
        assert ["authenticated can delete another user's row from notes"] == failures(scratch, of(table))

    def test_restrictive_by_mistake(self, scratch: Scratch) -> None:
        """A policy that only restricts lets nobody in."""
        policy = Policy("d", "delete", to="authenticated", using=MINE, permissive=False)
        table = notes(owner_may("select", "insert", "update", own="user_id"), policy)
        expected = ["authenticated cannot delete its own row from notes: no policy lets it"]
        assert expected == failures(scratch, of(table))

    def test_template_that_forgets(self, scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
        """A template that leaves out USING's text is found out by what the database then does."""
        real = environment.environment()
        name = "policy/_statement.sql.j2"
        assert real.loader is not None
        source, *_ = real.loader.get_source(real, name)
        forgetful = jinja2.DictLoader({name: source.replace("USING {{ using }}", "USING (true)")})
        patched = real.overlay(loader=jinja2.ChoiceLoader([forgetful, real.loader]))
        monkeypatch.setattr(environment, "_template", lambda stem: patched.get_template(f"{stem}.sql.j2"))
        subject = of(notes())
        assert "USING (true)" in subject.script
        assert "authenticated can read another user's row in notes" in failures(scratch, subject)


class TestColumns:
    """Access that is limited to columns."""

    LIMITED = Access(
        own="user_id",
        authenticated=[may("select", rows="own"), may("update", rows="own", columns=["body"])],
        service_role=may("all", rows="all"),
    )

    def limited(self) -> Subject:
        """Let owners change one column."""
        return of(
            notes(owner_may("select", "update", own="user_id"), service_role_may("all"), access=self.LIMITED)
        )

    def test_only_these_may_be_written(self, scratch: Scratch) -> None:
        """The granted column may be written, and each other one is tried and refused."""
        trials = tried(scratch, self.limited())
        assert [] == broken(trials)
        assert ["notes", "authenticated", "own rows", "no", "own rows (body)", "no", "no"] in matrix(trials)
        columns = {trial.column: trial.seen.outcome for trial in trials if trial.column}
        assert {"id": "denied", "user_id": "denied", "body": "allowed"} == columns

    def test_a_column_too_many(self, scratch: Scratch) -> None:
        """A grant on another column is noticed."""
        subject = self.limited()
        added = attrs.evolve(
            subject, script=f"{subject.script};\nGRANT UPDATE (id) ON public.notes TO authenticated"
        )
        assert ["authenticated can change column id of its own row in notes"] == failures(scratch, added)

    def test_reading_some(self, scratch: Scratch) -> None:
        """A SELECT on some columns shows its owner's row, and no other column of it."""
        access = Access(own="user_id", authenticated=may("select", rows="own", columns=["body"]))
        table = notes(owner_may("select", own="user_id"), access=access)
        trials = tried(scratch, of(table))
        assert [] == broken(trials)
        assert ["notes", "authenticated", "own rows (body)", "no", "no", "no", "no"] in matrix(trials)


class TestOwners:
    """Whose a row is, by columns of different kinds."""

    @pytest.mark.parametrize(
        ("kind", "mine"),
        [
            (uuid, "owner = (SELECT auth.uid())"),
            (text, "owner = (SELECT auth.jwt() ->> 'sub')"),
            (integer, "owner = (SELECT (auth.jwt() ->> 'sub')::int)"),
        ],
    )
    def test_columns_that_refer_to_nothing(self, scratch: Scratch, kind: object, mine: str) -> None:
        """A column that holds what claims say, in whatever type."""
        table = Table(
            "things",
            columns=[Column("owner", kind, primary_key=True)],  # type: ignore[arg-type]
            policies=[Policy("r", to="authenticated", using=sql(mine))],
            access=Access(own="owner", authenticated=may("all", rows="own")),
        )
        # As a number, the made-up sub of no user is none: the policy itself fails, and lets nothing through.
        assert [] == failures(scratch, of(table))

    def test_through_another_table(self, scratch: Scratch) -> None:
        """A column that refers to a row of another table is that row's owner's."""
        entries = Table(
            "entries",
            columns=[
                Column("id", uuid, primary_key=True, default=sql("gen_random_uuid()")),
                Column("note_id", uuid, not_null=True, references=(note := notes())),
            ],
            policies=[
                Policy(
                    "s",
                    "select",
                    to="authenticated",
                    using=sql("note_id IN (SELECT id FROM public.notes WHERE user_id = (SELECT auth.uid()))"),
                )
            ],
            access=Access(own="note_id", authenticated=may("select", rows="own")),
        )
        assert [] == failures(scratch, of(note, entries), "entries")

    def test_rows_of_nobody(self, scratch: Scratch) -> None:
        """Rows without an owner are tried too: everybody may read these, and only the service write them."""
        table = Table(
            "tariffs",
            columns=[Column("id", integer, primary_key=True)],
            policies=[Policy("r", "select", to=["anon", "authenticated"], using=sql("true"))],
            access=Access(
                anon=may("select", rows="all"),
                authenticated=may("select", rows="all"),
                service_role=may("all", rows="all"),
            ),
        )
        trials = tried(scratch, of(table))
        assert [] == broken(trials)
        assert ["tariffs", "anon", "all rows", "no", "no", "no", "no"] in matrix(trials)
        closed = damaged(
            of(table), "TO anon, authenticated\n            USING (true)", "TO anon\n            USING (true)"
        )
        expected = ["authenticated cannot read rows in tariffs: no policy shows it"]
        assert expected == failures(scratch, closed)


class TestUnproven:
    """What cannot be shown is told."""

    def test_without_access(self, server: Server) -> None:
        """A table of ours without an access is named, and not passed over."""
        table = Table("loose", columns=[Column("id", integer, primary_key=True)])
        with Scratch(server, of(notes(), table)) as scratch:
            found = PROOF.run(scratch)
        assert Status.PROVEN is found.status
        assert ["loose has no access: who may do what with it is unproven"] == list(found.notes)

    def test_nothing_to_prove(self, server: Server) -> None:
        """Where no table has an access, nothing is proven."""
        table = Table("loose", columns=[Column("id", integer, primary_key=True)])
        with Scratch(server, of(table)) as scratch:
            assert Status.UNPROVEN is PROOF.run(scratch).status

    def test_role_that_no_policy_binds(self, scratch: Scratch, engagement: Subject) -> None:
        """A role with BYPASSRLS that nobody said has it is refused: all it tries would pass."""
        roles = tuple(
            attrs.evolve(role, bypasses_row_security=False) if role.name == "service_role" else role
            for role in engagement.platform.roles
        )
        unsaid = attrs.evolve(engagement.platform, roles=roles)
        wanted = attrs.evolve(engagement.wanted, roles=roles)
        table = wanted.tables["public", STATES]
        with scratch.fresh("after") as database, pytest.raises(PostgresError, match="has BYPASSRLS"):
            try_access(database, table, unsaid, wanted)


class TestVanilla:
    """A platform without claims."""

    def test_all_rows_are_tried(self, server: Server) -> None:
        """rows="all" is proven as elsewhere; that nobody's own rows could be is told."""
        with server.connect() as connection:
            connection.execute("DROP ROLE IF EXISTS app_reader; CREATE ROLE app_reader NOLOGIN")
        access = Access(own="id", app_reader=may("select", rows="all"))
        table = Table(
            "facts",
            columns=[Column("id", integer, primary_key=True)],
            policies=[Policy("r", "select", to="app_reader", using=sql("true"))],
            access=access,
        )
        subject = subject_of(table, platform=platform("vanilla"))
        with Scratch(server, subject) as scratch:
            found = PROOF.run(scratch)
        with server.connect() as connection:
            connection.execute("DROP ROLE app_reader")
        assert (Status.PROVEN, ()) == (found.status, tuple(found.failures))
        assert ["facts", "app_reader", "all rows", "no", "no", "no", "no"] in found.table
        assert "vanilla knows no claims" in found.notes[0]
