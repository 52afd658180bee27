"""A policy that believes what users say about themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from schema_dsl.lint.facts.bodies import called, code
from schema_dsl.lint.facts.clauses import PolicyClause
from schema_dsl.lint.facts.examples import NOTES
from schema_dsl.lint.facts.policies import policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.trees import constant_text
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule
from schema_dsl.parsing.grammar import strings

_KEYS = ("user_metadata", "raw_user_meta_data")
# As a key, as a path, or in a JSON value to be contained.
_FIRST = re.compile(r'[{\s"]*(?:raw_user_meta_data|user_metadata)\b')
_READ = re.compile(r"\b(?:raw_user_meta_data|user_metadata)\b")


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for written in policies(final_state):
        for clause in written.clauses:
            for location, shown in _claims(clause):
                yield written.placed(
                    f"{shown} is whatever the user last set it to: anybody can pass {written}",
                    clause,
                    location,
                )
                break


def _claims(clause: PolicyClause) -> Iterator[tuple[int, str]]:
    for part in clause.parts:
        node = part.node
        kind = node.DESCRIPTOR.name
        if kind == "A_Const" and _FIRST.match(constant_text(node)):
            if any(call.identity in {"jwt", "helper"} for call in clause.calls):
                yield node.location, "user_metadata"
        elif kind == "ColumnRef" and strings(node.fields)[-1] in _KEYS and part.selects:
            yield node.location, strings(node.fields)[-1]
    for call in clause.calls:
        if call.routine is not None and any(
            _READ.search(code(each)) for each in called(clause.schema, call.routine)
        ):
            yield call.node.location, f"user_metadata, which {call.shown} reads,"


RULE = Rule(
    name="rls-references-user-metadata",
    group="rls",
    level=Level.ERROR,
    summary="A policy decides by user_metadata, which users change themselves.",
    why=(
        "auth.updateUser({ data: ... }) lets every user write their own user_metadata, and the next token carries it. "
        "app_metadata is written by the service role only."
    ),
    remedy="Use app_metadata, or a table that users cannot write.",
    bad=(
        (
            "CREATE POLICY admins ON public.notes FOR SELECT TO authenticated\n"
            "    USING ((SELECT auth.jwt()) -> 'user_metadata' ->> 'role' = 'admin');"
        ),
        (
            "CREATE POLICY admins ON public.notes FOR SELECT TO authenticated\n"
            "    USING ((SELECT auth.jwt()) #>> '{user_metadata,role}' = 'admin');"
        ),
        (
            "CREATE FUNCTION public.is_admin() RETURNS boolean LANGUAGE sql STABLE SET search_path = '' AS\n"
            "    $$ SELECT auth.jwt() -> 'user_metadata' ->> 'role' = 'admin' $$;\n"
            "CREATE POLICY admins ON public.notes FOR SELECT TO authenticated USING ((SELECT public.is_admin()));"
        ),
    ),
    good=(
        (
            f"{NOTES}CREATE POLICY admins ON public.notes FOR SELECT TO authenticated\n"
            "    USING ((SELECT auth.jwt()) -> 'app_metadata' ->> 'role' = 'admin');"
        ),
    ),
    platform="supabase",
    final_state=_check,
    known_as=("splinter: 0015_rls_references_user_metadata",),
)
