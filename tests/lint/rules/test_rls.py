"""Hits, marked spans and edits of the rules of the group rls."""

from __future__ import annotations

from pathlib import Path

import pytest
from rule_hits import apply_hits, rules_of_group

from schema_dsl.analysis.identity import table_identity
from schema_dsl.lint.check import apply_rules
from schema_dsl.lint.facts.callers import ANONYMOUS, ANY_CALLER, SIGNED_IN
from schema_dsl.lint.facts.folding import fold_expression
from schema_dsl.lint.facts.values import NEVER_TRUE, NOT_NULL, UNKNOWN, FoldedValue
from schema_dsl.lint.history.schema import HistoryColumn, HistoryRelation
from schema_dsl.lint.initial_schema import schema_of_platform
from schema_dsl.lint.rule import Hit, Rule
from schema_dsl.lint.rules import rules_by_name
from schema_dsl.lint.source import Source
from schema_dsl.parsing import parse_expression
from schema_dsl.platforms.supabase import PLATFORM

HERE = Path(__file__).parents[3]
TABLE = (
    "CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid NOT NULL, team_id uuid, body text, at date);"
    "CREATE INDEX ON public.notes (user_id); ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;"
)
DEFAULT = [rule for rule in rules_of_group("rls") if not rule.opinion]


def find_hits(text: str, *chosen: Rule) -> list[tuple[str, Hit]]:
    """Return the hits of rules in a script on Supabase: of the given rules, or of all default rules."""
    found = apply_rules([Source.of(text)], schema_of_platform(PLATFORM), chosen or DEFAULT)
    return [(rule.name, placed.hit) for rule, placed in found]


def find_rule_names(text: str) -> set[str]:
    """Return the names of the default rules that report a script."""
    return {name for name, _ in find_hits(text)}


def find_marked(text: str, name: str) -> list[str]:
    """Return the text spans that one rule marks."""
    return [text[hit.offset : hit.offset + hit.length] for _, hit in find_hits(text, rules_by_name()[name])]


def apply_edits(text: str, name: str) -> str:
    """Apply the edits of one rule."""
    return apply_hits(text, [hit for _, hit in find_hits(text, rules_by_name()[name])])


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


class TestTraps:
    """Cases that other linters miss or report falsely."""

    @pytest.mark.parametrize(
        ("policy", "expected"),
        [
            ("FOR DELETE TO authenticated USING (1 + 1 = 2)", True),
            ("FOR DELETE TO authenticated USING (id = id)", True),
            ("FOR DELETE TO authenticated USING (team_id = team_id)", False),
            ("FOR DELETE TO authenticated USING (team_id IS NULL OR team_id IS NOT NULL)", True),
            ("FOR DELETE TO authenticated USING (NOT (false AND body = 'x'))", True),
            ("FOR DELETE TO authenticated USING ((SELECT true))", True),
            ("FOR DELETE TO authenticated USING (CASE WHEN true THEN true ELSE body = 'x' END)", True),
            ("FOR DELETE TO authenticated USING (EXISTS (SELECT 1))", True),
            ("FOR DELETE TO authenticated USING (EXISTS (SELECT 1 WHERE body = 'x'))", False),
            ("FOR DELETE TO authenticated USING (coalesce(body = 'x', true))", False),
            ("FOR DELETE TO authenticated USING (NULL OR 'f'::boolean)", False),
            ("FOR DELETE TO authenticated", False),
            ("FOR ALL TO authenticated USING ((SELECT auth.uid()) = user_id) WITH CHECK (true)", True),
            ("FOR DELETE TO service_role USING (true)", False),
            ("AS RESTRICTIVE FOR DELETE TO authenticated USING (true)", False),
        ],
    )
    def test_always_true(self, policy: str, expected: bool) -> None:  # noqa: FBT001 - a column of the table above
        """The rule evaluates the condition, and reports it only if it is true for every row."""
        assert expected == (
            "rls-policy-always-true" in find_rule_names(f"{TABLE}CREATE POLICY p ON notes {policy};")
        )

    def test_several_for_one_role(self) -> None:
        """FOR ALL counts for every command, and PUBLIC for every role that does not bypass row level security."""
        name = "multiple-permissive-policies"
        mine, true = "USING ((SELECT auth.uid()) = user_id)", "USING (true)"
        first = f"{TABLE}CREATE POLICY p ON notes FOR SELECT TO authenticated {mine};"
        assert name in find_rule_names(f"{first}CREATE POLICY q ON notes FOR ALL {mine};")
        assert name not in find_rule_names(f"{first}CREATE POLICY q ON notes FOR ALL TO service_role {true};")
        assert name not in find_rule_names(
            f"{first}CREATE POLICY q ON notes FOR UPDATE TO authenticated {mine};"
        )
        assert name not in find_rule_names(
            f"{first}CREATE POLICY q ON notes FOR SELECT TO anon USING (at IS NULL);"
        )
        both = f"{TABLE}CREATE POLICY p ON notes FOR SELECT {true}; CREATE POLICY q ON notes TO service_role {true};"
        assert name not in find_rule_names(both)

    @pytest.mark.parametrize(
        ("policies", "expected"),
        [
            ("FOR SELECT {own}", True),
            ("{own}", True),
            ("FOR SELECT {own}; CREATE POLICY b ON t FOR SELECT USING (other = (SELECT auth.uid()))", True),
            ("FOR SELECT {own}; CREATE POLICY b ON t FOR DELETE USING (a > 0)", True),
            ("FOR SELECT {own}; CREATE POLICY b ON t FOR SELECT TO service_role USING (a > 0)", True),
            ("FOR DELETE {own}; CREATE POLICY b ON t FOR SELECT TO authenticated USING (a > 0)", False),
            ("FOR SELECT {own}; CREATE POLICY b ON t FOR SELECT USING (a > 0)", False),
            ("FOR SELECT {own}; CREATE POLICY b ON t USING ((SELECT is_admin()))", False),
        ],
    )
    def test_index_would_help(self, policies: str, expected: bool) -> None:  # noqa: FBT001 - a column of the table above
        """The rule asks for an index only if SELECT policies find the rows by the owner column alone."""
        text = (
            "CREATE TABLE t (id int PRIMARY KEY, owner uuid NOT NULL, other uuid NOT NULL, a int);"
            "CREATE INDEX ON t (other); ALTER TABLE t ENABLE ROW LEVEL SECURITY;"
            "CREATE FUNCTION is_admin() RETURNS boolean STABLE LANGUAGE plpgsql AS 'BEGIN RETURN false; END';"
            "CREATE POLICY a ON t "
            + policies.format(own="TO authenticated USING (owner = (SELECT auth.uid()))")
        )
        assert expected == bool(find_marked(text + ";", "policy-column-without-index"))

    def test_recursion(self) -> None:
        """Only a cycle of SELECT policies for the same role is a recursion."""
        name = "policy-recursion"
        other = (
            "CREATE TABLE m (user_id uuid, PRIMARY KEY (user_id)); ALTER TABLE m ENABLE ROW LEVEL SECURITY;"
        )
        reads = f"{TABLE}{other}CREATE POLICY p ON notes FOR SELECT TO authenticated USING (EXISTS (SELECT FROM m));"
        assert name not in find_rule_names(
            f"{reads}CREATE POLICY q ON m FOR SELECT USING (user_id = (SELECT auth.uid()));"
        )
        back = "USING (EXISTS (SELECT FROM notes));"
        assert name in find_rule_names(f"{reads}CREATE POLICY q ON m FOR SELECT TO authenticated {back}")
        assert name in find_rule_names(f"{reads}CREATE POLICY q ON m FOR SELECT {back}")
        assert name not in find_rule_names(f"{reads}CREATE POLICY q ON m FOR SELECT TO anon {back}")
        assert name not in find_rule_names(f"{reads}CREATE POLICY q ON m FOR DELETE TO authenticated {back}")
        off = reads.replace("ALTER TABLE m ENABLE", "ALTER TABLE m DISABLE")
        assert name not in find_rule_names(f"{off}CREATE POLICY q ON m FOR SELECT TO authenticated {back}")

    def test_recursion_by_many_ways(self) -> None:
        """The rule visits each table once, however many paths lead to it through policies and views."""
        tables = [f"t{number}" for number in range(14)]
        on = "CREATE TABLE {0} (id int PRIMARY KEY); ALTER TABLE {0} ENABLE ROW LEVEL SECURITY;"
        view = "CREATE VIEW v{0} WITH (security_invoker = on) AS SELECT FROM v{1} AS a, v{2} AS b;"
        below = "CREATE VIEW v0 WITH (security_invoker = on) AS SELECT FROM t0;"
        views = below + "".join(
            view.format(number, number - 1, max(number - 2, 0)) for number in range(1, 40)
        )
        policy = "CREATE POLICY p ON {} TO authenticated USING (EXISTS (SELECT FROM v39, {}));"
        later = [
            policy.format(each, ", ".join(tables[number:])) for number, each in enumerate(tables[:-1], 1)
        ]
        made = "".join(map(on.format, tables))
        assert "policy-recursion" not in find_rule_names(made + views + "".join(later[1:]))
        assert "policy-recursion" in find_rule_names(made + views + "".join(later))

    def test_changes_hands(self) -> None:
        """A trigger, a column privilege or a restrictive policy can keep the owner from changing."""
        name = "with-check-wider-than-using"
        own = "USING ((SELECT auth.uid()) = user_id) WITH CHECK (body <> '')"
        wide = f"{TABLE}CREATE POLICY p ON notes FOR UPDATE TO authenticated {own};"
        assert name in find_rule_names(wide)
        kept = "CREATE POLICY q ON notes AS RESTRICTIVE FOR UPDATE USING ((SELECT auth.uid()) = user_id);"
        assert name not in find_rule_names(wide + kept)
        assert name not in find_rule_names(f"{wide}GRANT UPDATE (body) ON notes TO authenticated;")
        function = (
            "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {} RETURN NEW; END $$;"
        )
        trigger = "CREATE TRIGGER k BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION keep();"
        assert name not in find_rule_names(function.format("NEW.user_id = OLD.user_id;") + wide + trigger)
        assert name in find_rule_names(function.format("NEW.at = now();") + wide + trigger)


class TestFolding:
    """The value that a condition folds to."""

    @pytest.mark.parametrize(
        ("text", "any_caller", "anonymous", "signed_in"),
        [
            ("id = id", True, True, True),
            ("team_id = team_id", UNKNOWN, UNKNOWN, UNKNOWN),
            ("(SELECT auth.uid()) = id", UNKNOWN, None, UNKNOWN),
            ("auth.uid() IS NULL", UNKNOWN, True, False),
            ("auth.uid() IS DISTINCT FROM id", UNKNOWN, True, UNKNOWN),
            ("auth.uid() IS NOT DISTINCT FROM id", UNKNOWN, False, UNKNOWN),
            ("NOT (auth.uid() = id)", UNKNOWN, None, UNKNOWN),
            ("auth.uid() = id AND team_id = id", UNKNOWN, NEVER_TRUE, UNKNOWN),
            ("NOT (auth.uid() = id AND team_id = id)", UNKNOWN, UNKNOWN, UNKNOWN),
            ("(auth.uid() = id) IS NOT TRUE", UNKNOWN, True, UNKNOWN),
            ("auth.role() = 'authenticated'", UNKNOWN, False, True),
            ("auth.role() IN ('anon', 'authenticated')", UNKNOWN, True, True),
            ("auth.jwt() ->> 'sub' IS NOT NULL", UNKNOWN, False, True),
            ("auth.uid() IN (SELECT m FROM t)", UNKNOWN, NEVER_TRUE, UNKNOWN),
            ("auth.uid() = ANY (ids)", UNKNOWN, NEVER_TRUE, UNKNOWN),
            ("auth.uid() <> ALL (ids)", UNKNOWN, UNKNOWN, UNKNOWN),
            ("nullif(auth.uid(), id)", UNKNOWN, None, UNKNOWN),
            ("coalesce(auth.uid(), id)", NOT_NULL, NOT_NULL, NOT_NULL),
            ("coalesce(auth.uid(), id) = id", UNKNOWN, True, UNKNOWN),
            ("coalesce(auth.uid() = id AND team_id = id, true)", NOT_NULL, NOT_NULL, NOT_NULL),
            ("coalesce(auth.uid() = id AND team_id = id, false)", NOT_NULL, NEVER_TRUE, NOT_NULL),
            ("coalesce(team_id, '') = coalesce(team_id, '')", True, True, True),
            ("id IN (SELECT auth.uid())", UNKNOWN, None, UNKNOWN),
            ("id IS NULL AND id IS NOT NULL", False, False, False),
            ("team_id IS NULL AND team_id IS NOT NULL", False, False, False),
            ("1 IN (1, 2)", True, True, True),
            ("1 NOT IN (2, 3)", True, True, True),
            ("1 NOT IN (2, NULL)", None, None, None),
            ("team_id IN (NULL)", None, None, None),
            ("1 = ANY (ARRAY[1, 2]::int[])", True, True, True),
            ("auth.role() = ANY (ARRAY['authenticated'])", UNKNOWN, False, True),
            ("id = ANY ('{}')", UNKNOWN, UNKNOWN, UNKNOWN),
            ("EXISTS (SELECT FROM m WHERE m.user_id = auth.uid())", UNKNOWN, False, UNKNOWN),
            ("EXISTS (SELECT count(*) FROM m WHERE m.user_id = auth.uid())", True, True, True),
            ("NOT EXISTS (SELECT FROM m WHERE m.user_id = auth.uid())", UNKNOWN, True, UNKNOWN),
            ("id IN (SELECT t FROM m WHERE m.user_id = auth.uid())", UNKNOWN, False, UNKNOWN),
            ("id = ANY (ARRAY(SELECT t FROM m WHERE m.user_id = auth.uid()))", UNKNOWN, False, UNKNOWN),
            ("EXISTS (SELECT 1 WHERE auth.uid() IS NOT NULL)", UNKNOWN, False, True),
            ("current_setting('request.jwt.claims', true)::jsonb ->> 'sub' IS NULL", UNKNOWN, True, False),
            ("'b' < 'a'", UNKNOWN, UNKNOWN, UNKNOWN),
            ("'1' = 1", UNKNOWN, UNKNOWN, UNKNOWN),
            ("0x10 = 16", True, True, True),
        ],
    )
    def test_fold(
        self, text: str, any_caller: FoldedValue, anonymous: FoldedValue, signed_in: FoldedValue
    ) -> None:
        """The value follows three-valued logic, and depends on the caller and on the columns of the table."""
        relation = HistoryRelation(table_identity("public", "t"))
        relation.columns["id"] = HistoryColumn(relation.part("column", "id"), "uuid", not_null=True)
        tree = parse_expression(text)
        found = [fold_expression(tree, relation, caller) for caller in (ANY_CALLER, ANONYMOUS, SIGNED_IN)]
        assert [any_caller, anonymous, signed_in] == found


class TestSetsOfTheCaller:
    """A function that returns a set, such as the teams of the caller, is not the caller."""

    @pytest.mark.parametrize(("returns", "reported"), [("SETOF uuid", False), ("uuid", True)])
    def test_is_no_own_row(self, returns: str, reported: bool) -> None:  # noqa: FBT001
        """Rows of the teams of the caller are not own rows; rows with the id that a function returns are."""
        found = find_rule_names(
            f"{TABLE} ALTER TABLE public.notes ADD is_admin boolean; GRANT UPDATE ON public.notes TO authenticated;"
            f"CREATE FUNCTION public.mine() RETURNS {returns} LANGUAGE sql STABLE AS 'SELECT auth.uid()';"
            "CREATE POLICY p ON public.notes FOR SELECT TO authenticated USING (true);"
            "CREATE POLICY c ON public.notes FOR UPDATE TO authenticated USING (team_id IN (SELECT public.mine()));"
        )
        assert reported is ("privilege-in-own-row" in found)
