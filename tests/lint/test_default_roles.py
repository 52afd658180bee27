"""Roles that have access by default privileges of the platform, which the policies of a table reveal."""

from __future__ import annotations

import pytest

from schema_dsl.lint import Source
from schema_dsl.lint.check import apply_rules
from schema_dsl.lint.initial_schema import schema_of_platform
from schema_dsl.lint.rules import rules_by_name
from schema_dsl.platforms.supabase import PLATFORM
from schema_dsl.platforms.vanilla import PLATFORM as VANILLA

TABLES = """
CREATE TABLE public.admins (user_id uuid PRIMARY KEY);
CREATE TABLE public.notes (id bigint PRIMARY KEY, user_id uuid NOT NULL);
ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
CREATE VIEW public.all_notes AS SELECT id FROM public.notes;
CREATE MATERIALIZED VIEW public.counts AS SELECT user_id, count(*) FROM public.notes GROUP BY user_id;
"""
OWN = "CREATE POLICY own ON public.notes TO authenticated USING (user_id = (SELECT auth.uid()));"
ADMINS = """
CREATE POLICY admins ON public.notes TO authenticated
    USING (EXISTS (SELECT FROM public.admins a WHERE a.user_id = (SELECT auth.uid())));
"""
RULES = {"security-definer-view", "unprotected-in-api", "policy-reads-unprotected-table"}


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (OWN, {"security-definer-view", "unprotected-in-api"}),
        (OWN + ADMINS, RULES),
        (OWN + ADMINS + "GRANT SELECT ON public.notes TO authenticated;", set()),
        (
            OWN + "REVOKE ALL ON public.all_notes, public.counts FROM anon, authenticated;",
            set(),
        ),
        (OWN.replace("authenticated", "service_role"), set()),
        (
            OWN.replace("public.notes TO", "public.notes AS RESTRICTIVE TO")
            + "DROP POLICY own ON public.notes;",
            set(),
        ),
    ],
)
def test_default_roles(script: str, expected: set[str]) -> None:
    """A relation is reported as open to the roles of the policies beside it unless the history grants or revokes."""
    found = apply_rules(
        [Source.of(TABLES + script)],
        schema_of_platform(PLATFORM),
        [rules_by_name()[name] for name in sorted(RULES)],
    )
    assert expected == {rule.name for rule, *_ in found}


def test_without_client_roles() -> None:
    """A platform without client roles gives no role a privilege on a new table."""
    own, admins = (text.replace(" TO authenticated", "") for text in (OWN, ADMINS))
    found = apply_rules(
        [Source.of(TABLES + own + admins)],
        schema_of_platform(VANILLA),
        [rules_by_name()[name] for name in sorted(RULES)],
    )
    assert [] == [rule.name for rule, *_ in found]
