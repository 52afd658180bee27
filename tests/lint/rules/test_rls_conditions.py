"""Conditions of policies that look right and are wrong, and the values of conditions."""

from __future__ import annotations

import pytest
from policy_hits import TABLE, find_marked, find_rule_names

from schema_dsl.analysis.identity import table_identity
from schema_dsl.lint.facts.callers import ANONYMOUS, ANY_CALLER, SIGNED_IN
from schema_dsl.lint.facts.folding import fold_expression
from schema_dsl.lint.facts.values import NEVER_TRUE, NOT_NULL, UNKNOWN, FoldedValue
from schema_dsl.lint.history.schema import HistoryColumn, HistoryRelation
from schema_dsl.parsing import parse_expression


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
            ("id = ANY ('{}')", False, False, False),
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


class TestAuthors:
    """The author of a row is not the user whose rights the row decides on, such as the author of an invitation."""

    @pytest.mark.parametrize(
        ("owner", "condition", "reported"),
        [
            ("invited_by", " AND team_id IN (SELECT public.mine())", False),
            ("invited_by", "", True),
            ("invited_by", " AND team_id IS NOT NULL", True),
            ("invited_by", " AND lower(email) = email", True),
            ("invited_by", " AND public.leads(team_id)", False),
            (
                "invited_by",
                " AND EXISTS (SELECT FROM public.teams AS t WHERE t.id = team_id AND t.u = auth.uid())",
                False,
            ),
            ("member_id", " AND team_id IN (SELECT public.mine())", True),
        ],
    )
    def test_invitation(self, owner: str, condition: str, reported: bool) -> None:  # noqa: FBT001
        """A role in an invitation to a team of the author is no right of the author."""
        found = find_rule_names(
            f"CREATE TABLE public.invites (team_id uuid, {owner} uuid, email text PRIMARY KEY, role text);"
            "ALTER TABLE public.invites ENABLE ROW LEVEL SECURITY; GRANT INSERT ON public.invites TO authenticated;"
            "CREATE FUNCTION public.mine() RETURNS SETOF uuid LANGUAGE sql STABLE AS 'SELECT auth.uid()';"
            "CREATE FUNCTION public.leads(t uuid) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT t = auth.uid()';"
            "CREATE TABLE public.teams (id uuid PRIMARY KEY, u uuid);"
            "CREATE POLICY c ON public.invites FOR INSERT TO authenticated "
            f"WITH CHECK ({owner} = (SELECT auth.uid()){condition});"
        )
        assert reported is ("privilege-in-own-row" in found)
