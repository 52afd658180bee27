"""Planted faults of policies, privileges and declarations, which the trials of the access find."""

from __future__ import annotations

import attrs
import jinja2
import pytest
from subjects import damaged
from tried_access import (
    IS_OWN_ROW,
    NO_POLICY,
    NOT_ALLOWED,
    OWNER,
    QUEUE,
    STATES,
    TRANSITIONS,
    failures,
    notes,
    run_trials,
    supabase_subject,
)

from schema_dsl import Policy, sql
from schema_dsl.platforms.supabase import owner_may
from schema_dsl.render import environment
from schema_dsl.verify import Scratch, Subject
from schema_dsl.verify.access import build_matrix, describe_failures

NOT_GRANTED = "but the declared access does not grant it: only policies protect the rows"
READS_ANY = f"authenticated can read another user's row in {TRANSITIONS}"


def policy_of(table: str, name: str) -> str:
    """Return the start of a CREATE POLICY statement of the migration."""
    return f"CREATE POLICY {name} ON public.{table}\n        FOR "


class TestFaultsInSql:
    """The proof reports faults in the SQL of the migration."""

    def test_using_true(self, scratch: Scratch, engagement: Subject) -> None:
        """A policy that is always true is a failure."""
        found = failures(scratch, damaged(engagement, OWNER, "USING (true)"))
        assert f"{READS_ANY}, {NOT_ALLOWED}" in found
        assert f"authenticated can read another user's row in {STATES}, {NOT_ALLOWED}" in found

    def test_using_negated(self, scratch: Scratch, engagement: Subject) -> None:
        """A negated policy shows the rows of other users, and hides the caller's own rows."""
        found = failures(scratch, damaged(engagement, OWNER, OWNER.replace(" = ", " <> ")), TRANSITIONS)
        assert f"{READS_ANY}, {NOT_ALLOWED}" in found
        assert any(failure.startswith("authenticated cannot read its own row in") for failure in found)

    @pytest.mark.parametrize("table", [STATES, TRANSITIONS, QUEUE])
    def test_to_service_role_forgotten(self, scratch: Scratch, engagement: Subject, table: str) -> None:
        """A policy for PUBLIC is a failure, even if a missing privilege protects the rows."""
        policy = policy_of(table, "service_role_all") + "ALL TO "
        found = failures(scratch, damaged(engagement, policy + "service_role", policy + "PUBLIC"), table)
        expected = (
            f"authenticated could read another user's row in {table} if authenticated held SELECT: "
            "the policies allow it, but the declared access does not"
            if table == QUEUE
            else f"authenticated can read another user's row in {table}, {NOT_ALLOWED}"
        )
        assert expected in found
        assert any(failure.startswith("anon could read rows in") for failure in found)

    @pytest.mark.parametrize("table", [STATES, TRANSITIONS, QUEUE])
    def test_row_level_security_off(self, scratch: Scratch, engagement: Subject, table: str) -> None:
        """Policies without ENABLE ROW LEVEL SECURITY have no effect."""
        enable = f"ALTER TABLE public.{table} ENABLE ROW LEVEL SECURITY;"
        found = failures(scratch, damaged(engagement, enable, ""), table)
        assert any(
            "authenticated can read another" in failure or "authenticated could read" in failure
            for failure in found
        )

    def test_revoke_missing(self, scratch: Scratch, engagement: Subject) -> None:
        """Privileges that only the old default privileges grant are failures that name the setting."""
        revoke = f"REVOKE ALL ON TABLE public.{QUEUE} FROM PUBLIC, anon, authenticated, service_role;"
        found = failures(scratch, damaged(engagement, revoke, ""), QUEUE, settings=("new", "old"))
        assert f"anon can truncate {QUEUE}, {NOT_ALLOWED} (under the old default privileges)" in found
        assert f"service_role can truncate {QUEUE}, {NOT_ALLOWED} (under the old default privileges)" in found
        assert all(failure.endswith("(under the old default privileges)") for failure in found)

    @pytest.mark.parametrize(
        ("grant", "sentence"),
        [
            (
                "INSERT ON TABLE public.{} TO authenticated",
                f"authenticated holds INSERT on {{}}, {NOT_GRANTED}",
            ),
            (
                "TRUNCATE ON TABLE public.{} TO authenticated",
                f"authenticated can truncate {{}}, {NOT_ALLOWED}",
            ),
            (
                "SELECT ON TABLE public.{} TO anon",
                f"anon holds SELECT on {{}}, {NOT_GRANTED}",
            ),
            (
                "TRIGGER ON TABLE public.{} TO anon",
                f"anon can create triggers on {{}} (TRIGGER), {NOT_ALLOWED}",
            ),
            (
                "REFERENCES (id) ON TABLE public.{} TO anon",
                f"anon can create foreign keys to {{}} (REFERENCES), {NOT_ALLOWED}",
            ),
            (
                "UPDATE (state) ON TABLE public.{} TO authenticated",
                f"authenticated holds UPDATE on {{}}, {NOT_GRANTED}",
            ),
        ],
    )
    def test_undeclared_grant(self, scratch: Scratch, engagement: Subject, grant: str, sentence: str) -> None:
        """An undeclared privilege is a failure, even if policies protect the rows."""
        added = attrs.evolve(engagement, script=f"{engagement.script};\nGRANT {grant.format(STATES)};\n")
        assert [sentence.format(STATES)] == failures(scratch, added, STATES)

    def test_maintain(self, scratch: Scratch, engagement: Subject) -> None:
        """An undeclared MAINTAIN privilege is a failure."""
        if scratch.server.version < 170000:
            pytest.skip("MAINTAIN exists since PostgreSQL 17")
        grant = f"GRANT MAINTAIN ON TABLE public.{STATES} TO service_role"
        added = attrs.evolve(engagement, script=f"{engagement.script};\n{grant};\n")
        expected = [f"service_role can run maintenance commands on {STATES} (MAINTAIN), {NOT_ALLOWED}"]
        assert expected == failures(scratch, added, STATES)

    def test_missing_grant(self, scratch: Scratch, engagement: Subject) -> None:
        """A missing grant of a declared operation is a failure."""
        grant = f"GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.{QUEUE} TO service_role;"
        found = failures(scratch, damaged(engagement, grant, grant.replace("INSERT, ", "")), QUEUE)
        expected = (
            f"service_role cannot insert rows into {QUEUE}, "
            "but the declared access allows it: a privilege is missing"
        )
        assert expected in found

    def test_command_widened(self, scratch: Scratch, engagement: Subject) -> None:
        """A policy for ALL instead of SELECT is a failure, even if no privilege uses the policy."""
        policy = policy_of(TRANSITIONS, "authenticated_select_own")
        found = failures(scratch, damaged(engagement, policy + "SELECT", policy + "ALL"), TRANSITIONS)
        assert (
            f"authenticated could delete its own row from {TRANSITIONS} if authenticated held DELETE: "
            "the policies allow it, but the declared access does not"
        ) in found

    def test_policy_missing(self, scratch: Scratch, engagement: Subject) -> None:
        """A missing policy for the caller's own rows is a failure."""
        without_policy = attrs.evolve(
            engagement,
            script=f"{engagement.script};\nDROP POLICY authenticated_select_own ON public.{TRANSITIONS};\n",
        )
        expected = [f"authenticated cannot read its own row in {TRANSITIONS}, {NO_POLICY}"]
        assert expected == failures(scratch, without_policy, TRANSITIONS)

    def test_policy_of_a_role_that_bypasses(self, scratch: Scratch, engagement: Subject) -> None:
        """A missing policy for a role with BYPASSRLS is a failure, because the role can lose BYPASSRLS."""
        without_policy = attrs.evolve(
            engagement, script=f"{engagement.script};\nDROP POLICY service_role_all ON public.{QUEUE};\n"
        )
        expected = f"without BYPASSRLS, service_role cannot read rows in {QUEUE}, {NO_POLICY}"
        assert expected in failures(scratch, without_policy, QUEUE)

    def test_anon_with_empty_claims(self, scratch: Scratch, engagement: Subject) -> None:
        """Access of a request without claims only is a failure that names the caller."""
        policy = policy_of(TRANSITIONS, "authenticated_select_own") + "SELECT TO authenticated"
        hole = "current_setting('request.jwt.claims', true) IS NULL"
        found = failures(
            scratch,
            damaged(engagement, f"{policy} {OWNER}", f"{policy} {OWNER[:-1]} OR {hole})"),
            TRANSITIONS,
        )
        assert [f"{READS_ANY} without claims, {NOT_ALLOWED}"] == found


class TestFaultsInDefinitions:
    """The proof reports declared policies that do not enforce the declared access."""

    def test_without_fault(self, scratch: Scratch) -> None:
        """Owners may run every operation on their own rows."""
        trials = run_trials(scratch, supabase_subject(notes()), ("new", "old"))
        assert [] == describe_failures(trials)
        assert ["notes", "authenticated", *["own rows"] * 4, "no"] in build_matrix(trials)

    def test_update_transfers_rows(self, scratch: Scratch) -> None:
        """An UPDATE policy without a check on the new row allows a caller to transfer its own row."""
        policy = Policy("u", "update", to="authenticated", using=IS_OWN_ROW, check=sql("true"))
        table = notes(owner_may("select", "insert", "delete", own="user_id"), policy)
        expected = [f"authenticated can transfer its own row in notes to another user, {NOT_ALLOWED}"]
        assert expected == failures(scratch, supabase_subject(table))

    def test_update_takes_over_rows(self, scratch: Scratch) -> None:
        """An UPDATE policy with a check on the new row only allows a caller to take over another user's row."""
        policy = Policy("u", "update", to="authenticated", using=sql("true"), check=IS_OWN_ROW)
        read = Policy("s", "select", to="authenticated", using=IS_OWN_ROW)
        found = failures(
            scratch, supabase_subject(notes(owner_may("insert", "delete", own="user_id"), read, policy))
        )
        assert f"authenticated can take over another user's row in notes, {NOT_ALLOWED}" in found

    def test_insert_as_another(self, scratch: Scratch) -> None:
        """An INSERT policy without a check on the owner allows a caller to insert a row of another user."""
        policy = Policy("i", "insert", to="authenticated", check=sql("true"))
        table = notes(owner_may("select", "update", "delete", own="user_id"), policy)
        expected = [f"authenticated can insert a row of another user into notes, {NOT_ALLOWED}"]
        assert expected == failures(scratch, supabase_subject(table))

    def test_delete_of_others(self, scratch: Scratch) -> None:
        """A DELETE policy without a condition on the owner allows a caller to delete another user's row."""
        policy = Policy("d", "delete", to="authenticated", using=sql("true"))
        table = notes(owner_may("select", "insert", "update", own="user_id"), policy)
        expected = [f"authenticated can delete another user's row from notes, {NOT_ALLOWED}"]
        assert expected == failures(scratch, supabase_subject(table))

    def test_restrictive_by_mistake(self, scratch: Scratch) -> None:
        """A restrictive policy without a permissive policy allows nothing."""
        policy = Policy("d", "delete", to="authenticated", using=IS_OWN_ROW, permissive=False)
        table = notes(owner_may("select", "insert", "update", own="user_id"), policy)
        expected = [f"authenticated cannot delete its own row from notes, {NO_POLICY}"]
        assert expected == failures(scratch, supabase_subject(table))

    def test_faulty_template(self, scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
        """A template that drops the USING condition is a failure, because the trials run on the database."""
        real = environment.get_environment()
        name = "policy/create.sql.j2"
        assert real.loader is not None
        source, *_ = real.loader.get_source(real, name)
        open_to_all = """{% for clause in clauses %}
            {{ clause.__class__("USING (true)") if clause.startswith("USING") else clause }}{% endfor %}"""
        faulty = jinja2.DictLoader({name: source.replace('{{ clauses | fitting("    ") }}', open_to_all)})
        patched = real.overlay(loader=jinja2.ChoiceLoader([faulty, real.loader]))
        monkeypatch.setattr(
            environment, "_load_template", lambda stem: patched.get_template(f"{stem}.sql.j2")
        )
        subject = supabase_subject(notes())
        assert "USING (true)" in subject.script
        expected = f"authenticated can read another user's row in notes, {NOT_ALLOWED}"
        assert expected in failures(scratch, subject)
