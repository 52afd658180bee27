"""Policies that let a stranger write, and sound ones that look alike, judged by trying as the role."""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from api_callers import ANN, BOB, TEAM, set_caller, signed_in

from schema_dsl.lint import Source
from schema_dsl.lint.check import apply_rules
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.lint.rules import rules_by_name
from schema_dsl.postgres import Connection, Database

TABLES = """
CREATE TABLE public.recipes (
    id bigint PRIMARY KEY, cook_id uuid, team_id uuid, is_public boolean, status text, tags text[], due date
);
CREATE TABLE public.members (team_id uuid, user_id uuid);
ALTER TABLE public.recipes ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.recipes TO authenticated;
GRANT SELECT ON public.members TO authenticated;
CREATE POLICY seen ON public.recipes FOR SELECT TO authenticated USING (true);
"""
# A row of the caller, and rows of another user with every value that the conditions distinguish.
ROWS = f"""
INSERT INTO public.recipes VALUES (1, '{ANN}', '{TEAM}', false, 'draft', '{{}}', '2020-01-01');
INSERT INTO public.recipes
SELECT 1 + row_number() OVER (), cook, team, shown, state, tags, due FROM
    (VALUES ('{BOB}'::uuid), (NULL)) c (cook), (VALUES (gen_random_uuid()), (NULL)) t (team),
    (VALUES (true), (false)) s (shown), (VALUES ('draft'), ('open'), ('shared')) st (state),
    (VALUES (ARRAY['free']), ('{{}}')) a (tags), (VALUES ('2020-01-01'::date), ('2999-01-01'), (NULL)) d (due);
"""
OWN = ["cook_id = (SELECT auth.uid())", "(SELECT auth.uid()) = cook_id"]
# Conditions about the row that do not test the caller.
ABOUT_ROWS = [
    "is_public",
    "is_public = true",
    "is_public IS TRUE",
    "NOT is_public",
    "cook_id IS NULL",
    "status = 'open'",
    "status IN ('open', 'shared')",
    "status <> 'draft'",
    "lower(status) = 'shared'",
    "team_id IS NULL",
    "'free' = ANY (tags)",
    "due < current_date",
    "due IS NULL OR due > now()",
    "coalesce(is_public, false)",
    "status LIKE 'sh%'",
    "is_public AND status = 'open'",
    "team_id IS NULL AND cook_id IS NOT NULL",
    "(SELECT auth.uid()) IS NOT NULL AND is_public",
    "(SELECT auth.role()) = 'authenticated' AND status = 'shared'",
    "array_length(tags, 1) > 0",
    "cook_id <> (SELECT auth.uid())",
    "cook_id IS DISTINCT FROM auth.uid()",
    "NOT (cook_id = auth.uid())",
    "coalesce(cook_id = auth.uid(), true)",
    "coalesce(cook_id, auth.uid()) = auth.uid()",
    "(cook_id = auth.uid()) IS NOT FALSE",
    "(cook_id = auth.uid()) IS NULL",
    "(cook_id = auth.uid()) IS NOT TRUE",
    "(cook_id <> auth.uid()) IS NOT TRUE",
    "(cook_id = (SELECT auth.uid())) IS UNKNOWN",
    "NOT ((cook_id <> auth.uid()) IS TRUE)",
    "NOT coalesce(cook_id <> auth.uid(), false)",
    "coalesce(cook_id <> auth.uid(), false)",
    "greatest(cook_id, auth.uid()) = auth.uid()",
    "auth.uid() = least(cook_id, (SELECT auth.uid()))",
    "cook_id >= auth.uid()",
    "cook_id NOT BETWEEN auth.uid() AND auth.uid()",
    "auth.uid() NOT IN (cook_id, team_id)",
    "auth.uid() <> ALL (ARRAY[cook_id, team_id])",
    "(cook_id, is_public) NOT IN ((auth.uid(), true))",
    "ROW(cook_id, is_public) <> ROW(auth.uid(), true)",
    "(cook_id, is_public) IS DISTINCT FROM (auth.uid(), true)",
    "cook_id = coalesce(cook_id, auth.uid())",
    "CASE WHEN is_public THEN cook_id ELSE auth.uid() END = cook_id",
    "(SELECT CASE WHEN recipes.is_public THEN recipes.cook_id ELSE auth.uid() END) = cook_id",
    "(cook_id = auth.uid()) = is_public",
    "(cook_id = auth.uid()) IS NOT NULL AND (is_public, cook_id = auth.uid()) <> (false, false)",
    "(is_public OR cook_id = auth.uid()) IS TRUE",
    "NOT (NOT is_public AND cook_id <> auth.uid())",
    "EXISTS (SELECT 1 WHERE is_public OR cook_id = auth.uid())",
    "team_id NOT IN (SELECT m.team_id FROM public.members m WHERE m.user_id = auth.uid())",
    "NOT EXISTS (SELECT FROM public.members m WHERE m.team_id = recipes.team_id AND m.user_id = auth.uid())",
    "(team_id, auth.uid()) NOT IN (SELECT m.team_id, m.user_id FROM public.members m)",
    "CASE WHEN is_public THEN true ELSE false END",
    "CASE status WHEN 'open' THEN is_public ELSE due IS NULL END",
    "CASE WHEN cook_id = auth.uid() THEN true ELSE is_public END",
]
# Conditions that test the caller, or that no row passes.
ABOUT_CALLER = [
    "team_id IN (SELECT m.team_id FROM public.members m WHERE m.user_id = (SELECT auth.uid()))",
    "EXISTS (SELECT FROM public.members m WHERE m.team_id = recipes.team_id AND m.user_id = auth.uid())",
    "(SELECT auth.jwt()) ->> 'role' = 'admin'",
    "(SELECT auth.jwt()) -> 'app_metadata' ->> 'team' = team_id::text",
    "cook_id::text = (SELECT auth.uid())::text",
    "cook_id = coalesce((SELECT auth.uid()), '00000000-0000-0000-0000-000000000000')",
    "(team_id, auth.uid()) IN (SELECT m.team_id, m.user_id FROM public.members m)",
    "EXISTS (SELECT 1 WHERE cook_id = auth.uid())",
    "ROW(cook_id, is_public) = ROW(auth.uid(), true)",
    "(cook_id, is_public) IN ((auth.uid(), true), (auth.uid(), false))",
    "cook_id BETWEEN auth.uid() AND auth.uid()",
    "cook_id <= (SELECT auth.uid()) AND cook_id >= auth.uid()",
    "cook_id IN (VALUES (auth.uid()))",
    "cook_id = (SELECT CASE WHEN recipes.is_public THEN auth.uid() END)",
    "nullif(cook_id = auth.uid(), false)",
    "greatest(cook_id, cook_id) = auth.uid()",
    "false",
    "NULL",
    "1 = 2",
    "due = NULL",
    "CASE WHEN is_public THEN cook_id = auth.uid() ELSE false END",
    "CASE WHEN cook_id = auth.uid() THEN is_public ELSE false END",
    "CASE cook_id WHEN auth.uid() THEN true END",
    "NOT (cook_id <> (SELECT auth.uid()))",
    "coalesce(cook_id = auth.uid(), false)",
    "coalesce(cook_id = auth.uid(), NULL)",
    "(cook_id = auth.uid()) IS TRUE",
    "(cook_id <> auth.uid()) IS FALSE",
    "(cook_id = auth.uid()) IS NOT NULL AND cook_id = auth.uid()",
    "NOT coalesce(cook_id <> auth.uid(), true)",
    "cook_id IS NOT DISTINCT FROM auth.uid()",
    "coalesce(cook_id, '00000000-0000-0000-0000-000000000000') = auth.uid()",
]
FORMS = ["{own} OR {other}", "{other} OR {own}"]
COMMANDS = ["FOR ALL", "FOR DELETE"]
# Forms that also refuse strangers, although the condition contains a part about rows only.
BOUND_FORMS = ["{own} AND ({other})", "({other}) AND {own}"]


def list_conditions(forms: list[str], others: list[str]) -> list[tuple[str, str]]:
    """Return pairs of a command and a condition; the spellings of the owner alternate."""
    products = itertools.product(others, forms, COMMANDS)
    owners = itertools.cycle(OWN)
    return [(command, form.format(own=next(owners), other=other)) for other, form, command in products]


OPEN = list_conditions(FORMS, ABOUT_ROWS)
SOUND = list_conditions(FORMS, ABOUT_CALLER) + list_conditions(BOUND_FORMS, ABOUT_ROWS[:10])
WRITING = [
    rules_by_name()[name]
    for name in ("policy-writes-rows-of-others", "policy-open-to-every-user", "rls-policy-always-true")
]


def policy(command: str, condition: str) -> str:
    """Return the CREATE POLICY of a condition."""
    return f"CREATE POLICY written ON public.recipes {command} TO authenticated USING ({condition});"


def count_strangers_rows(connection: Connection, create: str) -> int:
    """Return how many rows of others the caller can delete with a policy."""
    connection.execute("SAVEPOINT before")
    connection.execute(create.encode())
    set_caller(connection, signed_in(ANN))
    deleted = connection.execute("DELETE FROM public.recipes WHERE id > 1").rowcount
    connection.execute("ROLLBACK TO before")
    return deleted


def is_told(create: str) -> bool:
    """Return whether lint reports that a policy lets strangers write."""
    schema = HistorySchema()
    script = TABLES + create
    return bool(apply_rules([Source.of(script)], schema, WRITING))


def test_strangers(transaction: Connection) -> None:
    """A caller can delete rows of others with exactly the open policies, and lint reports exactly those."""
    assert len(OPEN) >= 80
    assert len(SOUND) >= 80
    transaction.execute(TABLES)
    transaction.execute(ROWS)
    wrong = []
    for is_open, conditions in ((True, OPEN), (False, SOUND)):
        for command, condition in conditions:
            create = policy(command, condition)
            judged = count_strangers_rows(transaction, create) > 0, is_told(create)
            if judged != (is_open, is_open):
                wrong.append((condition, judged))
    assert [] == wrong


TITLE = re.compile(r"^-- (open|sound) (.+)\n", re.MULTILINE)
DOCUMENTS, *_PARTS = TITLE.split((Path(__file__).parent / "strangers.sql").read_text("utf-8"))
# The title and script of each case, and whether it is open.
CASES = [(title, script, kind == "open") for kind, title, script in zip(*[iter(_PARTS)] * 3, strict=True)]
ORG_A, ORG_B = "aaaaaaaa-1111-4000-8000-000000000001", "bbbbbbbb-1111-4000-8000-000000000002"
DOCUMENT_ROWS = f"""
INSERT INTO auth.users (id) VALUES ('{ANN}'), ('{BOB}');
INSERT INTO public.orgs VALUES ('{ORG_A}', 'a'), ('{ORG_B}', 'b');
INSERT INTO public.org_members VALUES ('{ORG_A}', '{ANN}', 'member'), ('{ORG_B}', '{BOB}', 'admin');
INSERT INTO public.docs VALUES (1, '{ORG_A}', '{ANN}', 'mine'), (2, '{ORG_B}', '{BOB}', 'private');
INSERT INTO public.docs VALUES (3, '{ORG_B}', NULL, 'nobody', false), (4, '{ORG_B}', '{BOB}', 'public', true);
INSERT INTO public.docs VALUES (5, '{ORG_B}', '{BOB}', 'gone', false, '{{}}', now());
"""
# The attempts of a stranger: read and change rows of another organisation, and write one.
ATTEMPTS = [
    "SELECT FROM public.docs WHERE id > 1 AND NOT is_public",
    "UPDATE public.docs SET title = 'x' WHERE id > 1",
    "DELETE FROM public.docs WHERE id > 1",
    f"INSERT INTO public.docs (id, org_id, owner_id) VALUES (9, '{ORG_B}', '{BOB}')",
    # Reads through objects other than the table.
    *(
        f"SELECT FROM public.{name} WHERE id > 1"
        for name in ("all_docs", "v2", "mv", "my_docs", "list_docs()")
    ),
]
STRANGER = signed_in(
    ANN, email="a@b.c", user_metadata={"role": "admin", "org_id": ORG_B, "email": "a@corp.com"}
)
SPEED = {"auth-rls-initplan", "policy-column-without-index"}
ACCESS_RULES = [
    rule
    for rule in rules_by_name().values()
    if rule.group in {"rls", "schema"} and rule.level is not Level.INFO and rule.name not in SPEED
]


def can_access(connection: Connection, attempt: str) -> bool:
    """Return whether the stranger gets or changes rows; roll back."""
    connection.execute("SAVEPOINT attempt")
    set_caller(connection, STRANGER)
    try:
        return connection.execute(attempt.encode()).rowcount > 0
    except psycopg.Error:
        return False
    finally:
        connection.execute("ROLLBACK TO attempt")


@pytest.fixture(scope="module")
def documents(database: Database) -> Iterator[Connection]:
    """A connection to the database with the documents, in a transaction."""
    with contextlib.closing(database.connect(autocommit=False)) as connection:
        connection.prepare_threshold = None
        connection.execute((DOCUMENTS + DOCUMENT_ROWS).encode())
        yield connection


@pytest.mark.parametrize(("title", "script", "is_open"), CASES, ids=[title for title, *_ in CASES])
def test_documents(documents: Connection, title: str, script: str, *, is_open: bool) -> None:
    """A stranger can access the documents of others with exactly the open policies, and lint reports exactly those."""
    documents.execute("SAVEPOINT before")
    documents.execute(script.encode())
    judged = any(can_access(documents, attempt) for attempt in ATTEMPTS)
    documents.execute("ROLLBACK TO before")
    found = apply_rules([Source.of(DOCUMENTS + script)], HistorySchema(), ACCESS_RULES)
    assert (is_open, is_open) == (judged, bool(found)), title
