"""Own rows on plain Postgres: a setting says how policies know the caller, or the caller is known by role."""

from __future__ import annotations

import contextlib

import attrs
import pytest
from subjects import migration

from schema_dsl import (
    Access,
    Column,
    Policy,
    Role,
    Table,
    bigint,
    boolean,
    gen_random_uuid,
    integer,
    may,
    member_of,
    sql,
    text,
    uuid,
)
from schema_dsl.model.catalog import build_catalog
from schema_dsl.platforms import CallerSetting, platform
from schema_dsl.postgres import Server
from schema_dsl.verify import Outcome, Scratch, Status, Subject
from schema_dsl.verify.proofs.access import PROOF
from schema_dsl.verify.proofs.never_weaker import PROOF as NEVER_WEAKER

APP = Role("app")
TENANT = "tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid"
NOT_ALLOWED = "but the declared access does not allow it"


def subject(*tables: Table, claims: str, baseline: str = "") -> Subject:
    """Return the first migration of some tables on plain Postgres, with a role that exists elsewhere."""
    vanilla = attrs.evolve(platform("vanilla"), caller=CallerSetting.parse(claims) if claims else None)
    wanted = build_catalog(tables, roles=[APP])
    return Subject(
        platform=vanilla,
        baseline=baseline,
        earlier=(),
        file="001_made.sql",
        script=migration(wanted),
        wanted=wanted,
    )


def prove(server: Server, proven: Subject) -> Outcome:
    """Run the proof on a subject."""
    with Scratch(server, proven) as scratch:
        return PROOF.run(scratch)


def tenancy(condition: str = TENANT) -> list[Table]:
    """Return tenants, and invoices that belong to tenants, with a policy for the invoices."""
    tenants = Table(
        "tenants",
        columns=[Column("id", uuid, primary_key=True, default=gen_random_uuid()), Column("name", text)],
        policies=[Policy("own", to=APP.name, using=sql("id::text = current_setting('app.tenant_id', true)"))],
        access=Access(own="id", app=may("all", rows="own")),
    )
    invoices = Table(
        "invoices",
        columns=[
            Column("id", bigint, primary_key=True, identity="always"),
            Column("tenant_id", uuid, not_null=True, references=tenants),
            Column("paid", boolean, not_null=True, default=False),
        ],
        policies=[Policy("own", to=APP.name, using=sql(condition))],
        access=Access(own="tenant_id", app=may("all", rows="own")),
    )
    return [tenants, invoices]


class TestTenantBySetting:
    """`claims = "app.tenant_id"`: a session setting holds the id of the tenant."""

    def test_holds(self, server: Server) -> None:
        """Own rows are tried and proven, in a table of tenants and in a table that references it."""
        found = prove(server, subject(*tenancy(), claims="app.tenant_id"))
        assert (Status.PROVEN, (), ()) == (found.status, tuple(found.failures), found.untried)
        assert ["invoices", APP.name, *["own rows"] * 4, "no"] in found.table

    @pytest.mark.parametrize(
        ("condition", "sentence"),
        [
            (f"{TENANT} OR paid", "can read another user's row in invoices whose paid is true"),
            (f"{TENANT} AND NOT paid", "cannot read its own row in invoices whose paid is true"),
            (
                f"{TENANT} OR coalesce(current_setting('app.tenant_id', true), '') = ''",
                "can read another user's row in invoices without app.tenant_id or with app.tenant_id = ''",
            ),
            (
                (
                    "tenant_id::text = current_setting('app.tenant_id', true)"
                    " OR current_setting('app.tenant_id', true) = '*'"
                ),
                "can read another user's row in invoices with app.tenant_id = '*'",
            ),
            (
                f"{TENANT} OR current_setting('app.support', true) = 'on'",
                "can read another user's row in invoices as another user with app.support = 'on'",
            ),
            ("true", "can read another user's row in invoices"),
            (
                "current_setting('app.tenant_id', true) <> ''",
                "can read another user's row in invoices",
            ),
        ],
    )
    def test_fault(self, server: Server, condition: str, sentence: str) -> None:
        """A fault of the policy is named as on Supabase."""
        found = prove(server, subject(*tenancy(condition), claims="app.tenant_id"))
        assert any(failure.startswith(f"{APP.name} {sentence}") for failure in found.failures), found.failures

    def test_without_policies(self, server: Server) -> None:
        """A table without any policy is a failure, because the tenant cannot use the own rows."""
        tenants, invoices = tenancy()
        found = prove(server, subject(tenants, attrs.evolve(invoices, policies=()), claims="app.tenant_id"))
        expected = f"{APP.name} cannot read its own row in invoices"
        assert any(failure.startswith(expected) for failure in found.failures)

    def test_json_setting(self, server: Server) -> None:
        """The setting may hold a JSON object; then `->>` names the key of the id."""
        condition = "tenant_id::text = nullif(current_setting('app.user', true), '')::json ->> 'tenant'"
        tenants, invoices = tenancy(condition)
        own = sql("id::text = nullif(current_setting('app.user', true), '')::json ->> 'tenant'")
        tenants = attrs.evolve(tenants, policies=[Policy("own", to=APP.name, using=own)])
        found = prove(server, subject(tenants, invoices, claims="app.user ->> tenant"))
        assert (Status.PROVEN, ()) == (found.status, tuple(found.failures))

    def test_members(self, server: Server) -> None:
        """Memberships name their member by the same setting."""
        baseline = (
            "CREATE TABLE members (team integer, person integer, PRIMARY KEY (team, person));"
            "CREATE FUNCTION is_member(t integer) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS $$"
            " SELECT EXISTS (SELECT FROM members WHERE team = t AND person::text = current_setting('app.user', true))"
            " $$"
        )
        boards = Table(
            "boards",
            columns=[Column("id", integer, primary_key=True), Column("team", integer, not_null=True)],
            policies=[Policy("team", to=APP.name, using=sql("is_member(team)"))],
            access=Access(app=may("all", rows=member_of("members", "team", member="person"))),
        )
        found = prove(server, subject(boards, claims="app.user", baseline=baseline))
        assert (Status.PROVEN, ()) == (found.status, tuple(found.failures))
        assert ["boards", APP.name, *["members"] * 4, "no"] in found.table
        wide = attrs.evolve(
            boards, policies=[Policy("team", to=APP.name, using=sql("is_member(team) OR team = 7"))]
        )
        found = prove(server, subject(wide, claims="app.user", baseline=baseline))
        assert any("in boards whose team is 7" in failure for failure in found.failures), found.failures

    def test_never_weaker(self, server: Server) -> None:
        """The proof `never weaker` tries tenants as well."""
        opened = subject(*tenancy(), claims="app.tenant_id")
        script = (
            f"{opened.script};\nALTER POLICY own ON invoices USING (true);\n"
            f"ALTER POLICY own ON invoices USING ({TENANT});\n"
        )
        with Scratch(server, attrs.evolve(opened, script=script)) as scratch:
            found = NEVER_WEAKER.run(scratch)
        assert any(
            f"{APP.name} can read another user's row in invoices" in failure for failure in found.failures
        )


def things(condition: str) -> Table:
    """Return a table in which the owner is a database role."""
    return Table(
        "things",
        columns=[
            Column("id", integer, primary_key=True),
            Column("owner", text, not_null=True, default=sql("current_user")),
            Column("open", boolean, not_null=True, default=False),
        ],
        policies=[Policy("own", to=APP.name, using=sql(condition))],
        access=Access(own="owner", app=may("all", rows="own")),
    )


class TestCallerByRole:
    """`claims = "role"`: each user is a database role, a member of the declared role."""

    @pytest.mark.parametrize("condition", ["owner = current_user", "owner = session_user"])
    def test_holds(self, server: Server, condition: str) -> None:
        """Members of the role, and the role itself, use their own rows."""
        found = prove(server, subject(things(condition), claims="role"))
        assert (Status.PROVEN, ()) == (found.status, tuple(found.failures))
        assert ["things", APP.name, *["own rows"] * 4, "no"] in found.table

    @pytest.mark.parametrize(
        ("condition", "sentence"),
        [
            ("owner = current_user OR open", "can read another user's row in things whose open is true"),
            (f"pg_has_role(current_user, '{APP.name}', 'MEMBER')", "can read another user's row in things"),
            (
                f"owner = current_user OR current_user = '{APP.name}'",
                "can read another user's row in things as the role",
            ),
            (f"owner = '{APP.name}'", "can read another user's row"),
        ],
    )
    def test_fault(self, server: Server, condition: str, sentence: str) -> None:
        """A fault of the policy is named."""
        found = prove(server, subject(things(condition), claims="role"))
        assert any(failure.startswith(f"{APP.name} {sentence}") for failure in found.failures), found.failures


class TestUnknownCaller:
    """Without the setting, nothing says who the caller is."""

    def test_own_rows_are_unproven(self, server: Server) -> None:
        """Own rows are unproven, and the sentence names the setting that would help."""
        found = prove(server, subject(*tenancy(), claims=""))
        assert Status.UNPROVEN is found.status
        assert any("nothing says how policies know the caller" in sentence for sentence in found.untried)
        further = [sentence for sentence in found.untried if "set `claims` in the settings" not in sentence]
        assert all("no row and caller that was tried makes" in sentence for sentence in further)

    def test_all_rows_are_proven(self, server: Server) -> None:
        """An access that does not depend on the caller is proven."""
        facts = Table(
            "facts",
            columns=[Column("id", integer, primary_key=True)],
            policies=[Policy("read", "select", to=APP.name, using=sql("true"))],
            access=Access(own="id", app=may("select", rows="all")),
        )
        found = prove(server, subject(facts, claims=""))
        assert (Status.PROVEN, (), ()) == (found.status, tuple(found.failures), found.untried)


class TestStandIns:
    """A declared role refers to a role that exists elsewhere."""

    def test_scratch_server_gets_the_role(self, server: Server) -> None:
        """The role exists on the scratch server, and cannot log in."""
        with Scratch(server, subject(*tenancy(), claims="app.tenant_id")) as scratch:
            scratch.template("platform")
            with contextlib.closing(server.connect()) as connection:
                query = "SELECT rolcanlogin, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = %s"
                assert (False, False, False) == connection.execute(query, [APP.name]).fetchone()

    def test_existing_role_is_kept(self, server: Server) -> None:
        """A role of the server stays as it is."""
        name = "schema_dsl_stays"
        with contextlib.closing(server.connect()) as connection:
            connection.execute(f"CREATE ROLE {name} LOGIN CONNECTION LIMIT 3")
            try:
                kept = subject(*tenancy(), claims="app.tenant_id")
                wanted = attrs.evolve(kept.wanted, roles=(APP, Role(name)))
                with Scratch(server, attrs.evolve(kept, wanted=wanted)) as scratch:
                    scratch.template("platform")
                    query = "SELECT rolconnlimit FROM pg_roles WHERE rolname = %s"
                    assert (3,) == connection.execute(query, [name]).fetchone()
            finally:
                connection.execute(f"DROP ROLE {name}")
