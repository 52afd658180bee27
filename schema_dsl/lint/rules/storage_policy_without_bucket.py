"""A policy on storage.objects does not name its bucket."""

from __future__ import annotations

from schema_dsl.analysis.trees import enumeration
from schema_dsl.lint.facts.bodies import reads_identity
from schema_dsl.lint.facts.clauses import PolicyClause, strip_casts
from schema_dsl.lint.facts.policies import PolicyDefinition
from schema_dsl.lint.facts.same_expression import normalize_expression
from schema_dsl.lint.history.objects import display_name
from schema_dsl.lint.rule import Level, LocatedHits, Rule
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings, walk

_OWNERS = frozenset({"owner", "owner_id"})


def _check(policy: PolicyDefinition) -> LocatedHits:
    if policy.relation.key == ("storage", "objects") and policy.is_for_clients and _ignores_bucket(policy):
        yield policy.build_hit(
            f"policy {display_name(policy.state.name)} applies to the files of every bucket, also private ones"
        )


def _ignores_bucket(policy: PolicyDefinition) -> bool:
    """Return whether a condition names neither a bucket nor, except for INSERT, the owner of the file."""
    if not policy.clauses:
        return True
    allow_owner = "insert" not in policy.actions
    return not policy.is_restricted and not all(
        _restricts(clause, clause.tree, allow_owner=allow_owner) for clause in policy.clauses
    )


def _restricts(clause: PolicyClause, node: Node, *, allow_owner: bool) -> bool:
    inner = strip_casts(node)
    kind = inner.DESCRIPTOR.name
    if kind == "BoolExpr" and enumeration("BoolExprType")[inner.boolop] != "NOT_EXPR":
        results = (_restricts(clause, arg, allow_owner=allow_owner) for arg in inner.args)
        return all(results) if enumeration("BoolExprType")[inner.boolop] == "OR_EXPR" else any(results)
    inside = {id(part) for part in walk(inner)}
    # A function that we cannot analyze may test the bucket.
    if any(
        id(call.node) in inside
        and call.routine is not None
        and not reads_identity(clause.schema, call.routine)
        for call in clause.calls
    ):
        return True
    if kind == "NullTest" or (
        kind == "A_Expr" and normalize_expression(inner.lexpr) == normalize_expression(inner.rexpr)
    ):
        return False
    named = {
        strings(part.node.fields)[-1] for part in clause.find_parts("ColumnRef") if id(part.node) in inside
    }
    tests_owner = allow_owner and any(id(call.node) in inside for call in clause.identity_calls)
    return "bucket_id" in named or (tests_owner and not _OWNERS.isdisjoint(named))


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "Supabase Storage keeps the files of all buckets in one table. A policy that names no bucket applies to all "
        "of them, future ones included."
    ),
    remedy="Add the condition bucket_id = '...'.",
    bad="CREATE POLICY upload ON storage.objects FOR INSERT TO authenticated WITH CHECK (true);",
    good="""
        SET lock_timeout = '5s';
        SET statement_timeout = '1min';
        CREATE POLICY upload ON storage.objects FOR INSERT TO authenticated WITH CHECK (
            bucket_id = 'avatars' AND (storage.foldername(name))[1] = (SELECT auth.uid()::text));
    """,
    platform="supabase",
    policy=_check,
)
