"""Columns that look sensitive, in a table of the API that nothing guards."""

from __future__ import annotations

import re
from collections.abc import Iterable

from schema_dsl.lint.facts.api import clients_with, shown
from schema_dsl.lint.facts.created_by import made_tables
from schema_dsl.lint.facts.policies import shows_all_to
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule

_SENSITIVE = re.compile(
    r"(?:^|_)(?:passwd|password|passphrase|secret|api_?key|access_token|refresh_token|private_key|"
    r"ssn|social_security(?:_number)?|passport(?:_number)?|tax_id|credit_?card(?:_number)?|card_number|cvv|cvc|iban|"
    r"bank_account(?:_number)?|date_of_birth|birth_?date|otp|totp_secret|mfa_secret|medical_record)(?:$|_)",
    re.IGNORECASE,
)

# `has_password`, `secret_until`: about something, and not the thing.
_ABOUT = frozenset({"bool", "timestamptz", "timestamp"})


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for relation, made in made_tables(final_state):
        found = [
            name
            for name, column in relation.columns.items()
            if _SENSITIVE.search(name) and column.type not in _ABOUT
        ]
        for role in clients_with(relation, "select") if found else ():
            read = [name for name in found if _reads(relation, role, name)]
            if read and shows_all_to(final_state.schema, relation, role):
                yield made.hit(f"{shown([role])} reads {', '.join(read)} of every row of {relation}")
                break


def _reads(relation: HistoryRelation, role: str, column: str) -> bool:
    whole = "select" in relation.grants.get(role, set())
    return whole or (column, "select") in relation.column_grants.get(role, set())


RULE = Rule(
    name="sensitive-columns-exposed",
    group="schema",
    level=Level.ERROR,
    summary="Clients of the API may read columns that look sensitive, and nothing keeps rows from them.",
    why=(
        "The API's key is public, and so then is what is in these columns. Judged by their names: passwords, tokens, "
        "numbers of cards, accounts and passports, dates of birth. Policies are for rows: `USING (true)` shows each "
        "with all the columns that are granted."
    ),
    remedy="Enable row level security and write policies; or keep these columns in a table that is not granted.",
    bad=(
        (
            "CREATE TABLE public.patients (id bigint PRIMARY KEY, ssn text, date_of_birth date);\n"
            "GRANT SELECT ON public.patients TO anon;"
        ),
        (
            "CREATE TABLE public.doctors (id bigint PRIMARY KEY, name text, date_of_birth date);\n"
            "ALTER TABLE public.doctors ENABLE ROW LEVEL SECURITY;\n"
            "GRANT SELECT ON public.doctors TO anon, authenticated;\n"
            "CREATE POLICY listed ON public.doctors FOR SELECT TO anon, authenticated USING (true);"
        ),
    ),
    good=(
        (
            "CREATE TABLE public.patients (id bigint PRIMARY KEY, ssn text, date_of_birth date);\n"
            "GRANT SELECT ON public.patients TO service_role;"
        ),
        (
            "CREATE TABLE public.doctors (id bigint PRIMARY KEY, name text, date_of_birth date);\n"
            "ALTER TABLE public.doctors ENABLE ROW LEVEL SECURITY;\n"
            "GRANT SELECT (id, name) ON public.doctors TO anon, authenticated;\n"
            "CREATE POLICY listed ON public.doctors FOR SELECT TO anon, authenticated USING (true);"
        ),
    ),
    final_state=_check,
    platform="supabase",
    known_as=("splinter: 0023_sensitive_columns_exposed",),
)
