"""Prove that the migration produces the declared objects and changes no others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from schema_dsl.introspect import Introspection, canonicalize, compare, describe
from schema_dsl.model.catalog import Catalog
from schema_dsl.plan import diff
from schema_dsl.plan.planner import get_relation_name
from schema_dsl.plan.rule import load_kind_rules
from schema_dsl.verify.access.report import qualify_by_settings
from schema_dsl.verify.proof import Outcome, Proof, conclude
from schema_dsl.verify.scratch import Scratch


def _run(scratch: Scratch) -> Outcome:
    wanted = scratch.subject.wanted
    with scratch.fresh("after") as database, scratch.connect(database) as connection:
        declared = canonicalize(connection, wanted)
    found: dict[str, list[str]] = {}
    for setting in scratch.settings:
        before, after = scratch.introspected("before", setting), scratch.introspected("after", setting)
        for sentence in find_mismatches(wanted, declared, before, after):
            found.setdefault(sentence, []).append(setting)
    kinds = Counter(identity.kind for identity in wanted.objects)
    counted = ", ".join(f"{kind.replace('_', ' ')}: {count}" for kind, count in kinds.items())
    return conclude(
        qualify_by_settings(found, scratch.settings),
        f"{len(wanted.objects)} objects match the definitions ({counted}); no other object changed",
        data=dict(kinds),
    )


def find_mismatches(
    wanted: Catalog, declared: Catalog, before: Introspection, after: Introspection
) -> list[str]:
    """Return a sentence for every declared object that differs and for every undeclared change.

    Args:
        wanted: The declared state.
        declared: The declared state as Postgres prints it, produced independently of the migration's templates.
        before: The state before the migration.
        after: The state after the migration.
    """
    return [*map(describe, compare(declared, after)), *_find_undeclared_changes(before, after, wanted)]


def _find_undeclared_changes(before: Introspection, after: Introspection, wanted: Catalog) -> Iterator[str]:
    """Yield a sentence for every change that the definitions do not declare."""
    owned = wanted.tables.keys() - _existing_tables(wanted)
    for difference in diff(before.catalog, after.catalog):
        declared = wanted.objects.get(difference.identity)
        if declared is None:
            # On a table that the definitions own, an undeclared object is dropped only with --drop.
            if difference.before is not None and not (
                difference.after is None and get_relation_name(difference.identity) in owned
            ):
                yield f"{describe(difference)}, and the definitions declare no change"
            elif difference.identity.relation in _existing_tables(wanted):
                yield f"{difference.identity} is new, and the definitions do not declare it"
        elif difference.before is not None:
            manages = load_kind_rules()[difference.identity.kind].manages
            changed = [name for name in difference.attributes if not manages(declared, name)]
            if changed:
                yield f"{difference.identity}: {', '.join(changed)} changed, and the definitions declare no change"
    known = {str(difference) for difference in before.unsupported}
    yield from (
        f"{difference.identity} {difference.text}"
        for difference in after.unsupported
        if str(difference) not in known
    )


def _existing_tables(wanted: Catalog) -> set[tuple[str, str]]:
    """Return the existing tables. On all others, `compare` finds undeclared objects."""
    return {key for key, table in wanted.tables.items() if table.existing is not None}


PROOF = Proof(
    name="matches",
    promise="After the migration, every declared object equals its definition, and all other objects are unchanged.",
    rank=20,
    run=_run,
)
