"""Columns that look sensitive, in a table of the API that nothing guards."""

from __future__ import annotations

import re
from collections.abc import Iterable

from schema_dsl.lint.facts.api import clients_with, shown
from schema_dsl.lint.facts.endings import made_tables
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import Ending, Placed, Rule

_SENSITIVE = re.compile(
    r"(?:^|_)(?:passwd|password|passphrase|pin_code|secret|api_?key|access_token|refresh_token|private_key|"
    r"ssn|social_security(?:_number)?|passport(?:_number)?|tax_id|credit_?card(?:_number)?|card_number|cvv|cvc|iban|"
    r"bank_account(?:_number)?|date_of_birth|birth_?date|otp|totp_secret|mfa_secret|medical_record)(?:$|_)",
    re.IGNORECASE,
)


def _check(ending: Ending) -> Iterable[Placed]:
    for relation, made in made_tables(ending):
        if relation.row_security is not False:
            continue
        found = [name for name in relation.columns if _SENSITIVE.search(name)]
        roles = clients_with(ending, relation, "select") if found else []
        if roles:
            yield made.hit(f"{shown(roles)} reads {', '.join(found)} of every row of {relation}")


RULE = Rule(
    name="sensitive-columns-exposed",
    group="schema",
    level=Level.ERROR,
    summary="A table without row level security has columns that look sensitive, and clients of the API may read it.",
    why=(
        "The API's key is public, and so then is what is in these columns. Judged by their names: passwords, tokens, "
        "numbers of cards, accounts and passports, dates of birth."
    ),
    remedy="Enable row level security and write policies; or keep these columns in a table that is not granted.",
    bad=(
        (
            "CREATE TABLE public.patients (id bigint PRIMARY KEY, ssn text, date_of_birth date);\n"
            "GRANT SELECT ON public.patients TO anon;"
        ),
    ),
    good=(
        (
            "CREATE TABLE public.patients (id bigint PRIMARY KEY, ssn text, date_of_birth date);\n"
            "GRANT SELECT ON public.patients TO service_role;"
        ),
    ),
    ending=_check,
    platform="supabase",
    known_as=("splinter: 0023_sensitive_columns_exposed",),
)
