"""Client roles can read columns with sensitive names in every row."""

from __future__ import annotations

import functools
import re

from schema_dsl.lint.facts.api import find_client_roles_with, format_roles
from schema_dsl.lint.facts.created_by import list_created_tables
from schema_dsl.lint.facts.policies import shows_every_row_to
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule

_SENSITIVE = re.compile(
    r"(?:^|_)(?:passwd|password|passphrase|secret|api_?key|access_token|refresh_token|private_key|"
    r"ssn|social_security(?:_number)?|passport(?:_number)?|tax_id|credit_?card(?:_number)?|card_number|cvv|cvc|iban|"
    r"bank_account(?:_number)?|date_of_birth|birth_?date|otp|totp_secret|mfa_secret|medical_record)(?:$|_)",
    re.IGNORECASE,
)

# `has_password` and `secret_until` describe a secret, and do not contain one.
_DESCRIPTIVE_TYPES = frozenset({"bool", "timestamptz", "timestamp"})


def _check(final_state: FinalState) -> LocatedHits:
    for relation, creation in list_created_tables(final_state):
        sensitive = [
            name
            for name, column in relation.columns.items()
            if _is_sensitive(name) and column.type not in _DESCRIPTIVE_TYPES
        ]
        for role in find_client_roles_with(relation, "select") if sensitive else ():
            readable = [name for name in sensitive if _can_read(relation, role, name)]
            if readable and shows_every_row_to(final_state.schema, relation, role):
                yield creation.hit(
                    f"{format_roles([role])} can read {', '.join(readable)} in every row of {relation}"
                )
                break


# Tables have many names of columns in common.
@functools.lru_cache(maxsize=1024)
def _is_sensitive(name: str) -> bool:
    return _SENSITIVE.search(name) is not None


def _can_read(relation: HistoryRelation, role: str, column: str) -> bool:
    whole_table = "select" in relation.grants.get(role, set())
    return whole_table or (column, "select") in relation.column_grants.get(role, set())


RULE = Rule(
    group="schema",
    level=Level.ERROR,
    why=(
        "The API key is public, so everybody can read the values of these columns. The rule judges by name: "
        "passwords, tokens, numbers of cards, accounts and passports, dates of birth. Policies hide rows, not "
        "columns: `USING (true)` shows every row with all granted columns."
    ),
    remedy=(
        "Enable row level security and add policies, or move these columns to a table that is not granted."
    ),
    bad=(
        """
            CREATE TABLE public.patients (id bigint PRIMARY KEY, ssn text, date_of_birth date);
            GRANT SELECT ON public.patients TO anon;
        """,
        """
            CREATE TABLE public.doctors (id bigint PRIMARY KEY, name text, date_of_birth date);
            ALTER TABLE public.doctors ENABLE ROW LEVEL SECURITY;
            GRANT SELECT ON public.doctors TO anon, authenticated;
            CREATE POLICY listed ON public.doctors FOR SELECT TO anon, authenticated USING (true);
        """,
    ),
    good=(
        """
            CREATE TABLE public.patients (id bigint PRIMARY KEY, ssn text, date_of_birth date);
            GRANT SELECT ON public.patients TO service_role;
        """,
        """
            CREATE TABLE public.doctors (id bigint PRIMARY KEY, name text, date_of_birth date);
            ALTER TABLE public.doctors ENABLE ROW LEVEL SECURITY;
            GRANT SELECT (id, name) ON public.doctors TO anon, authenticated;
            CREATE POLICY listed ON public.doctors FOR SELECT TO anon, authenticated USING (true);
        """,
    ),
    final_state=_check,
    platform="supabase",
    known_as=("splinter: 0023_sensitive_columns_exposed",),
)
