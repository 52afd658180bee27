"""A policy for the files of every bucket."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.bodies import reads_identity
from schema_dsl.lint.facts.clauses import PolicyClause, bare
from schema_dsl.lint.facts.policies import PolicyDefinition, policies
from schema_dsl.lint.facts.same_expression import shape
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.objects import readable
from schema_dsl.lint.history.trees import enumeration
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings, walk

_OWNERS = frozenset({"owner", "owner_id"})


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for written in policies(final_state):
        if written.relation.key == ("storage", "objects") and written.for_clients and _is_loose(written):
            yield written.placed(
                f"policy {readable(written.policy.name)} is for the files of every bucket, private ones too"
            )


def _is_loose(written: PolicyDefinition) -> bool:
    """Whether nothing ties it to a bucket, nor finding a file to its owner."""
    if not written.clauses:
        return True
    finding = "insert" not in written.actions
    return not written.restricted and not all(
        _ties(each, each.tree, finding=finding) for each in written.clauses
    )


def _ties(clause: PolicyClause, node: Node, *, finding: bool) -> bool:
    inner = bare(node)
    kind = inner.DESCRIPTOR.name
    if kind == "BoolExpr" and enumeration("BoolExprType")[inner.boolop] != "NOT_EXPR":
        ties = (_ties(clause, each, finding=finding) for each in inner.args)
        return all(ties) if enumeration("BoolExprType")[inner.boolop] == "OR_EXPR" else any(ties)
    inside = {id(each) for each in walk(inner)}
    # A function that nobody knows may look at the bucket.
    if any(
        id(call.node) in inside
        and call.routine is not None
        and not reads_identity(clause.schema, call.routine)
        for call in clause.calls
    ):
        return True
    if kind == "NullTest" or (kind == "A_Expr" and shape(inner.lexpr) == shape(inner.rexpr)):
        return False
    named = {strings(part.node.fields)[-1] for part in clause.of("ColumnRef") if id(part.node) in inside}
    mine = finding and any(id(call.node) in inside for call in clause.identities)
    return "bucket_id" in named or (mine and not _OWNERS.isdisjoint(named))


RULE = Rule(
    name="storage-policy-without-bucket",
    group="rls",
    level=Level.WARNING,
    summary="A policy on storage.objects does not say which bucket it is for.",
    why="The files of all buckets stand in one table. A policy that names no bucket is for every one, future ones too.",
    remedy="Add bucket_id = '...'.",
    bad=("CREATE POLICY upload ON storage.objects FOR INSERT TO authenticated WITH CHECK (true);",),
    good=(
        (
            "SET lock_timeout = '5s';\n"
            "SET statement_timeout = '1min';\n"
            "CREATE POLICY upload ON storage.objects FOR INSERT TO authenticated WITH CHECK (\n"
            "    bucket_id = 'avatars' AND (storage.foldername(name))[1] = (SELECT auth.uid()::text));"
        ),
    ),
    platform="supabase",
    final_state=_check,
)
