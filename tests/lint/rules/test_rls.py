"""Hits, marked spans and edits of the rules of the group rls."""

from __future__ import annotations

from pathlib import Path

import pytest
from policy_hits import DEFAULT, TABLE, apply_edits, find_hits, find_marked, find_rule_names
from rule_hits import rules_of_group

from schema_dsl.lint.check import apply_rules
from schema_dsl.lint.initial_schema import schema_of_platform
from schema_dsl.lint.rule import Rule
from schema_dsl.lint.rules import rules_by_name
from schema_dsl.lint.source import Source
from schema_dsl.platforms.supabase import PLATFORM

HERE = Path(__file__).parents[3]


class TestExamples:
    """The examples of the rules."""

    @pytest.mark.parametrize(("rule", "text"), [(r, text) for r in rules_of_group("rls") for text in r.bad])
    def test_bad(self, rule: Rule, text: str) -> None:
        """The rule reports a bad example, and its edits correct the example."""
        found = find_hits(text, rule)
        assert found
        fixed = apply_edits(text, rule.name)
        assert all(statement.problem is None for statement in Source.of(fixed).statements)
        if all(hit.edits for _, hit in found):
            assert [] == find_hits(fixed, rule)

    @pytest.mark.parametrize("text", [text for r in rules_of_group("rls") for text in r.good])
    def test_good(self, text: str) -> None:
        """No default rule reports a good example."""
        assert set() == find_rule_names(text)


class TestQuiet:
    """Scripts without findings."""

    @pytest.mark.parametrize(
        "files",
        [
            ["generated/034_engagement_system.sql"],
            ["definitions/baseline.sql"],
            ["definitions/baseline.sql", "generated/034_engagement_system.sql"],
        ],
    )
    def test_our_own(self, files: list[str]) -> None:
        """The rules report nothing in a generated migration and in the baseline."""
        assert [] == apply_rules(
            [Source.read(HERE / file) for file in files], schema_of_platform(PLATFORM), DEFAULT
        )

    def test_corpus(self) -> None:
        """In the corpus of all constructs, the rules report only the policy with an unwrapped auth.jwt()."""
        files = sorted((HERE / "tests/lint/corpus").glob("*.sql"))
        found = apply_rules([Source.read(file) for file in files], schema_of_platform(PLATFORM), DEFAULT)
        assert ["auth-rls-initplan"] == [rule.name for rule, _ in found]

    @pytest.mark.parametrize(
        "policies",
        [
            "CREATE POLICY p ON notes FOR SELECT TO anon, authenticated USING (true);",
            "CREATE POLICY p ON notes FOR SELECT USING (true);",
            (
                "CREATE POLICY p ON notes FOR SELECT TO authenticated USING (true);"
                "CREATE POLICY q ON notes FOR UPDATE TO authenticated USING ((SELECT auth.uid()) = user_id)"
                " WITH CHECK ((SELECT auth.uid()) = user_id AND body <> '');"
            ),
            "CREATE POLICY p ON notes FOR SELECT TO authenticated USING ((SELECT auth.uid()) IS NOT NULL);",
            "CREATE POLICY p ON notes FOR SELECT TO anon, authenticated USING (at <= now()::date);",
            (
                "CREATE POLICY p ON notes FOR SELECT TO anon, authenticated"
                " USING (at IS NOT NULL OR (SELECT auth.uid()) = user_id);"
            ),
            "CREATE POLICY p ON notes FOR SELECT TO authenticated USING (body <> (SELECT auth.jwt() ->> 'hidden'));",
            (
                "CREATE POLICY p ON notes FOR SELECT TO authenticated"
                " USING ((SELECT auth.uid()) <> ALL (ARRAY[user_id]));"
            ),
            "CREATE POLICY p ON notes FOR SELECT TO authenticated USING (team_id IN (SELECT id FROM plans));",
            "CREATE POLICY p ON notes FOR SELECT TO authenticated USING (private.may_read(team_id));",
            "CREATE POLICY p ON notes FOR SELECT TO authenticated USING (private.mine(team_id, (SELECT auth.uid())));",
            "CREATE POLICY p ON notes FOR SELECT TO authenticated USING (team_id IN (SELECT private.my_teams()));",
            "CREATE POLICY p ON notes FOR ALL TO service_role USING (true) WITH CHECK (true);",
            "CREATE POLICY p ON notes FOR SELECT TO authenticated USING (false);",
            "CREATE POLICY p ON notes FOR INSERT TO authenticated WITH CHECK ((SELECT auth.uid()) = user_id);",
            "CREATE POLICY p ON notes FOR ALL TO authenticated USING ((SELECT auth.uid()) = user_id);",
            (
                "CREATE POLICY p ON notes FOR ALL TO authenticated"
                " USING ((SELECT auth.jwt()) -> 'app_metadata' ->> 'role' = 'admin');"
            ),
            (
                "CREATE POLICY p ON notes FOR ALL TO authenticated"
                " USING ((SELECT auth.jwt()) -> 'app_metadata' ->> 'role' IN ('admin', 'editor'));"
            ),
            (
                "CREATE POLICY p ON notes AS RESTRICTIVE FOR ALL USING ((SELECT auth.uid()) = user_id);"
                "CREATE POLICY q ON notes FOR ALL TO authenticated USING (true) WITH CHECK (true);"
            ),
            "CREATE POLICY p ON notes FOR SELECT TO authenticated USING ((SELECT auth.jwt()) ->> 'aal' = 'aal2');",
            "CREATE POLICY p ON elsewhere FOR UPDATE TO authenticated USING ((SELECT auth.uid()) = owner);",
            "CREATE POLICY p ON elsewhere TO authenticated USING ((SELECT auth.uid()) = owner);",
        ],
    )
    def test_sound(self, policies: str) -> None:
        """The rules report nothing in common policies."""
        assert set() == find_rule_names(TABLE + policies)

    def test_undone_later(self) -> None:
        """A later statement that corrects a policy removes the findings."""
        bad = TABLE + "CREATE POLICY p ON notes FOR DELETE TO authenticated USING (auth.uid() IS NOT NULL);"
        assert {
            "auth-rls-initplan",
            "policy-open-to-every-user",
            "write-policy-without-select",
        } == find_rule_names(bad)
        assert set() == find_rule_names(bad + "DROP POLICY p ON notes;")
        better = "CREATE POLICY s ON notes FOR SELECT TO authenticated USING (at IS NOT NULL);"
        changed = "ALTER POLICY p ON notes USING ((SELECT auth.uid()) = user_id);"
        assert set() == find_rule_names(bad + better + changed)

    def test_not_known(self) -> None:
        """A rule about missing policies is silent if unreadable dynamic SQL may have created them."""
        hidden = "DO $$ BEGIN EXECUTE format('CREATE POLICY %I ON %I', current_user, current_user); END $$;"
        update = "CREATE POLICY p ON notes FOR UPDATE TO authenticated USING ((SELECT auth.uid()) = user_id);"
        assert {"write-policy-without-select"} == find_rule_names(TABLE + update)
        assert set() == find_rule_names(TABLE + update + hidden)


class TestWords:
    """The wording of messages and remedies."""

    def test_names(self) -> None:
        """A policy name that needs quotes is quoted in the message."""
        text = 'CREATE TABLE t (u uuid); CREATE POLICY "Own rows." ON t USING (auth.uid() = u);'
        ((_, hit),) = find_hits(text, rules_by_name()["policy-without-role"])
        assert hit.message.startswith('policy "Own rows." on t ')

    @pytest.mark.parametrize(
        ("call", "remedy"),
        [
            ("auth.uid()", "Wrap the call: (SELECT auth.uid())."),
            ("auth.jwt()", "Wrap the call: (SELECT auth.jwt())."),
            ("current_setting('a.b', true)", "Wrap the call: (SELECT current_setting(...))."),
        ],
    )
    def test_call(self, call: str, remedy: str) -> None:
        """The remedy names the reported call."""
        text = f"CREATE TABLE t (u uuid, v text); CREATE POLICY p ON t USING (v = {call}::text);"
        ((_, hit),) = find_hits(text, rules_by_name()["auth-rls-initplan"])
        assert remedy == hit.remedy


class TestPlaces:
    """Marked spans and edits."""

    def test_one_of_two(self) -> None:
        """The rule marks the first unwrapped call of a policy, and fixes only the unwrapped calls."""
        text = (
            "CREATE POLICY p ON notes FOR SELECT TO authenticated\n"
            "  USING ((SELECT auth.uid()) = user_id OR team_id = (auth.jwt() ->> 'team')::uuid OR is_me(auth.uid()));"
        )
        assert ["auth.jwt()"] == find_marked(text, "auth-rls-initplan")
        ((_, hit),) = find_hits(text, rules_by_name()["auth-rls-initplan"])
        assert [text.index("auth.jwt()"), text.rindex("auth.uid()")] == [edit.start for edit in hit.edits]
        assert text.replace("(auth.jwt()", "((SELECT auth.jwt())").replace(
            "is_me(auth.uid())", "is_me((SELECT auth.uid()))"
        ) == apply_edits(text, "auth-rls-initplan")

    def test_altered(self) -> None:
        """A condition of ALTER POLICY is marked in that statement, whether or not the history creates the policy."""
        alter = "ALTER POLICY p ON notes USING (auth.uid() = user_id);"
        made = "CREATE POLICY p ON notes FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);"
        for text in (alter, TABLE + made + alter):
            ((_, hit),) = find_hits(text, rules_by_name()["auth-rls-initplan"])
            assert text.index("auth.uid() = ") == hit.offset

    def test_in_a_block(self) -> None:
        """Offsets in a DO block count characters of the file, also after characters of several bytes."""
        text = (
            "-- für alle\nDO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_policy) THEN\n"
            'CREATE POLICY "für" ON notes FOR SELECT TO authenticated USING (auth.uid() = user_id);\nEND IF; END $$;'
        )
        assert ["auth.uid()"] == find_marked(text, "auth-rls-initplan")
        assert text.replace("auth.uid()", "(SELECT auth.uid())") == apply_edits(text, "auth-rls-initplan")

    def test_doubled_quotes(self) -> None:
        """The rule proposes no edit in a body between single quotes, because doubled quotes shift its offsets."""
        text = "DO 'BEGIN CREATE POLICY p ON notes USING (body = '''' OR body = current_setting(''a.b'', true)); END';"
        ((_, hit),) = find_hits(text, rules_by_name()["auth-rls-initplan"])
        assert () == hit.edits

    def test_array(self) -> None:
        """The rule does not wrap a function in ANY, because ANY (SELECT ...) compares with rows, not with the array."""
        text = (
            "CREATE FUNCTION public.mine() RETURNS uuid[] LANGUAGE sql STABLE AS 'SELECT ''{}''::uuid[]';"
            "CREATE POLICY p ON notes FOR SELECT TO authenticated USING (team_id = ANY (public.mine()));"
        )
        ((_, hit),) = find_hits(text, rules_by_name()["auth-rls-initplan"])
        assert () == hit.edits
        assert "ANY ((SELECT" in (hit.remedy or "")

    def test_role_is_added(self) -> None:
        """The edit inserts TO before USING or WITH CHECK."""
        using = "CREATE POLICY p ON notes FOR SELECT USING ((SELECT auth.uid()) = user_id);"
        assert using.replace("USING", "TO authenticated USING") == apply_edits(using, "policy-without-role")
        check_ = "CREATE POLICY p ON notes FOR INSERT WITH CHECK ((SELECT auth.uid()) = user_id);"
        assert check_.replace("WITH", "TO authenticated WITH") == apply_edits(check_, "policy-without-role")

    @pytest.mark.parametrize(
        "policy",
        [
            "CREATE POLICY p ON notes FOR SELECT TO public USING ((SELECT auth.uid()) = user_id);",
            "CREATE POLICY p ON notes AS RESTRICTIVE FOR SELECT USING ((SELECT auth.uid()) = user_id);",
            "CREATE POLICY p ON notes FOR SELECT USING (at IS NULL OR (SELECT auth.uid()) = user_id);",
            "CREATE POLICY p ON notes FOR SELECT USING ((SELECT auth.role()) = 'service_role');",
            "CREATE POLICY p ON notes FOR SELECT USING (user_id = (SELECT current_setting('a.b', true))::uuid);",
        ],
    )
    def test_role_is_not_certain(self, policy: str) -> None:
        """The rule ignores policies with an explicit role, and policies that TO authenticated might change."""
        assert [] == find_marked(policy, "policy-without-role")
