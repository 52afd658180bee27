"""The database holds what was declared, and otherwise what it held before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from schema_dsl.introspect import Introspection, canonical, compare, describe
from schema_dsl.model.catalog import Catalog
from schema_dsl.plan import diff
from schema_dsl.plan.planner import relation_of
from schema_dsl.plan.rule import rules
from schema_dsl.verify.access.report import under_settings
from schema_dsl.verify.proof import Outcome, Proof, outcome
from schema_dsl.verify.scratch import Scratch


def _run(scratch: Scratch) -> Outcome:
    wanted = scratch.subject.wanted
    with scratch.fresh("after") as database, scratch.connect(database) as connection:
        declared = canonical(connection, wanted)
    found: dict[str, list[str]] = {}
    for setting in scratch.settings:
        before, after = scratch.introspected("before", setting), scratch.introspected("after", setting)
        for sentence in mismatches(wanted, declared, before, after):
            found.setdefault(sentence, []).append(setting)
    kinds = Counter(identity.kind for identity in wanted.objects)
    counted = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in kinds.items())
    return outcome(
        under_settings(found, scratch.settings),
        f"{len(wanted.objects)} objects as declared ({counted}); nothing else changed",
        data=dict(kinds),
    )


def mismatches(wanted: Catalog, declared: Catalog, before: Introspection, after: Introspection) -> list[str]:
    """Say where a database is not what was declared, or else not what it was before.

    `declared` is what was wanted, as Postgres writes it: by a way of its own, so that what a template forgot is
    not forgotten there, too.
    """
    return [*map(describe, compare(declared, after)), *_bystanders(before, after, wanted)]


def _bystanders(before: Introspection, after: Introspection, wanted: Catalog) -> Iterator[str]:
    """Tell of what changed although nobody declared it."""
    ours = wanted.tables.keys() - _existing(wanted)
    for each in diff(before.catalog, after.catalog):
        declared = wanted.objects.get(each.identity)
        if declared is None:
            # On a table of ours, what goes although nobody declares it is what was asked for in words.
            if each.before is not None and not (each.after is None and relation_of(each.identity) in ours):
                yield f"{describe(each)}, and nobody declared a change of it"
            elif (each.identity.schema, each.identity.parent) in _existing(wanted):
                yield f"{each.identity} is new, and nobody declared it"
        elif each.before is not None:
            manages = rules()[each.identity.kind].manages
            changed = [name for name in each.attributes if not manages(declared, name)]
            if changed:
                yield f"{each.identity}: {', '.join(changed)} changed, and nobody declared that"
    known = {str(each) for each in before.unsupported}
    yield from (f"{each.identity} {each.text}" for each in after.unsupported if str(each) not in known)


def _existing(wanted: Catalog) -> set[tuple[str, str]]:
    """Name the tables that were made elsewhere; on ours, `compare` finds what nobody declared."""
    return {key for key, table in wanted.tables.items() if table.existing is not None}


PROOF = Proof(
    name="matches",
    promise="The catalog afterwards is what was declared, attribute by attribute, and else what it was before.",
    rank=20,
    run=_run,
)
