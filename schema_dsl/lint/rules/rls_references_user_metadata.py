"""A policy depends on user_metadata, which users can change."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schema_dsl.analysis.trees import constant_text
from schema_dsl.lint.facts.bodies import find_called_routines
from schema_dsl.lint.facts.clauses import PolicyClause
from schema_dsl.lint.facts.examples import NOTES
from schema_dsl.lint.facts.policies import PolicyDefinition
from schema_dsl.lint.history.schema import Routine
from schema_dsl.lint.rule import Level, LocatedHits, Rule
from schema_dsl.parsing.grammar import strings

_KEYS = ("user_metadata", "raw_user_meta_data")
# A key, a path, or a JSON value for @>.
_FIRST = re.compile(r'[{\s"]*(?:raw_user_meta_data|user_metadata)\b')
_READ = re.compile(r"\b(?:raw_user_meta_data|user_metadata)\b")


def _check(policy: PolicyDefinition) -> LocatedHits:
    for clause in policy.clauses:
        for location, claim in _find_claims(clause):
            yield policy.build_hit(
                f"{claim} is under the control of the user, so any user can pass {policy}",
                clause,
                location,
            )
            break


def _find_claims(clause: PolicyClause) -> Iterator[tuple[int, str]]:
    if any(call.identity in {"jwt", "helper"} for call in clause.calls):
        for part in clause.find_parts("A_Const"):
            if _FIRST.match(constant_text(part.node)):
                yield part.node.location, "user_metadata"
    for part in clause.find_parts("ColumnRef"):
        if part.selects and strings(part.node.fields)[-1] in _KEYS:
            yield part.node.location, strings(part.node.fields)[-1]
    for call in clause.calls:
        if call.routine is not None and any(
            _reads_user_metadata(routine) for routine in find_called_routines(clause.schema, call.routine)
        ):
            yield call.node.location, f"user_metadata, which {call.display_name} reads,"


def _reads_user_metadata(routine: Routine) -> bool:
    return routine.body is not None and any(
        _READ.search(constant_text(node)) is not None
        if node.DESCRIPTOR.name == "A_Const"
        else strings(node.fields)[-1] in _KEYS
        for node in routine.body.find_nodes("A_Const", "ColumnRef")
    )


RULE = Rule(
    group="rls",
    level=Level.ERROR,
    why=(
        "auth.updateUser({ data: ... }) lets every user write their own user_metadata, and the next token contains "
        "it. Only the service role can write app_metadata."
    ),
    remedy="Use app_metadata, or a table that users cannot write.",
    bad=(
        """
            CREATE POLICY admins ON public.notes FOR SELECT TO authenticated
                USING ((SELECT auth.jwt()) -> 'user_metadata' ->> 'role' = 'admin');
        """,
        """
            CREATE POLICY admins ON public.notes FOR SELECT TO authenticated
                USING ((SELECT auth.jwt()) #>> '{user_metadata,role}' = 'admin');
        """,
        """
            CREATE FUNCTION public.is_admin() RETURNS boolean LANGUAGE sql STABLE SET search_path = '' AS
                $$ SELECT auth.jwt() -> 'user_metadata' ->> 'role' = 'admin' $$;
            CREATE POLICY admins ON public.notes FOR SELECT TO authenticated USING ((SELECT public.is_admin()));
        """,
    ),
    good=(
        f"{NOTES}CREATE POLICY admins ON public.notes FOR SELECT TO authenticated\n"
        "    USING ((SELECT auth.jwt()) -> 'app_metadata' ->> 'role' = 'admin');"
    ),
    platform="supabase",
    policy=_check,
    known_as=("splinter: 0015_rls_references_user_metadata",),
)
