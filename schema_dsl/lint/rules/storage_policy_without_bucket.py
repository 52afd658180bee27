"""A policy for the files of every bucket."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.bodies import reads_identity
from schema_dsl.lint.facts.owners import owners
from schema_dsl.lint.facts.policies import Written, policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import Ending, Placed, Rule

_OWNERS = frozenset({"owner", "owner_id"})


def _check(ending: Ending) -> Iterable[Placed]:
    for written in policies(ending):
        if written.relation.key == ("storage", "objects") and written.for_clients and _is_loose(written):
            yield written.placed(
                f"policy {written.policy.name} is for the files of every bucket, private ones too"
            )


def _is_loose(written: Written) -> bool:
    """Whether nothing ties it to a bucket, nor finding a file to its owner."""
    names = (
        set().union(*(clause.own_columns() for clause in written.clauses))
        if written.clauses
        else {"bucket_id"}
    )
    if "bucket_id" in names or written.restricted:
        return False
    mine = "insert" not in written.actions and not _OWNERS.isdisjoint(owners(written.using))
    # A function that nobody knows may look at the bucket.
    hidden = any(
        call.routine and not reads_identity(c.schema, call.routine)
        for c in written.clauses
        for call in c.calls
    )
    return not mine and not hidden


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
    ending=_check,
)
